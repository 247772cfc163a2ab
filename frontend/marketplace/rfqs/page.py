"""The page of a request: answers side by side, and what its buyer may do with it as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.requests import Request
from core import formatting
from core.live import topic
from frontend.paging import build_pager, page_number, query_url
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.typed import as_typed
from marketplace.dealings import dealings_with
from rfq import comparison
from rfq.answers import Answers, answers_of
from rfq.comparison import Comparison
from rfq.enums import LIVE_RFQ, RFQState
from rfq.models import RFQ
from rfq.policies import can_buy
from rfq.states import RFQ_MACHINE

#: Lines of one page; sums and the cheapest split are of all.
LINES = 100


@dataclass(frozen=True, slots=True)
class Changes:
    """What the buyer may do to the request as a whole, and what comes of ending it."""

    may_extend: bool
    may_reopen: bool
    may_close: bool
    may_cancel: bool
    ends_text: str


@dataclass(frozen=True, slots=True)
class ReckoningRow:
    """One supplier's fields."""

    key: str
    name: str
    freight: str
    duty: str


@dataclass(frozen=True, slots=True)
class ReckoningTexts:
    """What the buyer reckons with, as it stands in the fields; ``rates`` are those of offered currencies."""

    rate: str
    rate_text: str
    rows: tuple[ReckoningRow, ...]
    currency: str
    rates: tuple[tuple[str, str], ...]


def rfq_page(
    request: Request, rfq_id: UUID, *, errors: dict[str, str] | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    """Refreshes itself; ``?view=technical`` leaves the prices out."""
    answers = answers_of(request.actor, rfq_id, offset=(page_number(request) - 1) * LINES, limit=LINES)
    if answers.rfq.state == RFQState.DRAFT:
        return see_other(f"{reverse('marketplace_rfq_new')}?draft={rfq_id.hex}")
    if answers.line_count and not answers.lines:
        raise Http404
    found = comparison.compare(answers, request.actor)
    path = reverse("marketplace_rfq", args=[rfq_id])
    technical = request.GET.get("view") == "technical"
    can_act = can_buy(request.actor)
    values = {
        "rfq": found,
        "pager": build_pager(request, total=answers.line_count, per_page=LINES, path=path),
        "technical": technical,
        "rfq_href": path,
        "reckoning": _reckoning(answers),
        "dealings": dealings_with(request.actor, [column.tenant_id for column in found.columns], besides=rfq_id),
        "changes": _changes(answers.rfq, found) if can_act else None,
        "may_reuse": can_act,
        "may_reckon": can_act and answers.rfq.state in LIVE_RFQ and not technical,
        "typed": request.POST,
        "errors": errors or {},
        "problem": problem,
        "topic": topic("rfq", rfq_id),
        "presence_topic": topic("presence", rfq_id),
        "href": path + query_url(request).removeprefix(request.path),
    }
    return render_page(
        request,
        "marketplace/rfqs/rfq.html",
        values,
        area="marketplace",
        fragment=("answers", "rfq_state"),
        status=status,
    )


def _changes(rfq: RFQ, found: Comparison) -> Changes:
    """Of a request whose deadline has passed, whether the clock has moved it already or not."""
    is_over = rfq.state == RFQState.OPEN and rfq.deadline_at <= timezone.now()
    state = RFQState.EVALUATING if is_over else RFQState(rfq.state)
    count = found.on_table_count
    ends = ngettext(
        "%(count)s offer is on the table. It ends with the request and cannot be accepted any more.",
        "%(count)s offers are on the table. They end with the request and cannot be accepted any more.",
        count,
    )
    return Changes(
        may_extend=state == RFQState.OPEN,
        may_reopen=RFQ_MACHINE.may(state, RFQState.OPEN),
        may_close=RFQ_MACHINE.may(state, RFQState.CLOSED),
        may_cancel=RFQ_MACHINE.may(state, RFQState.CANCELLED),
        ends_text=ends % {"count": count} if count else _("No offer is on the table."),
    )


def _reckoning(answers: Answers) -> ReckoningTexts:
    found = answers.reckoning
    rows = []
    for answer in answers.answers:
        invitation = answer.invitation
        freight, duty = found.by_invitation.get(invitation.id, (None, None))
        rows.append(
            ReckoningRow(
                invitation.id.hex,
                invitation.tenant_name,
                as_typed(freight) if freight else "",
                as_typed(duty * 100) if duty else "",
            )
        )
    rate = found.capital_rate
    return ReckoningTexts(
        rate=as_typed(rate * 100) if rate else "",
        rate_text=formatting.percent(rate) if rate else "",
        rows=tuple(rows),
        currency=answers.rfq.currency,
        rates=tuple(_rates(answers)),
    )


def _rates(answers: Answers) -> Iterator[tuple[str, str]]:
    """What counts for each other currency that is offered, as typed; nothing where that is not said."""
    offered = {answer.version.currency for answer in answers.answers if answer.version is not None}
    for code in sorted(offered - {answers.rfq.currency}):
        rate = answers.rates.get(code)
        yield code, as_typed(rate.rate) if rate is not None else ""
