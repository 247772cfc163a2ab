"""Who may change catalogue, prices and counts (the tenant's own staff, our own jobs), and a customer's part numbers."""

from __future__ import annotations

from uuid import UUID

from accounts.permissions import Permission
from core.actor import Actor
from core.errors import NotAllowed
from core.scope import current_scope


def can_manage(actor: Actor) -> bool:
    """Whether the actor may change this tenant's catalogue and prices."""
    if actor.kind == "staff":
        return actor.tenant_id is not None and actor.tenant_id == current_scope().tenant_id
    return actor.kind == "system"


def require_manage(actor: Actor) -> None:
    """Raises NotAllowed."""
    if not can_manage(actor):
        raise NotAllowed


def can_name_goods(actor: Actor, company_id: UUID) -> bool:
    """Whether the actor keeps the part numbers of a customer that is this company: its people, or the supplier."""
    if actor.kind == "buyer":
        return actor.company_id == company_id and actor.may(Permission.KEEP_PART_NUMBERS)
    return can_manage(actor)


def require_name_goods(actor: Actor, company_id: UUID) -> None:
    """Raises NotAllowed."""
    if not can_name_goods(actor, company_id):
        raise NotAllowed
