"""One change for everything that the filter finds, and how far it is."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import Request
from core import formatting
from core.errors import Refused
from frontend.guards import staff_required
from frontend.portal.bulk.choices import choices
from frontend.portal.bulk.filters import look, query_of
from frontend.portal.bulk.views import how_far, page
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.typed import read_number
from integrations.bulk_edit import changing
from integrations.bulk_edit.finding import Filter
from integrations.bulk_edit.progress import Progress, progress_of
from integrations.bulk_edit.standing import Column

_MOST_DECIMALS = 6


@require_POST
@staff_required
def change_all(request: Request, column: str) -> HttpResponse:
    """Change one column of all products found: at once when they are few, else in the background."""
    if column in (Column.STOCK, Column.RESTOCK) or column not in list(Column):
        raise Http404
    looked = look(request)
    try:
        change = _read(request, Column(column))
        seen = int(request.POST.get("count", "0"))
        change_id, is_small = changing.start(
            wanted=looked.filter, change=change, seen=seen, batch_name=_batch_name(change), actor=request.actor
        )
    except (ValidationError, ValueError, Refused) as error:
        if isinstance(error, Refused) and error.status != 422:
            raise
        text = error.messages[0] if isinstance(error, ValidationError) else str(error)
        return page(request, looked, refusal=text)
    if is_small:
        changing.run(change_id, actor=request.actor)
    return see_other(reverse("portal_bulk_change", args=[change_id]))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def change(request: Request, change_id: UUID) -> HttpResponse:
    """How far a change is, and what came of it; POST takes it up again."""
    if request.method == "POST":
        return _resume(request, change_id)
    progress = progress_of(change_id)
    if progress is None:
        raise Http404
    values = {
        "progress": progress,
        "progress_text": how_far(progress.done, progress.total),
        "figures": _figures(progress),
        "href": request.get_full_path(),
        "change_id": change_id,
        "back": f"{reverse('portal_bulk')}?{query_of(Filter.of(progress.filter))}",
        "more": formatting.number(max(progress.refused - len(progress.refusals), 0)),
    }
    return render_page(request, "portal/bulk/change.html", values, area="portal", fragment="work")


def _resume(request: Request, change_id: UUID) -> HttpResponse:
    try:
        changing.resume(change_id=change_id, actor=request.actor)
    except changing.NotResumable as refusal:  # somebody was faster: the page says how it stands
        messages.info(request, str(refusal))
    return see_other(request.path)


@require_POST
@staff_required
def stop(request: Request, change_id: UUID) -> HttpResponse:
    """Stop after the portion that is being worked on."""
    changing.stop(change_id=change_id, actor=request.actor)
    return see_other(reverse("portal_bulk_change", args=[change_id]))


def _read(request: Request, column: Column) -> changing.Change:
    """What everything found is changed to. Raises ValidationError."""
    text = request.POST.get("value", "").strip()
    if column is Column.PRICE:
        return _percentage(text, request.POST.get("decimals", ""))
    known = choices()
    if column in (Column.FAMILY, Column.CATEGORY):
        key = known.names(column).key(text)
        if key is None:
            raise ValidationError(_("There is none of this name."))
        return changing.Change(column, key)
    if text not in dict(known.options(column)):
        raise ValidationError(_("Choose one of the list."))
    return changing.Change(column, text)


def _percentage(text: str, decimals: str) -> changing.Change:
    rate = read_number(text.replace("%", "").strip()) / 100
    if not -1 < rate <= Decimal(10) or rate == 0:
        raise ValidationError(_("A percentage above -100 and up to 1000, and not 0."))
    places = int(decimals) if decimals.isdigit() and len(decimals) == 1 else _MOST_DECIMALS
    return changing.Change(Column.PRICE, str(rate), min(places, _MOST_DECIMALS))


def _batch_name(change: changing.Change) -> str:
    if change.column is not Column.PRICE:
        return ""
    rate = Decimal(change.value)
    return _("Prices %(rate)s") % {"rate": f"{'+' if rate > 0 else ''}{formatting.percent(rate)}"}


def _figures(progress: Progress) -> list[tuple[str, str, str]]:
    same = progress.done - progress.changed - progress.refused
    return [
        (_("Changed"), formatting.number(progress.changed), "ok" if progress.changed else ""),
        (_("Left as they were"), formatting.number(same), ""),
        (_("Refused"), formatting.number(progress.refused), "bad" if progress.refused else ""),
    ]
