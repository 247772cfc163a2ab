"""Lists of orders, for the company that placed them and the supplier that fulfils them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core import formatting
from core.actor import Actor
from orders.enums import OrderState
from orders.models import Order
from orders.policies import seen_orders
from orders.progress import TONES


@dataclass(frozen=True, slots=True)
class OrderRow:
    id: UUID
    number: str
    po_number: str
    company_name: str
    placed_text: str
    placed_by: str
    state: str
    state_text: str
    tone: str
    lines_text: str
    has_goods: bool  # something of the catalogue that can be ordered again
    net_text: str
    total_text: str


@dataclass(frozen=True, slots=True)
class OrderCounts:
    """How many orders are in each state ("" is all of them)."""

    by_state: dict[str, int]

    def get(self, state: str, default: int = 0) -> int:
        return self.by_state.get(state, default)

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """States that occur, with their names, after the choice of all."""
        present = [(state.value, str(state.label)) for state in OrderState if self.by_state.get(state.value)]
        return (("", _("All")), *present)


def orders_page(
    actor: Actor, *, state: str = "", search: str = "", limit: int = 50, offset: int = 0
) -> tuple[list[OrderRow], int]:
    """One page of the orders that the actor may see, newest first, and how many there are. Two statements."""
    rows = seen_orders(actor)
    if state:
        rows = rows.filter(state=state)
    if search:
        rows = rows.filter(
            Q(number__icontains=search) | Q(po_number__icontains=search) | Q(company_name__icontains=search)
        )
    counted = rows.annotate(line_count=Count("lines"), article_count=Count("lines__variant_id"))
    page = counted.order_by("-placed_at", "-id")[offset : offset + limit]
    return [_row(order, order.line_count, order.article_count) for order in page], rows.count()


def order_counts(actor: Actor) -> OrderCounts:
    """Orders that the actor may see, by state; one statement."""
    counted = dict(seen_orders(actor).order_by().values_list("state").annotate(Count("id")))
    return OrderCounts({**counted, "": sum(counted.values())})


def _row(order: Order, line_count: int, article_count: int) -> OrderRow:
    state = OrderState(order.state)
    return OrderRow(
        id=order.id,
        number=order.number,
        po_number=order.po_number,
        company_name=order.company_name,
        placed_text=formatting.day(timezone.localdate(order.placed_at)),
        placed_by=order.placed_by_name,
        state=order.state,
        state_text=str(state.label),
        tone=TONES[state],
        lines_text=formatting.number(line_count),
        has_goods=article_count > 0,
        net_text=formatting.money(order.net_amount, order.currency),
        total_text=formatting.money(order.total_amount, order.currency),
    )
