"""What happens to a person's news."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from core.events import Event


@dataclass(frozen=True)
class DigestGathered(Event):
    """What came since the last digest is together, and its letter is due."""

    digest_id: UUID
    user_id: UUID
    day: date


@dataclass(frozen=True)
class ReminderDue(Event):
    """A week has begun in which a person is reminded of what its company usually orders again."""

    user_id: UUID
    company_id: UUID
    tenant_id: UUID
    week: date


@dataclass(frozen=True)
class SupplierTold(Event):
    """One supplier's part of news for several: never emitted, it is what makes that supplier's letter one."""

    kind: str
    rfq_id: UUID
    tenant_id: UUID
    at: datetime | None = None
