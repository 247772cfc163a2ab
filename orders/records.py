"""Orders as data: what a company's own systems read. Amounts and quantities are numbers, states are codes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from core.actor import Actor
from core.errors import NotFound
from orders.models import Order, OrderLine
from orders.policies import seen_orders


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of orders begins: after this order in the list, newest first."""

    placed_at: datetime
    order_id: UUID


def orders_after(
    actor: Actor, place: Place | None, *, limit: int, state: str = "", number: str = "", po_number: str = ""
) -> list[Order]:
    """Orders of the actor's company, newest first, without their lines; one statement."""
    rows = seen_orders(actor)
    exact = {"state": state, "number": number, "po_number": po_number}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if place is not None:
        rows = rows.filter(Q(placed_at__lt=place.placed_at) | Q(placed_at=place.placed_at, pk__lt=place.order_id))
    return list(rows.order_by("-placed_at", "-pk")[:limit])


def order_with_lines(actor: Actor, order_id: UUID) -> tuple[Order, list[OrderLine]]:
    """An order of the actor's company; two statements. Raises NotFound."""
    order = seen_orders(actor).filter(pk=order_id).first()
    if order is None:
        raise NotFound
    return order, list(order.lines.all())
