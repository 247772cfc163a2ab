"""Who may manage a company's API keys."""

from __future__ import annotations

from accounts.permissions import Permission
from core.actor import Actor


def can_manage_keys(actor: Actor) -> bool:
    """A key orders on the company's account: its administrators decide."""
    return actor.kind == "buyer" and actor.company_id is not None and actor.may(Permission.MANAGE_KEYS)
