"""What happens to customers."""

from dataclasses import dataclass
from uuid import UUID

from core.events import Event


@dataclass(frozen=True)
class AccountRequested(Event):
    tenant_id: UUID
    customer_id: UUID
    company_id: UUID


@dataclass(frozen=True)
class AccountDecided(Event):
    tenant_id: UUID
    customer_id: UUID
    company_id: UUID
    state: str


@dataclass(frozen=True)
class VatCheckWanted(Event):
    tenant_id: UUID
    customer_id: UUID
