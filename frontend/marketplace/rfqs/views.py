"""The buyer asks several suppliers at once, compares, negotiates, accepts."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.queries import address_snapshot, addresses_of
from accounts.requests import Request
from core.errors import Refused
from core.live import topic
from core.parsing import parse_decimal
from frontend.forms import add_refusal
from frontend.guards import buyer_required
from frontend.marketplace.rfqs.forms import BLANK_LINES, LineRow, RFQForm, lines_of, prefilled, read_rows, unit_choices
from frontend.redirects import see_other
from frontend.render import render_page
from orders.quotes import accept_quote
from rfq import comparison, services
from rfq.comparison import Column, Comparison
from rfq.services import NewRFQ
from tenants.directory import active_tenants


@require_safe
@buyer_required
def rfqs(request: Request) -> HttpResponse:
    """All requests of the company."""
    values = {"rows": comparison.rfqs_of_company(request.actor), "topic": topic("rfqs"), "href": request.path}
    return render_page(request, "marketplace/rfqs/list.html", values, area="marketplace", fragment="results")


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def new(request: Request) -> HttpResponse:
    """Write a request; send it to the chosen suppliers."""
    form, rows = _form(request)
    if request.method == "POST" and "more" not in request.POST:
        lines = lines_of(rows, request.actor)
        if form.is_valid() and not any(row.error for row in rows):
            try:
                rfq_id = services.send_rfq(data=_data(request, form, lines), actor=request.actor)
            except Refused as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _("Your request is sent. Answers appear here as they come."))
                return see_other(reverse("marketplace_rfq", args=[rfq_id]))
    is_refused = request.method == "POST" and "more" not in request.POST
    blank = [LineRow() for _n in range(BLANK_LINES * (2 if "more" in request.POST else 1))]
    context = {"form": form, "rows": rows + blank, "units": unit_choices()}
    return render_page(
        request, "marketplace/rfqs/new.html", context, area="marketplace", status=422 if is_refused else 200
    )


@require_safe
@buyer_required
def rfq(request: Request, rfq_id: UUID) -> HttpResponse:
    """Answers side by side; refreshes itself."""
    found = comparison.comparison(request.actor, rfq_id)
    values = {"rfq": found, "topic": topic("rfq", rfq_id), "href": request.path}
    return render_page(
        request, "marketplace/rfqs/rfq.html", values, area="marketplace", fragment=("answers", "rfq_state")
    )


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
    prices, errors = _prices(request, found)
    if errors or column.version_id is None:
        return _negotiation(request, found, column, errors=errors)
    try:
        services.counter_offer(
            version_id=_version(request),
            prices=prices,
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
    """Accept the version that the page showed: it becomes an order."""
    found, column = _column(request, rfq_id, invitation_id)
    try:
        accept_quote(
            version_id=_version(request),
            actor=request.actor,
            po_number=request.POST.get("po_number", "").strip()[:60],
        )
    except Refused as refusal:
        return _negotiation(request, found, column, problem=refusal)
    messages.success(request, _("Ordered from %(name)s at the quoted prices.") % {"name": column.name})
    return see_other(reverse("marketplace_rfq", args=[rfq_id]))


@require_POST
@buyer_required
def cancel(request: Request, rfq_id: UUID) -> HttpResponse:
    """Take the request back."""
    services.cancel_rfq(rfq_id=rfq_id, actor=request.actor)
    return see_other(reverse("marketplace_rfq", args=[rfq_id]))


def _form(request: Request) -> tuple[RFQForm, list[LineRow]]:
    tenants, addresses = active_tenants(), addresses_of(request.actor.require_company(), request.actor.unit_ids)
    if request.method == "POST":
        return RFQForm(request.POST, tenants=tenants, addresses=addresses), read_rows(request.POST)
    rows, suppliers = prefilled(request.GET.getlist("line"), request.actor)
    if not rows and request.GET.get("q"):
        rows = [LineRow(description=request.GET["q"][:240])]
    initial = {"suppliers": [key.hex for key in suppliers]}
    return RFQForm(initial=initial, tenants=tenants, addresses=addresses), rows


def _data(request: Request, form: RFQForm, lines: list[services.NewLine]) -> NewRFQ:
    address, actor = form.cleaned_data["address"], request.actor
    return NewRFQ(
        title=form.cleaned_data["title"],
        deadline_at=form.deadline_at,
        lines=lines,
        tenant_ids=form.cleaned_data["suppliers"],
        delivery_address=address_snapshot(actor.require_company(), UUID(hex=address), actor.unit_ids)
        if address
        else {},
        note=form.cleaned_data["note"],
    )


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


def _prices(request: Request, found: Comparison) -> tuple[dict[UUID, Decimal], dict[str, str]]:
    """Wished prices by request line, and errors by line."""
    prices: dict[UUID, Decimal] = {}
    errors: dict[str, str] = {}
    for line in found.lines:
        text = request.POST.get(f"price-{line.id.hex}", "").strip()
        if not text:
            continue
        try:
            prices[line.id] = parse_decimal(text)
        except ValueError:
            errors[line.id.hex] = _("“%(text)s” is not a price that can be read in one way.") % {"text": text}
    return prices, errors


def _negotiation(
    request: Request,
    found: Comparison,
    column: Column,
    *,
    errors: dict[str, str] | None = None,
    problem: Refused | None = None,
) -> HttpResponse:
    place = found.columns.index(column)
    context = {
        "rfq": found,
        "column": column,
        "lines": [(line, line.cells[place]) for line in found.lines],
        "typed": request.POST,
        "errors": errors or {},
        "problem": str(problem) if problem else "",
        "topic": topic("rfq", found.id),
        "href": reverse("marketplace_rfq_negotiate", args=[found.id, column.invitation_id]),
    }
    status = problem.status if problem else 422 if errors else 200
    return render_page(
        request, "marketplace/rfqs/negotiate.html", context, area="marketplace", status=status, fragment="history"
    )
