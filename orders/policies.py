"""Who may order for a company, and take an order back."""

from __future__ import annotations

from uuid import UUID

from accounts.permissions import Permission
from core.actor import Actor
from customers.queries import CustomerInfo
from orders.enums import OrderState
from orders.errors import MayNotOrder


def can_order(actor: Actor, customer: CustomerInfo) -> bool:
    """Whether the actor may order on this customer's account: a member who may order, or its system."""
    if actor.kind == "system":
        return True
    if actor.kind != "buyer" or actor.company_id != customer.company_id or not customer.is_approved:
        return False
    return actor.may(Permission.ORDER)


def can_cancel(actor: Actor, *, company_id: UUID, tenant_id: UUID | None, state: str) -> bool:
    """A member who may order while the order is only placed; the supplier also once it is confirmed."""
    if actor.kind == "buyer":
        return actor.may(Permission.ORDER) and actor.company_id == company_id and state == OrderState.PLACED
    return actor.kind == "system" or (actor.kind == "staff" and tenant_id is not None and actor.tenant_id == tenant_id)


def require_order(actor: Actor, customer: CustomerInfo) -> None:
    """Raises MayNotOrder."""
    if not can_order(actor, customer):
        raise MayNotOrder
