"""Batches of price changes: prepare, look at what they would do, publish, cancel, take back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import Request
from core import formatting
from core.errors import Refused
from frontend.forms import add_refusal
from frontend.guards import staff_required
from frontend.paging import build_pager, page_number, query_url
from frontend.portal.prices.forms import BatchFileForm, BatchForm, BatchPasteForm, PercentageForm, PublishForm
from frontend.portal.prices.lists import read_pasted
from frontend.portal.prices.rows import TONES, batch_facts, batch_line, rise_chart, simulated_line
from frontend.portal.prices.tabs import price_tabs
from frontend.redirects import see_other
from frontend.render import render_page
from orders.price_impact import impact_of
from pricing import batches as services
from pricing.batch_pages import BatchInfo, batch_history, batch_info, batch_lines, batches_page, outcome_counts
from pricing.enums import BatchState, Outcome
from pricing.listing import price_lists
from pricing.raising import add_percentage

PER_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def batches(request: Request) -> HttpResponse:
    """All batches, and the way in for a new one."""
    form = BatchForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _to_batch(services.create_batch(name=form.cleaned_data["name"], actor=request.actor))
    rows, total = batches_page(limit=PER_PAGE, offset=(page_number(request) - 1) * PER_PAGE)
    values = {
        "rows": rows,
        "tones": TONES,
        "moment": formatting.moment,
        "form": form,
        "pager": build_pager(request, total=total, per_page=PER_PAGE),
        "tabs": price_tabs("batches"),
    }
    status = 422 if form.is_bound else 200
    return render_page(request, "portal/prices/batches.html", values, area="portal", status=status)


@require_safe
@staff_required
def batch(request: Request, batch_id: UUID) -> HttpResponse:
    """One batch: its prices, and what they would do."""
    return page(request, batch_id)


@require_POST
@staff_required
def raise_prices(request: Request, batch_id: UUID) -> HttpResponse:
    """Put a selection of prices in, so much higher or lower."""
    form = PercentageForm(request.POST, lists=batch_lists(), auto_id="raise-%s")

    def fill() -> int:
        data = form.cleaned_data
        return add_percentage(
            batch_id=batch_id,
            selection=form.selection(),
            rate=data["rate"],
            decimals=int(data["decimals"]),
            actor=request.actor,
        )

    return _filled(request, batch_id, form, fill, raise_form=form)


@require_POST
@staff_required
def paste(request: Request, batch_id: UUID) -> HttpResponse:
    """Put pasted prices of one list in."""
    form = BatchPasteForm(request.POST, lists=batch_lists(), auto_id="paste-%s")

    def fill() -> int:
        list_id, prices = UUID(form.cleaned_data["price_list"]), read_pasted(form.cleaned_data["rows"])
        return services.fill_batch(batch_id=batch_id, price_list_id=list_id, prices=prices, actor=request.actor)

    return _filled(request, batch_id, form, fill, paste_form=form)


@require_POST
@staff_required
def remove(request: Request, batch_id: UUID, line_id: UUID) -> HttpResponse:
    """Take a price out."""
    services.remove_line(batch_id=batch_id, line_id=line_id, actor=request.actor)
    return _to_batch(batch_id)


@require_POST
@staff_required
def publish(request: Request, batch_id: UUID) -> HttpResponse:
    """Publish now, or at a date."""
    form = PublishForm(request.POST, auto_id="publish-%s")
    if form.is_valid():
        at = form.cleaned_data["at"]
        try:
            services.publish(batch_id=batch_id, at=at, actor=request.actor)
        except Refused as refusal:
            _at_field(form, refusal)
        else:
            done = _("Scheduled: these prices hold from %(moment)s.") if at else _("Published: these prices hold now.")
            messages.success(request, done % {"moment": formatting.moment(at)} if at else done)
            return _to_batch(batch_id)
    return page(request, batch_id, publish_form=form)


@require_POST
@staff_required
def cancel(request: Request, batch_id: UUID) -> HttpResponse:
    """Give a batch up before it begins."""
    services.cancel(batch_id=batch_id, actor=request.actor)
    messages.success(request, _("Cancelled: no price changes."))
    return _to_batch(batch_id)


@require_POST
@staff_required
def roll_back(request: Request, batch_id: UUID) -> HttpResponse:
    """Make the prices of before hold again; what others changed since is kept and named."""
    taken, kept = services.roll_back(batch_id=batch_id, actor=request.actor)
    values = {"taken": formatting.number(taken), "kept": formatting.number(kept)}
    if kept:
        text = _("%(taken)s prices were taken back; %(kept)s were kept, because somebody changed them since.")
        messages.warning(request, text % values)
    else:
        messages.success(request, _("%(taken)s prices were taken back.") % values)
    return _to_batch(batch_id)


def _filled(request: Request, batch_id: UUID, form: Form, fill: Callable[[], int], **bound: Form) -> HttpResponse:
    """Fill and go back to the batch, or show what is wrong."""
    if form.is_valid():
        try:
            count = fill()
        except ValidationError as error:
            form.add_error("rows", error)
        except Refused as refusal:
            _at_field(form, refusal)
        else:
            messages.success(request, _("%(count)s prices were put in.") % {"count": formatting.number(count)})
            return _to_batch(batch_id)
    return page(request, batch_id, **bound)


def page(request: Request, batch_id: UUID, **bound: Any) -> HttpResponse:
    """The page of a batch, with forms as they were sent, and what else there is to say about what was sent."""
    info = batch_info(batch_id)
    if info is None:
        raise Http404
    counts = outcome_counts(batch_id)
    outcome = request.GET.get("outcome", "")
    outcome = outcome if outcome in counts else ""
    offset = (page_number(request) - 1) * PER_PAGE
    lines, total = batch_lines(batch_id, outcome=outcome, limit=PER_PAGE, offset=offset)
    values = {
        "batch": info,
        "tone": TONES[BatchState(info.state)],
        "facts": batch_facts(info),
        "lines": [batch_line(line) for line in lines],
        "pager": build_pager(request, total=total, per_page=PER_PAGE),
        "outcomes": _outcome_tabs(request, outcome, counts),
        "history": [(formatting.moment(at), text, name) for at, text, name in batch_history(batch_id)],
        "tabs": price_tabs("batches"),
        "wrong": (),
        **_preparation(info, request.GET.get("from", "")),
        **bound,
    }
    status = 422 if bound else 200
    return render_page(request, "portal/prices/batch.html", values, area="portal", status=status)


def _preparation(info: BatchInfo, starts_on: str) -> dict[str, Any]:
    """What a draft needs more: forms, and the simulation."""
    if not info.is_draft:
        return {"impact": None}
    lists = batch_lists()
    values: dict[str, Any] = {
        "impact": None,
        "raise_form": PercentageForm(lists=lists, auto_id="raise-%s"),
        "file_form": BatchFileForm(lists=lists, auto_id="file-%s"),
        "paste_form": BatchPasteForm(lists=lists, auto_id="paste-%s"),
        "publish_form": PublishForm(initial={"at": f"{starts_on}T00:00"} if starts_on else {}, auto_id="publish-%s"),
    }
    if info.line_count:
        impact = impact_of(info.id)
        found = impact.simulation
        values |= {
            "impact": impact,
            "number": formatting.number,
            "chart": rise_chart(found),
            "rises": [simulated_line(line) for line in found.rises],
            "falls": [simulated_line(line) for line in found.falls],
            "below": [simulated_line(line) for line in found.below],
        }
    return values


def _outcome_tabs(request: Request, current: str, counts: dict[str, int]) -> list[tuple[str, str, bool, int]]:
    if len(counts) < 2:
        return []
    tabs = [(_("All"), query_url(request, outcome=None, page=None), not current, sum(counts.values()))]
    for value, count in sorted(counts.items()):
        url = query_url(request, outcome=value, page=None)
        tabs.append((str(Outcome(value).label), url, value == current, count))
    return tabs


def batch_lists() -> list[tuple[UUID, str]]:
    """Lists whose prices a batch can hold."""
    now = timezone.now()
    in_force = [info for info in price_lists() if info.valid_to is None or info.valid_to > now]
    return [(info.id, f"{info.name} ({info.currency})") for info in in_force]


def _at_field(form: Form, refusal: Refused) -> None:
    """A refusal of what was typed, at its field; others have their own page."""
    if refusal.status != 422:
        raise refusal
    add_refusal(form, refusal)


def _to_batch(batch_id: UUID) -> HttpResponse:
    return see_other(reverse("portal_price_batch", args=[batch_id]))
