"""The course of an order after it was placed: confirm, ship in parcels, follow them, invoice when all is shipped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from core.actor import Actor
from core.db import atomic
from core.errors import NotAllowed, NotFound
from core.events import emit
from core.money import ZERO
from core.scope import current_scope
from inventory import services as inventory
from inventory.errors import NotInStock
from orders.amending.errors import OrderChanged
from orders.enums import OrderState
from orders.errors import VatNotSeen
from orders.events import OrderStateChanged
from orders.models import Order, OrderComponent, OrderLine
from orders.returns.services import is_replacement
from orders.states import ORDER
from payments.invoices import InvoiceDraft, InvoiceLineDraft, issue_invoice
from shipping import services as shipping
from shipping.enums import ShipmentState
from shipping.errors import EmptyShipment, InvalidParcelQuantity, OverShipping
from shipping.queries import order_of_shipment


@atomic
def confirm_order(*, order_id: UUID, actor: Actor, version: int | None = None, vat_seen: bool = False) -> None:
    """Accept a placed order; ``version`` is that of the order which the page showed.

    One that is held for its VAT is accepted by who says that it was looked at (``vat_seen``). Raises NotAllowed,
    NotFound, OrderChanged, VatNotSeen, IllegalMove. Emits OrderStateChanged.
    """
    order = _locked_order(order_id, actor)
    if version is not None and version != order.version:
        raise OrderChanged
    if order.vat_held and not vat_seen:
        raise VatNotSeen
    note = _("The VAT was looked at.") if order.vat_held else ""
    _move(order, OrderState.CONFIRMED, actor, note)


@dataclass(frozen=True, slots=True)
class Carriage:
    """Who carries a parcel, and for when it is promised."""

    carrier: str = ""
    tracking_number: str = ""
    promised_on: date | None = None


@atomic
def ship(
    *,
    order_id: UUID,
    quantities: Mapping[UUID, Decimal],
    carrier: str = "",
    tracking_number: str = "",
    promised_on: date | None = None,
    actor: Actor,
) -> UUID:
    """Send goods of an order in one parcel; answers the shipment's id. Raises and emits as :func:`fulfil` does."""
    carriage = Carriage(carrier, tracking_number, promised_on)
    shipment_id = fulfil(order_id=order_id, quantities=quantities, carriage=carriage, actor=actor)
    if shipment_id is None:
        raise EmptyShipment
    return shipment_id


@atomic
def fulfil(
    *, order_id: UUID, quantities: Mapping[UUID, Decimal], carriage: Carriage = Carriage(), actor: Actor
) -> UUID | None:
    """Send goods of an order in one parcel, and record services of it as performed; answers the parcel's id, if any.

    ``quantities`` are base units by order line. What was shipped and performed never exceeds what was ordered, checked
    under the order's lock. The goods leave the stock; services are in no parcel and done at once. With the last of all
    that was ordered the invoice is issued. Raises NotAllowed, NotFound, IllegalMove, EmptyShipment,
    InvalidParcelQuantity, OverShipping. Emits ShipmentChanged, OrderStateChanged, InvoiceIssued.
    """
    order = _locked_order(order_id, actor)
    lines = list(OrderLine.objects.select_for_update(of=("self",)).filter(order=order).order_by("pk"))
    wanted = _checked(lines, quantities)
    touched = [line for line in lines if line.pk in wanted]
    for line in touched:
        line.shipped_quantity += wanted[line.pk]
        if line.is_service:
            line.delivered_quantity += wanted[line.pk]
    is_complete = all(line.shipped_quantity == line.base_quantity for line in lines)
    _move_to(order, OrderState.SHIPPED if is_complete else OrderState.SHIPPING, actor)
    parcel = [line for line in touched if not line.is_service]
    _take_out(order, parcel, wanted)
    OrderLine.objects.bulk_update(touched, ["shipped_quantity", "delivered_quantity"])
    shipment_id = _parcel(order, parcel, wanted, carriage, actor) if parcel else None
    if is_complete:
        _complete(order, lines, actor)
    return shipment_id


def _parcel(
    order: Order, lines: Sequence[OrderLine], wanted: Mapping[UUID, Decimal], carriage: Carriage, actor: Actor
) -> UUID:
    return shipping.create_shipment(
        order_id=order.id,
        order_number=order.number,
        company_id=order.company_id,
        lines=[
            shipping.ParcelLine(line.id, line.reference, line.name_fr, line.name_en, wanted[line.id])
            for line in sorted(lines, key=lambda line: line.position)
        ],
        carrier=carriage.carrier,
        tracking_number=carriage.tracking_number,
        promised_on=carriage.promised_on,
        actor=actor,
    )


def _complete(order: Order, lines: Sequence[OrderLine], actor: Actor) -> None:
    """Invoice an order of which all has left; it is delivered where nothing of it is on its way."""
    issue_invoice(draft=_draft(order, lines), actor=actor)
    if all(line.delivered_quantity == line.base_quantity for line in lines):
        _move(order, OrderState.DELIVERED, actor)


@atomic
def complete_if_shipped(*, order: Order, actor: Actor) -> None:
    """Close a locked order of which nothing is left to ship since a part was cancelled: it is invoiced.

    Emits OrderStateChanged, InvoiceIssued.
    """
    lines = list(order.lines.all())
    if order.state != OrderState.SHIPPING or any(line.shipped_quantity != line.base_quantity for line in lines):
        return
    _move(order, OrderState.SHIPPED, actor)
    _complete(order, lines, actor)


@atomic
def record_tracking(
    *,
    shipment_id: UUID,
    code: str,
    place: str = "",
    note: str = "",
    occurred_at: datetime | None = None,
    estimated_on: date | None = None,
    actor: Actor,
) -> None:
    """Record what happened to a parcel; with its delivery its goods count as delivered, with the last one the order.

    One that replaces goods that came back changes nothing about the order: those were delivered before.
    Raises NotAllowed, NotFound, IllegalMove, UnknownTrackingCode, EventInTheFuture. Emits ShipmentChanged,
    OrderStateChanged.
    """
    order_id = order_of_shipment(shipment_id)
    if order_id is None:
        raise NotFound
    order = _locked_order(order_id, actor)
    recorded = shipping.record_event(
        shipment_id=shipment_id,
        code=code,
        place=place,
        note=note,
        occurred_at=occurred_at,
        estimated_on=estimated_on,
        actor=actor,
    )
    is_delivered = recorded.after == ShipmentState.DELIVERED and recorded.before != ShipmentState.DELIVERED
    if is_delivered and not is_replacement(shipment_id):
        _delivered(order, recorded.quantities, actor)


def _delivered(order: Order, quantities: Mapping[UUID, Decimal], actor: Actor) -> None:
    lines = list(OrderLine.objects.select_for_update(of=("self",)).filter(order=order).order_by("pk"))
    for line in lines:
        line.delivered_quantity += quantities.get(line.pk, ZERO)
    OrderLine.objects.bulk_update(lines, ["delivered_quantity"])
    if order.state == OrderState.SHIPPED and all(line.delivered_quantity == line.base_quantity for line in lines):
        _move(order, OrderState.DELIVERED, actor)


def _checked(lines: Sequence[OrderLine], quantities: Mapping[UUID, Decimal]) -> dict[UUID, Decimal]:
    """The quantities above zero. Each refusal names its line in ``field``."""
    by_id = {line.pk: line for line in lines}
    wanted: dict[UUID, Decimal] = {}
    for line_id, quantity in quantities.items():
        line = by_id.get(line_id)
        if line is None:
            raise NotFound(field=str(line_id))
        if not quantity.is_finite() or quantity < ZERO or quantity != round(quantity, 4):
            raise InvalidParcelQuantity(field=str(line_id))
        if line.pack is not None and quantity % 1 != 0:
            raise InvalidParcelQuantity(field=str(line_id))
        if quantity > line.base_quantity - line.shipped_quantity:
            raise OverShipping(field=str(line_id), left=line.base_quantity - line.shipped_quantity)
        if quantity > ZERO:
            wanted[line_id] = quantity
    if not wanted:
        raise EmptyShipment
    return wanted


def _take_out(order: Order, parcel: Sequence[OrderLine], wanted: Mapping[UUID, Decimal]) -> None:
    """The goods leave the stock, those in packs one by one. Raises NotInStock, which names the order's line."""
    goods = [(variant_id, wanted[line.pk], line.pk) for line in parcel if (variant_id := line.stocked_id) is not None]
    packs = {line.pk: line for line in parcel if line.pack is not None}
    lines: dict[UUID, UUID] = {}
    for row in OrderComponent.objects.filter(line__in=packs) if packs else ():
        of_one = row.quantity / packs[row.line_id].base_quantity
        goods.append((row.variant_id, of_one * wanted[row.line_id], row.pk))
        lines[row.pk] = row.line_id
    try:
        if goods:
            inventory.take_out(lines=goods, reference=order.number)
    except NotInStock as refusal:
        key = UUID(refusal.field)
        raise NotInStock(available=refusal.available, order_line_id=lines.get(key, key)) from refusal


def _draft(order: Order, lines: Sequence[OrderLine]) -> InvoiceDraft:
    return InvoiceDraft(
        customer_id=order.customer_id,
        company_id=order.company_id,
        order_id=order.id,
        order_number=order.number,
        unit_id=order.unit_id,
        po_number=order.po_number,
        currency=order.currency,
        payment_term_kind=order.payment_term_kind,
        payment_term_days=order.payment_term_days,
        supplied_on=timezone.localdate(),
        total=order.total_amount,
        lines=tuple(
            InvoiceLineDraft(
                sku=line.reference,
                name_fr=line.name_fr,
                name_en=line.name_en,
                base_quantity=line.base_quantity,
                base_unit_code=line.base_unit_code,
                unit_price=line.unit_price,
                net_amount=line.net_amount,
                tax_category=line.tax_category,
                tax_rate=line.tax_rate,
                vatex=line.vatex,
                tax_mention=line.tax_mention,
            )
            for line in sorted(lines, key=lambda line: line.position)
        ),
    )


def _locked_order(order_id: UUID, actor: Actor) -> Order:
    """The order, locked. Raises NotAllowed for anybody but the tenant's staff and its jobs, NotFound."""
    tenant_id = current_scope().tenant_id
    if tenant_id is None or not (actor.kind == "system" or (actor.kind == "staff" and actor.tenant_id == tenant_id)):
        raise NotAllowed
    order = Order.objects.select_for_update(of=("self",)).filter(pk=order_id).first()
    if order is None:
        raise NotFound
    return order


def _move_to(order: Order, state: OrderState, actor: Actor) -> None:
    """Another parcel of a partly shipped order changes no state."""
    if order.state != state:
        _move(order, state, actor)
    elif state != OrderState.SHIPPING:
        ORDER.move(order, to=state, actor=actor)  # refused: there is nothing left to do


def _move(order: Order, state: OrderState, actor: Actor, note: str = "") -> None:
    ORDER.move(order, to=state, actor=actor, note=note)
    tenant_id = current_scope().tenant_id
    if tenant_id is not None:
        emit(
            OrderStateChanged(
                order_id=order.id,
                company_id=order.company_id,
                tenant_id=tenant_id,
                number=order.number,
                state=state.value,
            )
        )
