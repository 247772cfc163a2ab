"""Parcels and their timelines, as pages and the API show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from core import formatting
from shipping.enums import ShipmentState
from shipping.models import Shipment, ShipmentEvent
from shipping.states import SHIPMENT, STEPS

_TONES = {
    ShipmentState.PREPARED: "mute",
    ShipmentState.HANDED_OVER: "info",
    ShipmentState.IN_TRANSIT: "info",
    ShipmentState.OUT_FOR_DELIVERY: "info",
    ShipmentState.DELIVERED: "ok",
    ShipmentState.EXCEPTION: "bad",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One dot of a timeline; ``state`` is done, now, late or todo."""

    text: str
    note: str
    state: str


@dataclass(frozen=True, slots=True)
class TrackingEntry:
    """One event of the history, latest first."""

    at: datetime
    meta: str
    text: str


@dataclass(frozen=True, slots=True)
class ParcelContent:
    order_line_id: UUID
    sku: str
    name: str
    base_quantity: Decimal
    quantity_text: str


@dataclass(frozen=True, slots=True)
class NextMove:
    """A step that may be recorded now."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Parcel:
    id: UUID
    number: str
    title: str
    position: int
    state: str
    state_text: str
    tone: str
    carrier: str
    tracking_number: str
    carrier_text: str
    is_late: bool
    promise_text: str
    promised_on: date | None
    estimated_on: date | None
    steps: tuple[Step, ...]
    history: tuple[TrackingEntry, ...]
    lines: tuple[ParcelContent, ...]
    next_moves: tuple[NextMove, ...]


def parcels_of_order(order_id: UUID) -> tuple[Parcel, ...]:
    """An order's parcels in order of dispatch; three statements however many there are."""
    rows = list(
        Shipment.objects.filter(order_id=order_id).prefetch_related(
            "lines", Prefetch("events", queryset=ShipmentEvent.objects.order_by("occurred_at", "id"))
        )
    )
    return tuple(_describe(row, len(rows)) for row in rows)


def order_of_shipment(shipment_id: UUID) -> UUID | None:
    """The order that a shipment belongs to; None when there is no such shipment."""
    return Shipment.objects.filter(pk=shipment_id).values_list("order_id", flat=True).first()


def _describe(row: Shipment, count: int) -> Parcel:
    events = list(row.events.all())
    state = ShipmentState(row.state)
    late = _is_late(row)
    return Parcel(
        id=row.id,
        number=row.number,
        title=_("Parcel %(position)s of %(count)s") % {"position": row.position, "count": count},
        position=row.position,
        state=row.state,
        state_text=_("%(state)s, late") % {"state": state.label} if late else str(state.label),
        tone="warn" if late else _TONES[state],
        carrier=row.carrier,
        tracking_number=row.tracking_number,
        carrier_text=" · ".join(part for part in (row.carrier, row.tracking_number) if part),
        is_late=late,
        promise_text=_promise(row),
        promised_on=row.promised_on,
        estimated_on=row.estimated_on,
        steps=_steps(row, events, late=late),
        history=tuple(_entry(event) for event in reversed(events)),
        lines=tuple(
            ParcelContent(
                line.order_line_id,
                line.sku,
                formatting.localised(line.name_fr, line.name_en),
                line.base_quantity,
                formatting.number(line.base_quantity),
            )
            for line in row.lines.all()
        ),
        next_moves=_next_moves(row),
    )


def _is_late(row: Shipment) -> bool:
    if row.promised_on is None or row.state == ShipmentState.DELIVERED:
        return False
    expected = row.estimated_on or timezone.localdate()
    return expected > row.promised_on


def _promise(row: Shipment) -> str:
    if row.promised_on and row.estimated_on and row.estimated_on != row.promised_on:
        return _("promised %(promised)s, expected %(expected)s") % {
            "promised": formatting.day(row.promised_on),
            "expected": formatting.day(row.estimated_on),
        }
    if row.promised_on:
        return _("promised %(promised)s") % {"promised": formatting.day(row.promised_on)}
    if row.estimated_on:
        return _("expected %(expected)s") % {"expected": formatting.day(row.estimated_on)}
    return ""


def _steps(row: Shipment, events: list[ShipmentEvent], *, late: bool) -> tuple[Step, ...]:
    """The usual steps; those before the furthest one reached are done even when nobody reported them."""
    last = {event.code: event for event in events}
    reached = max((index for index, code in enumerate(STEPS) if code in last), default=0)
    is_over = row.state == ShipmentState.DELIVERED
    steps = []
    for index, code in enumerate(STEPS):
        event = last.get(code)
        if index < reached or (index == reached and is_over):
            state = "done"
        elif index == reached:
            state = "late" if late or row.state == ShipmentState.EXCEPTION else "now"
        else:
            state = "todo"
        steps.append(Step(str(code.label), _step_note(row, event, code), state))
    return tuple(steps)


def _step_note(row: Shipment, event: ShipmentEvent | None, code: ShipmentState) -> str:
    if event is not None:
        when = formatting.clock(event.occurred_at)
        return f"{event.place}, {when}" if event.place else when
    if code == ShipmentState.DELIVERED and row.estimated_on and row.state != ShipmentState.DELIVERED:
        return _("%(day)s (expected)") % {"day": formatting.day(row.estimated_on)}
    return "—"


def _entry(event: ShipmentEvent) -> TrackingEntry:
    meta = " · ".join(part for part in (formatting.clock(event.occurred_at), event.place, event.recorded_by) if part)
    label = str(ShipmentState(event.code).label)
    return TrackingEntry(event.occurred_at, meta, formatting.labelled(label, event.note))


def _next_moves(row: Shipment) -> tuple[NextMove, ...]:
    allowed = SHIPMENT.moves.get(row.state, frozenset())
    ordered = [code for code in (*STEPS, ShipmentState.EXCEPTION) if code in allowed]
    return tuple(NextMove(code.value, str(code.label)) for code in ordered)
