"""Returns as pages show them: lists, one return with what happened to it, what may still be sent back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Case, Count, IntegerField, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from core import formatting
from core.actor import Actor
from core.errors import NotFound
from core.money import ZERO
from orders.enums import OrderState, ReturnState
from orders.models import Order, OrderLine
from orders.policies import seen_orders
from orders.progress import News
from orders.returns import policies
from orders.returns.models import OrderReturn, ReturnLine
from orders.returns.services import returned_of
from payments.credit_notes import CreditNoteName, credit_note_name

TONES = {
    ReturnState.REQUESTED: "warn",
    ReturnState.ACCEPTED: "info",
    ReturnState.REFUSED: "bad",
    ReturnState.WITHDRAWN: "mute",
    ReturnState.RECEIVED: "info",
    ReturnState.SETTLED: "ok",
}
#: What the supplier has to do something about, the most urgent first.
OPEN = (ReturnState.REQUESTED, ReturnState.RECEIVED, ReturnState.ACCEPTED)
#: States of an order of which something has left.
_SENT = (OrderState.SHIPPING, OrderState.SHIPPED, OrderState.DELIVERED)


@dataclass(frozen=True, slots=True)
class ReturnRow:
    id: UUID
    number: str
    order_id: UUID
    order_number: str
    company_name: str
    asked_at: datetime
    asked_text: str
    asked_by: str
    wish_text: str
    state: str
    state_text: str
    tone: str


@dataclass(frozen=True, slots=True)
class ReturnedLine:
    """Quantities are base units; ``quantity`` is what was asked for."""

    id: UUID
    order_line_id: UUID
    sku: str
    name: str
    unit_text: str
    quantity: Decimal
    quantity_text: str
    reason_text: str
    text: str
    restocked_text: str
    scrapped_text: str


@dataclass(frozen=True, slots=True)
class ReturnDetail:
    """``credit_note`` is None also for who may not see invoices."""

    row: ReturnRow
    note: str
    lines: tuple[ReturnedLine, ...]
    news: tuple[News, ...]
    credit_note: CreditNoteName | None
    is_replaced: bool
    is_invoiced: bool
    can_withdraw: bool

    @property
    def is_received(self) -> bool:
        return self.row.state in (ReturnState.RECEIVED, ReturnState.SETTLED)


@dataclass(frozen=True, slots=True)
class ReturnableLine:
    """A line of which something may still be sent back, in base units."""

    id: UUID
    sku: str
    name: str
    unit_text: str
    left_text: str


@dataclass(frozen=True, slots=True)
class Returnable:
    """What of an order may still be sent back; ``lines`` are those of a page."""

    order_id: UUID
    order_number: str
    lines: tuple[ReturnableLine, ...]
    line_count: int


def returns_page(
    actor: Actor, *, state: str = "", only_open: bool = False, limit: int = 50, offset: int = 0
) -> tuple[list[ReturnRow], int]:
    """One page of the returns that the actor may see, what is to be treated first, and how many. Two statements."""
    rows = policies.seen_returns(actor)
    if state:
        rows = rows.filter(state=state)
    if only_open:
        rows = rows.filter(state__in=OPEN)
    ranks = [When(state=value, then=Value(rank)) for rank, value in enumerate(OPEN)]
    ranked = _with_order(rows).annotate(rank=Case(*ranks, default=Value(len(OPEN)), output_field=IntegerField()))
    return [_row(row) for row in ranked.order_by("rank", "-created_at", "-pk")[offset : offset + limit]], rows.count()


def waiting_returns(actor: Actor, *, limit: int = 20) -> list[ReturnRow]:
    """Returns that the supplier has to decide about, the oldest first; one statement."""
    rows = policies.seen_returns(actor).filter(state=ReturnState.REQUESTED)
    return [_row(row) for row in _with_order(rows).order_by("created_at", "pk")[:limit]]


def return_counts(actor: Actor) -> dict[str, int]:
    """Returns that the actor may see, by state, "" is all of them and "open" those to be treated; one statement."""
    counted = dict(policies.seen_returns(actor).order_by().values_list("state").annotate(Count("id")))
    return {**counted, "": sum(counted.values()), "open": sum(counted.get(state, 0) for state in OPEN)}


def returns_of_order(actor: Actor, order_id: UUID) -> list[ReturnRow]:
    """The returns of an order, the latest first; one statement."""
    return [_row(row) for row in _with_order(policies.seen_returns(actor).filter(order=order_id))]


def return_detail(actor: Actor, return_id: UUID) -> ReturnDetail:
    """One return with its lines and history. Raises NotFound for who may not see its order."""
    found = _with_order(policies.seen_returns(actor)).filter(pk=return_id).first()
    if found is None:
        raise NotFound
    lines = found.lines.select_related("order_line")
    return ReturnDetail(
        row=_row(found),
        note=found.note,
        lines=tuple(_line(line) for line in lines),
        news=_news(found),
        credit_note=credit_note_name(actor, found.credit_note_id) if found.credit_note_id else None,
        is_replaced=found.shipment_id is not None,
        is_invoiced=found.order.state in (OrderState.SHIPPED, OrderState.DELIVERED),
        can_withdraw=found.state == ReturnState.REQUESTED and policies.may_return(actor, found.order),
    )


def may_ask(actor: Actor, *, company_id: UUID, state: str) -> bool:
    """Whether the way to a return is shown on an order: something has left, and the actor may order."""
    return state in _SENT and policies.may_return(actor, Order(company_id=company_id))


def returnable_of(actor: Actor, order_id: UUID, *, page: int = 1, per_page: int = 50) -> Returnable:
    """What may still be sent back, a page of lines. Three statements. Raises NotFound."""
    order = seen_orders(actor).filter(pk=order_id).first()
    if order is None:
        raise NotFound
    lines = [line for line in order.lines.all() if policies.returnable(line, ZERO)]
    returned = returned_of([line.pk for line in lines])
    left = [(line, policies.returnable(line, returned.get(line.pk, ZERO))) for line in lines]
    shown = [(line, quantity) for line, quantity in left if quantity]
    first = (min(page, max(-(-len(shown) // per_page), 1)) - 1) * per_page
    return Returnable(
        order_id=order.pk,
        order_number=order.number,
        lines=tuple(_returnable(line, quantity) for line, quantity in shown[first : first + per_page]),
        line_count=len(shown),
    )


def _with_order(rows: QuerySet[OrderReturn]) -> QuerySet[OrderReturn]:
    return rows.select_related("order")


def _row(found: OrderReturn) -> ReturnRow:
    state = ReturnState(found.state)
    return ReturnRow(
        id=found.pk,
        number=found.number,
        order_id=found.order_id,
        order_number=found.order.number,
        company_name=found.order.company_name,
        asked_at=found.created_at,
        asked_text=formatting.day(timezone.localdate(found.created_at)),
        asked_by=found.requested_by_name,
        wish_text=found.get_wish_display(),
        state=found.state,
        state_text=str(state.label),
        tone=TONES[state],
    )


def _line(row: ReturnLine) -> ReturnedLine:
    line = row.order_line
    return ReturnedLine(
        id=row.pk,
        order_line_id=line.pk,
        sku=line.reference,
        name=formatting.localised(line.name_fr, line.name_en),
        unit_text=formatting.unit_name(line.base_unit_code, row.quantity),
        quantity=row.quantity,
        quantity_text=formatting.number(row.quantity),
        reason_text=row.get_reason_display(),
        text=row.text,
        restocked_text=formatting.number(row.restocked_quantity),
        scrapped_text=formatting.number(row.scrapped_quantity),
    )


def _returnable(line: OrderLine, left: Decimal) -> ReturnableLine:
    return ReturnableLine(
        id=line.pk,
        sku=line.reference,
        name=formatting.localised(line.name_fr, line.name_en),
        unit_text=formatting.unit_name(line.base_unit_code, left),
        left_text=formatting.number(left),
    )


def _news(found: OrderReturn) -> tuple[News, ...]:
    """The latest first."""
    return tuple(
        News(
            meta=" · ".join(part for part in (formatting.clock(move.at), move.actor_name) if part),
            text=formatting.labelled(_said(found, move.to_state), move.note),
            mine=move.actor_id is not None and move.actor_id == found.requested_by_id,
        )
        for move in reversed(found.transitions.all())
    )


def _said(found: OrderReturn, state: str) -> str:
    if state != ReturnState.SETTLED:
        return str(ReturnState(state).label)
    return _("Replaced") if found.shipment_id else _("Credited")
