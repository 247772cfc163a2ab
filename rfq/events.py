"""What happens to requests and quotes."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from core.events import Event


@dataclass(frozen=True)
class RFQSent(Event):
    rfq_id: UUID
    company_id: UUID
    tenant_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class InvitationChanged(Event):
    """A supplier looked at a request, or declined it."""

    rfq_id: UUID
    invitation_id: UUID
    company_id: UUID
    tenant_id: UUID
    state: str


@dataclass(frozen=True)
class QuoteSent(Event):
    """A supplier sent a version of its quote."""

    quote_version_id: UUID
    quote_id: UUID
    rfq_id: UUID
    invitation_id: UUID
    company_id: UUID
    tenant_id: UUID
    number: str
    net: Decimal
    currency: str


@dataclass(frozen=True)
class QuoteCountered(Event):
    """A buyer asked for other prices; ``number`` is the quote's."""

    quote_version_id: UUID
    rfq_id: UUID
    invitation_id: UUID
    company_id: UUID
    tenant_id: UUID
    number: str
    net: Decimal


@dataclass(frozen=True)
class RFQAwarded(Event):
    rfq_id: UUID
    quote_id: UUID
    company_id: UUID
    tenant_id: UUID
    order_id: UUID
    invited_tenant_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class RFQCancelled(Event):
    rfq_id: UUID
    company_id: UUID
    invited_tenant_ids: tuple[UUID, ...]
