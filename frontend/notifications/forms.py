"""The choice of a channel for each group of news."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.centre.preferences import CHOICES
from notifications.enums import Channel, Group

_HELP = {
    Group.APPROVALS: _("Requests for your approval come at once, unless you choose no e-mail."),
    Group.REMINDERS: _("What you usually order again by now, by your own rhythm."),
    Group.ACCOUNT: _("E-mails about your sign-in and invitations always come at once."),
}


class PreferencesForm(forms.Form):
    """One field for each group."""

    def __init__(self, *args: Any, chosen: Mapping[Group, Channel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for group in Group:
            self.fields[group.value] = forms.ChoiceField(
                label=group.label,
                choices=[(channel.value, channel.label) for channel in CHOICES[group]],
                initial=chosen[group],
                help_text=_HELP.get(group, ""),
            )

    def channels(self) -> dict[Group, Channel]:
        """What was chosen."""
        return {group: Channel(self.cleaned_data[group.value]) for group in Group}
