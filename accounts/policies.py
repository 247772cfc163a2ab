"""Who may do what in a company."""

from __future__ import annotations

from accounts.enums import CompanyRole
from core.actor import Actor

_MAY_CHANGE_ADDRESSES = frozenset({CompanyRole.ADMINISTRATOR, CompanyRole.BUYER})


def can_change_addresses(actor: Actor) -> bool:
    """Whether the actor may add, change and remove addresses of its own company."""
    return actor.kind == "buyer" and actor.company_id is not None and actor.role in _MAY_CHANGE_ADDRESSES
