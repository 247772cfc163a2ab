"""The grid over a filtered set of products: cells of one page, saved together."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.requests import Request
from core import formatting
from frontend.guards import staff_required
from frontend.paging import build_pager, page_number
from frontend.portal.bulk.choices import Choices, choices
from frontend.portal.bulk.filters import Looked, filter_fields, look
from frontend.portal.bulk.sheet import Typed, headings, read_sheet, sheet_rows
from frontend.redirects import see_other
from frontend.render import render_page
from integrations.bulk_edit.finding import found
from integrations.bulk_edit.progress import unfinished
from integrations.bulk_edit.saving import CellKey, CellsRefused, PriceTarget, Saved, save_cells
from integrations.bulk_edit.standing import Column, standings
from pricing.batch_pages import drafts

PER_PAGE = 50
_NEW = "new"


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def grid(request: Request) -> HttpResponse:
    """The grid; POST saves the cells of the page that were changed, all of them or none."""
    looked = look(request)
    if request.method != "POST":
        return page(request, looked)
    known = choices()
    typed = read_sheet(request.POST, _sent_variants(request), known)
    if typed.errors:
        return page(request, looked, typed=typed, known=known, errors=typed.errors)
    try:
        saved = save_cells(
            edits=typed.edits, target=_target(request, looked), reference=_("edited by hand"), actor=request.actor
        )
    except CellsRefused as refusal:
        return page(request, looked, typed=typed, known=known, errors=refusal.errors)
    return _saved(request, saved)


def page(
    request: Request,
    looked: Looked,
    *,
    typed: Typed | None = None,
    known: Choices | None = None,
    errors: Mapping[CellKey, str] | None = None,
    refusal: str = "",
) -> HttpResponse:
    """The page, with what was typed and what is wrong with it when something is."""
    rows = found(looked.filter)
    total, offset = rows.count(), (page_number(request) - 1) * PER_PAGE
    ids = _sent_variants(request) if typed else list(rows.values_list("pk", flat=True)[offset : offset + PER_PAGE])
    known = known or choices()
    chosen = looked.price_list
    columns = [column for column in Column if chosen or column is not Column.PRICE]
    names = headings()
    data = request.POST if typed else None
    values = {
        "rows": sheet_rows(standings(ids, chosen[0] if chosen else None), columns, known, data, errors),
        "columns": [(names[column], column in (Column.PRICE, Column.STOCK)) for column in columns],
        "names": [(f"names-{c.value}", known.names(c).pairs) for c in (Column.FAMILY, Column.CATEGORY)],
        "known": known,
        "list_text": f"{chosen[1]} ({chosen[2]})" if chosen else "",
        "batches": [(_NEW, _("a new batch")), *drafts()],
        "batch": request.POST.get("batch", _NEW),
        "filter": looked.filter,
        "fields": filter_fields(looked),
        "query": looked.query,
        "total": total,
        "total_text": formatting.number(total),
        "pager": build_pager(request, total=total, per_page=PER_PAGE),
        "unfinished": _unfinished(names),
        "error_count": len(errors or {}),
        "refusal": refusal,
        "typed": {name: request.POST.get(name, "") if refusal else "" for name in ("value", "decimals")},
    }
    return render_page(
        request, "portal/bulk/grid.html", values, area="portal", status=422 if errors or refusal else 200
    )


def how_far(done: int, total: int) -> str:
    """How far a change to many products is."""
    counts = {"done": formatting.number(done), "total": formatting.number(total)}
    return _("%(done)s of %(total)s products") % counts


def _unfinished(names: Mapping[str, str]) -> list[tuple[str, str, bool]]:
    """Changes to many products that are not over: column and how far they are, their page, whether they go on."""
    return [
        (
            f"{names[change.column]} · {how_far(change.done, change.total)}",
            reverse("portal_bulk_change", args=[change.id]),
            change.is_under_way,
        )
        for change in unfinished()
    ]


def _saved(request: Request, saved: Saved) -> HttpResponse:
    """Back to the grid, or to the batch that has new prices: what they would do is looked at before they hold."""
    count = saved.cell_count - saved.price_count
    if count or not saved.price_count:
        text = ngettext("One cell was changed.", "%(count)s cells were changed.", count)
        messages.success(request, text % {"count": formatting.number(count)} if count else _("Nothing has changed."))
    if saved.batch_id is None:
        return see_other(request.get_full_path())
    messages.info(request, _("The new prices wait in this batch: look at what they do, then publish them."))
    return see_other(reverse("portal_price_batch", args=[saved.batch_id]))


def _target(request: Request, looked: Looked) -> PriceTarget:
    """Where prices go. Only a draft that is offered can be named."""
    named = request.POST.get("batch", _NEW)
    known = {str(key): key for key, _text in drafts()} if named != _NEW else {}
    if named != _NEW and named not in known:
        raise Http404
    chosen = looked.price_list
    return PriceTarget(chosen[0] if chosen else None, known.get(named), _("Edited in the grid"))


def _sent_variants(request: Request) -> list[UUID]:
    """The variants of the rows that were sent, as many as a page has."""
    sent = [name.removeprefix("was-") for name in request.POST if name.startswith("was-")]
    try:
        return [UUID(text) for text in sent[:PER_PAGE]]
    except ValueError as error:
        raise Http404 from error
