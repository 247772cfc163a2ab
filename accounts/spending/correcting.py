"""Cost centres are renamed, closed and opened again, budgets changed and ended; it is written down who did what."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from accounts.spending.enums import ChangeKind
from accounts.spending.models import Budget, CostCentre, SpendingChange
from accounts.spending.services import managed_locked
from core.actor import Actor
from core.db import atomic
from core.errors import NotFound


@atomic
def rename_cost_centre(*, cost_centre_id: UUID, name: str, actor: Actor) -> None:
    """Give a cost centre another name; its code stays, as orders are booked to it. Raises NotAllowed, NotFound."""
    centre = _centre(cost_centre_id, actor)
    _note(centre, ChangeKind.NAME, centre.name, name, actor=actor)
    centre.name = name
    centre.save(update_fields=["name"])


@atomic
def close_cost_centre(*, cost_centre_id: UUID, actor: Actor) -> None:
    """Let nobody choose it any longer; what was ordered on it, or waits, stays. Raises NotAllowed, NotFound."""
    _open(cost_centre_id, actor, is_open=False)


@atomic
def reopen_cost_centre(*, cost_centre_id: UUID, actor: Actor) -> None:
    """Let it be chosen again. Raises NotAllowed, NotFound."""
    _open(cost_centre_id, actor, is_open=True)


@atomic
def change_budget(*, budget_id: UUID, amount: Decimal, policy: str, renews: bool, actor: Actor) -> None:
    """Correct a budget; what was spent of it stays spent. Raises NotAllowed, NotFound, also for one that was ended."""
    budget = _budget(budget_id, actor)
    for kind, before, after in (
        (ChangeKind.AMOUNT, f"{budget.amount:.2f} {budget.currency}", f"{amount:.2f} {budget.currency}"),
        (ChangeKind.POLICY, budget.policy, policy),
        (ChangeKind.RENEWAL, str(int(budget.renews)), str(int(renews))),
    ):
        _note(budget.cost_centre, kind, before, after, actor=actor, budget=budget)
    budget.amount, budget.policy, budget.renews = amount, policy, renews
    budget.save(update_fields=["amount", "policy", "renews"])


@atomic
def end_budget(*, budget_id: UUID, actor: Actor) -> None:
    """Let a budget count no longer; another one may take its place. Raises NotAllowed, NotFound."""
    budget = _budget(budget_id, actor)
    budget.is_active = False
    budget.save(update_fields=["is_active"])
    amount = f"{budget.amount:.2f} {budget.currency}"
    _note(budget.cost_centre, ChangeKind.ENDED, amount, "", actor=actor, budget=budget)


def _open(cost_centre_id: UUID, actor: Actor, *, is_open: bool) -> None:
    centre = _centre(cost_centre_id, actor)
    if centre.is_active == is_open:
        return
    centre.is_active = is_open
    centre.save(update_fields=["is_active"])
    kind = ChangeKind.REOPENED if is_open else ChangeKind.CLOSED
    _note(centre, kind, centre.name, "", actor=actor)


def _centre(cost_centre_id: UUID, actor: Actor) -> CostCentre:
    """Raises NotAllowed, NotFound."""
    rows = CostCentre.objects.select_for_update(of=("self",), no_key=True)
    centre = rows.filter(pk=cost_centre_id, company_id=managed_locked(actor)).first()
    if centre is None:
        raise NotFound
    return centre


def _budget(budget_id: UUID, actor: Actor) -> Budget:
    """One that counts, with its cost centre locked: orders on it are judged after the change. Raises NotFound."""
    company_id = managed_locked(actor)
    budget = Budget.objects.filter(pk=budget_id, cost_centre__company_id=company_id, is_active=True).first()
    if budget is None:
        raise NotFound
    budget.cost_centre = _centre(budget.cost_centre_id, actor)
    return budget


def _note(
    centre: CostCentre, kind: ChangeKind, before: str, after: str, *, actor: Actor, budget: Budget | None = None
) -> None:
    """Write down a change; nothing where nothing has changed."""
    if before != after:
        SpendingChange.objects.create(
            cost_centre=centre,
            starts_on=budget.starts_on if budget is not None else None,
            kind=kind,
            before=before[:80],
            after=after[:80],
            actor_id=actor.user_id,
            actor_name=actor.name[:200],
        )
