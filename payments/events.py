"""What happens to receivables."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from core.events import Event


@dataclass(frozen=True)
class InvoiceIssued(Event):
    invoice_id: UUID
    order_id: UUID
    company_id: UUID
    tenant_id: UUID
    number: str
    total: Decimal
    currency: str
    due_on: date
    unit_id: UUID | None = None
    po_number: str = ""


@dataclass(frozen=True)
class InvoicePaid(Event):
    invoice_id: UUID
    order_id: UUID
    company_id: UUID
    tenant_id: UUID
    number: str
    total: Decimal
    currency: str


@dataclass(frozen=True)
class CreditNoteIssued(Event):
    """``invoice_state`` is what the invoice has become by it."""

    credit_note_id: UUID
    invoice_id: UUID
    order_id: UUID
    company_id: UUID
    tenant_id: UUID
    number: str
    total: Decimal
    currency: str
    invoice_state: str
    unit_id: UUID | None = None


@dataclass(frozen=True)
class PaymentFailed(Event):
    """The bank or the buyer said no; the invoice stays as it is."""

    invoice_id: UUID
    order_id: UUID
    company_id: UUID
    tenant_id: UUID


@dataclass(frozen=True)
class RepaymentEnded(Event):
    """What a credit note owes was given back in part or whole, or a refund did not arrive (``state``)."""

    repayment_id: UUID
    credit_note_id: UUID
    order_id: UUID
    company_id: UUID
    tenant_id: UUID
    state: str


@dataclass(frozen=True)
class WebhookReceived(Event):
    """A verified message of a gateway was stored; it is handled after commit."""

    webhook_event_id: UUID
