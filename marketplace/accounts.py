"""Which suppliers a company has an account with: the only ones that its own prices are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from core.db import atomic
from core.tenancy import use_tenant
from marketplace.models import Account
from marketplace.services import as_party_of


@atomic
def note_accounts(*, tenant_id: UUID, company_ids: Iterable[UUID]) -> None:
    """Remember that companies have accounts with a tenant; harmless when repeated."""
    rows = [Account(tenant_id=tenant_id, company_id=company_id) for company_id in company_ids]
    with use_tenant(as_party_of(tenant_id)):
        Account.objects.bulk_create(rows, ignore_conflicts=True)


def tenants_of_company(company_id: UUID) -> list[UUID]:
    """Tenants that a company has an account with, in whatever state; one statement, in the company's scope."""
    return list(Account.objects.filter(company_id=company_id).order_by("tenant_id").values_list("tenant_id", flat=True))
