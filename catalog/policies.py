"""Who may change catalogue, prices and counts: the tenant's own staff, and our own jobs."""

from __future__ import annotations

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
