"""Who may do what in a company."""

from __future__ import annotations

from accounts.permissions import Permission
from core.actor import Actor


def can_change_addresses(actor: Actor) -> bool:
    """Whether the actor may add, change and remove addresses of its own company."""
    return actor.kind == "buyer" and actor.company_id is not None and actor.may(Permission.MANAGE_ADDRESSES)
