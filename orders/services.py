"""Use cases of ordering: place an order, check a cart out, cancel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from accounts.addresses import AddressData, add_address, seen_addresses
from accounts.spending import ledger
from agreements import calling
from agreements.enums import CallKind
from core.actor import Actor
from core.db import atomic
from core.errors import NotAllowed, NotFound
from core.events import emit
from core.scope import current_scope
from customers import acting
from customers.enums import ActingKind
from customers.queries import CustomerInfo
from inventory import services as inventory
from orders import carts
from orders.approvals.gate import require_free, require_not_waiting
from orders.approvals.snapshot import Content
from orders.call_offs import parted
from orders.details import agreed, with_fee
from orders.enums import OrderSource, OrderState
from orders.errors import AddressMissing, EmptyOrder, PriceChanged
from orders.events import OrderStateChanged
from orders.line_details import delivered
from orders.lines import NewLine, orderable, priced
from orders.models import Order
from orders.placing import OrderDetails, PricedLine, goods_of, totals_of, write_order
from orders.policies import can_cancel, can_see, require_order
from orders.quoted import Quoted
from orders.seen_prices import require_taken
from orders.states import ORDER
from orders.vat import taxed
from payments import credit
from pricing.settings import record_volume

__all__ = ["Delivery", "NewLine", "OrderDetails", "cancel", "checkout", "place_order"]

_NO_DETAILS = OrderDetails()


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where to deliver: an address of the company, or a new one, which ``keep`` adds to the company's."""

    address_id: UUID | None = None
    new: AddressData | None = None
    keep: bool = False


@atomic
def place_order(
    *,
    actor: Actor,
    customer: CustomerInfo,
    lines: Sequence[NewLine],
    delivery_address: Mapping[str, str],
    details: OrderDetails = _NO_DETAILS,
    source: OrderSource = OrderSource.CART,
    quoted: Quoted | None = None,
) -> UUID:
    """Order these lines at the customer's prices of this moment, or those ``quoted``; answers the order's id.

    Raises MayNotOrder, EmptyOrder, LinesRefused, ApprovalNeeded, CostCentreMissing, CostCentreUnknown, BudgetUsedUp,
    CreditExceeded and what :func:`orders.details.agreed` raises. Emits OrderPlaced.
    """
    require_order(actor, customer)
    if not lines:
        raise EmptyOrder
    content = content_of(lines, customer, delivery_address, details, quoted)
    charged, said = content.lines, content.details
    require_free(actor, customer, charged, said.cost_centre_code)
    order = write_order(
        actor=actor,
        customer=customer,
        lines=charged,
        delivery_address=delivery_address,
        details=said,
        source=source,
    )
    return order.id


def content_of(
    wishes: Sequence[NewLine],
    customer: CustomerInfo,
    address: Mapping[str, str],
    details: OrderDetails,
    quoted: Quoted | None = None,
) -> Content:
    """The order that these lines become at one address, with its fee, what goes with a quote, and its VAT.

    Raises LinesRefused and what :func:`orders.details.agreed` raises.
    """
    goods = [priced(line) for line in orderable(customer, wishes, quoted.at if quoted else None)]
    said = agreed(quoted.named(details) if quoted else details, customer, goods)
    charged = [*with_fee(goods, customer), *(quoted.charges if quoted else ())]
    return Content(tuple(taxed(parted(charged, customer.currency), customer, address, said)), address, said)


@atomic
def checkout(
    *,
    actor: Actor,
    customer: CustomerInfo,
    delivery: Delivery,
    details: OrderDetails = _NO_DETAILS,
    expected_total: Decimal | None = None,
    cart_id: UUID | None = None,
    purchase_id: UUID | None = None,
    prices_taken: str = "",
    cart_version: int | None = None,
    warned_of: str | None = None,
) -> UUID:
    """Turn the actor's cart into an order; answers its id.

    ``expected_total`` is the gross total that the page showed: when the prices of this moment make another, nothing
    happens. ``cart_id`` is the cart that the page showed: sent twice, the second time answers the same order.
    ``purchase_id`` is the purchase over several suppliers that a new order is a part of. ``prices_taken`` says which
    changed prices the page showed and the buyer agreed to, ``cart_version`` which version of the cart: a note that was
    changed since changes no total. ``warned_of`` is the cost centre whose warnings the page showed (None: there is no
    page). Raises MayNotOrder, EmptyOrder, CartChanged, AddressMissing, LinesRefused,
    PricesChanged, PriceChanged, BuyerWarned, ApprovalNeeded, CostCentreMissing, CostCentreUnknown, BudgetUsedUp,
    CreditExceeded and what :func:`orders.details.agreed` raises. Emits OrderPlaced.
    """
    require_order(actor, customer)
    taken, wishes = carts.take_cart(actor=actor, customer=customer, cart_id=cart_id, version=cart_version)
    if not wishes:
        return _order_of_cart(cart_id, actor, customer)
    checked = orderable(customer, wishes)
    goods = [priced(line) for line in checked]
    said = agreed(details, customer, goods)
    lines, address = addressed(with_fee(goods, customer), wishes, delivery, actor, customer)
    lines = taxed(parted(lines, customer.currency), customer, address, said)
    check_total(lines, customer, expected_total)
    require_taken(checked, prices_taken)
    require_free(actor, customer, lines, said.cost_centre_code, warned_of=warned_of)
    order = write_order(
        actor=actor,
        customer=customer,
        lines=lines,
        delivery_address=address,
        details=said,
        source=OrderSource.CART,
        cart_id=taken,
        purchase_id=purchase_id,
    )
    return order.id


@atomic
def cancel(*, order_id: UUID, actor: Actor, reason: str = "") -> None:
    """Take an order back before anything was shipped: agreements, stock, credit and the year's volume get it back.

    The buyer may while it is only placed, the supplier also once confirmed. Raises NotAllowed, NotFound, IllegalMove.
    Emits OrderStateChanged.
    """
    order = Order.objects.select_for_update(of=("self",)).filter(pk=order_id).first()
    if order is None or not can_see(actor, order):
        raise NotFound
    tenant_id = current_scope().tenant_id
    if not can_cancel(actor, company_id=order.company_id, tenant_id=tenant_id, state=order.state):
        raise NotAllowed
    ORDER.move(order, to=OrderState.CANCELLED, actor=actor, note=reason)
    calling.give_back(order=calling.OfOrder(order.id, order.number, CallKind.CANCELLED), actor=actor)
    ledger.release(order_id=order.id)
    inventory.release(lines=goods_of(order), reference=order.number)
    credit.release(
        customer_id=order.customer_id,
        order_id=order.id,
        amount=order.total_amount,
        currency=order.currency,
        actor=actor,
    )
    _take_volume_back(order)
    acting.record(actor, ActingKind.CANCELLED, order.number)
    if tenant_id is not None:
        emit(OrderStateChanged(order.id, order.company_id, tenant_id, order.number, OrderState.CANCELLED.value))


def _take_volume_back(order: Order) -> None:
    """The order no longer counts in its year; one of an earlier year does not count in this one anyway."""
    if timezone.localdate(order.placed_at).year == timezone.localdate().year:
        record_volume(
            customer_id=order.customer_id, order_id=order.id, currency=order.currency, net_amount=-order.net_amount
        )


def check_total(lines: Sequence[PricedLine], customer: CustomerInfo, expected: Decimal | None) -> None:
    """Raises PriceChanged when the page showed another total."""
    now = totals_of(lines, customer.currency).gross
    if expected is not None and expected != now:
        raise PriceChanged(before=expected, now=now, currency=customer.currency)


def _order_of_cart(cart_id: UUID | None, actor: Actor, customer: CustomerInfo) -> UUID:
    """The order that the cart has become. Raises EmptyOrder, ApprovalNeeded where it waits for its approval."""
    if cart_id is None:
        raise EmptyOrder
    orders = Order.objects.filter(cart_id=cart_id, customer_id=customer.id, placed_by_id=actor.user_id)
    order_id = orders.values_list("pk", flat=True).first()
    if order_id is None:
        require_not_waiting(cart_id, actor)
        raise EmptyOrder
    return order_id


def addressed(
    lines: Sequence[PricedLine], wishes: Sequence[NewLine], delivery: Delivery, actor: Actor, customer: CustomerInfo
) -> tuple[list[PricedLine], dict[str, str]]:
    """The lines, each with its own address if it has one, and the order's; a new one is kept for next time when asked.

    ``lines`` may have a fee behind those that were wished for. One statement. Raises AddressMissing, LinesRefused.
    """
    wanted = {key for key in (delivery.address_id, *(wish.address_id for wish in wishes)) if key is not None}
    rows = seen_addresses(customer.company_id, actor.unit_ids).filter(pk__in=wanted) if wanted else ()
    book: dict[UUID | None, dict[str, str]] = {row.pk: row.as_snapshot() for row in rows}
    main_id = delivery.address_id
    if delivery.new is not None:
        main_id, book[None] = None, asdict(delivery.new)
        if delivery.keep:
            add_address(company_id=customer.company_id, data=delivery.new, actor=actor)
    if main_id not in book:
        raise AddressMissing(field="address")
    count = len(wishes)
    return [*delivered(lines[:count], wishes, main_id, book), *lines[count:]], book[main_id]
