"""The supplier's questions about a request, what all invited were told, and files to download."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import Request
from core.errors import Refused
from core.ids import uuid7
from core.live import topic
from frontend.clarifications import chosen_line, form_token, line_choices
from frontend.downloads import as_sent_file
from frontend.guards import staff_required
from frontend.presence import is_writing, suppliers_answer
from frontend.redirects import see_other
from frontend.render import render_page
from rfq.talk import files, questions
from rfq.talk.presence import at_supplier
from rfq.talk.queries import talk_of_invitation


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def talk(request: Request, invitation_id: UUID) -> HttpResponse:
    """Read what was asked and told; ask."""
    refusal = None
    if request.method == "POST":
        try:
            questions.ask(
                invitation_id=invitation_id,
                text=request.POST.get("text", ""),
                token=form_token(request),
                actor=request.actor,
                line_id=chosen_line(request),
            )
        except Refused as found:
            if found.status not in (409, 422, 429):
                raise
            refusal = found
        else:
            messages.success(request, _("Your question is sent. No other supplier sees that you asked."))
            return see_other(reverse("portal_rfq_talk", args=[invitation_id]))
    return _page(request, invitation_id, refusal)


@require_safe
@staff_required
def file(request: Request, invitation_id: UUID, file_id: UUID) -> HttpResponse:
    """A drawing of the request."""
    return as_sent_file(files.invited_file(request.actor, invitation_id, file_id))


@require_safe
@staff_required
def offer_file(request: Request, invitation_id: UUID, file_id: UUID) -> HttpResponse:
    """A file of the own offer."""
    return as_sent_file(files.own_offers_file(request.actor, invitation_id, file_id))


@require_safe
@staff_required
def presence(request: Request, invitation_id: UUID) -> HttpResponse:
    """Whether the buyer is at this negotiation; says that the supplier is."""
    return suppliers_answer(request, at_supplier(request.actor, invitation_id, is_writing=is_writing(request)))


def _page(request: Request, invitation_id: UUID, refusal: Refused | None) -> HttpResponse:
    found = talk_of_invitation(request.actor, invitation_id)
    values = {
        "talk": found,
        "invitation_id": invitation_id,
        "lines": line_choices(found),
        "token": uuid7().hex,
        "typed": request.POST,
        "errors": {refusal.field or "": str(refusal)} if refusal is not None else {},
        "topic": topic("rfq", found.rfq_id),
        "presence_topic": topic("presence", found.rfq_id),
        "href": reverse("portal_rfq_talk", args=[invitation_id]),
    }
    status = refusal.status if refusal is not None else 200
    return render_page(request, "portal/rfqs/questions.html", values, area="portal", status=status, fragment="talk")
