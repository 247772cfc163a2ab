"""Use cases about shipments: make a parcel, record what happens to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Max
from django.utils import timezone

from core.actor import Actor
from core.db import atomic
from core.errors import NotAllowed, NotFound
from core.events import emit
from core.numbers import next_number
from core.scope import current_scope
from shipping.enums import ShipmentState
from shipping.errors import EmptyShipment, EventInTheFuture, UnknownTrackingCode
from shipping.events import ShipmentChanged
from shipping.models import Shipment, ShipmentEvent, ShipmentLine, ShippingCounter
from shipping.states import SHIPMENT

_CLOCK_SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class ParcelLine:
    """Goods of one order line in a parcel, in base units."""

    order_line_id: UUID
    sku: str
    name_fr: str
    name_en: str
    base_quantity: Decimal


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a tracking event led to: the shipment's state before and after, and what is in it."""

    before: str
    after: str
    quantities: dict[UUID, Decimal]


@atomic
def create_shipment(
    *,
    order_id: UUID,
    order_number: str,
    company_id: UUID,
    lines: Sequence[ParcelLine],
    carrier: str = "",
    tracking_number: str = "",
    promised_on: date | None = None,
    estimated_on: date | None = None,
    actor: Actor,
) -> UUID:
    """Make a parcel of an order that the caller has locked. Raises NotAllowed, EmptyShipment. Emits ShipmentChanged."""
    tenant_id = _require_staff(actor)
    if not lines:
        raise EmptyShipment
    last = Shipment.objects.filter(order_id=order_id).aggregate(last=Max("position"))["last"] or 0
    shipment = Shipment.objects.create(
        number=next_number(ShippingCounter, "BL"),
        order_id=order_id,
        order_number=order_number,
        company_id=company_id,
        position=last + 1,
        carrier=carrier,
        tracking_number=tracking_number,
        promised_on=promised_on,
        estimated_on=estimated_on,
    )
    ShipmentLine.objects.bulk_create(
        ShipmentLine(
            shipment=shipment,
            order_line_id=line.order_line_id,
            sku=line.sku,
            name_fr=line.name_fr,
            name_en=line.name_en,
            base_quantity=line.base_quantity,
        )
        for line in lines
    )
    ShipmentEvent.objects.create(
        shipment=shipment, code=ShipmentState.PREPARED, occurred_at=shipment.created_at, recorded_by=actor.name[:120]
    )
    _tell(shipment, before="", tenant_id=tenant_id)
    return shipment.id


@atomic
def record_event(
    *,
    shipment_id: UUID,
    code: str,
    place: str = "",
    note: str = "",
    occurred_at: datetime | None = None,
    estimated_on: date | None = None,
    actor: Actor,
) -> Recorded:
    """Add an event to a shipment's history and move the shipment.

    One that is older than the last known event is added and moves nothing: carriers report late. The same event told
    twice changes nothing. Raises NotAllowed, NotFound, UnknownTrackingCode, EventInTheFuture, IllegalMove. Emits
    ShipmentChanged.
    """
    tenant_id = _require_staff(actor)
    shipment = _locked(shipment_id)
    moment = _checked(code, occurred_at)
    before = shipment.state
    latest = shipment.events.aggregate(at=Max("occurred_at"))["at"]
    _event, is_new = ShipmentEvent.objects.get_or_create(
        shipment=shipment,
        code=code,
        occurred_at=moment,
        defaults={"place": place, "note": note, "recorded_by": actor.name[:120]},
    )
    if is_new:
        if code != before and (latest is None or moment >= latest):
            SHIPMENT.move(shipment, to=code, actor=actor, note=note)
        if estimated_on is not None:
            shipment.estimated_on = estimated_on
            shipment.save(update_fields=["estimated_on"])
        _tell(shipment, before=before, tenant_id=tenant_id, moment=moment)
    return Recorded(before, shipment.state, dict(shipment.lines.values_list("order_line_id", "base_quantity")))


def _locked(shipment_id: UUID) -> Shipment:
    shipment = Shipment.objects.select_for_update(of=("self",)).filter(pk=shipment_id).first()
    if shipment is None:
        raise NotFound
    return shipment


def _checked(code: str, occurred_at: datetime | None) -> datetime:
    if code not in ShipmentState.values:
        raise UnknownTrackingCode(field="code")
    now = timezone.now()
    moment = occurred_at or now
    if moment > now + _CLOCK_SKEW:
        raise EventInTheFuture(field="occurred_at")
    return moment


def _require_staff(actor: Actor) -> UUID:
    """The tenant whose shipments these are. Raises NotAllowed for anybody but its staff and its jobs."""
    tenant_id = current_scope().tenant_id
    if tenant_id is None or not (actor.kind == "system" or (actor.kind == "staff" and actor.tenant_id == tenant_id)):
        raise NotAllowed
    return tenant_id


def _tell(shipment: Shipment, *, before: str, tenant_id: UUID, moment: datetime | None = None) -> None:
    is_delivered = shipment.state == ShipmentState.DELIVERED and before != shipment.state
    emit(
        ShipmentChanged(
            shipment_id=shipment.id,
            order_id=shipment.order_id,
            company_id=shipment.company_id,
            tenant_id=tenant_id,
            number=shipment.number,
            state=shipment.state,
            before=before,
            promised_on=shipment.promised_on,
            arrived_on=timezone.localdate(moment) if moment is not None and is_delivered else None,
        )
    )
