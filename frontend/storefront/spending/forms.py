"""Forms of ceilings, cost centres, budgets and approval rules."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import CompanyRole
from accounts.spending.enums import BudgetPeriod, BudgetPolicy, CeilingPeriod, TierMode
from accounts.spending.queries import centre_ids, member_choices, unit_choices
from accounts.spending.rules import Predicate
from accounts.spending.services import BudgetData, CeilingData, TierData
from frontend.typed import choose
from marketplace.taxonomy import taxonomy
from orders.approvals.asking import FROZEN

#: Steps that a rule may have.
TIERS = 3
_ROLES = [choice for choice in CompanyRole.choices if choice[0] != CompanyRole.CUSTOM]
_ANY = ("", "—")


def _amount(label: Any, **options: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, min_value=Decimal(0), max_digits=14, decimal_places=2, localize=True, **options
    )


def _who(value: str) -> tuple[UUID | None, str, UUID | None]:
    """A user, a role or a unit out of ``user:…``, ``role:…``, ``unit:…``."""
    kind, _colon, key = value.partition(":")
    if kind == "role":
        return None, key, None
    return (UUID(key), "", None) if kind == "user" else (None, "", UUID(key))


class CeilingForm(forms.Form):
    """How much somebody may order without an approval."""

    about = forms.ChoiceField(label=gettext_lazy("Whom it is about"))
    period = forms.ChoiceField(label=gettext_lazy("Period"), choices=CeilingPeriod.choices)
    amount = _amount(gettext_lazy("At most, net"))

    def __init__(self, company_id: UUID, *args: Any) -> None:
        super().__init__(*args)
        people = [(f"user:{key}", name) for key, name in member_choices(company_id)]
        units = [(f"unit:{key}", name) for key, name in unit_choices(company_id)]
        roles = [(f"role:{key}", label) for key, label in _ROLES]
        groups = [(_("People"), people), (_("Roles"), roles), *([(_("Sites"), units)] if units else [])]
        choose(self, "about", groups)

    def ceiling(self) -> CeilingData:
        user_id, role, unit_id = _who(self.cleaned_data["about"])
        return CeilingData(self.cleaned_data["period"], self.cleaned_data["amount"], user_id, role, unit_id)


class MailForm(forms.Form):
    """Up to which amount approvers decide from the e-mail."""

    limit = _amount(
        gettext_lazy("Without signing in up to, net in EUR"),
        help_text=gettext_lazy(
            "0: they always sign in. Whoever has the e-mail can decide: no second factor is asked for."
        ),
    )


class CentreUnitForm(forms.Form):
    """Whose a cost centre is."""

    unit = forms.ChoiceField(
        label=gettext_lazy("Site"),
        required=False,
        help_text=gettext_lazy("Only this site and those below it can choose it."),
    )

    def __init__(self, company_id: UUID, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choose(self, "unit", [("", _("The whole company")), *unit_choices(company_id)])

    def unit_id(self) -> UUID | None:
        return UUID(self.cleaned_data["unit"]) if self.cleaned_data["unit"] else None


class CostCentreForm(CentreUnitForm):
    """A new cost centre."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=30)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    field_order = ("code", "name", "unit")


class CentreNameForm(forms.Form):
    """What a cost centre is called."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)


class BudgetTermsForm(forms.Form):
    """How much a budget is, and what happens when it is used up or over."""

    amount = _amount(gettext_lazy("Amount, net"))
    policy = forms.ChoiceField(label=gettext_lazy("When it is used up"), choices=BudgetPolicy.choices)
    renews = forms.BooleanField(
        label=gettext_lazy("Begins anew each period"),
        required=False,
        help_text=gettext_lazy("Else nothing is limited any more once its period is over."),
    )


class BudgetForm(BudgetTermsForm):
    """What a cost centre may spend in a period."""

    period = forms.ChoiceField(label=gettext_lazy("Period"), choices=BudgetPeriod.choices)
    starts_on = forms.DateField(
        label=gettext_lazy("First day"),
        help_text=gettext_lazy("The first of a month."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    field_order = ("period", "starts_on", "amount", "policy", "renews")

    def clean_starts_on(self) -> Any:
        day = self.cleaned_data["starts_on"]
        if day.day != 1:
            raise forms.ValidationError(_("Budgets begin on the first of a month."))
        return day

    def budget(self) -> BudgetData:
        return BudgetData(**self.cleaned_data)


class RuleForm(forms.Form):
    """Which orders need an approval, and of whom, step by step."""

    name = forms.CharField(label=gettext_lazy("Name of the rule"), max_length=80)
    minimum = _amount(gettext_lazy("From this net amount"), required=False)
    here = forms.BooleanField(label=gettext_lazy("Only orders at this supplier"), required=False)
    category = forms.ChoiceField(label=gettext_lazy("Category"), required=False)
    cost_centre = forms.ChoiceField(label=gettext_lazy("Cost centre"), required=False)
    role = forms.ChoiceField(label=gettext_lazy("Role of who orders"), choices=[_ANY, *_ROLES], required=False)
    unit = forms.ChoiceField(label=gettext_lazy("Site"), required=False)
    only_out_of_budget = forms.BooleanField(label=gettext_lazy("Only out of budget"), required=False)

    def __init__(self, company_id: UUID, *args: Any) -> None:
        super().__init__(*args)
        nodes = taxonomy()
        categories = sorted((node.code, nodes.full_name(node.code)) for node in nodes.nodes.values())
        self._choose("category", categories)
        self._choose("cost_centre", centre_ids(company_id))
        self._choose("unit", unit_choices(company_id))
        people = [(f"user:{key}", name) for key, name in member_choices(company_id, only_approvers=True)]
        roles = [(f"role:{key}", label) for key, label in _ROLES]
        for number in range(1, TIERS + 1):
            self._add_tier(number, [(_("Roles"), roles), (_("People"), people)])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        choose(self, name, [_ANY, *choices])

    def _add_tier(self, number: int, choices: list[Any]) -> None:
        values = {"number": number}
        self.fields[f"tier{number}"] = forms.MultipleChoiceField(
            label=_("Step %(number)s: who approves") % values, choices=choices, required=number == 1
        )
        modes = [(TierMode.ANY.value, _("Any of them")), (TierMode.ALL.value, _("All of them"))]
        self.fields[f"mode{number}"] = forms.ChoiceField(
            label=_("Step %(number)s: how many") % values, choices=modes, required=False
        )
        self.fields[f"minimum{number}"] = forms.IntegerField(
            label=_("Step %(number)s: of any, at least") % values, min_value=1, max_value=20, initial=1, required=False
        )
        self.fields[f"hours{number}"] = forms.IntegerField(
            label=_("Step %(number)s: hours until others may") % values,
            min_value=1,
            max_value=int(FROZEN.total_seconds()) // 3600,
            initial=48,
            required=False,
        )

    def predicate(self, supplier_id: UUID | None) -> Predicate:
        data = self.cleaned_data
        return Predicate(
            minimum=data["minimum"],
            supplier_id=supplier_id if data["here"] else None,
            category=data["category"],
            cost_centre_id=UUID(data["cost_centre"]) if data["cost_centre"] else None,
            role=data["role"],
            unit_id=UUID(data["unit"]) if data["unit"] else None,
            only_out_of_budget=data["only_out_of_budget"],
        )

    def tiers(self) -> list[TierData]:
        """The steps that name somebody, in their order."""
        return [self._tier(number) for number in range(1, TIERS + 1) if self.cleaned_data[f"tier{number}"]]

    def _tier(self, number: int) -> TierData:
        chosen = [_who(value) for value in self.cleaned_data[f"tier{number}"]]
        return TierData(
            roles=[role for _user, role, _unit in chosen if role],
            user_ids=[user_id for user_id, _role, _unit in chosen if user_id],
            mode=self.cleaned_data[f"mode{number}"] or TierMode.ANY,
            minimum=self.cleaned_data[f"minimum{number}"] or 1,
            escalation_hours=self.cleaned_data[f"hours{number}"] or 48,
        )
