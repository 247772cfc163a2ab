"""Use cases of ordering: place an order, check a cart out, cancel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from accounts.addresses import AddressData, add_address, seen_addresses
from accounts.spending import ledger
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
from orders.details import agreed, with_fee
from orders.enums import OrderSource, OrderState
from orders.errors import AddressMissing, EmptyOrder, PriceChanged
from orders.events import OrderStateChanged
from orders.lines import NewLine, priced_lines
from orders.models import Order
from orders.placing import OrderDetails, PricedLine, goods_of, totals_of, write_order
from orders.policies import can_cancel, can_see, require_order
from orders.states import ORDER
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
) -> UUID:
    """Order these lines at the customer's prices of this moment; answers the order's id.

    Raises MayNotOrder, EmptyOrder, LinesRefused, ApprovalNeeded, BudgetUsedUp, CreditExceeded and what
    :func:`orders.details.agreed` raises. Emits OrderPlaced.
    """
    require_order(actor, customer)
    if not lines:
        raise EmptyOrder
    priced = priced_lines(customer, lines)
    said, charged = agreed(details, customer, priced), with_fee(priced, customer)
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
) -> UUID:
    """Turn the actor's cart into an order; answers its id.

    ``expected_total`` is the gross total that the page showed: when the prices of this moment make another, nothing
    happens. ``cart_id`` is the cart that the page showed: sent twice, the second time answers the same order.
    ``purchase_id`` is the purchase over several suppliers that a new order is a part of. Raises MayNotOrder,
    EmptyOrder, AddressMissing, LinesRefused, PriceChanged, ApprovalNeeded, BudgetUsedUp, CreditExceeded and what
    :func:`orders.details.agreed` raises. Emits OrderPlaced.
    """
    require_order(actor, customer)
    taken, wishes = carts.take_cart(actor=actor, customer=customer, cart_id=cart_id)
    if not wishes:
        return _order_of_cart(cart_id, actor, customer)
    goods = priced_lines(customer, wishes)
    lines = with_fee(goods, customer)
    check_total(lines, customer, expected_total)
    said = agreed(details, customer, goods)
    require_free(actor, customer, lines, said.cost_centre_code)
    order = write_order(
        actor=actor,
        customer=customer,
        lines=lines,
        delivery_address=address_of(delivery, actor, customer),
        details=said,
        source=OrderSource.CART,
        cart_id=taken,
        purchase_id=purchase_id,
    )
    return order.id


@atomic
def cancel(*, order_id: UUID, actor: Actor, reason: str = "") -> None:
    """Take an order back before anything was shipped: stock, credit and the year's volume are given back.

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
    ledger.release(order_id=order.id)
    inventory.release(lines=goods_of(order), reference=order.number)
    credit.release(customer_id=order.customer_id, order_id=order.id, amount=order.total_amount, actor=actor)
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


def address_of(delivery: Delivery, actor: Actor, customer: CustomerInfo) -> dict[str, str]:
    """Where to deliver, as the order keeps it; a new address is kept for next time when asked."""
    if delivery.new is not None:
        if delivery.keep:
            add_address(company_id=customer.company_id, data=delivery.new, actor=actor)
        return asdict(delivery.new)
    addresses = seen_addresses(customer.company_id, actor.unit_ids)
    address = addresses.filter(pk=delivery.address_id).first() if delivery.address_id else None
    if address is None:
        raise AddressMissing(field="address")
    return address.as_snapshot()
