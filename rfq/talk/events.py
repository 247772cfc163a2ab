"""What happens to questions about requests."""

from dataclasses import dataclass
from uuid import UUID

from core.events import Event


@dataclass(frozen=True)
class QuestionAsked(Event):
    """A supplier asked; only the buyer learns of it."""

    question_id: UUID
    rfq_id: UUID
    invitation_id: UUID
    company_id: UUID
    tenant_id: UUID


@dataclass(frozen=True)
class QuestionAnswered(Event):
    """The buyer answered; for the supplier that asked, and within it first for who did."""

    question_id: UUID
    rfq_id: UUID
    invitation_id: UUID
    company_id: UUID
    tenant_id: UUID
    asked_by_id: UUID


@dataclass(frozen=True)
class ClarificationPublished(Event):
    """All invited suppliers were told something; nothing here says whether one of them had asked."""

    clarification_id: UUID
    rfq_id: UUID
    company_id: UUID
    tenant_ids: tuple[UUID, ...]
