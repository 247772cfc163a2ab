"""What happens to agreements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from core.events import Event


@dataclass(frozen=True)
class AgreementSigned(Event):
    """A buyer accepted an offer as an agreement; ``total`` is the net amount of all that is committed."""

    agreement_id: UUID
    company_id: UUID
    tenant_id: UUID
    number: str
    total: Decimal
    currency: str
    ends_on: date
    unit_id: UUID | None = None
    po_number: str = ""


@dataclass(frozen=True)
class AgreementClosed(Event):
    """The supplier ended an agreement before its time; ``state`` is what it has become."""

    agreement_id: UUID
    company_id: UUID
    tenant_id: UUID
    number: str
    state: str
    reason: str


@dataclass(frozen=True)
class AgreementNearlyUsed(Event):
    """Four fifths of these lines' quantities are called off."""

    agreement_id: UUID
    company_id: UUID
    tenant_id: UUID
    line_ids: list[str]


@dataclass(frozen=True)
class AgreementEndsSoon(Event):
    """An agreement of which something is left ends within thirty days."""

    agreement_id: UUID
    company_id: UUID
    tenant_id: UUID
    ends_on: date


@dataclass(frozen=True)
class ExtensionProposed(Event):
    """One ``side`` would have an agreement last longer."""

    extension_id: UUID
    agreement_id: UUID
    company_id: UUID
    tenant_id: UUID
    side: str


@dataclass(frozen=True)
class ExtensionDecided(Event):
    """What became of that: ``side`` proposed it; accepted, the agreement lasts until ``ends_on``."""

    extension_id: UUID
    agreement_id: UUID
    company_id: UUID
    tenant_id: UUID
    side: str
    state: str
    ends_on: date
