"""How far an order is: its lines, parcels and history, as the buyer and the supplier follow it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.packs.snapshots import PackSnapshot
from catalog.packs.wording import PackText, pack_text
from core import formatting
from core.actor import Actor
from core.errors import NotFound
from core.money import TaxedLine, totals
from customers.terms import term_text
from customers.vat.wording import doubt_text, review_text, sentences, tax_label
from orders.details import said_of
from orders.enums import OrderState
from orders.line_details import said_of_line
from orders.models import Order, OrderLine, OrderRevision
from orders.policies import seen_orders
from shipping.queries import Parcel, parcels_of_order

TONES = {
    OrderState.PLACED: "info",
    OrderState.CONFIRMED: "info",
    OrderState.SHIPPING: "info",
    OrderState.SHIPPED: "info",
    OrderState.DELIVERED: "ok",
    OrderState.CANCELLED: "mute",
}
_NEWS = 12
_ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class LineProgress:
    """Quantities are base units; ``left`` is what may still be shipped. Of a pack, ``pack`` says what is in it.

    ``said`` is what holds for this line and not for the whole order: its day, its address, its note.
    """

    id: UUID
    variant_id: UUID | None
    sku: str
    name: str
    unit_text: str
    ordered_in_text: str
    quantity: Decimal
    order_unit_text: str
    ordered_text: str
    shipped_text: str
    delivered_text: str
    on_way_text: str
    left_text: str
    left: Decimal
    promise_text: str
    promise_tone: str
    unit_price_text: str
    net_text: str
    pack: PackText | None = None
    said: tuple[str, ...] = ()
    is_service: bool = False


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened, latest first."""

    meta: str
    text: str
    mine: bool = False


@dataclass(frozen=True, slots=True)
class OrderProgress:
    id: UUID
    number: str
    state: str
    state_text: str
    tone: str
    company_id: UUID
    company_name: str
    po_number: str
    purchase_id: UUID | None
    placed_text: str
    placed_by: str
    term_text: str
    said: tuple[tuple[str, str], ...]
    note: str
    address: tuple[str, ...]
    lines: tuple[LineProgress, ...]
    line_count: int
    parcels: tuple[Parcel, ...]
    news: tuple[News, ...]
    has_goods: bool
    has_services: bool
    net_text: str
    taxes: tuple[tuple[str, str], ...]
    vat_mentions: tuple[str, ...]
    vat_doubt: str
    vat_review: str
    vat_held: bool
    is_quoted: bool
    total_text: str
    total: Decimal
    currency: str
    can_confirm: bool
    can_ship: bool
    can_cancel: bool
    version: int


def order_progress(actor: Actor, order_id: UUID, *, page: int = 1, per_page: int = _ALL) -> OrderProgress:
    """One order of the actor's company, or of the actor's own tenant. Raises NotFound for everybody else.

    ``lines`` are those of a page, the last one for numbers beyond it; all else is about the whole order.
    """
    order = _visible(actor, order_id)
    lines = list(order.lines.all())
    first = (min(page, max(-(-len(lines) // per_page), 1)) - 1) * per_page
    parcels = parcels_of_order(order.id)
    state = OrderState(order.state)
    return OrderProgress(
        id=order.id,
        number=order.number,
        state=order.state,
        state_text=_("Partly delivered") if _is_partly_delivered(order, lines) else str(state.label),
        tone=TONES[state],
        company_id=order.company_id,
        company_name=order.company_name,
        po_number=order.po_number,
        purchase_id=order.purchase_id,
        placed_text=formatting.day(timezone.localdate(order.placed_at)),
        placed_by=order.placed_by_name,
        term_text=term_text(order.payment_term_kind, order.payment_term_days),
        said=said_of(order),
        note=order.note,
        address=_address(order.delivery_address),
        lines=tuple(_line(line, order, parcels) for line in lines[first : first + per_page]),
        line_count=len(lines),
        parcels=parcels,
        news=_news(order, parcels),
        has_goods=any(line.variant_id for line in lines),
        has_services=any(line.is_service and line.variant_id for line in lines),
        net_text=formatting.money(order.net_amount, order.currency),
        taxes=_taxes(order, lines),
        vat_mentions=sentences((line.tax_mention for line in lines), timezone.localdate(order.placed_at)),
        vat_doubt=doubt_text(order.vat_doubt),
        vat_review=review_text(order.vat_doubt),
        vat_held=order.vat_held,
        is_quoted=order.quote_version_id is not None,
        total_text=formatting.money(order.total_amount, order.currency),
        total=order.total_amount,
        currency=order.currency,
        can_confirm=state == OrderState.PLACED,
        can_ship=state in (OrderState.CONFIRMED, OrderState.SHIPPING),
        can_cancel=state in (OrderState.PLACED, OrderState.CONFIRMED),
        version=order.version,
    )


def _taxes(order: Order, lines: Sequence[OrderLine]) -> tuple[tuple[str, str], ...]:
    """The order's groups of VAT, as (label, amount)."""
    reasons = {(line.tax_category, line.tax_rate): line.tax_mention for line in lines}
    sums = totals((TaxedLine(line.net_amount, line.tax_category, line.tax_rate) for line in lines), order.currency)
    return tuple(
        (
            tax_label(group.tax_rate, reasons[group.tax_category, group.tax_rate]),
            formatting.money(group.tax, order.currency),
        )
        for group in sums.groups
    )


def _visible(actor: Actor, order_id: UUID) -> Order:
    revisions = Prefetch("revisions", OrderRevision.objects.defer("before", "changes"))
    order = seen_orders(actor).prefetch_related("lines", "transitions", revisions).filter(pk=order_id).first()
    if order is None:
        raise NotFound
    return order


def _is_partly_delivered(order: Order, lines: list[OrderLine]) -> bool:
    return order.state in (OrderState.SHIPPING, OrderState.SHIPPED) and any(line.delivered_quantity for line in lines)


def _line(line: OrderLine, order: Order, parcels: tuple[Parcel, ...]) -> LineProgress:
    left = line.base_quantity - line.shipped_quantity
    promise, tone = _promise(line, order, parcels)
    return LineProgress(
        id=line.id,
        variant_id=line.variant_id,
        sku=line.reference,
        name=formatting.localised(line.name_fr, line.name_en),
        unit_text=formatting.unit_name(line.base_unit_code, line.base_quantity),
        ordered_in_text=_ordered_in(line),
        quantity=line.quantity,
        order_unit_text=formatting.unit_name(line.unit_code, line.quantity),
        ordered_text=formatting.number(line.base_quantity),
        shipped_text=formatting.number(line.shipped_quantity),
        delivered_text=formatting.number(line.delivered_quantity),
        on_way_text=formatting.number(line.shipped_quantity - line.delivered_quantity),
        left_text=formatting.number(left),
        left=left,
        promise_text=promise,
        promise_tone=tone,
        unit_price_text=formatting.unit_price(line.unit_price, order.currency),
        net_text=formatting.money(line.net_amount, order.currency),
        pack=pack_text(PackSnapshot.from_json(line.pack), line.base_quantity) if line.pack else None,
        said=said_of_line(line.note, line.wanted_on, line.address),
        is_service=line.is_service,
    )


def _ordered_in(line: OrderLine) -> str:
    """``50 cartons`` where the line was not ordered in base units."""
    if line.unit_code == line.base_unit_code:
        return ""
    return f"{formatting.number(line.quantity)} {formatting.unit_name(line.unit_code, line.quantity)}"


def _promise(line: OrderLine, order: Order, parcels: tuple[Parcel, ...]) -> tuple[str, str]:
    """What is known about when the line comes: delivered, expected with a parcel, or ready to leave from a day on."""
    if line.is_service and line.variant_id is not None:
        return _service_promise(line, order)
    if line.delivered_quantity == line.base_quantity:
        return _("delivered"), "ok"
    carrying = [parcel for parcel in parcels if any(item.order_line_id == line.id for item in parcel.lines)]
    if any(parcel.is_late for parcel in carrying):
        return _("late"), "warn"
    days = [day for parcel in carrying if (day := parcel.estimated_on or parcel.promised_on)]
    if line.shipped_quantity == line.base_quantity:
        return (formatting.day(max(days)) if days else _("on its way")), "info"
    if order.state == OrderState.CANCELLED:
        return "", "mute"
    ready = timezone.localdate(order.placed_at + timedelta(days=line.lead_time_days))
    return _("leaves %(day)s") % {"day": formatting.day(max(ready, timezone.localdate()))}, "mute"


def _service_promise(line: OrderLine, order: Order) -> tuple[str, str]:
    """A service is performed or not; nothing of it is on its way."""
    if line.delivered_quantity == line.base_quantity:
        return _("performed"), "ok"
    return ("" if order.state == OrderState.CANCELLED else _("to be performed")), "mute"


def _address(snapshot: dict[str, str]) -> tuple[str, ...]:
    place = " ".join(part for part in (snapshot.get("postal_code", ""), snapshot.get("city", "")) if part)
    candidates = (snapshot.get("label", ""), snapshot.get("contact", ""), snapshot.get("street", ""), place)
    return tuple(dict.fromkeys(part for part in candidates if part)) + _for_the_driver(snapshot)


def _for_the_driver(snapshot: dict[str, str]) -> tuple[str, ...]:
    named = (
        (_("Phone"), "phone"),
        (_("Opening hours"), "opening_hours"),
        (_("Unloading"), "unloading"),
        (_("Access"), "access_notes"),
    )
    return tuple(formatting.labelled(name, snapshot[key]) for name, key in named if snapshot.get(key))


def _news(order: Order, parcels: tuple[Parcel, ...]) -> tuple[News, ...]:
    entries: list[tuple[datetime, News]] = []
    for move in order.transitions.all():
        text = str(OrderState(move.to_state).label)
        said = formatting.labelled(text, move.note)
        mine = move.actor_id is not None and move.actor_id == order.placed_by_id
        entries.append((move.at, News(_meta(move.at, move.actor_name), said, mine=mine)))
    for change in order.revisions.all():
        text = formatting.labelled(str(change.get_kind_display()), change.reason)
        mine = change.actor_id is not None and change.actor_id == order.placed_by_id
        entries.append((change.at, News(_meta(change.at, change.actor_name), text, mine=mine)))
    for parcel in parcels:
        for event in parcel.history:
            text = _("Parcel %(position)s: %(event)s") % {"position": parcel.position, "event": event.text}
            entries.append((event.at, News(event.meta, text)))
    entries.sort(key=lambda entry: entry[0], reverse=True)
    return tuple(news for _at, news in entries[:_NEWS])


def _meta(at: datetime, who: str) -> str:
    return " · ".join(part for part in (formatting.clock(at), who) if part)
