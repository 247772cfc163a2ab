"""Who of a supplier's staff sees costs, sets limits and approves."""

from __future__ import annotations

from accounts.enums import StaffRole
from core.actor import Actor
from core.errors import NotAllowed
from core.scope import current_scope
from rfq.policies import require_supplier

_SELLERS = frozenset({StaffRole.OWNER, StaffRole.SALES})


def can_see_costs(actor: Actor) -> bool:
    """Whether somebody reads costs and margins of answers: the supplier's owners and salespeople."""
    return _is_own_staff(actor) and actor.role in _SELLERS


def can_set_limits(actor: Actor) -> bool:
    """Whether somebody decides what answers need: the supplier's owners."""
    return _is_own_staff(actor) and actor.role == StaffRole.OWNER


def require_set_limits(actor: Actor) -> None:
    """Raises NotAllowed."""
    require_supplier(actor)
    if not can_set_limits(actor):
        raise NotAllowed


def can_approve(actor: Actor, *, sales_may: bool) -> bool:
    """Whether somebody may approve answers of others: the supplier's owners, its salespeople where they may."""
    return actor.user_id is not None and _is_own_staff(actor) and actor.role in approving_roles(sales_may=sales_may)


def approving_roles(*, sales_may: bool) -> frozenset[StaffRole]:
    """Roles of those who may approve answers of others."""
    return _SELLERS if sales_may else frozenset({StaffRole.OWNER})


def _is_own_staff(actor: Actor) -> bool:
    return actor.kind == "staff" and actor.tenant_id is not None and actor.tenant_id == current_scope().tenant_id
