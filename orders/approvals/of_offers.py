"""Awards that wait for an approval at a supplier, from where its request for quotation is."""

from __future__ import annotations

from uuid import UUID

from core.actor import Actor
from core.db import atomic
from core.errors import NotFound
from core.tenancy import use_tenant
from orders.approvals.services import withdraw
from rfq.pending.models import PendingAward
from tenants.directory import find_by_id


@atomic
def withdraw_award(*, rfq_id: UUID, request_id: UUID, actor: Actor) -> None:
    """Give up an award that waits. Raises NotFound, NotAllowed for others than its requester, IllegalMove."""
    own = PendingAward.objects.filter(company_id=actor.require_company(), rfq_id=rfq_id, request_id=request_id)
    tenant_id = own.values_list("tenant_id", flat=True).first()
    tenant = find_by_id(tenant_id) if tenant_id else None
    if tenant is None:
        raise NotFound
    with use_tenant(tenant.scope, company_id=actor.require_company()):
        withdraw(request_id=request_id, actor=actor)
