"""Setting up ceilings, cost centres, budgets, approval rules and deputies: for those who manage spending."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Max, QuerySet

from accounts.models import BusinessUnit, Company
from accounts.permissions import Permission
from accounts.spending.budgets import ends_before
from accounts.spending.enums import TierMode
from accounts.spending.errors import BudgetExists, CodeTaken, NoApprover, NotAnApprover
from accounts.spending.models import ApprovalRule, ApprovalTier, Budget, Ceiling, CostCentre, Deputy, TierMember
from accounts.spending.people import Person, able, path_of, people_of
from accounts.spending.rules import Predicate
from core.actor import Actor
from core.db import atomic, savepoint
from core.errors import NotAllowed, NotFound
from core.ids import uuid7


@dataclass(frozen=True, slots=True)
class CeilingData:
    """A ceiling about one of: a user, a role, a unit."""

    period: str
    amount: Decimal
    user_id: UUID | None = None
    role: str = ""
    unit_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class BudgetData:
    period: str
    starts_on: date
    amount: Decimal
    policy: str
    renews: bool = False


@dataclass(frozen=True, slots=True)
class TierData:
    """A step of a rule: roles and people, and how many of them."""

    roles: Sequence[str] = ()
    user_ids: Sequence[UUID] = ()
    mode: str = TierMode.ANY
    minimum: int = 1
    escalation_hours: int = 48


def can_manage_spending(actor: Actor) -> bool:
    """Whether the actor may change how its company's spending is limited."""
    return actor.kind == "buyer" and actor.company_id is not None and actor.may(Permission.MANAGE_SPENDING)


@atomic
def add_ceiling(*, data: CeilingData, actor: Actor) -> UUID:
    """Limit what members order in a period without an approval. Raises NotAllowed, NotFound for strangers."""
    company_id = managed_locked(actor)
    people = {person.id for person in people_of(company_id)}
    if data.user_id is not None and data.user_id not in people:
        raise NotFound
    _check_unit(company_id, data.unit_id)
    return Ceiling.objects.create(
        company_id=company_id,
        user_id=data.user_id,
        role=data.role,
        unit_id=data.unit_id,
        period=data.period,
        amount=data.amount,
    ).pk


@atomic
def remove_ceiling(*, ceiling_id: UUID, actor: Actor) -> None:
    """Lift a ceiling. Raises NotAllowed, NotFound."""
    rows = Ceiling.objects.filter(pk=ceiling_id, company_id=managed_locked(actor), is_active=True)
    if not rows.update(is_active=False):
        raise NotFound


@atomic
def allow_mail_approval(*, amount: Decimal, actor: Actor) -> None:
    """Let approvers decide from the e-mail without signing in up to this net amount (EUR). Raises NotAllowed."""
    Company.objects.filter(pk=managed_locked(actor)).update(mail_approval_amount=amount)


@atomic
def add_cost_centre(*, code: str, name: str, actor: Actor, unit_id: UUID | None = None) -> UUID:
    """Open a cost centre, of the whole company or of a unit and those below it.

    Raises NotAllowed, NotFound for a stranger's unit, CodeTaken at ``code``.
    """
    company_id = managed_locked(actor)
    _check_unit(company_id, unit_id)
    try:
        with savepoint():
            return CostCentre.objects.create(company_id=company_id, code=code, name=name, unit_id=unit_id).pk
    except IntegrityError as error:
        raise CodeTaken(field="code") from error


@atomic
def give_cost_centre(*, cost_centre_id: UUID, unit_id: UUID | None, actor: Actor) -> None:
    """Let a cost centre be a unit's, or the whole company's; what was ordered on it stays.

    Raises NotAllowed, NotFound.
    """
    company_id = managed_locked(actor)
    _check_unit(company_id, unit_id)
    if not CostCentre.objects.filter(pk=cost_centre_id, company_id=company_id).update(unit_id=unit_id):
        raise NotFound


@atomic
def add_budget(*, cost_centre_id: UUID, data: BudgetData, actor: Actor) -> UUID:
    """Give a cost centre a budget for a period. Raises NotAllowed, NotFound, BudgetExists at ``starts_on``."""
    if not CostCentre.objects.filter(pk=cost_centre_id, company_id=managed_locked(actor)).exists():
        raise NotFound
    try:
        with savepoint():
            return Budget.objects.create(
                cost_centre_id=cost_centre_id,
                period=data.period,
                starts_on=data.starts_on,
                ends_before=ends_before(data.period, data.starts_on),
                amount=data.amount,
                policy=data.policy,
                renews=data.renews,
            ).pk
    except IntegrityError as error:
        raise BudgetExists(field="starts_on") from error


@atomic
def add_rule(*, name: str, predicate: Predicate, tiers: Sequence[TierData], actor: Actor) -> UUID:
    """Ask for approvals of the orders that a predicate fits, in the order of the tiers, after the rules before it.

    Raises NotAllowed, NotFound for a stranger's unit or cost centre, NoApprover at ``tierN`` where nobody could ever
    approve.
    """
    company_id = managed_locked(actor)
    _check_unit(company_id, predicate.unit_id)
    centre_id = predicate.cost_centre_id
    if centre_id is not None and not CostCentre.objects.filter(pk=centre_id, company_id=company_id).exists():
        raise NotFound
    _check_tiers(company_id, predicate, tiers)
    last = ApprovalRule.objects.filter(company_id=company_id).aggregate(last=Max("position"))["last"] or 0
    rule = ApprovalRule.objects.create(
        company_id=company_id,
        unit_id=predicate.unit_id,
        name=name,
        position=last + 1,
        minimum_amount=predicate.minimum,
        currency=predicate.currency,
        supplier_id=predicate.supplier_id,
        category=predicate.category,
        cost_centre_id=predicate.cost_centre_id,
        requester_role=predicate.role,
        only_out_of_budget=predicate.only_out_of_budget,
    )
    for position, data in enumerate(tiers, 1):
        _add_tier(rule, position, data)
    return rule.pk


@atomic
def remove_rule(*, rule_id: UUID, actor: Actor) -> None:
    """Ask no longer; what waits already goes its way. Raises NotAllowed, NotFound."""
    rows = ApprovalRule.objects.filter(pk=rule_id, company_id=managed_locked(actor), is_active=True)
    if not rows.update(is_active=False):
        raise NotFound


@atomic
def name_deputy(
    *, deputy_id: UUID, starts_on: date, ends_on: date, actor: Actor, absent_id: UUID | None = None
) -> UUID:
    """Let somebody approve in the actor's place for some days; who manages spending says so for others (``absent_id``).

    Raises NotAllowed for who may not approve, or not speak for others, NotAnApprover at ``deputy`` and ``absent``.
    """
    company_id, absent_id = actor.require_company(), absent_id or actor.require_user()
    is_own = absent_id == actor.user_id
    if actor.acting_id is not None or not (actor.may(Permission.APPROVE) if is_own else can_manage_spending(actor)):
        raise NotAllowed
    able_ids = {person.id for person in people_of(company_id) if person.may_approve}
    if absent_id not in able_ids:
        raise NotAnApprover(field="absent")
    if deputy_id not in able_ids or deputy_id == absent_id:
        raise NotAnApprover(field="deputy")
    return Deputy.objects.create(
        company_id=company_id,
        user_id=absent_id,
        deputy_id=deputy_id,
        starts_on=starts_on,
        ends_on=ends_on,
    ).pk


@atomic
def end_deputy(*, deputy_row_id: UUID, actor: Actor) -> None:
    """Let nobody approve in the actor's place any longer, or in another's for who manages spending. Raises NotFound."""
    if not seen_deputies(actor).filter(pk=deputy_row_id).update(is_active=False):
        raise NotFound


def seen_deputies(actor: Actor) -> QuerySet[Deputy]:
    """The actor's deputies; for who manages spending those of everybody."""
    rows = Deputy.objects.filter(company_id=actor.require_company(), is_active=True)
    is_manager = can_manage_spending(actor) and actor.acting_id is None
    return rows if is_manager else rows.filter(user_id=actor.require_user())


def managed_locked(actor: Actor) -> UUID:
    """The actor's company, whose row is locked: changes of its rules follow one another. Raises NotAllowed."""
    if not can_manage_spending(actor):
        raise NotAllowed
    company_id = actor.require_company()
    Company.objects.select_for_update(no_key=True).get(pk=company_id)
    return company_id


def _check_unit(company_id: UUID, unit_id: UUID | None) -> None:
    if unit_id is not None and not BusinessUnit.objects.filter(pk=unit_id, company_id=company_id).exists():
        raise NotFound


def _check_tiers(company_id: UUID, predicate: Predicate, tiers: Sequence[TierData]) -> None:
    """Each tier can be decided for somebody who orders under the rule. Raises NoApprover at the first that cannot."""
    people = people_of(company_id)
    path = path_of(predicate.unit_id)
    requesters = [person for person in people if _may_request(person, predicate, path)]
    requesters = requesters or [Person(uuid7(), "", predicate.role, frozenset(), path)]  # somebody who comes later
    if not tiers:
        raise NoApprover(field="tier1")
    for number, tier in enumerate(tiers, 1):
        if not any(_is_possible(tier, people, requester) for requester in requesters):
            raise NoApprover(field=f"tier{number}")


def _may_request(person: Person, predicate: Predicate, path: str) -> bool:
    fits = predicate.role in ("", person.role) and person.unit_path.startswith(path)
    return fits and Permission.ORDER in person.permissions


def _is_possible(tier: TierData, people: Sequence[Person], requester: Person) -> bool:
    others = able(people, path=requester.unit_path, without=requester.id)
    members = [person for person in others if person.id in tier.user_ids or person.role in tier.roles]
    return len(members) >= (1 if tier.mode == TierMode.ALL else tier.minimum)


def _add_tier(rule: ApprovalRule, position: int, data: TierData) -> None:
    tier = ApprovalTier.objects.create(
        rule=rule,
        position=position,
        mode=data.mode,
        minimum=data.minimum,
        escalation_hours=data.escalation_hours,
    )
    members = [TierMember(tier=tier, role=role) for role in data.roles]
    TierMember.objects.bulk_create([*members, *(TierMember(tier=tier, user_id=key) for key in data.user_ids)])
