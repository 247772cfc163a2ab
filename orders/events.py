"""What happens to orders."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from core.events import Event


@dataclass(frozen=True)
class OrderPlaced(Event):
    order_id: UUID
    company_id: UUID
    tenant_id: UUID
    number: str
    total: Decimal
    currency: str
    unit_id: UUID | None = None
    po_number: str = ""


@dataclass(frozen=True)
class OrderStateChanged(Event):
    order_id: UUID
    company_id: UUID
    tenant_id: UUID
    number: str
    state: str


@dataclass(frozen=True)
class RecurringRan(Event):
    """A day of a recurring order came, or was missed; ``run_id`` says what became of it."""

    run_id: UUID
    recurring_id: UUID
    company_id: UUID
    tenant_id: UUID


@dataclass(frozen=True)
class RecurringAnnounced(Event):
    """A recurring order runs in some days."""

    recurring_id: UUID
    company_id: UUID
    tenant_id: UUID
    due_on: date


@dataclass(frozen=True)
class RecurringPricesHold(Event):
    """The prices that a recurring order was paused for hold again, until a day: it could be resumed."""

    recurring_id: UUID
    company_id: UUID
    tenant_id: UUID
    until: date


@dataclass(frozen=True)
class CartShared(Event):
    """Somebody (``by_name``) lets a colleague into a cart, or lets it change what it could only look at."""

    share_id: UUID
    cart_id: UUID
    company_id: UUID
    tenant_id: UUID
    user_id: UUID
    may_change: bool
    by_name: str


@dataclass(frozen=True)
class OrderRevised(Event):
    """An order is another than it was: the buyer amended it, or the supplier cancelled a part of it (``kind``)."""

    order_id: UUID
    company_id: UUID
    tenant_id: UUID
    number: str
    version: int
    kind: str
    total: Decimal
    currency: str
    po_number: str | None = None


@dataclass(frozen=True)
class MessageSent(Event):
    """The buyer or the supplier (``side``) wrote about an order or an invoice (``kind``).

    ``user_ids`` are those of the other side who took part; ``is_first_unread`` where that side had read all before.
    """

    message_id: UUID
    document_id: UUID
    kind: str
    object_id: UUID
    number: str
    company_id: UUID
    tenant_id: UUID
    side: str
    is_first_unread: bool
    user_ids: list[str]


@dataclass(frozen=True)
class ReturnChanged(Event):
    """Goods are asked to be taken back, or that went on (``state``)."""

    return_id: UUID
    order_id: UUID
    company_id: UUID
    tenant_id: UUID
    number: str
    state: str


@dataclass(frozen=True)
class QuickLinesGiven(Event):
    """More lines were given to a quick order than are looked up while somebody waits."""

    quick_order_id: UUID


@dataclass(frozen=True)
class ApprovalAsked(Event):
    """An order waits for a decision of these people."""

    request_id: UUID
    company_id: UUID
    tenant_id: UUID
    user_ids: list[str]


@dataclass(frozen=True)
class ApprovalEnded(Event):
    """An order that waited does so no longer."""

    request_id: UUID
    company_id: UUID
    tenant_id: UUID
    requester_id: UUID
    state: str
    reason: str
