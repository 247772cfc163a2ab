"""Whether somebody may order as it is: ceilings, the budget of a cost centre, approval rules.

Amounts are net. ``judge`` with ``lock`` is for the transaction that places the order: two orders of a person, or on a
cost centre, then follow one another.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import CompanyUser
from accounts.spending.enums import BudgetPolicy, CeilingPeriod, TierMode
from accounts.spending.errors import BudgetUsedUp, CostCentreUnknown, NoApprover
from accounts.spending.models import ApprovalRule, ApprovalTier, Budget, Ceiling, CostCentre, SpendingEntry, TierMember
from accounts.spending.people import Person, able, overseers, path_of, people_of
from accounts.spending.rules import Predicate, Purchase, is_in
from core import formatting
from core.actor import Actor
from core.db import in_service
from core.money import ZERO

#: When nobody says otherwise, those who manage spending may approve after two days.
USUAL_HOURS = 48


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an approval is needed, or what a buyer is warned of; plain values, a text in the reader's language."""

    code: str
    name: str = ""
    amount: str = ""
    currency: str = ""

    @property
    def text(self) -> str:
        amount = formatting.money(Decimal(self.amount), self.currency) if self.amount else ""
        values = {"name": self.name, "amount": amount}
        match self.code:
            case "ceiling":
                period = str(CeilingPeriod(self.name).label).lower()
                return _("More than the limit of %(amount)s %(period)s") % {"amount": amount, "period": period}
            case "budget":
                return _("More than is left of the budget of %(name)s: %(amount)s") % values
            case "other_currency":
                words = {"name": self.name, "currency": self.currency}
                return _("The budget of %(name)s is in another currency (%(currency)s)") % words
            case _:
                return _("Rule “%(name)s”") % values


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """Who would have to approve: so many of these."""

    needed: int
    approvers: tuple[Person, ...]
    escalation_hours: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """May be ordered as it is, unless there are steps; ``warnings`` are for the buyer alone."""

    reasons: tuple[Reason, ...] = ()
    steps: tuple[PlannedStep, ...] = ()
    warnings: tuple[Reason, ...] = ()

    @property
    def needs_approval(self) -> bool:
        return bool(self.reasons)


def judge(
    *,
    actor: Actor,
    company_id: UUID,
    purchase: Purchase,
    cost_centre_code: str = "",
    categories: Callable[[], frozenset[str]] | None = None,
    lock: bool = False,
    is_placed: bool = False,
) -> Judgement:
    """Say whether the actor may order this for the company, or who must approve it.

    ``categories`` is asked only where a rule looks at them. An order that ``is_placed`` keeps its cost centre, whoever
    changes it. Two statements where nothing is set up, at most thirteen.
    Raises CostCentreUnknown and BudgetUsedUp at ``cost_centre``, NoApprover.
    """
    ceilings, rules = _ceilings(company_id), _rules(company_id)
    if any(row.unit_id for row in ceilings) or any(rule.unit_id for rule in rules):
        purchase = replace(purchase, unit_path=path_of(actor.unit_id))
    reasons = _ceiling_reasons(ceilings, actor, purchase, company_id, lock=lock)
    centre = cost_centre(company_id, cost_centre_code, lock=lock, chosen_by=None if is_placed else actor)
    over, warnings = _budget_reasons(centre, purchase)
    purchase = replace(
        purchase, role=actor.role, cost_centre_id=centre.pk if centre else None, out_of_budget=bool(over or warnings)
    )
    if categories is not None and any(rule.category for rule in rules):
        purchase = replace(purchase, categories=categories())
    matching = [rule for rule in rules if predicate_of(rule).matches(purchase)]
    reasons += over + [Reason("rule", rule.name) for rule in matching]
    if not reasons:
        return Judgement(warnings=tuple(warnings))
    people = people_of(company_id)
    steps = _steps(matching, people, path=purchase.unit_path or path_of(actor.unit_id), requester=actor.user_id)
    return Judgement(tuple(reasons), steps, tuple(warnings))


def require_budget(*, company_id: UUID, purchase: Purchase, cost_centre_code: str) -> None:
    """What was approved still has to be within a budget that refuses orders: others have ordered meanwhile.

    Locks the cost centre. Raises CostCentreUnknown and BudgetUsedUp.
    """
    _budget_reasons(cost_centre(company_id, cost_centre_code, lock=True), purchase)


def cost_centre(
    company_id: UUID, code: str, *, lock: bool = False, chosen_by: Actor | None = None
) -> CostCentre | None:
    """The cost centre that a code means, none without one; one statement, two for one of a unit.

    A company that has laid out none may write anything. One that whoever chooses it does not see is unknown to them.
    Raises CostCentreUnknown at ``cost_centre_code``.
    """
    if not code.strip():
        return None
    rows = CostCentre.objects.filter(company_id=company_id, code__iexact=code.strip(), is_active=True)
    centre = (rows.select_for_update(of=("self",), no_key=True) if lock and in_service() else rows).first()
    if centre is None and CostCentre.objects.filter(company_id=company_id, is_active=True).exists():
        raise CostCentreUnknown(field="cost_centre_code")
    if centre is not None and chosen_by is not None and not sees_centres(chosen_by, {centre.unit_id}):
        raise CostCentreUnknown(field="cost_centre_code")
    return centre


def sees_centres(actor: Actor, unit_ids: Collection[UUID | None]) -> set[UUID | None]:
    """Those of these units (None: the whole company) whose cost centres an actor may choose; one statement at most.

    These are its own unit with those above and below it; all for who sees all sites. Somebody of the supplier, who
    orders on behalf, is of no site and chooses what is the whole company's.
    """
    if actor.acting_id is not None:
        return {key for key in unit_ids if key is None}
    if actor.unit_ids is None:
        return set(unit_ids)
    path = path_of(actor.unit_id) if set(unit_ids) - {None} - actor.unit_ids else ""
    return {key for key in unit_ids if key in actor.unit_ids or is_in(key, path)}


def predicate_of(rule: ApprovalRule) -> Predicate:
    """What a rule looks at."""
    return Predicate(
        minimum=rule.minimum_amount,
        currency=rule.currency,
        supplier_id=rule.supplier_id,
        category=rule.category,
        cost_centre_id=rule.cost_centre_id,
        role=rule.requester_role,
        unit_id=rule.unit_id,
        only_out_of_budget=rule.only_out_of_budget,
    )


def begins(period: str, today: date) -> date:
    """The first day of the period that a day is in."""
    if period == CeilingPeriod.WEEK:
        return today - timedelta(days=today.weekday())
    return today.replace(day=1) if period == CeilingPeriod.MONTH else today


def left_of(budgets: Sequence[Budget]) -> dict[UUID, Decimal]:
    """What is left of budgets; one statement."""
    sums = {
        f"b{budget.pk.hex}": Sum(
            "amount",
            filter=Q(
                cost_centre_id=budget.cost_centre_id,
                currency=budget.currency,
                day__gte=budget.starts_on,
                day__lt=budget.ends_before,
            ),
            default=ZERO,
        )
        for budget in budgets
    }
    entries = SpendingEntry.objects.filter(cost_centre_id__in={budget.cost_centre_id for budget in budgets})
    used: dict[str, Decimal] = entries.aggregate(**sums) if sums else {}
    return {budget.pk: budget.amount - used[f"b{budget.pk.hex}"] for budget in budgets}


def _ceilings(company_id: UUID) -> list[Ceiling]:
    return list(Ceiling.objects.filter(company_id=company_id, is_active=True))


def _rules(company_id: UUID) -> list[ApprovalRule]:
    tiers = ApprovalTier.objects.prefetch_related(Prefetch("members", TierMember.objects.order_by("pk")))
    rules = ApprovalRule.objects.filter(company_id=company_id, is_active=True)
    return list(rules.prefetch_related(Prefetch("tiers", tiers)))


def _ceiling_reasons(
    ceilings: Iterable[Ceiling], actor: Actor, purchase: Purchase, company_id: UUID, *, lock: bool
) -> list[Reason]:
    """Ceilings about the actor that this purchase goes over; what is in another currency cannot be compared."""
    about = [row for row in ceilings if _is_about(row, actor, purchase.unit_path)]
    if not about or actor.user_id is None:
        return []
    if lock:
        member = CompanyUser.objects.select_for_update(of=("self",), no_key=True)
        member.filter(company_id=company_id, user_id=actor.user_id).first()
    today = timezone.localdate()
    sums: dict[str, Any] = {
        f"in_{row.period}": Sum("amount", filter=Q(day__gte=begins(row.period, today)), default=ZERO) for row in about
    }
    entries = SpendingEntry.objects.filter(company_id=company_id, user_id=actor.user_id, currency=purchase.currency)
    spent = entries.filter(day__gte=today - timedelta(days=31)).aggregate(**sums)
    spent[f"in_{CeilingPeriod.ORDER}"] = ZERO
    return [
        Reason("ceiling", row.period, str(row.amount), row.currency)
        for row in about
        if row.currency != purchase.currency or spent[f"in_{row.period}"] + purchase.net > row.amount
    ]


def _is_about(row: Ceiling, actor: Actor, path: str) -> bool:
    if row.user_id is not None:
        return row.user_id == actor.user_id
    return row.role == actor.role if row.role else is_in(row.unit_id, path)


def _budget_reasons(centre: CostCentre | None, purchase: Purchase) -> tuple[list[Reason], list[Reason]]:
    """Budgets of this day that are not enough: those that ask for an approval, those that warn. Raises BudgetUsedUp.

    Where all are in other currencies nobody can say what is left: those that would refuse ask for an approval.
    """
    if centre is None:
        return [], []
    today = timezone.localdate()
    rows = list(Budget.objects.filter(cost_centre=centre, starts_on__lte=today, ends_before__gt=today))
    budgets = [row for row in rows if row.currency == purchase.currency]
    found: dict[str, list[Reason]] = {BudgetPolicy.APPROVE.value: [], BudgetPolicy.WARN.value: []}
    for row in rows if not budgets else ():
        policy = BudgetPolicy.WARN if row.policy == BudgetPolicy.WARN else BudgetPolicy.APPROVE
        found[policy].append(Reason("other_currency", centre.name, currency=row.currency))
    left = left_of(budgets)
    for budget in budgets:
        if left[budget.pk] >= purchase.net:
            continue
        if budget.policy == BudgetPolicy.BLOCK:
            text = formatting.money(max(left[budget.pk], ZERO), budget.currency)
            raise BudgetUsedUp(field="cost_centre_code", left=text)
        found[budget.policy].append(Reason("budget", centre.name, str(max(left[budget.pk], ZERO)), budget.currency))
    return found[BudgetPolicy.APPROVE.value], found[BudgetPolicy.WARN.value]


def _steps(
    rules: Iterable[ApprovalRule], people: Sequence[Person], *, path: str, requester: UUID | None
) -> tuple[PlannedStep, ...]:
    """The tiers of all matching rules one after the other, each once; without a rule anybody who may approve does.

    A tier of which nobody else is left is decided by those who manage spending. Raises NoApprover.
    """
    candidates = able(people, path=path, without=requester)
    steps: list[PlannedStep] = []
    for tier in (tier for rule in rules for tier in rule.tiers.all()):
        chosen = [person for person in candidates if is_member(tier.members.all(), person)]
        steps.append(_step(chosen, tier.mode, tier.minimum, tier.escalation_hours))
    if not steps:
        steps.append(_step(candidates, TierMode.ANY, 1, USUAL_HOURS))
    fallback = overseers(people, path=path, without=requester)
    steps = [step if len(step.approvers) >= step.needed > 0 else _step(fallback, TierMode.ANY, 1, 0) for step in steps]
    if any(not step.approvers for step in steps):
        raise NoApprover
    return tuple(dict.fromkeys(steps))


def is_member(members: Iterable[TierMember], person: Person) -> bool:
    """Whether a person is named by a tier, or has one of its roles."""
    return any(row.user_id == person.id or (row.role and row.role == person.role) for row in members)


def _step(people: Sequence[Person], mode: str, minimum: int, hours: int) -> PlannedStep:
    needed = len(people) if mode == TierMode.ALL else minimum
    return PlannedStep(needed, tuple(people), hours)
