"""What happens to accounts."""

from dataclasses import dataclass
from uuid import UUID

from core.events import Event


@dataclass(frozen=True)
class CompanyRegistered(Event):
    company_id: UUID
    user_id: UUID


@dataclass(frozen=True)
class VatNumberGiven(Event):
    """A company has another VAT number than ``before``, which is empty where it had none."""

    company_id: UUID
    number: str
    before: str


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


@dataclass(frozen=True)
class SignInChanged(Event):
    """What somebody signs in with has changed; ``change`` is a SecurityChange, ``at`` tells two of a kind apart."""

    user_id: UUID
    change: str
    at: str


@dataclass(frozen=True)
class PasswordForgotten(Event):
    """Somebody asks for a link to set another password; whether the address is known is not looked up yet."""

    email: str
    target: str
    language: str
    at: str
