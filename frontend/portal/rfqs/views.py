"""The supplier answers requests: own articles and prices are proposed, the offer is a new version."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import Request
from core.errors import Refused
from core.live import topic
from frontend.downloads import uploaded
from frontend.guards import staff_required
from frontend.paging import build_pager, page_number, query_url
from frontend.portal.rfqs.answering import read
from frontend.portal.rfqs.keeping import kept
from frontend.portal.rfqs.page import request_page, revision_of
from frontend.redirects import see_other
from frontend.render import render_page
from quoting import drafts
from quoting.inbox import STATES, WHOSE, desk_page
from quoting.policies import can_set_limits
from rfq import inbox, offers
from rfq.abuse.reports import report_spam
from rfq.talk.files import MOST_AT_ONCE, stored_for_offer

PER_PAGE = 50


@require_safe
@staff_required
def rfqs(request: Request) -> HttpResponse:
    """Requests, the most urgent first: whose they are, and in which state."""
    whose, state = request.GET.get("whose", ""), request.GET.get("state", "")
    whose, state = whose if whose in WHOSE else "", state if state in STATES else ""
    offset = (page_number(request) - 1) * PER_PAGE
    page = desk_page(request.actor, whose=whose, state=state, limit=PER_PAGE, offset=offset)
    labels = {"": _("Everybody’s"), "mine": _("Mine"), "unassigned": _("Nobody’s")}
    values = {
        "rows": page.rows,
        "tabs": [
            (labels[key], query_url(request, whose=key or None, page=None), key == whose, page.open_counts[key] or "")
            for key in WHOSE
        ],
        "states": list(STATES.items()),
        "whose": whose,
        "state": state,
        "can_set_limits": can_set_limits(request.actor),
        "pager": build_pager(request, total=page.total, per_page=PER_PAGE),
        "topic": topic("rfqs"),
        "href": request.get_full_path(),
    }
    return render_page(request, "portal/rfqs/list.html", values, area="portal", fragment="results")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def rfq(request: Request, invitation_id: UUID) -> HttpResponse:
    """Look at a request; send an offer."""
    if request.method != "POST":
        detail = inbox.inbox_detail(request.actor, invitation_id)
        if request.method == "GET":
            offers.mark_viewed(invitation_id=invitation_id, actor=request.actor)
        return request_page(request, detail, {})
    detail = inbox.inbox_detail(request.actor, invitation_id)
    answer = read(request.POST, detail)
    if answer.errors:
        return request_page(request, detail, answer.errors)
    fields = kept(request.POST, [line.id for line in detail.lines])
    try:
        sheets = stored_for_offer(
            invitation_id=invitation_id, contents=uploaded(request, most=MOST_AT_ONCE), actor=request.actor
        )
        outcome = drafts.answer(
            invitation_id=invitation_id,
            offer=replace(answer.offer, files=sheets, kept=_kept(request)),
            fields=fields,
            revision=revision_of(request),
            actor=request.actor,
        )
    except Refused as refusal:
        return request_page(request, detail, {refusal.field or "": str(refusal)}, status=refusal.status)
    if outcome.is_sent:
        messages.success(request, _("Your offer is sent to %(name)s.") % {"name": detail.company_name})
    else:
        messages.success(request, _("Your answer is below your company’s limits: it waits for a colleague’s approval."))
    return see_other(reverse("portal_rfq", args=[invitation_id]))


@require_POST
@staff_required
def decline(request: Request, invitation_id: UUID) -> HttpResponse:
    """Say no, with a reason."""
    reason = request.POST.get("reason", "").strip()[:500]
    if not reason:
        detail = inbox.inbox_detail(request.actor, invitation_id)
        return request_page(request, detail, {"reason": _("Say why: the buyer reads it.")})
    offers.decline(invitation_id=invitation_id, reason=reason, actor=request.actor)
    return see_other(reverse("portal_rfqs"))


@require_POST
@staff_required
def withdraw(request: Request, invitation_id: UUID) -> HttpResponse:
    """Take the offer back, with a reason."""
    try:
        reason = request.POST.get("withdraw_reason", "").strip()[:500]
        offers.withdraw(invitation_id=invitation_id, reason=reason, actor=request.actor)
    except Refused as refusal:
        detail = inbox.inbox_detail(request.actor, invitation_id)
        name = "withdraw_reason" if refusal.field == "reason" else ""
        return request_page(request, detail, {name: str(refusal)}, status=refusal.status)
    messages.success(request, _("Your offer is taken back."))
    return see_other(reverse("portal_rfq", args=[invitation_id]))


@require_POST
@staff_required
def report(request: Request, invitation_id: UUID) -> HttpResponse:
    """Tell the operator that this is spam, with a reason."""
    detail = inbox.inbox_detail(request.actor, invitation_id)
    try:
        reason = request.POST.get("spam_reason", "").strip()[:500]
        report_spam(invitation_id=invitation_id, reason=reason, actor=request.actor)
    except Refused as refusal:
        return request_page(request, detail, {refusal.field or "": str(refusal)}, status=refusal.status)
    messages.success(request, _("The request is reported to the marketplace."))
    return see_other(reverse("portal_rfq", args=[invitation_id]))


def _kept(request: Request) -> list[UUID] | None:
    """Files of the last offer that stay ticked; None where the form did not show them."""
    if "files-shown" not in request.POST:
        return None
    try:
        return [UUID(hex=key) for key in request.POST.getlist("keep-file")]
    except ValueError as error:
        raise Http404 from error
