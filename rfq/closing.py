"""A request ends without an award, is given more time, or begins again; and what the clock does to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from core.actor import Actor
from core.db import atomic
from core.events import emit
from core.scope import OPERATOR
from core.tenancy import use_tenant
from rfq.abuse.limits import require_may_send
from rfq.enums import LIVE_RFQ, UNDECIDED_VERSION, InvitationState, RFQState, Side, VersionState
from rfq.errors import DeadlineInThePast, ReasonMissing, RequestClosed
from rfq.events import RFQCancelled, RFQClosed, RFQExtended, RFQReopened
from rfq.locking import CLOCK, live_rfq, locked_invitations, locked_rfq, settle
from rfq.models import RFQ, Invitation, Quote, QuoteVersion
from rfq.moves import move_invitations, move_rfq, move_versions
from rfq.policies import require_buyer
from rfq.states import RFQ_MACHINE
from rfq.trail.models import DeadlineChange

_ENDED = (InvitationState.WON, InvitationState.CLOSED)
_AT_ONCE = 200


@atomic
def cancel_rfq(*, rfq_id: UUID, actor: Actor, reason: str) -> None:
    """Take a request back; suppliers see it closed, and read why.

    Raises MayNotBuy, NotFound, RequestClosed, ReasonMissing. Emits RFQCancelled.
    """
    require_buyer(actor)
    rfq = locked_rfq(rfq_id, actor)
    if rfq.state == RFQState.DRAFT or not RFQ_MACHINE.may(rfq.state, RFQState.CANCELLED):
        raise RequestClosed
    _require(reason)
    move_rfq(rfq, RFQState.CANCELLED, actor, note=reason)
    emit(RFQCancelled(rfq.id, rfq.company_id, tuple(turn_down(rfq, actor, reason)), reason, timezone.now()))


@atomic
def close_rfq(*, rfq_id: UUID, actor: Actor, reason: str) -> None:
    """Award nothing more. Raises MayNotBuy, NotFound, RequestClosed, ReasonMissing. Emits RFQClosed."""
    require_buyer(actor)
    rfq = locked_rfq(rfq_id, actor)
    if rfq.state == RFQState.DRAFT or not RFQ_MACHINE.may(rfq.state, RFQState.CLOSED):
        raise RequestClosed
    _require(reason)
    move_rfq(rfq, RFQState.CLOSED, actor, note=reason)
    emit(RFQClosed(rfq.id, rfq.company_id, tuple(turn_down(rfq, actor, reason)), reason, timezone.now()))


@atomic
def extend(*, rfq_id: UUID, deadline_at: datetime, actor: Actor, reason: str = "") -> None:
    """Give the suppliers more time.

    After the deadline it begins again (:func:`reopen`): a sealed request has been opened then. Raises MayNotBuy,
    NotFound, RequestClosed, DeadlineInThePast, and what :func:`require_may_send` raises. Emits RFQExtended.
    """
    require_buyer(actor)
    _require_may_ask(rfq_id, actor)
    rfq = live_rfq(rfq_id, actor)
    if rfq.state != RFQState.OPEN:
        raise RequestClosed
    if deadline_at <= rfq.deadline_at:
        raise DeadlineInThePast(field="deadline_at")
    _move_deadline(rfq, deadline_at, actor, reason)
    invited = tuple(row.tenant_id for row in locked_invitations(rfq) if row.state not in _ENDED)
    emit(RFQExtended(rfq.id, rfq.company_id, invited, deadline_at, reason, timezone.now()))


@atomic
def reopen(*, rfq_id: UUID, deadline_at: datetime, actor: Actor, reason: str) -> None:
    """Ask the suppliers again after the deadline, or after the request had ended without an award, and say why.

    Once its deadline has passed its offers have been seen, and it is sealed no more; one that was ended before stays
    sealed, or ending it and beginning again would open it early. Whoever had answered may better its offer; what it had
    offered is not on the table any more once the request had ended. Raises MayNotBuy, NotFound, RequestClosed,
    ReasonMissing, DeadlineInThePast, and what :func:`require_may_send` raises. Emits RFQReopened.
    """
    require_buyer(actor)
    _require_may_ask(rfq_id, actor)
    rfq = locked_rfq(rfq_id, actor)
    if rfq.state == RFQState.DRAFT or not RFQ_MACHINE.may(rfq.state, RFQState.OPEN):
        raise RequestClosed
    _require(reason)
    if deadline_at <= timezone.now():
        raise DeadlineInThePast(field="deadline_at")
    rfq.is_sealed = rfq.is_sealed and rfq.deadline_at > timezone.now()
    until = max(rfq.deadline_at, deadline_at) if rfq.is_sealed else deadline_at
    _move_deadline(rfq, until, actor, reason)
    move_rfq(rfq, RFQState.OPEN, actor, note=reason)
    rows = locked_invitations(rfq)
    quoted = set(Quote.objects.filter(invitation__in=rows).values_list("invitation_id", flat=True))
    again = [row for row in rows if row.state in (InvitationState.CLOSED, InvitationState.EXPIRED)]
    move_invitations([r for r in again if r.pk in quoted], InvitationState.QUOTED, actor, note=reason)
    move_invitations([r for r in again if r.pk not in quoted], InvitationState.INVITED, actor, note=reason)
    invited = tuple(row.tenant_id for row in rows)
    emit(RFQReopened(rfq.id, rfq.company_id, invited, until, reason, timezone.now()))


def end_all(*, company_id: UUID, reason: str) -> None:
    """End every request of a company of which something could still be accepted: the operator has stopped it.

    In the operator's transaction. The company reads the ``reason``, suppliers that it was not the buyer who ended it.
    Emits RFQCancelled, RFQClosed.
    """
    rows = RFQ.objects.select_for_update(of=("self",)).filter(company_id=company_id, state__in=LIVE_RFQ)
    for rfq in rows.order_by("pk"):
        is_part = rfq.state == RFQState.PART_AWARDED
        ended = RFQClosed if is_part else RFQCancelled
        move_rfq(rfq, RFQState.CLOSED if is_part else RFQState.CANCELLED, CLOCK, note=reason)
        lost = tuple(turn_down(rfq, CLOCK))
        emit(ended(rfq.id, rfq.company_id, lost, at=timezone.now(), by_marketplace=True))


def turn_down(rfq: RFQ, actor: Actor, reason: str = "") -> Sequence[UUID]:
    """A locked request has ended: invitations are closed, what still lies on some table is declined.

    The suppliers read the ``reason``.
    Answers the suppliers that lost by it. Offers may be sealed, also for whoever ends the request.
    """
    open_ones = [row for row in locked_invitations(rfq) if row.state not in _ENDED]
    move_invitations(open_ones, InvitationState.CLOSED, actor, note=reason)
    with use_tenant(OPERATOR):
        move_versions(QuoteVersion.objects.filter(rfq=rfq, state__in=UNDECIDED_VERSION), VersionState.DECLINED, actor)
    return [row.tenant_id for row in open_ones]


def pass_deadlines() -> int:
    """On the schedule, as the operator: requests whose deadline has passed are compared, or have expired.

    Nothing waits for this: whoever acts finds out by the clock. Answers how many requests it moved. Emits what
    :func:`rfq.locking.settle` emits.
    """
    now = timezone.now()
    undecided = QuoteVersion.objects.filter(rfq=OuterRef("pk"), state__in=UNDECIDED_VERSION)
    passed = RFQ.objects.filter(
        Q(state=RFQState.OPEN)
        | Q(state=RFQState.EVALUATING) & (Exists(undecided.filter(valid_until__lte=now)) | ~Exists(undecided)),
        deadline_at__lte=now,
    )
    due = list(passed.order_by("deadline_at", "pk").values_list("pk", flat=True)[:_AT_ONCE])
    return sum(_pass_deadline(rfq_id) for rfq_id in due)


def offered_amounts(rfq_id: UUID) -> dict[UUID, Decimal]:
    """What each supplier's last version comes to with transport, by tenant. Needs the operator's scope."""
    rows = QuoteVersion.objects.filter(rfq_id=rfq_id, side=Side.SUPPLIER).order_by("tenant_id", "number")
    return {row.tenant_id: row.net_amount + row.freight_amount for row in rows}


@atomic
def _pass_deadline(rfq_id: UUID) -> int:
    rfq = RFQ.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=rfq_id).first()
    if rfq is None:
        return 0
    before = rfq.state
    locked_invitations(rfq)
    settle(rfq)
    over = [
        version
        for version in QuoteVersion.objects.filter(rfq=rfq, state__in=UNDECIDED_VERSION)
        if version.valid_until <= timezone.now()
    ]
    move_versions(over, VersionState.EXPIRED, CLOCK)
    if rfq.state == RFQState.EVALUATING and not _is_alive(rfq):
        move_rfq(rfq, RFQState.EXPIRED, CLOCK)
    return int(rfq.state != before)


def _move_deadline(rfq: RFQ, until: datetime, actor: Actor, reason: str) -> None:
    DeadlineChange.objects.create(
        rfq=rfq,
        company_id=rfq.company_id,
        before_at=rfq.deadline_at,
        deadline_at=until,
        reason=reason,
        actor_id=actor.user_id,
        actor_name=actor.name,
    )
    rfq.deadline_at = until
    rfq.save(update_fields=["deadline_at", "is_sealed"])


def _is_alive(rfq: RFQ) -> bool:
    """Whether something is left that may be accepted or answered."""
    return QuoteVersion.objects.filter(rfq=rfq, state__in=UNDECIDED_VERSION).exists()


def _require_may_ask(rfq_id: UUID, actor: Actor) -> None:
    """Take the company's turn, before the request is locked. Raises what :func:`require_may_send` raises."""
    company_id = actor.require_company()
    invited = Invitation.objects.filter(rfq_id=rfq_id, company_id=company_id)
    require_may_send(company_id, dict(invited.values_list("tenant_id", "tenant_name")))


def _require(reason: str) -> None:
    if not reason.strip():
        raise ReasonMissing(field="reason")
