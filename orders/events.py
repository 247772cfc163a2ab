"""What happens to orders."""

from dataclasses import dataclass
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


@dataclass(frozen=True)
class OrderStateChanged(Event):
    order_id: UUID
    company_id: UUID
    tenant_id: UUID
    number: str
    state: str


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


@dataclass(frozen=True)
class QuickLinesGiven(Event):
    """More lines were given to a quick order than are looked up while somebody waits."""

    quick_order_id: UUID
