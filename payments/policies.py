"""Who may see and pay invoices."""

from __future__ import annotations

from uuid import UUID

from accounts.permissions import Permission
from core.actor import Actor


def can_see(actor: Actor, *, company_id: UUID, tenant_id: UUID | None) -> bool:
    """The company that owes it, and the supplier's staff."""
    if actor.kind == "staff":
        return tenant_id is not None and actor.tenant_id == tenant_id
    return actor.kind == "system" or (actor.kind == "buyer" and actor.company_id == company_id)


def can_pay(actor: Actor, *, company_id: UUID) -> bool:
    """Members of the company that owes it whose role lets them spend."""
    return actor.kind == "buyer" and actor.company_id == company_id and actor.may(Permission.PAY_INVOICES)
