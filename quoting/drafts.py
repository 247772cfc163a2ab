"""Use cases of an answer before it is sent: save, throw away, send or ask for its approval, approve, refuse.

Lock order: the invitation (exchange), then the draft. Two people writing: whoever saves names the revision it began
with. What is approved is exactly what was asked for: a changed draft starts again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.utils import timezone

from core import formatting
from core.actor import Actor
from core.db import atomic
from core.errors import NotAllowed
from core.events import emit
from customers.queries import customer_of
from quoting.approvers import approvers
from quoting.bounds import policy_now
from quoting.content import as_json, digest_of, from_json
from quoting.enums import OPEN_DRAFT, DraftState
from quoting.errors import DraftChanged, DraftGone, NothingToDecide, OtherContent, OwnAnswer, ReasonNeeded
from quoting.events import ApprovalAsked, ApprovalRefused, DeskChanged
from quoting.judging import Judgement, judge
from quoting.models import QuoteDraft, QuoteDraftTransition
from quoting.policies import can_approve
from quoting.states import DRAFT
from rfq import offers
from rfq.models import Invitation, RFQLine
from rfq.offers import Offer
from rfq.policies import require_supplier


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an answer: the version that was sent, else the draft that waits for an approval."""

    version_id: UUID | None
    draft_id: UUID | None = None

    @property
    def is_sent(self) -> bool:
        return self.version_id is not None


@atomic
def save(*, invitation_id: UUID, fields: Mapping[str, Any], revision: int, actor: Actor) -> int:
    """Keep a half-written answer; answers its revision. The buyer sees that the supplier is answering, nothing else.

    One that waited for an approval does not any more. Raises NotAllowed, NotFound, RequestClosed, DeadlineOver,
    DraftChanged, DraftGone. Emits InvitationChanged, DeskChanged.
    """
    invitation = offers.held_open(invitation_id, actor)
    offers.begin(invitation_id=invitation_id, actor=actor)
    draft = _written(invitation, fields, revision, actor)
    if draft.state == DraftState.INTERNAL_APPROVAL:
        _back(draft, actor)
    draft.save()
    _changed(draft, invitation.tenant_id)
    return draft.revision


@atomic
def answer(
    *,
    invitation_id: UUID,
    offer: Offer,
    actor: Actor,
    fields: Mapping[str, Any] | None = None,
    revision: int | None = 0,
) -> Outcome:
    """Send an answer that keeps the limits; let any other wait for its approval, with all that it would say.

    Without a ``revision`` it takes the place of what a key has sent, and of nothing that anybody has written.
    Raises what :func:`rfq.offers.send_quote` raises, DraftChanged, DraftGone. Emits QuoteSent, or InvitationChanged,
    ApprovalAsked and DeskChanged.
    """
    invitation = offers.held_open(invitation_id, actor)
    draft = _open_draft(invitation_id)
    _require_revision(invitation_id, draft, revision)
    judgement = judgement_of(invitation, offer)
    if not judgement.needs_approval:
        version_id = offers.send_quote(invitation_id=invitation_id, offer=offer, actor=actor)
        if draft is not None:
            _sent(draft, version_id, actor)
        return Outcome(version_id)
    offers.check_offer(invitation_id=invitation_id, offer=offer, actor=actor)
    offers.begin(invitation_id=invitation_id, actor=actor)
    draft = _written(invitation, fields or {}, revision, actor)
    conditions = offer.conditions.as_agreed_with(customer_of(invitation.company_id))
    _wait(draft, replace(offer, conditions=conditions), judgement, actor)
    emit(ApprovalAsked(draft.id, invitation_id, invitation.tenant_id, actor.require_user()))
    _changed(draft, invitation.tenant_id)
    return Outcome(None, draft.id)


@atomic
def approve(*, invitation_id: UUID, digest: str, actor: Actor) -> UUID:
    """Send an answer that waits, in its author's name; answers the version's id.

    Raises NotAllowed, NotFound, NothingToDecide, OtherContent, OwnAnswer and what :func:`rfq.offers.send_quote` raises.
    Emits QuoteSent.
    """
    draft = _decided(invitation_id, digest, actor)
    author = Actor("staff", draft.author_id, draft.author_name, tenant_id=actor.tenant_id, role=actor.role)
    offer = from_json(draft.offer or {})
    version_id = offers.send_quote(invitation_id=draft.invitation_id, offer=offer, actor=author)
    _sent(draft, version_id, actor)
    return version_id


@atomic
def refuse(*, invitation_id: UUID, digest: str, reason: str, actor: Actor) -> None:
    """Give an answer that waits back to its author.

    Raises NotAllowed, NotFound, RequestClosed, DeadlineOver, NothingToDecide, OtherContent, OwnAnswer, ReasonNeeded.
    Emits ApprovalRefused, DeskChanged.
    """
    draft = _decided(invitation_id, digest, actor)
    if not reason.strip():
        raise ReasonNeeded(field="approval_reason")
    author_id = draft.author_id
    _back(draft, actor, reason.strip())
    draft.refusal = reason.strip()
    draft.save()
    if author_id is not None:
        emit(ApprovalRefused(draft.id, draft.invitation_id, require_supplier(actor), author_id))
    _changed(draft, require_supplier(actor))


@atomic
def drop(*, invitation_id: UUID, revision: int | None, actor: Actor) -> None:
    """Throw the draft of an answer away; the request stays as it is. Without a ``revision`` only what a key has sent.

    Raises NotAllowed, NotFound, RequestClosed, DeadlineOver, DraftChanged, DraftGone. Emits DeskChanged.
    """
    invitation = offers.held_open(invitation_id, actor)
    draft = _open_draft(invitation_id)
    _require_revision(invitation_id, draft, revision)
    if draft is not None:
        DRAFT.move(draft, to=DraftState.DROPPED, actor=actor, history=QuoteDraftTransition)
        _changed(draft, invitation.tenant_id)


def drop_declined(invitation_id: UUID) -> None:
    """Throw the draft away of a request that the supplier has just declined, in that transaction."""
    draft = _open_draft(invitation_id)
    if draft is not None:
        actor = Actor("system", name=draft.saved_by_name)
        DRAFT.move(draft, to=DraftState.DROPPED, actor=actor, history=QuoteDraftTransition)


def judgement_of(invitation: Invitation, offer: Offer) -> Judgement:
    """What an offer to a request earns, and which limits it does not keep."""
    lines = list(RFQLine.objects.filter(rfq_id=invitation.rfq_id).order_by("position"))
    return judge(lines, invitation.company_id, offer.currency or invitation.rfq.currency, offer)


def _wait(draft: QuoteDraft, offer: Offer, judgement: Judgement, actor: Actor) -> None:
    """Let the draft wait for an approval of exactly this content."""
    if draft.state == DraftState.INTERNAL_APPROVAL:
        _back(draft, actor)
    said = as_json(offer)
    draft.offer, draft.digest, draft.breaches = said, digest_of(said, draft.invitation_id), judgement.breaches()
    draft.author_id, draft.author_name, draft.refusal = actor.require_user(), actor.name, ""
    draft.save()
    DRAFT.move(draft, to=DraftState.INTERNAL_APPROVAL, actor=actor, history=QuoteDraftTransition)


def _written(invitation: Invitation, fields: Mapping[str, Any], revision: int | None, actor: Actor) -> QuoteDraft:
    """The locked draft, or a new one, with what was typed; not saved yet. All of what a key sends is the key's."""
    draft = _open_draft(invitation.id)
    _require_revision(invitation.id, draft, revision)
    if draft is None:
        draft = QuoteDraft.objects.create(invitation_id=invitation.id, rfq_id=invitation.rfq_id)
    draft.fields, draft.offer, draft.revision = dict(fields), None, draft.revision + 1
    draft.saved_at, draft.saved_by_name = timezone.now(), actor.name
    person, before = actor.require_user(), set(draft.writer_ids)
    is_by_key = actor.key_id is not None
    draft.writer_ids, draft.maker_id = ([], person) if is_by_key else (sorted(before | {person}), None)
    return draft


def _back(draft: QuoteDraft, actor: Actor, note: str = "") -> None:
    """A draft that waited does not wait any more: what was to be approved is gone, but for what a key has sent."""
    DRAFT.move(draft, to=DraftState.DRAFT, actor=actor, note=note, history=QuoteDraftTransition)
    draft.offer = None if draft.writer_ids else draft.offer
    draft.digest, draft.breaches, draft.author_id, draft.author_name = "", [], None, ""


def _sent(draft: QuoteDraft, version_id: UUID, actor: Actor) -> None:
    draft.version_id = version_id
    draft.save(update_fields=["version_id"])
    DRAFT.move(draft, to=DraftState.SENT, actor=actor, history=QuoteDraftTransition)


def _open_draft(invitation_id: UUID) -> QuoteDraft | None:
    rows = QuoteDraft.objects.select_for_update(of=("self",))
    return rows.filter(invitation_id=invitation_id, state__in=OPEN_DRAFT).first()


def _require_revision(invitation_id: UUID, draft: QuoteDraft | None, revision: int | None) -> None:
    """Raises DraftChanged, DraftGone when somebody has been quicker."""
    if revision is None and (draft is None or not draft.writer_ids):
        return
    if draft is None:
        if revision and QuoteDraft.objects.filter(invitation_id=invitation_id).exists():
            raise DraftGone
        return
    if draft.revision != revision:
        raise DraftChanged(name=draft.saved_by_name, when=formatting.clock(draft.saved_at))


def _decided(invitation_id: UUID, digest: str, actor: Actor) -> QuoteDraft:
    """A locked draft that waits, about which the actor may decide."""
    invitation, sales_may = offers.held_open(invitation_id, actor), policy_now().sales_may_approve
    if not can_approve(actor, sales_may=sales_may):
        raise NotAllowed
    draft = _open_draft(invitation_id)
    if draft is None or draft.state != DraftState.INTERNAL_APPROVAL:
        raise NothingToDecide
    if actor.user_id not in approvers(invitation.tenant_id, draft, sales_may=sales_may):
        raise OwnAnswer
    if draft.digest != digest:
        raise OtherContent
    return draft


def _changed(draft: QuoteDraft, tenant_id: UUID) -> None:
    emit(DeskChanged(rfq_id=draft.rfq_id, invitation_id=draft.invitation_id, tenant_id=tenant_id))
