"""Where somebody works and what they may do; a site or department; a role."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import CompanyRole, UnitKind
from accounts.organisation import RoleRow, UnitRow, role_choices, units_for
from accounts.people import Position
from accounts.permissions import Permission
from accounts.units import UnitData
from core.actor import Actor
from frontend.typed import choose


class PositionForm(forms.Form):
    """A role, and the site or department that it is for."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), initial=CompanyRole.BUYER)
    unit = forms.ChoiceField(
        label=gettext_lazy("Site or department"),
        required=False,
        help_text=gettext_lazy("Who belongs to a site sees its orders, not those of other sites."),
    )

    def __init__(self, *args: Any, actor: Actor, roles: Sequence[RoleRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "role", role_choices(actor, roles))
        choose(self, "unit", unit_choices(actor, units_for(actor), _("The whole company")))

    def position(self) -> Position:
        """What was chosen, for the service."""
        role, unit = self.cleaned_data["role"], self.cleaned_data["unit"]
        unit_id = UUID(unit) if unit else None
        if role in CompanyRole.values:
            return Position(role, unit_id=unit_id)
        return Position(CompanyRole.CUSTOM, UUID(role), unit_id)


class InvitationForm(PositionForm):
    """Whom to invite, as what."""

    email = forms.EmailField(label=gettext_lazy("E-mail"))
    field_order: Any = ["email", "role", "unit"]


class UnitForm(forms.Form):
    """A site or a department, and what it belongs to."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=UnitKind.choices, initial=UnitKind.SITE)
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("Your own, such as the number of the plant."),
    )
    parent = forms.ChoiceField(label=gettext_lazy("Belongs to"), required=False)

    def __init__(self, *args: Any, actor: Actor, units: Sequence[UnitRow], below: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [row for row in units if not (below and row.path.startswith(below))]
        choose(self, "parent", unit_choices(actor, others, _("The company itself")))

    def unit_data(self) -> UnitData:
        """What was typed, for the service."""
        data = self.cleaned_data
        parent_id = UUID(data["parent"]) if data["parent"] else None
        return UnitData(data["name"], UnitKind(data["kind"]), data["code"], parent_id)


class RoleForm(forms.Form):
    """A role: its name, and what it lets one do of what the actor may do."""

    name = forms.CharField(label=gettext_lazy("Name of the role"), max_length=60)
    permissions = forms.MultipleChoiceField(
        label=gettext_lazy("What it lets people do"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["permissions"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(value, label) for value, label in Permission.choices if value in actor.permissions]


def unit_choices(actor: Actor, units: Sequence[UnitRow], whole: str) -> list[tuple[str, str]]:
    """Sites and departments with those above them; the company as a whole where the actor sees all of it."""
    everything = [("", whole)] if actor.unit_ids is None else []
    return everything + [(row.id.hex, row.trail) for row in units]
