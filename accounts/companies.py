"""The lock that everybody takes who changes people, roles or sites of a company: what they decide by stays true."""

from __future__ import annotations

from uuid import UUID

from accounts.models import Company, CompanyUser
from core.actor import Actor
from core.errors import NotAllowed


def lock_company(company_id: UUID, actor: Actor) -> None:
    """Wait for others who change this company. Raises NotAllowed for a member that has been taken out meanwhile."""
    Company.objects.select_for_update(no_key=True).get(pk=company_id)
    if not CompanyUser.objects.filter(company_id=company_id, user_id=actor.require_user(), role=actor.role).exists():
        raise NotAllowed
