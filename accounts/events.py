"""What happens to accounts."""

from dataclasses import dataclass
from uuid import UUID

from core.events import Event


@dataclass(frozen=True)
class CompanyRegistered(Event):
    company_id: UUID
    user_id: UUID


@dataclass(frozen=True)
class InvitationSent(Event):
    """A letter with a link is due; ``round`` says the how manieth of its invitation."""

    invitation_id: UUID
    round: int


@dataclass(frozen=True)
class JoinRequested(Event):
    request_id: UUID
    company_id: UUID


@dataclass(frozen=True)
class JoinDecided(Event):
    request_id: UUID
    company_id: UUID
