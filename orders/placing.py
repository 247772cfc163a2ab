"""Writing an order down: the one place where lines, stock, credit and number become an order.

Locks are taken in the order of the layers: agreements, spending, stock, credit, counter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounts.spending import ledger
from agreements import calling
from agreements.enums import CallKind
from catalog.packs.snapshots import PackSnapshot
from core.actor import Actor
from core.db import atomic
from core.events import emit
from core.ids import uuid7
from core.money import TaxedLine, Totals, totals
from core.numbers import next_number
from core.scope import current_scope
from customers import acting
from customers.enums import ActingKind
from customers.queries import CustomerInfo
from inventory import services as inventory
from orders.enums import OrderSource, OrderState
from orders.errors import EmptyOrder
from orders.events import OrderPlaced
from orders.models import Order, OrderComponent, OrderCounter, OrderLine, OrderTransition
from orders.vat import Taxing, kinds_of, taxing
from payments import credit
from pricing.settings import record_volume


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line with its final price: ``unit_price`` per base unit, ``net_amount`` rounded once.

    A service is not reserved or packed into parcels; without an article, such as transport, it comes with the goods
    and counts as delivered at once. A ``pack`` is one line, whose goods are reserved one by one. ``tax_rate`` is what
    the line bears in the seller's country until :func:`orders.vat.taxed` says what it bears here; then that one is kept
    as ``home_rate``.
    ``wanted_on`` and ``address`` are there where they are other than the order's. ``agreement_line_id`` is what it is
    called off from; one that is partly beyond it has the ``agreed_quantity`` and the ``usual_price`` of the rest, until
    it is made two lines (:func:`orders.call_offs.parted`).
    """

    variant_id: UUID | None
    sku: str
    name_fr: str
    name_en: str
    unit_code: str
    unit_factor: Decimal
    base_unit_code: str
    quantity: Decimal
    base_quantity: Decimal
    unit_price: Decimal
    net_amount: Decimal
    tax_rate: Decimal
    tax_category: str = "S"
    lead_time_days: int = 0
    is_service: bool = False
    pack: PackSnapshot | None = None
    home_rate: Decimal | None = None
    vatex: str = ""
    tax_mention: str = ""
    note: str = ""
    wanted_on: date | None = None
    address: dict[str, str] | None = None
    agreement_line_id: UUID | None = None
    agreed_quantity: Decimal | None = None
    usual_price: Decimal | None = None


_TERM = ("payment_term_code", "payment_term_kind", "payment_term_days")


@dataclass(frozen=True, slots=True)
class OrderDetails:
    """What is said about an order besides its lines; :func:`orders.details.agreed` makes it fit the customer's terms.

    Methods are those of :mod:`customers.enums`; the Incoterm is the contract's, nobody chooses it. The term of payment
    is that of an accepted quote or of agreements, the customer's own where there is none. The two after it name the
    quote whose prices a recurring order goes on with.
    """

    po_number: str = ""
    project: str = ""
    cost_centre_code: str = ""
    requested_on: date | None = None
    note: str = ""
    incoterm: str = ""
    incoterm_place: str = ""
    delivery_method: str = ""
    payment_method: str = ""
    payment_term_kind: str = ""
    payment_term_days: int | None = None
    prices_version_id: UUID | None = None
    prices_quote_number: str = ""


def totals_of(lines: Sequence[PricedLine], currency: str) -> Totals:
    """Net, tax per group and gross of lines (EN 16931)."""
    return totals((TaxedLine(line.net_amount, line.tax_category, line.tax_rate) for line in lines), currency)


@atomic
def write_order(
    *,
    actor: Actor,
    customer: CustomerInfo,
    lines: Sequence[PricedLine],
    delivery_address: Mapping[str, str],
    details: OrderDetails,
    source: OrderSource,
    quote_version_id: UUID | None = None,
    cart_id: UUID | None = None,
    purchase_id: UUID | None = None,
) -> Order:
    """Place an order with these lines on the customer's account: stock and credit are reserved, a number is taken.

    In ``customer.currency``. VAT is decided before (:func:`orders.vat.taxed`); who calls holds the agreements' lines
    that they take from. Raises EmptyOrder, CreditExceeded, NoCreditInCurrency, AgreementShort. Emits OrderPlaced.
    """
    if not lines:
        raise EmptyOrder
    tenant_id = current_scope().tenant_id
    if tenant_id is None:
        raise RuntimeError("orders live in a tenant's scope")
    order_id, ids = uuid7(), [uuid7() for _line in lines]
    components = [row for line, key in zip(lines, ids, strict=True) for row in _components(line, key)]
    goods = _goods(lines, ids, components)
    sums = totals_of(lines, customer.currency)
    reserved = inventory.reserve(lines=goods, reference=str(order_id)) if goods else {}
    owes = {"customer_id": customer.id, "order_id": order_id}
    credit.reserve(**owes, amount=sums.gross, currency=customer.currency, actor=actor)
    order = _header(order_id, actor, customer, sums, _on_agreed_term(details, lines))
    order.source, order.delivery_address, order.purchase_id = source, dict(delivery_address), purchase_id
    _note_doubt(order, taxing(customer, delivery_address, details), lines)
    order.quote_version_id, order.cart_id, order.number = quote_version_id, cart_id, next_number(OrderCounter, "CO")
    order.save(force_insert=True)
    for row in components:
        row.reserved_quantity = reserved[row.pk]
    reserved |= _whole_packs(lines, ids, components)
    numbered = enumerate(zip(ids, lines, strict=True), 1)
    OrderLine.objects.bulk_create([_row(order, position, key, line, reserved) for position, (key, line) in numbered])
    OrderComponent.objects.bulk_create(components)
    _call_off(order, ids, lines, actor)
    OrderTransition.objects.create(
        subject=order, from_state="", to_state=OrderState.PLACED, actor_id=actor.user_id, actor_name=actor.name
    )
    record_volume(customer_id=customer.id, order_id=order.id, currency=order.currency, net_amount=order.net_amount)
    _spend(order, actor, tenant_id)
    acting.record(actor, ActingKind.ORDERED, order.number)
    placed = (order.id, order.company_id, tenant_id, order.number, order.total_amount, order.currency, order.unit_id)
    emit(OrderPlaced(*placed, po_number=order.po_number))
    return order


def _note_doubt(order: Order, how: Taxing, lines: Sequence[PricedLine]) -> None:
    """What is in doubt about the order's VAT, and whether it is held for that."""
    kinds = kinds_of(lines)
    order.vat_doubt, order.vat_held = how.doubt(kinds), how.is_held(kinds)


def _call_off(order: Order, ids: Sequence[UUID], lines: Sequence[PricedLine], actor: Actor) -> None:
    """Take what the lines take from agreements. Raises AgreementShort."""
    calls = [
        calling.Call(line.agreement_line_id, key, line.base_quantity)
        for line, key in zip(lines, ids, strict=True)
        if line.agreement_line_id is not None
    ]
    calling.enter(order=calling.OfOrder(order.id, order.number, CallKind.ORDERED), calls=calls, actor=actor)


def goods_of(order: Order) -> list[inventory.Line]:
    """Everything that stock was reserved for, as :func:`write_order` reserved it; two statements."""
    goods = [
        (variant_id, line.base_quantity, line.pk)
        for line in order.lines.all()
        if (variant_id := line.stocked_id) is not None
    ]
    components = OrderComponent.objects.filter(line__order=order)
    return goods + [(row.variant_id, row.quantity, row.pk) for row in components]


def _goods(
    lines: Sequence[PricedLine], ids: Sequence[UUID], components: Sequence[OrderComponent]
) -> list[inventory.Line]:
    """What stock is reserved for: lines of goods, and the goods in packs."""
    goods = [
        (line.variant_id, line.base_quantity, key)
        for line, key in zip(lines, ids, strict=True)
        if line.variant_id and line.pack is None and not line.is_service
    ]
    return goods + [(row.variant_id, row.quantity, row.pk) for row in components]


def _spend(order: Order, actor: Actor, tenant_id: UUID) -> None:
    """Count the order in the company's ledger of spending. Raises CostCentreUnknown."""
    ledger.record(
        actor=actor,
        company_id=order.company_id,
        tenant_id=tenant_id,
        order_id=order.id,
        net=order.net_amount,
        currency=order.currency,
        cost_centre_code=order.cost_centre_code,
    )


def _header(order_id: UUID, actor: Actor, customer: CustomerInfo, sums: Totals, details: OrderDetails) -> Order:
    """The order without its lines: who orders, on which terms, for how much, and what they say about it."""
    return Order(
        id=order_id,
        customer_id=customer.id,
        company_id=customer.company_id,
        company_name=customer.company_name,
        unit_id=actor.unit_id,
        unit_name=actor.unit_name,
        placed_by_id=actor.user_id,
        placed_by_name=actor.name,
        currency=customer.currency,
        net_amount=sums.net,
        tax_amount=sums.tax,
        total_amount=sums.gross,
        **asdict(details) | _term(customer, details),
    )


def _on_agreed_term(details: OrderDetails, lines: Sequence[PricedLine]) -> OrderDetails:
    """Goods that are all called off are paid on the term that their agreements name; one statement for them."""
    goods = [line.agreement_line_id for line in lines if line.variant_id is not None and not line.is_service]
    called = [key for key in goods if key is not None]
    if details.payment_term_days is not None or not called or len(called) < len(goods):
        return details
    term = calling.agreed_term(called)
    return replace(details, payment_term_kind=term[0], payment_term_days=term[1]) if term is not None else details


def _term(customer: CustomerInfo, details: OrderDetails) -> dict[str, Any]:
    """The term of payment that was agreed with a quote or an agreement, else the customer's own."""
    kind, days = details.payment_term_kind, details.payment_term_days
    own = customer.payment_term_kind, customer.payment_term_days
    if days is None or (kind, days) == own:
        return dict(zip(_TERM, (customer.payment_term_code, *own), strict=True))
    return dict(zip(_TERM, (f"{kind}-{days}", kind, days), strict=True))


def _components(line: PricedLine, line_id: UUID) -> list[OrderComponent]:
    """The goods of a pack's line, as many as all of its packs hold; services are none."""
    if line.pack is None:
        return []
    return [
        OrderComponent(
            line_id=line_id,
            position=position,
            variant_id=goods.variant_id,
            sku=goods.sku,
            name_fr=goods.name_fr,
            name_en=goods.name_en,
            unit_code=goods.unit_code,
            quantity=goods.quantity * line.base_quantity,
        )
        for position, goods in enumerate((part for part in line.pack.lines if not part.is_service), 1)
    ]


def _whole_packs(
    lines: Sequence[PricedLine], ids: Sequence[UUID], components: Sequence[OrderComponent]
) -> dict[UUID, Decimal]:
    """How many packs of a line all goods are reserved for."""
    found: dict[UUID, Decimal] = {}
    ordered = {key: line.base_quantity for key, line in zip(ids, lines, strict=True)}
    for row in components:
        packs = row.reserved_quantity * ordered[row.line_id] // row.quantity
        found[row.line_id] = min(packs, found.get(row.line_id, packs))
    return found


def _row(order: Order, position: int, key: UUID, line: PricedLine, reserved: Mapping[UUID, Decimal]) -> OrderLine:
    done = line.base_quantity if line.is_service and line.variant_id is None else Decimal(0)
    return OrderLine(
        id=key,
        order=order,
        position=position,
        variant_id=line.variant_id,
        sku=line.sku,
        name_fr=line.name_fr,
        name_en=line.name_en,
        unit_code=line.unit_code,
        unit_factor=line.unit_factor,
        base_unit_code=line.base_unit_code,
        quantity=line.quantity,
        base_quantity=line.base_quantity,
        unit_price=line.unit_price,
        net_amount=line.net_amount,
        tax_category=line.tax_category,
        tax_rate=line.tax_rate,
        home_rate=line.home_rate,
        vatex=line.vatex,
        tax_mention=line.tax_mention,
        lead_time_days=line.lead_time_days,
        reserved_quantity=reserved.get(key, Decimal(0)),
        shipped_quantity=done,
        delivered_quantity=done,
        is_service=line.is_service,
        pack=line.pack.as_json() if line.pack is not None else None,
        note=line.note,
        wanted_on=line.wanted_on,
        address=line.address,
    )
