"""What happens to applications."""

from dataclasses import dataclass
from uuid import UUID

from core.events import Event


@dataclass(frozen=True)
class ApplicationSubmitted(Event):
    application_id: UUID


@dataclass(frozen=True)
class ApplicationDecided(Event):
    application_id: UUID
    is_approved: bool
