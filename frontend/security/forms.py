"""Forms about one's own sign-in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.organisation import units_for
from accounts.requests import Request
from accounts.security.provider.connections import ROLES, ConnectionData, ConnectionInfo
from accounts.security.provider.protocol import is_issuer
from core.actor import Actor
from frontend.organisation.forms import unit_choices
from frontend.typed import choose

TOO_MANY = _("Too many attempts. Wait a quarter of an hour, then try again.")


class ConfirmForm(forms.Form):
    """One's own password once more; guesses count as those at the door."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )

    def __init__(self, *args: Any, request: Request, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        owner = self.request.user
        email = owner.email if isinstance(owner, User) else ""
        user = authenticate(self.request, username=email, password=password)
        if getattr(self.request, "axes_locked_out", False):
            raise forms.ValidationError(TOO_MANY)
        if user is None or user.pk != owner.pk:
            raise forms.ValidationError(_("This is not your password."))
        return password


class NewPasswordForm(forms.Form):
    """A new password, twice."""

    password = forms.CharField(
        label=_("New password"),
        strip=False,
        help_text=_("At least 10 characters."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("Once more"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "password" in data and data["password"] != data.get("again"):
            self.add_error("again", _("The two are not the same."))
        return data


class CodeAppForm(forms.Form):
    """The first code of a new code app."""

    code = forms.CharField(
        label=_("Code"),
        max_length=12,
        help_text=_("The six digits that your code app shows now."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class PolicyForm(forms.Form):
    """What a company asks of its members."""

    is_required = forms.BooleanField(
        label=_("Everybody signs in with a second factor"),
        required=False,
        help_text=_("Who has none is led to set one up before anything else."),
    )


class PasskeyForm(forms.Form):
    """What the browser answered; a script puts it here."""

    credential = forms.JSONField(
        label=_("Passkey"),
        widget=forms.HiddenInput,
        error_messages={"required": _("Your browser gave no passkey."), "invalid": _("Your browser gave no passkey.")},
    )

    def clean_credential(self) -> dict[str, Any]:
        credential = self.cleaned_data["credential"]
        if not isinstance(credential, dict):
            raise forms.ValidationError(_("Your browser gave no passkey."))
        return credential


class NewPasskeyForm(PasskeyForm):
    """A new passkey with a name by which its owner knows it."""

    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("Such as the name of the device."))
    field_order: Any = ["name", "credential"]


class WorkEmailForm(forms.Form):
    """An address at work."""

    email = forms.EmailField(
        label=_("E-mail at work"), widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
    )


class ConnectionForm(forms.Form):
    """A company's OpenID Connect provider."""

    issuer = forms.CharField(
        label=_("Issuer"),
        max_length=500,
        help_text=_("The address of your provider, such as https://login.example.com"),
    )
    client_id = forms.CharField(label=_("Client ID"), max_length=200)
    client_secret = forms.CharField(
        label=_("Client secret"),
        required=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Leave it empty to keep the one that is there."),
    )
    domains = forms.CharField(
        label=_("Domains of e-mail addresses"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One per line. Each counts once we have seen its TXT record."),
    )
    default_role = forms.ChoiceField(label=_("Role of newcomers"))
    default_unit = forms.ChoiceField(label=_("Site or department of newcomers"), required=False)
    is_enabled = forms.BooleanField(label=_("Single sign-on is on"), required=False)

    def __init__(self, *args: Any, actor: Actor, known: ConnectionInfo | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = _initial(known)
        self.fields["client_secret"].required = known is None
        choose(self, "default_role", [(role.value, role.label) for role in ROLES])
        choose(self, "default_unit", unit_choices(actor, units_for(actor), gettext("The whole company")))

    def clean_issuer(self) -> str:
        issuer: str = self.cleaned_data["issuer"].strip()
        if not is_issuer(issuer):
            raise forms.ValidationError(_("An address that begins with https:// and names a server."))
        return issuer

    def connection_data(self) -> ConnectionData:
        """What was typed, for the service."""
        data = self.cleaned_data
        return ConnectionData(
            issuer=data["issuer"],
            client_id=data["client_id"],
            client_secret=data["client_secret"],
            domains=data["domains"].split(),
            default_role=data["default_role"],
            default_unit_id=UUID(data["default_unit"]) if data["default_unit"] else None,
            is_enabled=data["is_enabled"],
        )


def _initial(known: ConnectionInfo | None) -> dict[str, Any]:
    if known is None:
        return {}
    return {
        "issuer": known.issuer,
        "client_id": known.client_id,
        "domains": "\n".join(row.domain for row in known.domains),
        "default_role": known.default_role,
        "default_unit": known.default_unit_id.hex if known.default_unit_id else "",
        "is_enabled": known.is_enabled,
    }
