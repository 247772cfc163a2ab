"""Use cases of clarifications: a supplier asks, the buyer answers it alone or tells all invited suppliers."""

from __future__ import annotations

import re
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.media.attachments import Prepared
from core import formatting
from core.actor import Actor
from core.db import atomic
from core.errors import InvalidInput, NotFound
from core.events import emit
from rfq.enums import InvitationState
from rfq.errors import DeadlineOver, RequestClosed
from rfq.locking import live_rfq, own_invitation
from rfq.models import RFQ, Invitation
from rfq.policies import require_buyer
from rfq.standing import goes_on_for, is_too_late
from rfq.talk.errors import AlreadyAnswered, AlreadyPublished, NamesASupplier, TooManyQuestions
from rfq.talk.events import ClarificationPublished, QuestionAnswered, QuestionAsked
from rfq.talk.files import Contents, add_files, line_of, stored_for_request
from rfq.talk.models import Clarification, Question

MOST_CHARACTERS = 2_000
MOST_IN_ANSWERS = 4_000
#: Questions of one supplier about one request.
MOST_QUESTIONS = 30
_ENDED = (InvitationState.WON, InvitationState.CLOSED)
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@atomic
def ask(*, invitation_id: UUID, text: str, token: UUID, actor: Actor, line_id: UUID | None = None) -> UUID:
    """Ask the buyer about the request or a line of it; answers the question's id. A form sent twice asks once.

    Raises NotAllowed, NotFound, RequestClosed, DeadlineOver, InvalidInput (at ``text``), TooManyQuestions.
    Emits QuestionAsked.
    """
    invitation = own_invitation(invitation_id, actor)
    earlier = Question.objects.filter(invitation=invitation, token=token).values_list("pk", flat=True).first()
    if earlier is not None:
        return earlier
    _require_open(invitation)
    said = _text(text, "text", MOST_CHARACTERS)
    if Question.objects.filter(invitation=invitation).count() >= MOST_QUESTIONS:
        raise TooManyQuestions(count=MOST_QUESTIONS)
    question = Question.objects.create(
        rfq_id=invitation.rfq_id,
        rfq_line_id=line_of(invitation.rfq, line_id),
        invitation=invitation,
        company_id=invitation.company_id,
        tenant_id=invitation.tenant_id,
        text=said,
        token=token,
        asked_by_id=actor.require_user(),
        asked_by_name=actor.name,
    )
    emit(QuestionAsked(question.pk, question.rfq_id, invitation.pk, question.company_id, question.tenant_id))
    return question.pk


@atomic
def answer(*, rfq_id: UUID, question_id: UUID, text: str, actor: Actor) -> None:
    """Answer a question to the supplier that asked, and to it alone.

    Raises MayNotBuy, NotFound, RequestClosed, AlreadyAnswered, InvalidInput (at ``text``). Emits QuestionAnswered.
    """
    _rfq, question = _asked(rfq_id, question_id, actor)
    if question.answered_at is not None:
        raise AlreadyAnswered
    question.save(update_fields=_answer_fields(question, _text(text, "text", MOST_IN_ANSWERS), actor))
    emit(
        QuestionAnswered(
            question.pk,
            question.rfq_id,
            question.invitation_id,
            question.company_id,
            question.tenant_id,
            question.asked_by_id,
        )
    )


@atomic
def publish(*, rfq_id: UUID, question_id: UUID, question_text: str, text: str, actor: Actor) -> UUID:
    """Answer a question to all invited suppliers, in words that do not say who asked; answers the clarification's id.

    What was answered to one supplier may be told to all later, once. Raises MayNotBuy, NotFound, RequestClosed,
    AlreadyPublished, NamesASupplier, InvalidInput (at ``question`` or ``text``). Emits ClarificationPublished, which
    is all that the one that asked hears of it as well.
    """
    rfq, question = _asked(rfq_id, question_id, actor)
    if question.published_as_id is not None:
        raise AlreadyPublished
    said, asked = _text(text, "text", MOST_IN_ANSWERS), _text(question_text, "question", MOST_CHARACTERS)
    _require_no_names(rfq, question=asked, text=said)
    clarification = Clarification.objects.create(
        rfq=rfq,
        rfq_line_id=question.rfq_line_id,
        company_id=rfq.company_id,
        question=asked,
        text=said,
        published_by_name=actor.name,
    )
    question.published_as = clarification
    question.save(update_fields=["published_as", *_answer_fields(question, said, actor)])
    _published(clarification, rfq)
    return clarification.pk


def announce(
    *,
    rfq_id: UUID,
    text: str,
    token: UUID,
    actor: Actor,
    contents: Contents = (),
    line_id: UUID | None = None,
) -> UUID:
    """Tell all invited suppliers something, with drawings (name, content); answers the clarification's id.

    A form (``token``) that is sent twice tells once. Raises MayNotBuy, NotFound, RequestClosed, TooManyFiles,
    NamesASupplier, InvalidInput (at ``text`` or ``files``). Emits ClarificationPublished.
    """
    prepared = stored_for_request(rfq_id=rfq_id, contents=contents, actor=actor)
    said = "" if prepared and not text.strip() else _text(text, "text", MOST_IN_ANSWERS)
    return _announced(rfq_id, said, prepared, line_id=line_id, token=token, actor=actor)


@atomic
def _announced(
    rfq_id: UUID, text: str, prepared: list[Prepared], *, line_id: UUID | None, token: UUID, actor: Actor
) -> UUID:
    rfq = live_rfq(rfq_id, actor)
    earlier = Clarification.objects.filter(rfq=rfq, token=token).values_list("pk", flat=True).first()
    if earlier is not None:
        return earlier
    _require_no_names(rfq, text=text)
    clarification = Clarification.objects.create(
        rfq=rfq,
        rfq_line_id=line_of(rfq, line_id),
        company_id=rfq.company_id,
        text=text,
        token=token,
        published_by_name=actor.name,
    )
    if prepared:
        add_files(rfq, prepared, actor, line_id=line_id, clarification=clarification)
    _published(clarification, rfq)
    return clarification.pk


def may_ask(invitation: Invitation) -> bool:
    """Whether its supplier may ask: as long as it may answer the request."""
    return goes_on_for(invitation)


def _require_open(invitation: Invitation) -> None:
    """Raises RequestClosed, DeadlineOver."""
    if may_ask(invitation):
        return
    if is_too_late(invitation):
        raise DeadlineOver(when=formatting.moment(invitation.rfq.deadline_at))
    raise RequestClosed


def _asked(rfq_id: UUID, question_id: UUID, actor: Actor) -> tuple[RFQ, Question]:
    """A question about a request of the actor's company, which is locked. Raises MayNotBuy, NotFound, RequestClosed."""
    require_buyer(actor)
    rfq = live_rfq(rfq_id, actor)
    question = Question.objects.filter(pk=question_id, rfq=rfq, company_id=rfq.company_id).first()
    if question is None:
        raise NotFound
    return rfq, question


def _answer_fields(question: Question, text: str, actor: Actor) -> list[str]:
    """Put the answer to a question that has none, and say which columns that changes."""
    if question.answered_at is not None:
        return []
    question.answer, question.answered_at, question.answered_by_name = text, timezone.now(), actor.name
    return ["answer", "answered_at", "answered_by_name"]


def _require_no_names(rfq: RFQ, **texts: str) -> None:
    """What goes to all suppliers names none of them. Raises NamesASupplier."""
    names = list(Invitation.objects.filter(rfq=rfq).values_list("tenant_name", flat=True))
    for field, text in texts.items():
        named = next((name for name in names if name.casefold() in text.casefold()), None)
        if named is not None:
            raise NamesASupplier(field=field, name=named)


def _published(clarification: Clarification, rfq: RFQ) -> None:
    """Emits ClarificationPublished, to every supplier that is still asked: always all of them, whoever asked."""
    rows = Invitation.objects.filter(rfq=rfq).exclude(state__in=(*_ENDED, InvitationState.DECLINED)).order_by("pk")
    tenant_ids = tuple(rows.values_list("tenant_id", flat=True))
    emit(ClarificationPublished(clarification.pk, rfq.pk, rfq.company_id, tenant_ids))


def _text(text: str, field: str, most: int) -> str:
    """What was written, as it is kept. Raises InvalidInput."""
    said = _NOT_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not said:
        raise InvalidInput(field=field, reason=_("Write something here."))
    if len(said) > most:
        reason = _("At most %(count)s characters; these are %(length)s.") % {"count": most, "length": len(said)}
        raise InvalidInput(field=field, reason=reason)
    return said
