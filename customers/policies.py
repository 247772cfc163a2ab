"""Who may do what about customers."""

from __future__ import annotations

from accounts.permissions import Permission
from core.actor import Actor
from core.errors import NotAllowed
from core.scope import current_scope


def can_request(actor: Actor) -> bool:
    """Whether the actor may ask for an account on behalf of its company."""
    return actor.kind == "buyer" and actor.company_id is not None and actor.may(Permission.OPEN_ACCOUNTS)


def can_decide(actor: Actor) -> bool:
    """Whether the actor may decide about customers of the current tenant: its staff, and our own jobs."""
    if actor.kind == "system":
        return True
    return actor.kind == "staff" and actor.tenant_id is not None and actor.tenant_id == current_scope().tenant_id


def require_decide(actor: Actor) -> None:
    """Raises NotAllowed."""
    if not can_decide(actor):
        raise NotAllowed
