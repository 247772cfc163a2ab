"""The buyer's drawings, suppliers' questions and what is told to all."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from core.errors import Refused
from core.ids import uuid7
from core.live import topic
from frontend.clarifications import chosen_line, files_help, form_token, line_choices
from frontend.downloads import ACCEPT, as_sent_file, uploaded
from frontend.guards import buyer_required
from frontend.presence import buyers_answer, is_writing
from frontend.redirects import see_other
from frontend.render import render_page
from rfq.policies import can_buy
from rfq.talk import files, questions
from rfq.talk.files import MOST_AT_ONCE
from rfq.talk.presence import at_buyer
from rfq.talk.queries import QuestionRow, Talk, talk_of_request


@require_safe
@buyer_required
def talk(request: Request, rfq_id: UUID) -> HttpResponse:
    """Drawings, questions, what all suppliers were told; ``?answer=…`` opens the form of an answer."""
    return _page(request, talk_of_request(request.actor, rfq_id), answering=request.GET.get("answer", ""))


@require_POST
@buyer_required
def answer(request: Request, rfq_id: UUID, question_id: UUID) -> HttpResponse:
    """Answer one supplier alone, or all without saying who asked."""
    act, text, actor = request.POST.get("act", ""), request.POST.get("text", ""), request.actor
    try:
        if act == "publish":
            asked = request.POST.get("question", "")
            questions.publish(rfq_id=rfq_id, question_id=question_id, question_text=asked, text=text, actor=actor)
            messages.success(request, _("All invited suppliers can read it. It does not say who asked."))
        elif act == "answer":
            questions.answer(rfq_id=rfq_id, question_id=question_id, text=text, actor=actor)
            messages.success(request, _("Your answer is sent to the supplier that asked."))
        else:
            raise Http404
    except Refused as refusal:
        found = talk_of_request(actor, rfq_id)
        return _page(request, found, answering=question_id.hex, refusal=refusal)
    return see_other(reverse("marketplace_rfq_talk", args=[rfq_id]))


@require_POST
@buyer_required
def tell(request: Request, rfq_id: UUID) -> HttpResponse:
    """Tell all invited suppliers something, with drawings."""
    try:
        questions.announce(
            rfq_id=rfq_id,
            text=request.POST.get("news", ""),
            token=form_token(request),
            actor=request.actor,
            contents=uploaded(request, most=MOST_AT_ONCE),
            line_id=chosen_line(request),
        )
    except Refused as refusal:
        refusal.field = "news" if refusal.field == "text" else refusal.field
        return _page(request, talk_of_request(request.actor, rfq_id), refusal=refusal)
    messages.success(request, _("All invited suppliers can read it."))
    return see_other(reverse("marketplace_rfq_talk", args=[rfq_id]))


@require_POST
@buyer_required
def add_files(request: Request, rfq_id: UUID) -> HttpResponse:
    """Put drawings to a draft."""
    contents = uploaded(request, most=MOST_AT_ONCE)
    try:
        files.add_to_draft(rfq_id=rfq_id, contents=contents, actor=request.actor, line_id=chosen_line(request))
    except Refused as refusal:
        return _page(request, talk_of_request(request.actor, rfq_id), refusal=refusal)
    return see_other(reverse("marketplace_rfq_talk", args=[rfq_id]))


@require_POST
@buyer_required
def remove_file(request: Request, rfq_id: UUID, file_id: UUID) -> HttpResponse:
    """Take a drawing out of a draft."""
    files.remove_from_draft(rfq_id=rfq_id, file_id=file_id, actor=request.actor)
    messages.success(request, _("The file is taken out."))
    return see_other(reverse("marketplace_rfq_talk", args=[rfq_id]))


@require_safe
@buyer_required
def file(request: Request, rfq_id: UUID, file_id: UUID) -> HttpResponse:
    """A drawing of the own request."""
    return as_sent_file(files.request_file(request.actor, rfq_id, file_id))


@require_safe
@buyer_required
def offer_file(request: Request, rfq_id: UUID, invitation_id: UUID, file_id: UUID) -> HttpResponse:
    """A file of an offer to the own request."""
    return as_sent_file(files.offered_file(request.actor, rfq_id, invitation_id, file_id))


@require_safe
@buyer_required
def presence(request: Request, rfq_id: UUID) -> HttpResponse:
    """Which suppliers are at the request; ``?with=…`` says at whose negotiation the buyer is."""
    at = request.GET.get("with", "")
    try:
        invitation_id = UUID(hex=at) if at else None
    except ValueError as error:
        raise Http404 from error
    room = at_buyer(request.actor, rfq_id, invitation_id=invitation_id, is_writing=is_writing(request))
    return buyers_answer(request, room)


def _page(request: Request, found: Talk, *, answering: str = "", refusal: Refused | None = None) -> HttpResponse:
    if refusal is not None and refusal.status not in (409, 422):
        raise refusal
    errors = {refusal.field or "": str(refusal)} if refusal is not None else {}
    href = reverse("marketplace_rfq_talk", args=[found.rfq_id])
    may_write, opened = can_buy(request.actor), _open(found, answering)
    values = {
        "talk": found,
        "open": opened,
        "lines": line_choices(found),
        "token": uuid7().hex,
        "typed": request.POST,
        "errors": errors,
        "may_draft": may_write and found.is_draft,
        "accept": ACCEPT,
        "files_help": files_help(MOST_AT_ONCE),
        "topic": topic("rfq", found.rfq_id),
        "presence_topic": topic("presence", found.rfq_id),
        "room": _room(found, opened),
        "href": href,
        "back": f"{reverse('marketplace_rfq_new')}?draft={found.rfq_id.hex}"
        if found.is_draft
        else reverse("marketplace_rfq", args=[found.rfq_id]),
    }
    status = refusal.status if refusal is not None else 200
    return render_page(
        request, "marketplace/rfqs/questions.html", values, area="marketplace", status=status, fragment="talk"
    )


def _room(found: Talk, opened: QuestionRow | None) -> str:
    """Where the page gives signs of life: at the negotiation with whom an answer is being written to, if any."""
    room = reverse("marketplace_rfq_presence", args=[found.rfq_id])
    return f"{room}?with={opened.invitation_id.hex}" if opened else room


def _open(found: Talk, answering: str) -> QuestionRow | None:
    """The question whose form is open: one that may still be answered, or told to all."""
    rows = [row for row in found.questions if row.id.hex == answering and found.may_speak and not row.is_published]
    return rows[0] if rows else None
