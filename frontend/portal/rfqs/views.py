"""The supplier answers requests: own articles and prices are proposed, the offer is a new version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import Request
from core import formatting
from core.errors import Refused
from core.formatting import plain
from core.live import topic
from core.parsing import parse_decimal
from frontend.guards import staff_required
from frontend.redirects import see_other
from frontend.render import render_page
from rfq import inbox, offers
from rfq.drafting import Proposal, proposals
from rfq.inbox import InboxDetail, InboxLine
from rfq.offers import Offer, OfferLine


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A line to be answered: what is asked, what we have, what stands in the fields."""

    line: InboxLine
    key: str
    article: str
    article_note: str
    price: str
    lead: str
    error: str


@dataclass
class Answer:
    """The answer as it was typed: the offer when all of it can be read, else errors by field."""

    lines: dict[UUID, OfferLine]
    freight: Decimal
    valid_until: datetime
    errors: dict[str, str]


@require_safe
@staff_required
def rfqs(request: Request) -> HttpResponse:
    """Requests, those that wait for an answer first."""
    values = {"rows": inbox.inbox(request.actor), "topic": topic("rfqs"), "href": request.path}
    return render_page(request, "portal/rfqs/list.html", values, area="portal", fragment="results")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def rfq(request: Request, invitation_id: UUID) -> HttpResponse:
    """Look at a request; send an offer."""
    if request.method != "POST":
        detail = inbox.inbox_detail(request.actor, invitation_id)
        if request.method == "GET":
            offers.mark_viewed(invitation_id=invitation_id, actor=request.actor)
        return _page(request, detail, {})
    detail = inbox.inbox_detail(request.actor, invitation_id)
    answer = _answer(request, detail)
    if answer.errors:
        return _page(request, detail, answer.errors)
    offer = Offer(answer.lines, answer.valid_until, answer.freight, request.POST.get("message", "").strip()[:2000])
    try:
        offers.send_quote(invitation_id=invitation_id, offer=offer, actor=request.actor)
    except Refused as refusal:
        return _page(request, detail, {refusal.field or "": str(refusal)}, status=refusal.status)
    messages.success(request, _("Your offer is sent to %(name)s.") % {"name": detail.company_name})
    return see_other(reverse("portal_rfq", args=[invitation_id]))


@require_POST
@staff_required
def decline(request: Request, invitation_id: UUID) -> HttpResponse:
    """Say no, with a reason."""
    reason = request.POST.get("reason", "").strip()[:500]
    if not reason:
        detail = inbox.inbox_detail(request.actor, invitation_id)
        return _page(request, detail, {"reason": _("Say why: the buyer reads it.")})
    offers.decline(invitation_id=invitation_id, reason=reason, actor=request.actor)
    return see_other(reverse("portal_rfqs"))


def _page(request: Request, detail: InboxDetail, errors: dict[str, str], status: int = 422) -> HttpResponse:
    found = proposals(inbox.asked_lines(detail.id), detail.company_id)
    days = timezone.localdate() + timedelta(days=14)
    values = {
        "rfq": detail,
        "rows": [_row(request, line, found.get(line.id), errors) for line in detail.lines],
        "errors": errors,
        "freight": request.POST.get("freight", plain(detail.freight) if detail.freight else ""),
        "valid_on": request.POST.get("valid_on", days.isoformat()),
        "message": request.POST.get("message", ""),
        "topic": topic("rfq", detail.rfq_id),
        "href": request.path if request.method == "GET" else reverse("portal_rfq", args=[detail.id]),
    }
    return render_page(
        request, "portal/rfqs/rfq.html", values, area="portal", status=status if errors else 200, fragment="history"
    )


def _row(request: Request, line: InboxLine, proposal: Proposal | None, errors: dict[str, str]) -> AnswerRow:
    """Fields hold what was typed, else the last offer, else the proposal."""
    key = line.id.hex
    price = line.own_price if line.own_price is not None else (proposal.unit_price if proposal else None)
    lead = line.lead_time_days if line.lead_time_days is not None else (proposal.lead_time_days if proposal else None)
    stock = _("%(quantity)s in stock") % {"quantity": formatting.number(proposal.available)} if proposal else ""
    return AnswerRow(
        line=line,
        key=key,
        article=f"{proposal.match.variant.sku} {proposal.match.variant.name}" if proposal else "",
        article_note=" · ".join(part for part in (proposal.list_name, stock) if part) if proposal else "",
        price=request.POST.get(f"price-{key}", plain(price) if price is not None else ""),
        lead=request.POST.get(f"lead-{key}", str(lead) if lead is not None else ""),
        error=errors.get(key, "") or errors.get(str(line.id), ""),
    )


def _answer(request: Request, detail: InboxDetail) -> Answer:
    answer = Answer({}, Decimal(0), timezone.now(), {})
    for line in detail.lines:
        key = line.id.hex
        price = _number(request.POST.get(f"price-{key}", ""), key, answer.errors)
        lead = request.POST.get(f"lead-{key}", "").strip()
        if lead and not (lead.isdigit() and int(lead) < 1000):
            answer.errors[key] = _("A lead time is a number of days.")
        answer.lines[line.id] = OfferLine(price, int(lead) if lead.isdigit() and int(lead) < 1000 else None)
    answer.freight = _number(request.POST.get("freight", ""), "freight", answer.errors) or Decimal(0)
    try:
        day = date.fromisoformat(request.POST.get("valid_on", ""))
        answer.valid_until = timezone.make_aware(datetime.combine(day, time(18, 0)))
    except ValueError:
        answer.errors["valid_until"] = _("This is not a date.")
    return answer


def _number(text: str, key: str, errors: dict[str, str]) -> Decimal | None:
    """A price, or None where nothing stands; an unreadable one is an error at its field."""
    if not text.strip():
        return None
    try:
        return parse_decimal(text)
    except ValueError:
        errors[key] = _("“%(text)s” is not a price that can be read in one way.") % {"text": text}
        return None
