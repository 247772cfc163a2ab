"""The page of one request: what is asked, the fields of the answer, the desk around them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone

from accounts.requests import Request
from core.formatting import percent, plain
from core.live import topic
from core.money import ZERO
from customers.enums import Incoterm
from frontend.clarifications import files_help
from frontend.downloads import ACCEPT
from frontend.portal.rfqs.answering import row_of
from frontend.portal.rfqs.costing import judged_rows, line_texts, total_facts
from frontend.portal.rfqs.keeping import fields_of, restored
from frontend.portal.rfqs.terms import term_field
from frontend.portal.rfqs.waiting import waiting_answer
from frontend.render import render_page
from pricing.settings import own_currencies
from quoting.card import card_of
from quoting.errors import DraftChanged
from quoting.queries import DraftView, desk_view, draft_view
from rfq import inbox
from rfq.abuse.queries import award_rate, is_reported
from rfq.drafting import proposals
from rfq.inbox import InboxDetail
from rfq.offers import MOST_FILES
from rfq.talk.queries import files_of_invitation

_USUAL_VALIDITY = 14
#: Longer requests show the rarer fields of a line where it has any, or when they are asked for: a form has its limits.
_MOST_WITH_ALL_FIELDS = 100


def revision_of(request: Request) -> int:
    """The revision of the draft that a form was shown with; 0 where there was none."""
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def request_page(
    request: Request, detail: InboxDetail, errors: dict[str, str], status: int = 422, *, keeps_typed: bool = True
) -> HttpResponse:
    """Fields hold what was typed, else what the draft keeps, else the last offer, else what is proposed."""
    draft = draft_view(request.actor, detail.id)
    is_typed = request.method == "POST" and keeps_typed
    data = request.POST if is_typed else _kept_fields(draft, detail)
    detail, data, currencies = _in_currency(request, detail, data, is_typed=is_typed)
    asked = inbox.asked_lines(detail.id)
    found = proposals(asked, detail.company_id, currency=detail.currency)
    rows = [row_of(line, found.get(line.id), data, errors) for line in detail.lines]
    judged = judged_rows(detail, asked, rows)
    customer = card_of(request.actor, detail.company_id, besides=detail.id, currency=detail.currency)
    is_short = len(detail.lines) <= _MOST_WITH_ALL_FIELDS
    values = {
        "rfq": detail,
        "rows": rows,
        "texts": line_texts(request.actor, detail, judged, found, explains=is_short),
        "total_facts": total_facts(request.actor, judged),
        "draft": draft,
        "waiting": waiting_answer(request.actor, detail, asked, draft),
        "revision": _revision(request, draft, is_typed=is_typed, status=status),
        "desk": desk_view(request.actor, detail.id),
        "customer": customer,
        "term": term_field(detail, customer.term_value, data),
        "errors": errors,
        "award_rate": _rate_text(award_rate(request.actor, detail.id)),
        "is_reported": is_reported(detail.id),
        "drawings": files_of_invitation(request.actor, detail.id),
        "kept": request.POST.getlist("keep-file") if "files-shown" in request.POST else None,
        "accept": ACCEPT,
        "files_help": files_help(MOST_FILES),
        "opens_all": is_short,
        "opened": request.GET.get("more", ""),
        "incoterms": Incoterm.choices,
        "currencies": currencies,
        **_whole(detail, data),
        "topic": topic("rfq", detail.rfq_id),
        "presence_topic": topic("presence", detail.rfq_id),
        "href": request.path if request.method == "GET" else reverse("portal_rfq", args=[detail.id]),
    }
    return render_page(
        request, "portal/rfqs/rfq.html", values, area="portal", status=status if errors else 200, fragment="history"
    )


def _kept_fields(draft: DraftView | None, detail: InboxDetail) -> QueryDict:
    """What the draft keeps of the form, else what a system has sent."""
    if draft is None:
        return QueryDict()
    if draft.fields or draft.offer is None:
        return restored(draft.fields)
    return restored(fields_of(draft.offer, [line.id for line in detail.lines]))


def _in_currency(
    request: Request, detail: InboxDetail, data: QueryDict, *, is_typed: bool
) -> tuple[InboxDetail, QueryDict, list[str]]:
    """The request as it is answered in one currency, what stands in the fields, and all currencies there are.

    Fields never take a number over from another currency: whoever chooses one begins with what is proposed in it.
    """
    currencies = sorted(own_currencies() | {detail.asked_currency})
    typed = data.get("currency") or (detail.asked_currency if data else detail.currency)
    chosen = typed if is_typed else request.GET.get("currency", typed)
    if not is_typed and chosen not in currencies:
        chosen = detail.currency
    if chosen != detail.currency:
        lines = tuple(replace(line, own=None, own_alternatives=()) for line in detail.lines)
        detail = replace(detail, currency=chosen, lines=lines, freight=ZERO)
    return detail, data if is_typed or chosen == typed else QueryDict(), currencies


def _whole(detail: InboxDetail, data: QueryDict) -> dict[str, Any]:
    """The fields that are for all of the answer."""
    days = timezone.localdate() + timedelta(days=detail.validity_days or _USUAL_VALIDITY)
    return {
        "incoterm": data.get("incoterm", detail.conditions.incoterm),
        "incoterm_place": data.get("incoterm_place", detail.conditions.incoterm_place),
        "freight": data.get("freight", plain(detail.freight) if detail.freight else ""),
        "valid_on": data.get("valid_on", days.isoformat()),
        "message": data.get("message", ""),
    }


def _revision(request: Request, draft: DraftView | None, *, is_typed: bool, status: int) -> int:
    """The revision that the next save begins with: after a conflict that was said, the one that it replaces."""
    current = draft.revision if draft else 0
    return current if not is_typed or status == DraftChanged.status else revision_of(request)


def _rate_text(rate: int | None) -> str | None:
    return percent(Decimal(rate) / 100) if rate is not None else None
