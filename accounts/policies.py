"""Who may do what in a company."""

from __future__ import annotations

from accounts.enums import CompanyRole
from core.actor import Actor

_MAY_ADD_ADDRESS = frozenset({CompanyRole.ADMINISTRATOR, CompanyRole.BUYER})


def can_add_address(actor: Actor) -> bool:
    """Whether the actor may add an address to its own company."""
    return actor.kind == "buyer" and actor.company_id is not None and actor.role in _MAY_ADD_ADDRESS
