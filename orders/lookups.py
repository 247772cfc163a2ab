"""Thousands of lines of a quick order are looked up by the worker: in portions, each for itself, until none waits.

What is done and what waits stands in the lines: the work may be interrupted, begun twice, stopped and taken up again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone

from core.actor import Actor
from core.db import atomic
from core.events import emit
from customers.queries import CustomerInfo, customer_by_id
from orders import drafts
from orders.drafts import PORTION
from orders.events import QuickLinesGiven
from orders.models import QuickLine, QuickOrder
from orders.policies import require_order

#: Without a sign of life for so long, the work is taken for dead and may be started again.
SILENCE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Progress:
    """How many lines of a draft are looked up, of how many; ``is_silent`` when nothing has moved for a while."""

    done: int
    total: int
    is_silent: bool

    @property
    def waiting(self) -> int:
        return self.total - self.done


def run(quick_order_id: UUID) -> None:
    """Look up what waits, a portion at a time: each is there to be used when it is done."""
    while look_up(quick_order_id=quick_order_id):
        pass


@atomic
def look_up(*, quick_order_id: UUID) -> bool:
    """Look up the next lines that wait; answers whether there may be more."""
    draft = QuickOrder.objects.select_for_update(of=("self",)).filter(pk=quick_order_id).first()
    customer = customer_by_id(draft.customer_id) if draft else None
    if draft is None or customer is None or not customer.is_approved:
        return False
    rows = list(draft.lines.filter(state=drafts.WAITING).order_by("position")[:PORTION])
    if rows:
        drafts.settle(draft, customer, rows, set())
        QuickOrder.objects.filter(pk=draft.pk).update(updated_at=timezone.now())
    return len(rows) == PORTION


@atomic
def stop(*, actor: Actor, customer: CustomerInfo) -> None:
    """Throw away the lines that still wait; those that were looked up stay. Raises MayNotOrder."""
    require_order(actor, customer)
    drafts.throw_away_waiting(actor, customer)


@atomic
def take_up(*, actor: Actor, customer: CustomerInfo) -> None:
    """Start the work again that has gone silent. Raises MayNotOrder. Emits QuickLinesGiven."""
    require_order(actor, customer)
    draft = _draft(actor, customer)
    if draft is not None and progress_of(actor, customer).is_silent:
        QuickOrder.objects.filter(pk=draft).update(updated_at=timezone.now())
        emit(QuickLinesGiven(draft))


def progress_of(actor: Actor, customer: CustomerInfo) -> Progress:
    """How far the work on the actor's draft is; one statement."""
    waiting = Count("pk", filter=Q(state=drafts.WAITING))
    rows: list[tuple[datetime, int, int]] = list(
        QuickLine.objects.filter(quick_order__customer_id=customer.id, quick_order__user_id=actor.require_user())
        .order_by()
        .values_list("quick_order__updated_at")
        .annotate(total=Count("pk"), waiting=waiting)
    )
    if not rows:
        return Progress(0, 0, is_silent=False)
    updated_at, total, left = rows[0]
    return Progress(total - left, total, is_silent=bool(left) and timezone.now() - updated_at > SILENCE)


def _draft(actor: Actor, customer: CustomerInfo) -> UUID | None:
    rows = QuickOrder.objects.filter(customer_id=customer.id, user_id=actor.require_user())
    return rows.values_list("pk", flat=True).first()
