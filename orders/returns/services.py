"""Use cases of a return: the buyer asks and withdraws, the supplier accepts or refuses, receives, settles.

All of them lock the order and then the return: goods are sent back once and settled once. Goods may come back before
the order is invoiced: then their credit note waits for the invoice, which is issued with the last parcel (ADR 0022).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import F

from accounts.spending import ledger
from agreements import calling
from agreements.enums import CallKind
from core import formatting
from core.actor import Actor
from core.db import atomic
from core.errors import IllegalMove, NotAllowed, NotFound
from core.events import emit
from core.money import ZERO
from core.numbers import next_number
from core.scope import current_scope
from inventory import services as inventory
from inventory.errors import NotInStock
from orders.enums import ReturnReason, ReturnState, ReturnWish
from orders.events import ReturnChanged
from orders.models import Order, OrderComponent, OrderCounter, OrderLine
from orders.policies import can_see
from orders.returns import policies
from orders.returns.errors import (
    InvalidReturnQuantity,
    MoreThanAccepted,
    MoreThanReturnable,
    NothingReceived,
    NothingReturned,
    NotInvoicedYet,
    RefusalReasonMissing,
    ReplacementMissing,
    ReturnReasonMissing,
    WishMissing,
)
from orders.returns.models import OrderReturn, ReturnLine, ReturnTransition
from orders.returns.states import RETURN
from payments.crediting import issue_credit_note
from payments.models import CreditNote, InvoiceLine
from shipping import services as shipping

#: States in which all that was asked for may still come.
_EXPECTED = (ReturnState.REQUESTED, ReturnState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Wanted:
    """How much of an order's line comes back, in base units, and why."""

    quantity: Decimal
    reason: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """What came of a return's line, in base units: back into the stock, or not fit for it."""

    restocked: Decimal = ZERO
    scrapped: Decimal = ZERO


@atomic
def request_return(
    *, order_id: UUID, lines: Mapping[UUID, Wanted], wish: str, note: str = "", form_key: UUID, actor: Actor
) -> UUID:
    """Ask the supplier to take goods back, by order line; answers the return's id.

    At most what was shipped and is not coming back already, checked under the order's lock. Sent twice with the same
    ``form_key``, the second time answers the same return. Raises NotFound, NotAllowed, WishMissing, NothingReturned,
    InvalidReturnQuantity, MoreThanReturnable, ReturnReasonMissing. Emits ReturnChanged.
    """
    order = Order.objects.select_for_update(of=("self",)).filter(pk=order_id).first()
    if order is None or actor.kind != "buyer" or not can_see(actor, order):
        raise NotFound
    if not policies.may_return(actor, order):
        raise NotAllowed
    known = OrderReturn.objects.filter(form_key=form_key, order=order).values_list("pk", flat=True).first()
    if known is not None:
        return known
    if wish not in ReturnWish.values:
        raise WishMissing(field="wish")
    wanted = _checked(order, lines)
    found = OrderReturn.objects.create(
        number=next_number(OrderCounter, "RE"),
        order=order,
        form_key=form_key,
        wish=wish,
        note=note.strip()[:500],
        requested_by_id=actor.user_id,
        requested_by_name=actor.name[:120],
    )
    ReturnLine.objects.bulk_create(
        ReturnLine(
            of_return=found,
            order_line=line,
            position=position,
            quantity=asked.quantity,
            reason=asked.reason,
            text=asked.text.strip()[:240],
        )
        for position, (line, asked) in enumerate(wanted, 1)
    )
    ReturnTransition.objects.create(
        subject=found, from_state="", to_state=found.state, actor_id=actor.user_id, actor_name=actor.name
    )
    _tell(found, order)
    return found.pk


@atomic
def withdraw(*, return_id: UUID, actor: Actor) -> None:
    """Take back what was asked for, before the supplier decides. Raises NotFound, NotAllowed, IllegalMove."""
    found = _with_order_locked(return_id)
    if found is None or actor.kind != "buyer" or not can_see(actor, found.order):
        raise NotFound
    if not policies.may_return(actor, found.order):
        raise NotAllowed
    _move(found, ReturnState.WITHDRAWN, actor)


@atomic
def accept(*, return_id: UUID, actor: Actor, note: str = "") -> None:
    """Let the buyer send the goods; ``note`` says how.

    Raises NotAllowed, NotFound, IllegalMove. Emits ReturnChanged.
    """
    _move(_locked(return_id, actor), ReturnState.ACCEPTED, actor, note.strip()[:500])


@atomic
def refuse(*, return_id: UUID, reason: str, actor: Actor) -> None:
    """Take nothing back, for a reason that the buyer reads; also when accepted goods never came.

    Raises NotAllowed, NotFound, RefusalReasonMissing, IllegalMove. Emits ReturnChanged.
    """
    found = _locked(return_id, actor)
    if not reason.strip():
        raise RefusalReasonMissing(field="reason")
    _move(found, ReturnState.REFUSED, actor, reason.strip()[:500])


@atomic
def receive(*, return_id: UUID, lines: Mapping[UUID, Received], actor: Actor) -> None:
    """Enter what came back, by the return's lines; what is fit for it goes back into the stock.

    Raises NotAllowed, NotFound, IllegalMove, InvalidReturnQuantity, MoreThanAccepted, NothingReceived. Emits
    ReturnChanged.
    """
    found = _locked(return_id, actor)
    _move(found, ReturnState.RECEIVED, actor)
    rows = list(found.lines.select_related("order_line"))
    if unknown := lines.keys() - {row.pk for row in rows}:
        raise NotFound(field=str(min(unknown)))
    for row in rows:
        came = lines.get(row.pk, Received())
        for quantity in (came.restocked, came.scrapped):
            _require_quantity(quantity, row.order_line, field=str(row.pk))
        if came.restocked + came.scrapped > row.quantity:
            raise MoreThanAccepted(field=str(row.pk), left=formatting.number(row.quantity))
        row.restocked_quantity, row.scrapped_quantity = came.restocked, came.scrapped
    if not any(row.received_quantity for row in rows):
        raise NothingReceived
    ReturnLine.objects.bulk_update(rows, ["restocked_quantity", "scrapped_quantity"])
    goods = _goods({row.order_line: (row.restocked_quantity, row.pk) for row in rows if row.restocked_quantity})
    if goods:
        inventory.put_back(lines=goods, reference=found.number)


@atomic
def credit(*, return_id: UUID, actor: Actor) -> UUID:
    """Settle a return with a credit note for what came back; answers the note's id.

    What was called off from agreements can be called off again, and what is credited is spent no longer. Raises
    NotAllowed, NotFound, IllegalMove, NotInvoicedYet. Emits CreditNoteIssued, ReturnChanged.
    """
    found = _locked(return_id, actor)
    _require_received(found)
    rows = [row for row in found.lines.all() if row.received_quantity]
    invoiced = _invoice_lines(found.order_id)
    if not invoiced:
        raise NotInvoicedYet
    _give_back(found, rows, actor)
    note_id = issue_credit_note(
        invoice_id=next(iter(invoiced.values())).invoice_id,
        quantities={invoiced[row.order_line_id].pk: row.received_quantity for row in rows},
        reason=found.number,
        actor=actor,
    )
    ledger.release(order_id=found.order_id, net=CreditNote.objects.values_list("net_amount", flat=True).get(pk=note_id))
    found.credit_note_id = note_id
    found.save(update_fields=["credit_note_id"])
    _move(found, ReturnState.SETTLED, actor)
    return note_id


@atomic
def replace(*, return_id: UUID, carrier: str = "", tracking_number: str = "", actor: Actor) -> UUID:
    """Settle a return with a parcel of the same goods, out of what is free in stock; answers the shipment's id.

    The invoice stays as it is: the goods were sold once. Raises NotAllowed, NotFound, IllegalMove, ReplacementMissing.
    Emits ShipmentChanged, ReturnChanged.
    """
    found = _locked(return_id, actor)
    _require_received(found)
    rows = [row for row in found.lines.select_related("order_line") if row.received_quantity]
    _take_out(found, rows)
    shipment_id = shipping.create_shipment(
        order_id=found.order_id,
        order_number=found.order.number,
        company_id=found.order.company_id,
        lines=[
            shipping.ParcelLine(line.pk, line.reference, line.name_fr, line.name_en, row.received_quantity)
            for row in rows
            for line in [row.order_line]
        ],
        carrier=carrier,
        tracking_number=tracking_number,
        actor=actor,
    )
    found.shipment_id = shipment_id
    found.save(update_fields=["shipment_id"])
    _move(found, ReturnState.SETTLED, actor)
    return shipment_id


def returned_of(order_line_ids: Collection[UUID]) -> dict[UUID, Decimal]:
    """How much of each order line came or comes back; what was replaced may come back once more. One statement."""
    rows = ReturnLine.objects.filter(order_line__in=order_line_ids).exclude(
        of_return__state__in=(ReturnState.REFUSED, ReturnState.WITHDRAWN)
    )
    found: dict[UUID, Decimal] = {}
    for line_id, state, shipment_id, asked, received in rows.values_list(
        "order_line_id",
        "of_return__state",
        "of_return__shipment_id",
        "quantity",
        F("restocked_quantity") + F("scrapped_quantity"),
    ):
        if shipment_id is None:
            found[line_id] = found.get(line_id, ZERO) + (asked if state in _EXPECTED else received)
    return found


def is_replacement(shipment_id: UUID) -> bool:
    """Whether a parcel replaces goods that came back: what it holds was delivered and counted before."""
    return OrderReturn.objects.filter(shipment_id=shipment_id).exists()


def _checked(order: Order, lines: Mapping[UUID, Wanted]) -> list[tuple[OrderLine, Wanted]]:
    """The lines of which something comes back. Each refusal names its line in ``field``."""
    by_id = {line.pk: line for line in order.lines.all()}
    returned = returned_of(by_id.keys())
    if unknown := lines.keys() - by_id.keys():
        raise NotFound(field=str(min(unknown)))
    found: list[tuple[OrderLine, Wanted]] = []
    for key, line in by_id.items():
        asked = lines.get(key)
        if asked is None or asked.quantity == ZERO:
            continue
        _require_quantity(asked.quantity, line, field=str(key))
        left = policies.returnable(line, returned.get(key, ZERO))
        if asked.quantity > left:
            raise MoreThanReturnable(field=str(key), left=formatting.number(left))
        if asked.reason not in ReturnReason.values:
            raise ReturnReasonMissing(field=str(key))
        found.append((line, asked))
    if not found:
        raise NothingReturned
    return found


def _require_quantity(quantity: Decimal, line: OrderLine, *, field: str) -> None:
    if not quantity.is_finite() or quantity < ZERO or quantity != round(quantity, 4):
        raise InvalidReturnQuantity(field=field)
    if line.pack is not None and quantity % 1 != 0:
        raise InvalidReturnQuantity(field=field)


def _goods(quantities: Mapping[OrderLine, tuple[Decimal, UUID]]) -> list[inventory.Line]:
    """Goods of order lines as the stock knows them, those in packs one by one, each under the return line's key."""
    packs = {line.pk: (line, *wanted) for line, wanted in quantities.items() if line.pack is not None}
    goods = [
        (variant_id, quantity, key)
        for line, (quantity, key) in quantities.items()
        if (variant_id := line.stocked_id) is not None
    ]
    for row in OrderComponent.objects.filter(line__in=packs) if packs else ():
        line, quantity, key = packs[row.line_id]
        goods.append((row.variant_id, row.quantity / line.base_quantity * quantity, key))
    return goods


def _take_out(found: OrderReturn, rows: Sequence[ReturnLine]) -> None:
    """The goods of the replacement leave the stock; what is reserved for orders stays theirs."""
    goods = _goods({row.order_line: (row.received_quantity, row.pk) for row in rows})
    try:
        if goods:
            inventory.take_out(lines=goods, reference=found.number)
    except NotInStock as refusal:
        line = next(row.order_line for row in rows if str(row.pk) == refusal.field)
        available = formatting.number(max(refusal.available, ZERO))
        raise ReplacementMissing(field=str(line.pk), available=available, sku=line.reference) from refusal


def _give_back(found: OrderReturn, rows: Sequence[ReturnLine], actor: Actor) -> None:
    """Agreements get back what was called off from them and is credited."""
    held = calling.held_by([row.order_line_id for row in rows])
    calls = []
    for row in rows:
        if row.order_line_id in held:
            line_id, quantity = held[row.order_line_id]
            calls.append(calling.Call(line_id, row.order_line_id, -min(row.received_quantity, quantity)))
    calling.hold(call.line_id for call in calls)
    order = calling.OfOrder(found.order_id, found.order.number, CallKind.RETURNED)
    calling.enter(order=order, calls=calls, actor=actor)


def _invoice_lines(order_id: UUID) -> dict[UUID, InvoiceLine]:
    """The invoice's line of each of the order's lines; none before there is an invoice. Both keep their order."""
    invoiced = InvoiceLine.objects.filter(invoice__order_id=order_id).order_by("position")
    lines = OrderLine.objects.filter(order_id=order_id).order_by("position").values_list("pk", flat=True)
    rows = list(invoiced)
    return dict(zip(lines, rows, strict=True)) if rows else {}


def _locked(return_id: UUID, actor: Actor) -> OrderReturn:
    if not policies.may_treat(actor):
        raise NotAllowed
    found = _with_order_locked(return_id)
    if found is None:
        raise NotFound
    return found


def _with_order_locked(return_id: UUID) -> OrderReturn | None:
    order = Order.objects.select_for_update(of=("self",)).filter(returns=return_id).first()
    if order is None:
        return None
    found = OrderReturn.objects.select_for_update(of=("self",)).get(pk=return_id)
    found.order = order
    return found


def _require_received(found: OrderReturn) -> None:
    if not RETURN.may(found.state, ReturnState.SETTLED):
        raise IllegalMove(field="state")


def _move(found: OrderReturn, state: ReturnState, actor: Actor, note: str = "") -> None:
    RETURN.move(found, to=state, actor=actor, note=note)
    _tell(found, found.order)


def _tell(found: OrderReturn, order: Order) -> None:
    tenant_id = current_scope().tenant_id
    if tenant_id is None:
        raise RuntimeError("returns live in a tenant's scope")
    emit(ReturnChanged(found.pk, order.pk, order.company_id, tenant_id, found.number, found.state))
