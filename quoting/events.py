"""What happens at a supplier's desk; told to nobody but its own staff. No cost, no margin, no price."""

from dataclasses import dataclass
from uuid import UUID

from core.events import Event


@dataclass(frozen=True)
class DeskChanged(Event):
    """Somebody took a request, wrote or dropped its draft, or it waits for an approval."""

    rfq_id: UUID
    invitation_id: UUID
    tenant_id: UUID


@dataclass(frozen=True)
class ApprovalAsked(Event):
    """An answer waits for somebody who may approve it; ``author_id`` is not that."""

    draft_id: UUID
    invitation_id: UUID
    tenant_id: UUID
    author_id: UUID


@dataclass(frozen=True)
class ApprovalRefused(Event):
    """An answer went back to its author."""

    draft_id: UUID
    invitation_id: UUID
    tenant_id: UUID
    author_id: UUID
