"""What happens to accounts."""

from dataclasses import dataclass
from uuid import UUID

from core.events import Event


@dataclass(frozen=True)
class CompanyRegistered(Event):
    company_id: UUID
    user_id: UUID
