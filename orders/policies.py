"""Who may order for a company."""

from __future__ import annotations

from accounts.enums import CompanyRole
from core.actor import Actor
from customers.queries import CustomerInfo
from orders.errors import MayNotOrder

ORDERING_ROLES = frozenset({CompanyRole.ADMINISTRATOR, CompanyRole.BUYER, CompanyRole.APPROVER})


def can_order(actor: Actor, customer: CustomerInfo) -> bool:
    """Whether the actor may order on this customer's account: a member with an ordering role, or its system."""
    if actor.kind == "system":
        return True
    if actor.kind != "buyer" or actor.company_id != customer.company_id or not customer.is_approved:
        return False
    return actor.role in ORDERING_ROLES or actor.user_id is None


def require_order(actor: Actor, customer: CustomerInfo) -> None:
    """Raises MayNotOrder."""
    if not can_order(actor, customer):
        raise MayNotOrder
