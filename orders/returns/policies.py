"""Who may send goods back, see returns, and decide about them."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import QuerySet

from accounts.permissions import Permission
from core.actor import Actor
from core.money import ZERO
from core.scope import current_scope
from orders.models import Order, OrderLine
from orders.policies import seen_orders
from orders.returns.models import OrderReturn


def seen_returns(actor: Actor) -> QuerySet[OrderReturn]:
    """Returns of the orders that the actor may see."""
    return OrderReturn.objects.filter(order__in=seen_orders(actor))


def may_return(actor: Actor, order: Order) -> bool:
    """A member of the company that ordered who may order; which orders it sees is asked before."""
    return actor.kind == "buyer" and actor.company_id == order.company_id and actor.may(Permission.ORDER)


def may_treat(actor: Actor) -> bool:
    """The supplier's staff, and its own systems."""
    tenant_id = current_scope().tenant_id
    return tenant_id is not None and (
        actor.kind == "system" or (actor.kind == "staff" and actor.tenant_id == tenant_id)
    )


def returnable(line: OrderLine, returned: Decimal) -> Decimal:
    """How much of a line may still be sent back: what left, without what came or comes back. Services stay."""
    is_goods = line.variant_id is not None and not line.is_service
    return max(line.shipped_quantity - returned, ZERO) if is_goods else ZERO
