"""Use cases of ordering: place an order, check a cart out, cancel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from accounts.models import CompanyAddress
from core.actor import Actor
from core.db import atomic
from core.errors import NotAllowed, NotFound
from core.events import emit
from core.scope import current_scope
from customers.queries import CustomerInfo
from inventory import services as inventory
from orders import carts
from orders.enums import OrderSource, OrderState
from orders.errors import AddressMissing, EmptyOrder, PriceChanged
from orders.events import OrderStateChanged
from orders.lines import NewLine, priced_lines
from orders.models import Order
from orders.placing import PricedLine, totals_of, write_order
from orders.policies import require_order
from orders.states import ORDER
from payments import credit

__all__ = ["NewLine", "cancel", "checkout", "place_order"]


@atomic
def place_order(
    *,
    actor: Actor,
    customer: CustomerInfo,
    lines: Sequence[NewLine],
    delivery_address: Mapping[str, str],
    po_number: str = "",
    source: OrderSource = OrderSource.CART,
) -> UUID:
    """Order these lines at the customer's prices of this moment; answers the order's id.

    Raises MayNotOrder, EmptyOrder, LinesRefused, CreditExceeded. Emits OrderPlaced.
    """
    require_order(actor, customer)
    if not lines:
        raise EmptyOrder
    order = write_order(
        actor=actor,
        customer=customer,
        lines=priced_lines(customer, lines),
        delivery_address=delivery_address,
        po_number=po_number,
        source=source,
    )
    return order.id


@atomic
def checkout(
    *,
    actor: Actor,
    customer: CustomerInfo,
    address_id: UUID,
    po_number: str = "",
    expected_total: Decimal | None = None,
) -> UUID:
    """Turn the actor's cart into an order; answers its id.

    ``expected_total`` is the gross total that the page showed: when the prices of this moment make another, nothing
    happens. Sent twice, the second time there is no cart any more. Raises MayNotOrder, EmptyOrder, AddressMissing,
    LinesRefused, PriceChanged, CreditExceeded. Emits OrderPlaced.
    """
    require_order(actor, customer)
    wishes = carts.take_cart(actor=actor, customer=customer)
    if not wishes:
        raise EmptyOrder
    address = CompanyAddress.objects.filter(pk=address_id, company_id=customer.company_id).first()
    if address is None:
        raise AddressMissing(field="address")
    lines = priced_lines(customer, wishes)
    _check_total(lines, customer, expected_total)
    order = write_order(
        actor=actor,
        customer=customer,
        lines=lines,
        delivery_address=address.as_snapshot(),
        po_number=po_number,
        source=OrderSource.CART,
    )
    return order.id


@atomic
def cancel(*, order_id: UUID, actor: Actor, reason: str = "") -> None:
    """Take an order back before anything was shipped: stock and credit are given back.

    The buyer may while it is only placed, the supplier also once confirmed. Raises NotAllowed, NotFound, IllegalMove.
    Emits OrderStateChanged.
    """
    order = Order.objects.select_for_update(of=("self",)).filter(pk=order_id).first()
    if order is None or not _may_see(actor, order):
        raise NotFound
    if actor.kind == "buyer" and order.state != OrderState.PLACED:
        raise NotAllowed
    ORDER.move(order, to=OrderState.CANCELLED, actor=actor, note=reason)
    goods = [(line.variant_id, line.base_quantity, line.id) for line in order.lines.all() if line.variant_id]
    inventory.release(lines=goods, reference=order.number)
    credit.release(customer_id=order.customer_id, order_id=order.id, amount=order.total_amount, actor=actor)
    tenant_id = current_scope().tenant_id
    if tenant_id is not None:
        emit(OrderStateChanged(order.id, order.company_id, tenant_id, order.number, OrderState.CANCELLED.value))


def _check_total(lines: Sequence[PricedLine], customer: CustomerInfo, expected: Decimal | None) -> None:
    now = totals_of(lines, customer.currency).gross
    if expected is not None and expected != now:
        raise PriceChanged(before=expected, now=now)


def _may_see(actor: Actor, order: Order) -> bool:
    if actor.kind == "buyer":
        return actor.company_id == order.company_id
    return actor.kind == "system" or (actor.kind == "staff" and actor.tenant_id == current_scope().tenant_id)
