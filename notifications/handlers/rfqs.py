"""After commit: requests and quotes reach the open pages of both sides."""

from __future__ import annotations

from uuid import UUID

from core.events import handles
from core.live import topic
from notifications.handlers.live import TODO, tell_company, tell_tenant
from rfq.events import (
    DeadlinePassed,
    InvitationChanged,
    QuoteCountered,
    QuoteSent,
    QuoteWithdrawn,
    RFQAwarded,
    RFQCancelled,
    RFQClosed,
    RFQExtended,
    RFQReopened,
    RFQSent,
)


@handles(RFQSent)
def live_request_sent(event: RFQSent) -> None:
    tell_company(event.company_id, "rfqs")
    _tell_suppliers(event.rfq_id, event.tenant_ids)


@handles(InvitationChanged)
def live_invitation_changed(event: InvitationChanged) -> None:
    _tell_both(event.rfq_id, event.company_id, event.tenant_id)


@handles(QuoteSent)
def live_quote_sent(event: QuoteSent) -> None:
    _tell_both(event.rfq_id, event.company_id, event.tenant_id)


@handles(QuoteWithdrawn)
def live_quote_withdrawn(event: QuoteWithdrawn) -> None:
    _tell_both(event.rfq_id, event.company_id, event.tenant_id)


@handles(QuoteCountered)
def live_quote_countered(event: QuoteCountered) -> None:
    _tell_both(event.rfq_id, event.company_id, event.tenant_id)


@handles(RFQAwarded)
def live_request_awarded(event: RFQAwarded) -> None:
    _tell_all(event.rfq_id, event.company_id, (event.tenant_id, *event.lost_tenant_ids))


@handles(RFQCancelled)
def live_request_cancelled(event: RFQCancelled) -> None:
    _tell_all(event.rfq_id, event.company_id, event.tenant_ids)


@handles(RFQClosed)
def live_request_closed(event: RFQClosed) -> None:
    _tell_all(event.rfq_id, event.company_id, event.tenant_ids)


@handles(RFQExtended)
def live_request_extended(event: RFQExtended) -> None:
    _tell_all(event.rfq_id, event.company_id, event.tenant_ids)


@handles(RFQReopened)
def live_request_reopened(event: RFQReopened) -> None:
    _tell_all(event.rfq_id, event.company_id, event.tenant_ids)


@handles(DeadlinePassed)
def live_deadline_passed(event: DeadlinePassed) -> None:
    _tell_all(event.rfq_id, event.company_id, event.late_tenant_ids)


def _tell_both(rfq_id: UUID, company_id: UUID, tenant_id: UUID) -> None:
    """News between the company and one supplier: no other supplier learns that there is any."""
    _tell_all(rfq_id, company_id, (tenant_id,))


def _tell_all(rfq_id: UUID, company_id: UUID, tenant_ids: tuple[UUID, ...]) -> None:
    tell_company(company_id, topic("rfq", rfq_id), "rfqs")
    _tell_suppliers(rfq_id, tenant_ids)


def _tell_suppliers(rfq_id: UUID, tenant_ids: tuple[UUID, ...]) -> None:
    for tenant_id in tenant_ids:
        tell_tenant(tenant_id, topic("rfq", rfq_id), "rfqs", TODO)
