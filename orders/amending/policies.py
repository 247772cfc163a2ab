"""Who may change an order after it was placed, and until when."""

from __future__ import annotations

from uuid import UUID

from accounts.permissions import Permission
from core.actor import Actor
from orders.enums import OrderState

#: States in which something of an order may not have left yet.
REDUCIBLE = frozenset({OrderState.PLACED, OrderState.CONFIRMED, OrderState.SHIPPING})


def may_amend(actor: Actor, *, company_id: UUID) -> bool:
    """A member of the company that ordered who may order."""
    return actor.kind == "buyer" and actor.company_id == company_id and actor.may(Permission.ORDER)


def may_reduce(actor: Actor, *, tenant_id: UUID | None) -> bool:
    """The supplier's staff, and its own systems."""
    return actor.kind == "system" or (actor.kind == "staff" and tenant_id is not None and actor.tenant_id == tenant_id)
