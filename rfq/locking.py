"""Who acts on a request holds its rows: the request, then its invitations, then the quote; a supplier the last two."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from core.actor import Actor, system
from core.errors import NotFound
from core.events import emit
from rfq.enums import LIVE_RFQ, UNANSWERED, InvitationState, RFQState
from rfq.errors import RequestClosed
from rfq.events import DeadlinePassed
from rfq.models import RFQ, Invitation, QuoteVersion
from rfq.moves import move_invitations, move_rfq
from rfq.policies import require_supplier

#: Who moves what only time has moved, or the marketplace.
CLOCK = system("Comptoir")


def locked_rfq(rfq_id: UUID, actor: Actor) -> RFQ:
    """A request of the actor's company, locked, in the state that the clock has brought it to. Raises NotFound."""
    rfq = RFQ.objects.select_for_update(of=("self",)).filter(pk=rfq_id, company_id=actor.require_company()).first()
    if rfq is None:
        raise NotFound
    settle(rfq)
    return rfq


def live_rfq(rfq_id: UUID, actor: Actor) -> RFQ:
    """As :func:`locked_rfq`. Raises NotFound, RequestClosed for one that nothing can be accepted of."""
    rfq = locked_rfq(rfq_id, actor)
    if rfq.state not in LIVE_RFQ:
        raise RequestClosed
    return rfq


def locked_invitations(rfq: RFQ) -> list[Invitation]:
    """All invitations of a locked request: nobody can answer it until this transaction ends."""
    return list(Invitation.objects.select_for_update(of=("self",)).filter(rfq=rfq).order_by("pk"))


def own_invitation(invitation_id: UUID, actor: Actor) -> Invitation:
    """The current tenant's invitation, locked, with its request. Raises NotAllowed, NotFound."""
    tenant_id = require_supplier(actor)
    invitation = (
        Invitation.objects.select_for_update(of=("self",)).filter(pk=invitation_id, tenant_id=tenant_id).first()
    )
    if invitation is None:
        raise NotFound
    return invitation


def settle(rfq: RFQ) -> None:
    """The deadline of a locked open request has passed: offers are compared, who has not answered is late.

    Emits DeadlinePassed.
    """
    if rfq.state != RFQState.OPEN or rfq.deadline_at > timezone.now():
        return
    move_rfq(rfq, RFQState.EVALUATING, CLOCK)
    late = [row for row in locked_invitations(rfq) if row.state in UNANSWERED]
    move_invitations(late, InvitationState.EXPIRED, CLOCK)
    emit(DeadlinePassed(rfq.id, rfq.company_id, tuple(row.tenant_id for row in late), was_sealed=rfq.is_sealed))


def request_of(version_id: UUID, actor: Actor) -> UUID:
    """The request that a version of the actor's company belongs to. Raises NotFound."""
    found = QuoteVersion.objects.filter(pk=version_id, company_id=actor.require_company())
    rfq_id = found.values_list("rfq_id", flat=True).first()
    if rfq_id is None:
        raise NotFound
    return rfq_id
