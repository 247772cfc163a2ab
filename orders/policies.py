"""Who may order for a company, see its orders, and take one back."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from accounts.permissions import Permission
from core.actor import Actor
from core.scope import current_scope
from customers.queries import CustomerInfo
from orders.enums import OrderState
from orders.errors import MayNotOrder
from orders.models import Order


def can_order(actor: Actor, customer: CustomerInfo) -> bool:
    """Whether the actor may order on this customer's account: a member who may order, or its system."""
    if actor.kind == "system":
        return True
    if actor.kind != "buyer" or actor.company_id != customer.company_id or not customer.is_approved:
        return False
    return actor.may(Permission.ORDER) and actor.may(Permission.SEE_PRICES)


def seen_orders(actor: Actor) -> QuerySet[Order]:
    """The orders that the actor may see: its company's, of its own units where it does not see all of them.

    An order is made of prices: who sees none sees no orders. The supplier's staff see all, others nothing.
    """
    if actor.kind == "staff" and actor.tenant_id is not None and actor.tenant_id == current_scope().tenant_id:
        return Order.objects.all()
    if actor.kind != "buyer" or actor.company_id is None or not actor.may(Permission.SEE_PRICES):
        return Order.objects.none()
    rows = Order.objects.filter(company_id=actor.company_id)
    return rows if actor.unit_ids is None else rows.filter(unit_id__in=actor.unit_ids)


def can_see(actor: Actor, order: Order) -> bool:
    """Whether :func:`seen_orders` has this order; our own jobs see all."""
    if actor.kind == "buyer":
        is_near = actor.unit_ids is None or order.unit_id in actor.unit_ids
        return is_near and actor.company_id == order.company_id and actor.may(Permission.SEE_PRICES)
    return actor.kind == "system" or (actor.kind == "staff" and actor.tenant_id == current_scope().tenant_id)


def can_cancel(actor: Actor, *, company_id: UUID, tenant_id: UUID | None, state: str) -> bool:
    """A member who may order while the order is only placed; the supplier also once it is confirmed."""
    if actor.kind == "buyer":
        return actor.may(Permission.ORDER) and actor.company_id == company_id and state == OrderState.PLACED
    return actor.kind == "system" or (actor.kind == "staff" and tenant_id is not None and actor.tenant_id == tenant_id)


def require_order(actor: Actor, customer: CustomerInfo) -> None:
    """Raises MayNotOrder."""
    if not can_order(actor, customer):
        raise MayNotOrder
