"""The buyer asks several suppliers at once, compares, negotiates, accepts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import ValidationError
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from agreements.queries import besides_text
from agreements.services import Period
from core.actor import Actor
from core.errors import Refused
from core.live import topic
from frontend.guards import buyer_required
from frontend.marketplace.rfqs.page import rfq_page
from frontend.marketplace.rfqs.periods import PeriodForm, period_form, sent_period
from frontend.paging import build_pager, page_number
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.typed import read_number
from orders.approvals.errors import ApprovalNeeded
from orders.quotes import AwardRefused, Part, accept_quote, ask_to_accept, award_parts
from rfq import comparison
from rfq.cells import Cell
from rfq.comparison import Column, Comparison
from rfq.enums import RFQState
from rfq.history import history_of
from rfq.services import CounterLine, counter_offer
from rfq.sheet import awarded_among

PER_PAGE = 50
_MOST_DAYS = 1000
_WISHES = ("price", "qty", "days", "note")


@require_safe
@buyer_required
def rfqs(request: Request) -> HttpResponse:
    """The company's requests, newest first: of a state, by words of their number or title."""
    state, search = request.GET.get("state", ""), request.GET.get("q", "").replace("\x00", "").strip()
    state = state if state in RFQState.values else ""
    offset = (page_number(request) - 1) * PER_PAGE
    page = comparison.rfqs_page(request.actor, state=state, search=search, limit=PER_PAGE, offset=offset)
    values = {
        "rows": page.rows,
        "states": [("", _("All states")), *RFQState.choices],
        "state": state,
        "search": search,
        "pager": build_pager(request, total=page.total, per_page=PER_PAGE),
        "topic": topic("rfqs"),
        "href": request.get_full_path(),
    }
    return render_page(request, "marketplace/rfqs/list.html", values, area="marketplace", fragment="results")


@require_safe
@buyer_required
def rfq(request: Request, rfq_id: UUID) -> HttpResponse:
    """Answers side by side; refreshes itself."""
    return rfq_page(request, rfq_id)


@require_safe
@buyer_required
def negotiate(request: Request, rfq_id: UUID, invitation_id: UUID) -> HttpResponse:
    """One supplier's offer: counter it, accept it, see how it came about."""
    return _negotiation(request, *_column(request, rfq_id, invitation_id))


@require_POST
@buyer_required
def counter(request: Request, rfq_id: UUID, invitation_id: UUID) -> HttpResponse:
    """Send a counter-offer."""
    found, column = _column(request, rfq_id, invitation_id)
    place = found.columns.index(column)
    wishes, errors = _wishes(request, [(line.id, line.cells[place]) for line in found.lines])
    if errors:
        return _negotiation(request, found, column, errors=errors)
    try:
        counter_offer(
            version_id=_version(request),
            lines=wishes,
            message=request.POST.get("message", "").strip()[:2000],
            actor=request.actor,
        )
    except Refused as refusal:
        return _negotiation(request, found, column, problem=refusal)
    messages.success(request, _("Your counter-offer is sent to %(name)s.") % {"name": column.name})
    return see_other(reverse("marketplace_rfq", args=[rfq_id]))


@require_POST
@buyer_required
def accept(request: Request, rfq_id: UUID, invitation_id: UUID) -> HttpResponse:
    """Accept the version that the page showed: it becomes an order, or an agreement."""
    found, column = _column(request, rfq_id, invitation_id)
    po_number, form = request.POST.get("po_number", "").strip()[:60], sent_period(request)
    if not form.is_valid():
        return _negotiation(request, found, column, form=form)
    try:
        if form.period is not None:
            said = _agreed(_version(request), request.actor, po_number, form.period)
        else:
            said = _accepted(_version(request), request.actor, po_number, form.cleaned_data["cost_centre_code"])
    except Refused as refusal:
        if refusal.field in form.fields:
            form.add_error(refusal.field, str(refusal))
            return _negotiation(request, found, column, form=form)
        return _negotiation(request, found, column, problem=refusal)
    messages.success(request, said % {"name": column.name})
    return see_other(reverse("marketplace_rfq", args=[rfq_id]))


def _accepted(version_id: UUID, actor: Actor, po_number: str, cost_centre_code: str) -> str:
    """Order it, or let the order wait for its approval; what to say of that. Raises what accepting raises."""
    given: Any = {"version_id": version_id, "actor": actor, "po_number": po_number}
    try:
        accept_quote(**given, cost_centre_code=cost_centre_code)
    except ApprovalNeeded:
        ask_to_accept(**given, cost_centre_code=cost_centre_code)
        return _("Your order from %(name)s waits for its approval. The offer stays open until it expires.")
    return _("Ordered from %(name)s at the quoted prices.")


def _agreed(version_id: UUID, actor: Actor, po_number: str, period: Period) -> str:
    """Agree on it, or let the agreement wait for its approval; what to say of that. Raises what accepting raises."""
    part = Part(version_id)
    try:
        awarded = award_parts(parts=[part], actor=actor, po_number=po_number, closes=True, period=period)
    except AwardRefused as refused:
        raise refused.refusals[version_id] from refused
    if awarded.requests:
        return _("Your agreement with %(name)s waits for its approval. The offer stays open until it expires.")
    return _("Agreed with %(name)s at the quoted prices: your orders call off from it.")


def _awarded(request: Request, found: Comparison, column: Column) -> int:
    """How many lines of the offer on the table are awarded already: it cannot be accepted as a whole any more."""
    if found.state != RFQState.PART_AWARDED or column.version_id is None:
        return 0
    return awarded_among(request.actor, column.version_id)


def _column(request: Request, rfq_id: UUID, invitation_id: UUID) -> tuple[Comparison, Column]:
    found = comparison.comparison(request.actor, rfq_id)
    column = next((column for column in found.columns if column.invitation_id == invitation_id), None)
    if column is None:
        raise Http404
    return found, column


def _version(request: Request) -> UUID:
    """The version that the page showed; an unreadable one is no version at all."""
    try:
        return UUID(hex=request.POST.get("version", ""))
    except ValueError as error:
        raise Http404 from error


def _wishes(request: Request, cells: Iterable[tuple[UUID, Cell]]) -> tuple[dict[UUID, CounterLine], dict[str, str]]:
    """What the buyer would have, by offered line, and errors by line of the request.

    Fields are named by the lines of the request, so that what was typed stays where another version has come.
    """
    wishes: dict[UUID, CounterLine] = {}
    errors: dict[str, str] = {}
    for line_id, cell in cells:
        if cell.key is None:
            continue
        texts = {name: request.POST.get(f"{name}-{line_id.hex}", "").strip() for name in _WISHES}
        if not any(texts.values()):
            continue
        try:
            wishes[cell.key] = CounterLine(
                unit_price=read_number(texts["price"]) if texts["price"] else None,
                quantity=read_number(texts["qty"]) if texts["qty"] else None,
                lead_time_days=_days(texts["days"]),
                remark=texts["note"][:300],
            )
        except (ValueError, ValidationError):
            wrong = next((texts[name] for name in ("price", "qty", "days") if not _is_readable(texts[name])), "")
            errors[line_id.hex] = _("“%(text)s” cannot be read in one way.") % {"text": wrong}
    return wishes, errors


def _days(text: str) -> int | None:
    """Raises ValueError."""
    if text and not (text.isdigit() and int(text) < _MOST_DAYS):
        raise ValueError(text)
    return int(text) if text else None


def _is_readable(text: str) -> bool:
    try:
        return not text or read_number(text) is not None
    except ValidationError:
        return False


def _negotiation(
    request: Request,
    found: Comparison,
    column: Column,
    *,
    errors: dict[str, str] | None = None,
    problem: Refused | None = None,
    form: PeriodForm | None = None,
) -> HttpResponse:
    place = found.columns.index(column)
    context = {
        "rfq": found,
        "column": column,
        "awarded": _awarded(request, found, column),
        "history": history_of(request.actor, column.invitation_id),
        "lines": [(line, line.cells[place]) for line in found.lines],
        "typed": request.POST,
        "is_kept": "message" in request.POST and bool(problem or (errors and column.version_id is None)),
        "errors": errors or {},
        "problem": str(problem) if problem else "",
        "form": form if form is not None else period_form(request),
        "besides": besides_text(column.freight, column.setup, column.currency),
        "topic": topic("rfq", found.id),
        "presence_topic": topic("presence", found.id),
        "href": reverse("marketplace_rfq_negotiate", args=[found.id, column.invitation_id]),
    }
    status = problem.status if problem else 422 if errors or form is not None else 200
    return render_page(
        request, "marketplace/rfqs/negotiate.html", context, area="marketplace", status=status, fragment="history"
    )
