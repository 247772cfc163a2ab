"""What happens to requests and quotes."""

from dataclasses import dataclass
from datetime import datetime
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
    """A supplier looked at a request, or declined it, with its ``reason``."""

    rfq_id: UUID
    invitation_id: UUID
    company_id: UUID
    tenant_id: UUID
    state: str
    reason: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class QuoteSent(Event):
    """A supplier sent a version of its quote; nobody of the company may learn what it says before ``sealed_until``."""

    quote_version_id: UUID
    quote_id: UUID
    rfq_id: UUID
    invitation_id: UUID
    company_id: UUID
    tenant_id: UUID
    number: str
    net: Decimal
    currency: str
    sealed_until: datetime | None = None


@dataclass(frozen=True)
class QuoteWithdrawn(Event):
    """A supplier took its offer back; nobody of the company learns of it before ``sealed_until``."""

    rfq_id: UUID
    invitation_id: UUID
    company_id: UUID
    tenant_id: UUID
    reason: str = ""
    at: datetime | None = None
    sealed_until: datetime | None = None


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
    """A supplier has won the request, or a part of it, which became an order or an agreement.

    With its last part the others have lost.
    """

    rfq_id: UUID
    quote_id: UUID
    company_id: UUID
    tenant_id: UUID
    order_id: UUID | None
    lost_tenant_ids: tuple[UUID, ...]
    agreement_id: UUID | None = None


@dataclass(frozen=True)
class RFQCancelled(Event):
    """The buyer took its request back; ``tenant_ids`` are the suppliers that could still have won.

    ``by_marketplace``: the operator has stopped the buyer's requests.
    """

    rfq_id: UUID
    company_id: UUID
    tenant_ids: tuple[UUID, ...]
    reason: str = ""
    at: datetime | None = None
    by_marketplace: bool = False


@dataclass(frozen=True)
class RFQClosed(Event):
    """Nothing more is awarded; ``by_marketplace`` as for :class:`RFQCancelled`."""

    rfq_id: UUID
    company_id: UUID
    tenant_ids: tuple[UUID, ...]
    reason: str = ""
    at: datetime | None = None
    by_marketplace: bool = False


@dataclass(frozen=True)
class RFQExtended(Event):
    """The suppliers have more time."""

    rfq_id: UUID
    company_id: UUID
    tenant_ids: tuple[UUID, ...]
    deadline_at: datetime
    reason: str
    at: datetime | None = None


@dataclass(frozen=True)
class RFQReopened(Event):
    """A request begins again."""

    rfq_id: UUID
    company_id: UUID
    tenant_ids: tuple[UUID, ...]
    deadline_at: datetime
    reason: str
    at: datetime | None = None


@dataclass(frozen=True)
class DeadlinePassed(Event):
    """Answers are compared now; ``late_tenant_ids`` have not given any. Sealed offers are open from now on."""

    rfq_id: UUID
    company_id: UUID
    late_tenant_ids: tuple[UUID, ...]
    was_sealed: bool


@dataclass(frozen=True)
class AnswerDue(Event):
    """A supplier has a day left to answer."""

    rfq_id: UUID
    invitation_id: UUID
    company_id: UUID
    tenant_id: UUID
    deadline_at: datetime


@dataclass(frozen=True)
class OfferExpiring(Event):
    """The version on the table is valid for two more days; ``side`` is who is reminded of it."""

    quote_version_id: UUID
    rfq_id: UUID
    invitation_id: UUID
    company_id: UUID
    tenant_id: UUID
    side: str
    valid_until: datetime


@dataclass(frozen=True)
class RequestReported(Event):
    """A supplier says that a request is spam; nobody of the company may learn of it."""

    report_id: UUID
    rfq_id: UUID
    company_id: UUID
    tenant_id: UUID


@dataclass(frozen=True)
class RequestsWereStopped(Event):
    """The operator lets a company send no requests."""

    company_id: UUID
    reason: str
    at: datetime


@dataclass(frozen=True)
class RequestsLifted(Event):
    """A stopped company may send requests again."""

    company_id: UUID
    at: datetime
