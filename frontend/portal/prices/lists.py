"""Price lists: all of them, the grid of one, who gets it, rows pasted into it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import Request
from core.actor import Actor
from core.errors import Refused
from frontend.forms import add_refusal
from frontend.guards import staff_required
from frontend.paging import build_pager, page_number
from frontend.portal.pasting import read_rows
from frontend.portal.prices.forms import NEW, NOW, AssignForm, ListForm, NewListForm, PasteForm
from frontend.portal.prices.rows import given_lines, list_lines, period_text
from frontend.portal.prices.sheet import build_sheet, pasted_prices, read_sheet
from frontend.portal.prices.tabs import price_tabs
from frontend.redirects import see_other
from frontend.render import render_page
from pricing import services
from pricing.batch_pages import drafts
from pricing.batches import create_batch, fill_batch
from pricing.listing import GridRow, ListInfo, grid_page, grid_rows, price_list, price_lists
from pricing.validity import PriceSet

PER_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def lists(request: Request) -> HttpResponse:
    """All price lists, and the way in for a new one."""
    form = NewListForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        terms = form.terms()
        try:
            list_id = services.create_list(
                code=data["code"], name=data["name"], currency=data["currency"], terms=terms, actor=request.actor
            )
        except Refused as refusal:
            _at_field(form, refusal)
        else:
            return _to_list(list_id)
    known = price_lists()
    shown = known[(page_number(request) - 1) * PER_PAGE :][:PER_PAGE]
    values = {
        "lines": list_lines(shown),
        "pager": build_pager(request, total=len(known), per_page=PER_PAGE),
        "form": form,
        "tabs": price_tabs("lists"),
    }
    return render_page(request, "portal/prices/lists.html", values, area="portal", status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def one_list(request: Request, list_id: UUID) -> HttpResponse:
    """The grid of a list; POST changes the cells of the page that is shown."""
    info = _known(list_id)
    if request.method != "POST":
        return _page(request, info)
    rows = grid_rows(list_id, _sent_variants(request))
    typed = read_sheet(request.POST, rows)
    if typed.errors:
        return _page(request, info, rows=rows, errors=typed.errors)
    changed = services.set_prices(price_list_id=list_id, prices=typed.prices, actor=request.actor)
    messages.success(request, _changed_text(len(changed)))
    return see_other(request.get_full_path())


@require_POST
@staff_required
def change(request: Request, list_id: UUID) -> HttpResponse:
    """Name, period and nature of a list."""
    info = _known(list_id)
    form = ListForm(request.POST)
    if form.is_valid():
        try:
            services.change_list(price_list_id=list_id, terms=form.terms(info), actor=request.actor)
        except Refused as refusal:
            _at_field(form, refusal)
        else:
            messages.success(request, _("The list was changed."))
            return _to_list(list_id)
    return _page(request, info, list_form=form)


@require_POST
@staff_required
def assign(request: Request, list_id: UUID) -> HttpResponse:
    """Give a list to somebody."""
    info = _known(list_id)
    form = AssignForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.assign_list(
                price_list_id=list_id,
                **form.party().columns,
                priority=data["priority"] or 0,
                valid_to=data["valid_to"],
                actor=request.actor,
            )
        except Refused as refusal:
            _at_field(form, refusal)
        else:
            messages.success(request, _("The list was given."))
            return _to_list(list_id)
    return _page(request, info, assign_form=form)


@require_POST
@staff_required
def unassign(request: Request, list_id: UUID, assignment_id: UUID) -> HttpResponse:
    """Take a list back from somebody."""
    services.unassign_list(assignment_id=assignment_id, actor=request.actor)
    messages.success(request, _("The list was taken back: from now on it does not count there."))
    return _to_list(list_id)


@require_POST
@staff_required
def paste(request: Request, list_id: UUID) -> HttpResponse:
    """Put pasted rows into the list at once, or into a batch; all of them or none."""
    info = _known(list_id)
    form = PasteForm(request.POST, drafts=drafts())
    if form.is_valid():
        try:
            return _pasted(request, info, form)
        except ValidationError as error:
            form.add_error("rows", error)
        except Refused as refusal:
            _at_field(form, refusal)
    return _page(request, info, paste_form=form)


def read_pasted(text: str) -> dict[UUID, PriceSet]:
    """Prices of pasted rows. Raises ValidationError that names each wrong line."""
    pasted = read_rows(text, widths=(1, 2))
    if pasted.errors:
        raise ValidationError(pasted.error_text)
    return pasted_prices(pasted)


def _pasted(request: Request, info: ListInfo, form: PasteForm) -> HttpResponse:
    prices, target = read_pasted(form.cleaned_data["rows"]), form.cleaned_data["target"]
    if target == NOW:
        changed = services.set_prices(price_list_id=info.id, prices=prices, actor=request.actor)
        messages.success(request, _changed_text(len(changed)))
        return _to_list(info.id)
    batch_id = _batch(target, info, request.actor)
    fill_batch(batch_id=batch_id, price_list_id=info.id, prices=prices, actor=request.actor)
    return see_other(reverse("portal_price_batch", args=[batch_id]))


def _batch(target: str, info: ListInfo, actor: Actor) -> UUID:
    return create_batch(name=info.name, actor=actor) if target == NEW else UUID(target)


def _sent_variants(request: Request) -> list[UUID]:
    """The variants of the rows that were sent."""
    found = []
    for name in request.POST:
        if name.startswith("was-"):
            try:
                found.append(UUID(name.removeprefix("was-")))
            except ValueError as error:
                raise Http404 from error
    return found


def _page(
    request: Request,
    info: ListInfo,
    *,
    rows: list[GridRow] | None = None,
    errors: dict[str, str] | None = None,
    **bound: Form,
) -> HttpResponse:
    search = request.GET.get("q", "").strip()[:80]
    page, total = grid_page(info.id, search=search, limit=PER_PAGE, offset=(page_number(request) - 1) * PER_PAGE)
    initial = {name: getattr(info, name) for name in ("name", "valid_from", "valid_to", "is_net", "is_agreement")}
    typed: Any = request.POST if errors else {}
    values = {
        "list": info,
        "sheet": build_sheet(rows or page, info.currency, typed, errors or {}),
        "period_text": period_text(info.valid_from, info.valid_to),
        "given": given_lines(info.id),
        "search": search,
        "pager": build_pager(request, total=total, per_page=PER_PAGE),
        "list_form": ListForm(initial=initial, auto_id="list-%s"),
        "assign_form": AssignForm(auto_id="give-%s"),
        "paste_form": PasteForm(drafts=drafts(), auto_id="paste-%s"),
        "tabs": price_tabs("lists"),
        **bound,
    }
    status = 422 if errors or bound else 200
    return render_page(request, "portal/prices/list.html", values, area="portal", status=status)


def _at_field(form: Form, refusal: Refused) -> None:
    """A refusal of what was typed, at its field; others have their own page."""
    if refusal.status in (403, 404):
        raise refusal
    add_refusal(form, refusal)


def _changed_text(count: int) -> str:
    if not count:
        return _("Nothing has changed.")
    return ngettext(
        "The prices of one product were changed.", "The prices of %(count)s products were changed.", count
    ) % {"count": count}


def _known(list_id: UUID) -> ListInfo:
    info = price_list(list_id)
    if info is None:
        raise Http404
    return info


def _to_list(list_id: UUID) -> HttpResponse:
    return see_other(reverse("portal_price_list", args=[list_id]))
