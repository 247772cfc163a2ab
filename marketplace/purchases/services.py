"""One purchase over several suppliers: an order in the schema of each, or nothing anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from uuid import UUID

from accounts.spending.judging import cost_centre
from core.actor import Actor
from core.db import atomic, savepoint
from core.errors import Refused
from core.ids import uuid7
from core.numbers import next_number
from core.tenancy import use_tenant
from customers.errors import NotACustomer
from customers.queries import customer_of
from marketplace.models import Purchase, PurchaseCounter, PurchaseOrder
from marketplace.purchases.errors import AlreadyOrdered, PurchaseRefused
from orders.errors import AddressMissing, EmptyOrder, SupplierClosed
from orders.models import Order
from orders.services import Delivery, OrderDetails, checkout
from tenants.directory import find_by_id, is_open


@dataclass(frozen=True, slots=True)
class Part:
    """The cart at one supplier, as the page showed it: its key, gross total and version, and the methods chosen."""

    tenant_id: UUID
    cart_id: UUID
    expected_total: Decimal | None = None
    cart_version: int | None = None
    delivery_method: str = ""
    payment_method: str = ""


@dataclass(frozen=True, slots=True)
class _Placed:
    tenant_id: UUID
    tenant_name: str
    order_id: UUID
    number: str
    net_amount: Decimal
    total_amount: Decimal
    currency: str
    purchase_id: UUID | None


@atomic
def place_purchase(
    *,
    actor: Actor,
    parts: Sequence[Part],
    delivery: Delivery,
    details: OrderDetails | None = None,
    warned_of: str | None = None,
) -> UUID:
    """Order the actor's carts at these suppliers, all or none; answers the purchase's id.

    ``details`` are said to all of them; how each delivers and is paid stands in its part. Carts that together have
    become a purchase already answer that one: a form that is sent twice orders once. Every supplier is asked, also
    after one has refused, so that a buyer sees all that is to be changed. Whatever a supplier's own checkout refuses
    counts. Suppliers are taken in the order of their keys: two purchases never wait for each other in a circle.
    ``warned_of`` is the cost centre whose warnings the page showed. Raises EmptyOrder, AddressMissing,
    CostCentreMissing, CostCentreUnknown, PurchaseRefused. Emits OrderPlaced for each order.
    """
    if not parts:
        raise EmptyOrder
    details = details or OrderDetails()
    cost_centre(actor.require_company(), details.cost_centre_code, chosen_by=actor)
    purchase_id, placed = uuid7(), []
    order = partial(
        _order, actor=actor, delivery=delivery, details=details, warned_of=warned_of, purchase_id=purchase_id
    )
    refusals: dict[UUID, Refused] = {}
    for part in sorted(parts, key=lambda part: part.tenant_id):
        try:
            with savepoint():
                placed.append(order(part))
        except AddressMissing:
            raise
        except Refused as refusal:
            refusals[part.tenant_id] = refusal
    earlier = [each for each in placed if each.purchase_id != purchase_id]
    if (first := _same_purchase(earlier)) is not None and len(earlier) == len(parts):
        return first
    refusals |= {each.tenant_id: AlreadyOrdered(number=each.number) for each in earlier}
    if refusals:
        raise PurchaseRefused(refusals)
    _record(purchase_id, actor, details, placed)
    return purchase_id


def _record(purchase_id: UUID, actor: Actor, details: OrderDetails, placed: Sequence[_Placed]) -> None:
    company_id = actor.require_company()
    purchase = Purchase.objects.create(
        id=purchase_id,
        company_id=company_id,
        number=next_number(PurchaseCounter, "AC", owner=f"c{company_id}"),
        placed_by_id=actor.require_user(),
        placed_by_name=actor.name,
        unit_id=actor.unit_id,
        po_number=details.po_number,
    )
    PurchaseOrder.objects.bulk_create([_row(purchase, each) for each in placed])


def _same_purchase(placed: Sequence[_Placed]) -> UUID | None:
    """The one purchase that these orders are of; None when there is none, or several."""
    found = {each.purchase_id for each in placed}
    return found.pop() if len(found) == 1 else None


def _order(
    part: Part, *, actor: Actor, delivery: Delivery, details: OrderDetails, warned_of: str | None, purchase_id: UUID
) -> _Placed:
    """The order at one supplier, in its scope; the one that was placed before when the cart has become one."""
    tenant = find_by_id(part.tenant_id)
    if tenant is None or not is_open(tenant):
        raise SupplierClosed
    with use_tenant(tenant.scope, company_id=actor.require_company()):
        customer = customer_of(actor.require_company())
        if customer is None or not customer.is_approved:
            raise NotACustomer
        order_id = checkout(
            actor=actor,
            customer=customer,
            delivery=delivery,
            details=replace(details, delivery_method=part.delivery_method, payment_method=part.payment_method),
            expected_total=part.expected_total,
            cart_id=part.cart_id,
            cart_version=part.cart_version,
            purchase_id=purchase_id,
            warned_of=warned_of,
        )
        order = Order.objects.get(pk=order_id)
        return _Placed(
            tenant.id,
            tenant.name,
            order.pk,
            order.number,
            order.net_amount,
            order.total_amount,
            order.currency,
            order.purchase_id,
        )


def _row(purchase: Purchase, placed: _Placed) -> PurchaseOrder:
    return PurchaseOrder(
        purchase=purchase,
        company_id=purchase.company_id,
        tenant_id=placed.tenant_id,
        tenant_name=placed.tenant_name,
        order_id=placed.order_id,
        number=placed.number,
        net_amount=placed.net_amount,
        total_amount=placed.total_amount,
        currency=placed.currency,
    )
