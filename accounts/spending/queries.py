"""How a company's spending is limited, as its pages show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import CompanyRole
from accounts.models import BusinessUnit, Company
from accounts.spending.budgets import counting, on_day
from accounts.spending.enums import BudgetPeriod, BudgetPolicy, CeilingPeriod, ChangeKind
from accounts.spending.judging import left_of, sees_centres
from accounts.spending.models import (
    ApprovalRule,
    ApprovalTier,
    Budget,
    Ceiling,
    CostCentre,
    SpendingChange,
    SpendingEntry,
)
from accounts.spending.people import people_of
from accounts.spending.services import can_manage_spending, seen_deputies
from core import formatting
from core.actor import Actor
from core.errors import NotAllowed, NotFound
from core.money import ZERO


@dataclass(frozen=True, slots=True)
class CeilingRow:
    id: UUID
    about: str
    period_text: str
    amount_text: str


@dataclass(frozen=True, slots=True)
class CentreRow:
    """A cost centre with its unit and the budgets of today."""

    id: UUID
    code: str
    name: str
    unit_name: str
    budgets_text: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class RuleRow:
    id: UUID
    name: str
    when_text: str
    tiers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeputyRow:
    """A deputy; ``absent_name`` is in whose place, empty for the reader's own."""

    id: UUID
    name: str
    absent_name: str
    days_text: str


@dataclass(frozen=True, slots=True)
class BudgetPage:
    """A budget and what was left of it at the end of each part of its period until today."""

    id: UUID
    amount: Decimal
    policy: str
    renews: bool
    is_active: bool
    period_text: str
    days_text: str
    policy_text: str
    amount_text: str
    left_text: str
    used_percent: int
    is_over: bool
    left: tuple[tuple[str, str, Decimal], ...]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """Who changed what, and when."""

    what: str
    values: str
    name: str
    at_text: str


@dataclass(frozen=True, slots=True)
class CentrePage:
    id: UUID
    code: str
    name: str
    unit_id: UUID | None
    unit_name: str
    is_open: bool
    budgets: tuple[BudgetPage, ...]
    changes: tuple[ChangeRow, ...]


#: (key, text) of what can be chosen in a form.
Choices = list[tuple[str, str]]


def ceilings_of(actor: Actor) -> list[CeilingRow]:
    """The company's ceilings; one statement. Raises NotAllowed."""
    rows = Ceiling.objects.filter(company_id=managed(actor), is_active=True).select_related("user", "unit")
    return [
        CeilingRow(
            id=row.pk,
            about=_about(row),
            period_text=str(CeilingPeriod(row.period).label),
            amount_text=formatting.money(row.amount, row.currency),
        )
        for row in rows.order_by("user__name", "role", "unit__name", "pk")
    ]


def centres_of(actor: Actor) -> list[CentreRow]:
    """The company's cost centres, closed ones last; three statements. Raises NotAllowed."""
    rows = CostCentre.objects.filter(company_id=managed(actor))
    centres = list(rows.select_related("unit").order_by("-is_active", "code"))
    today = timezone.localdate()
    budgets = counting(Budget.objects.filter(cost_centre__in=centres), today)
    left = left_of(budgets)
    texts: dict[UUID, list[str]] = {}
    for budget in budgets:
        values = {
            "left": formatting.money(left[budget.pk], budget.currency),
            "amount": formatting.money(budget.amount, budget.currency),
        }
        texts.setdefault(budget.cost_centre_id, []).append(_("%(left)s left of %(amount)s") % values)
    return [
        CentreRow(row.pk, row.code, row.name, _unit_name(row), " · ".join(texts.get(row.pk, [])), row.is_active)
        for row in centres
    ]


def rules_of(actor: Actor, *, categories: dict[str, str] | None = None) -> list[RuleRow]:
    """The company's rules in their order; four statements. Raises NotAllowed."""
    rules = ApprovalRule.objects.filter(company_id=managed(actor), is_active=True)
    rules = rules.select_related("unit", "cost_centre").prefetch_related("tiers__members__user")
    return [
        RuleRow(
            id=rule.pk,
            name=rule.name,
            when_text=_when(rule, categories or {}),
            tiers=tuple(_tier(tier) for tier in rule.tiers.all()),
        )
        for rule in rules
    ]


def centre_page(actor: Actor, centre_id: UUID) -> CentrePage:
    """A cost centre with its budgets and changes, latest first; five statements. Raises NotAllowed, NotFound."""
    centre = CostCentre.objects.select_related("unit").filter(company_id=managed(actor), pk=centre_id).first()
    if centre is None:
        raise NotFound
    rows = centre.budgets.order_by("-is_active", "-starts_on", "period")[:12]
    budgets = [on_day(row, timezone.localdate()) for row in rows]
    left = left_of(budgets)
    days = SpendingEntry.objects.filter(cost_centre=centre).values_list("day", "currency").order_by("day")
    spent = list(days.annotate(total=Sum("amount")))
    shown = tuple(_budget(row, left[row.pk], spent) for row in budgets)
    changes = tuple(_change(row) for row in centre.changes.all()[:20])
    about = (centre.pk, centre.code, centre.name, centre.unit_id, _unit_name(centre), centre.is_active)
    return CentrePage(*about, shown, changes)


def deputies(actor: Actor) -> list[DeputyRow]:
    """Who approves in the actor's place, now and later, and in whose place for who manages spending; one statement."""
    rows = seen_deputies(actor).filter(ends_on__gte=timezone.localdate())
    return [
        DeputyRow(
            row.pk,
            row.deputy.name,
            row.user.name if row.user_id != actor.user_id else "",
            f"{formatting.day(row.starts_on)} – {formatting.day(row.ends_on)}",
        )
        for row in rows.select_related("deputy", "user").order_by("starts_on", "pk")
    ]


def mail_limit_of(company_id: UUID) -> Decimal:
    """Up to which net amount (EUR) a company's approvers decide from the e-mail without signing in."""
    return Company.objects.values_list("mail_approval_amount", flat=True).get(pk=company_id)


def cost_centre_choices(actor: Actor, company_id: UUID) -> Choices | None:
    """Code and text of the company's cost centres that the actor may choose; None where the company has laid out none.

    Two statements at most.
    """
    rows = CostCentre.objects.filter(company_id=company_id, is_active=True).order_by("code")
    found = list(rows.values_list("code", "name", "unit_id"))
    if not found:
        return None
    seen = sees_centres(actor, {unit_id for _code, _name, unit_id in found})
    return [(code, f"{code} · {name}") for code, name, unit_id in found if unit_id in seen]


def centre_ids(company_id: UUID) -> Choices:
    """Key and text of the company's cost centres; one statement."""
    rows = CostCentre.objects.filter(company_id=company_id, is_active=True).order_by("code")
    return [(key.hex, f"{code} · {name}") for key, code, name in rows.values_list("pk", "code", "name")]


def member_choices(company_id: UUID, *, only_approvers: bool = False) -> Choices:
    """Key and name of the company's people; one statement."""
    return [
        (person.id.hex, person.name) for person in people_of(company_id) if person.may_approve or not only_approvers
    ]


def unit_choices(company_id: UUID) -> Choices:
    """Key and name of the company's units; one statement."""
    rows = BusinessUnit.objects.filter(company_id=company_id).order_by("name")
    return [(key.hex, name) for key, name in rows.values_list("pk", "name")]


def managed(actor: Actor) -> UUID:
    """The actor's company. Raises NotAllowed for who does not manage its spending."""
    if not can_manage_spending(actor):
        raise NotAllowed
    return actor.require_company()


def _unit_name(row: CostCentre) -> str:
    return row.unit.name if row.unit is not None else ""


def _about(row: Ceiling) -> str:
    if row.user is not None:
        return row.user.name
    if row.unit is not None:
        return _("Everybody of %(unit)s") % {"unit": row.unit.name}
    return _("Everybody who is %(role)s") % {"role": str(CompanyRole(row.role).label)}


def _when(rule: ApprovalRule, categories: dict[str, str]) -> str:
    parts = []
    if rule.minimum_amount is not None:
        amount = formatting.money(rule.minimum_amount, rule.currency)
        parts.append(_("from %(amount)s net") % {"amount": amount})
    if rule.supplier_id is not None:
        parts.append(_("at this supplier"))
    if rule.category:
        parts.append(categories.get(rule.category, rule.category))
    if rule.cost_centre is not None:
        parts.append(rule.cost_centre.code)
    if rule.requester_role:
        parts.append(str(CompanyRole(rule.requester_role).label))
    if rule.unit is not None:
        parts.append(rule.unit.name)
    if rule.only_out_of_budget:
        parts.append(_("out of budget"))
    return " · ".join(parts) or _("every order")


def _tier(tier: ApprovalTier) -> str:
    names = [row.user.name if row.user is not None else str(CompanyRole(row.role).label) for row in tier.members.all()]
    if tier.mode == "all":
        return _("all of: %(names)s") % {"names": ", ".join(names)}
    return _("%(count)s of: %(names)s") % {"count": tier.minimum, "names": ", ".join(names)}


def _budget(budget: Budget, left: Decimal, spent: Sequence[tuple[date, str, Decimal]]) -> BudgetPage:
    last = budget.ends_before - timedelta(days=1)
    used = budget.amount - left
    return BudgetPage(
        id=budget.pk,
        amount=budget.amount,
        policy=budget.policy,
        renews=budget.renews,
        is_active=budget.is_active,
        period_text=str(BudgetPeriod(budget.period).label),
        days_text=f"{formatting.day(budget.starts_on)} – {formatting.day(last)}",
        policy_text=str(BudgetPolicy(budget.policy).label),
        amount_text=formatting.money(budget.amount, budget.currency),
        left_text=formatting.money(left, budget.currency),
        used_percent=int(min(max(used, ZERO) * 100 / (budget.amount or 1), Decimal(100))),
        is_over=left < 0,
        left=tuple(_burn_down(budget, spent)),
    )


def _change(row: SpendingChange) -> ChangeRow:
    what = str(ChangeKind(row.kind).label)
    if row.starts_on is not None:
        what = f"{what} ({formatting.day(row.starts_on)})"
    values = " → ".join(_changed(row.kind, value) for value in (row.before, row.after) if value)
    return ChangeRow(what, values, row.actor_name, formatting.moment(row.at))


def _changed(kind: str, value: str) -> str:
    """A value as it is read."""
    match kind:
        case ChangeKind.AMOUNT | ChangeKind.ENDED:
            amount, currency = value.split()
            return formatting.money(Decimal(amount), currency)
        case ChangeKind.POLICY:
            return str(BudgetPolicy(value).label)
        case ChangeKind.RENEWAL:
            return _("yes") if value == "1" else _("no")
    return value


def _burn_down(budget: Budget, spent: Sequence[tuple[date, str, Decimal]]) -> list[tuple[str, str, Decimal]]:
    """What was left after each twelfth of the period that has passed: label, text, amount."""
    length, today = (budget.ends_before - budget.starts_on).days, timezone.localdate()
    found = []
    for number in range(1, 13):
        end = budget.starts_on + timedelta(days=length * number // 12)
        if budget.starts_on + timedelta(days=length * (number - 1) // 12) > today:
            break
        used = sum(
            (
                amount
                for day, currency, amount in spent
                if budget.starts_on <= day < end and currency == budget.currency
            ),
            ZERO,
        )
        left = max(budget.amount - used, ZERO)
        day = min(end - timedelta(days=1), today)
        found.append((formatting.day(day), formatting.money(left, budget.currency), left))
    return found
