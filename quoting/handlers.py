"""Reactions to what happens to requests."""

from core.events import handles
from core.tenancy import use_tenant
from quoting import drafts, instant
from rfq.enums import InvitationState
from rfq.events import InvitationChanged, RFQSent
from tenants.directory import find_by_id
from tenants.enums import TenantState


@handles(InvitationChanged, in_transaction=True)
def forget_draft(event: InvitationChanged) -> None:
    """A declined request has no draft any more. Only a supplier declines: this runs in its schema."""
    if event.state == InvitationState.DECLINED:
        drafts.drop_declined(event.invitation_id)


@handles(RFQSent)
def answer_at_once(event: RFQSent) -> None:
    """Suppliers that wish it answer at once, each in its own schema; again does nothing."""
    for tenant_id in event.tenant_ids:
        tenant = find_by_id(tenant_id)
        if tenant is not None and tenant.state == TenantState.ACTIVE:
            with use_tenant(tenant.scope, party="tenant"):
                instant.answer_at_once(rfq_id=event.rfq_id, tenant_id=tenant_id)
