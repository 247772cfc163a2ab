"""Who may manage API keys."""

from __future__ import annotations

from accounts import keys
from accounts.enums import StaffRole
from core.actor import Actor


def can_manage_keys(actor: Actor) -> bool:
    """A company's key orders on its account, a supplier's own one makes offers: their administrators decide."""
    return actor.role == StaffRole.OWNER if actor.kind == "staff" else keys.can_manage_keys(actor)
