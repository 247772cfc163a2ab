"""Pages about agreements: the same for the company and for the supplier, each sees its own."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.requests import Request
from agreements import extending
from agreements.queries import (
    AgreementDetail,
    agreement_counts,
    agreement_page,
    agreements_page,
    calls_of,
)
from catalog.queries import variants_by_id
from catalog.visibility import Viewpoint
from core import formatting
from core.errors import InvalidInput
from core.formatting import plain
from frontend.charts import BarChart, BarInput, bar_chart
from frontend.goods import language, unit_text
from frontend.paging import build_pager, page_number, query_url
from integrations.catalog_import.cells import guarded
from orders.policies import seen_orders

_PER_PAGE = 50
_CALLS = 50
#: What a form about the period asks for.
EXTENDING = ("extend", "accept", "decline")


def agreement_list(request: Request) -> dict[str, Any]:
    """A page of the actor's agreements: those that hold today or later, or all of them."""
    counts = agreement_counts(request.actor)
    everything = request.GET.get("all") == "1" or not counts["current"]
    rows = agreements_page(
        request.actor,
        only_current=not everything,
        limit=_PER_PAGE,
        offset=(page_number(request) - 1) * _PER_PAGE,
    )
    return {
        "rows": rows,
        "tabs": [
            (_("In force"), query_url(request, all=None, page=None), not everything, counts["current"]),
            (_("All"), query_url(request, all="1", page=None), everything, counts["all"]),
        ],
        "pager": build_pager(request, total=counts["all" if everything else "current"], per_page=_PER_PAGE),
    }


def agreement_values(request: Request, agreement_id: UUID) -> dict[str, Any]:
    """One agreement with its chart, and the orders that called off, as far as the actor sees them."""
    found = agreement_page(request.actor, agreement_id)
    calls = calls_of(agreement_id, limit=_CALLS)
    seen = set(seen_orders(request.actor).filter(pk__in={call.order_id for call in calls}).values_list("pk", flat=True))
    return {
        "found": found,
        "calls": [call for call in calls if call.order_id in seen],
        "chart": burn_down(found),
    }


def extend(request: Request, agreement_id: UUID) -> str:
    """Propose another last day, or answer what the other side proposes; what to say of it. Raises Refused."""
    do, actor, note = request.POST.get("do"), request.actor, request.POST.get("extension_reason", "")
    if do == "extend":
        extending.propose(agreement_id=agreement_id, ends_on=_day(request), reason=note, actor=actor)
        return _("The other side is asked whether the agreement may last until then.")
    extension_id = _key(request.POST.get("extension", ""))
    if do == "accept":
        extending.accept(agreement_id=agreement_id, extension_id=extension_id, actor=actor)
        return _("The agreement lasts longer, at the same prices.")
    extending.decline(agreement_id=agreement_id, extension_id=extension_id, actor=actor, note=note)
    return _("The agreement ends as it was agreed.")


def _day(request: Request) -> date:
    """Raises InvalidInput."""
    try:
        return date.fromisoformat(request.POST.get("ends_on", ""))
    except ValueError as error:
        raise InvalidInput(field="ends_on", reason=_("This is not a date.")) from error


def _key(text: str) -> UUID:
    try:
        return UUID(hex=text)
    except ValueError:
        return UUID(int=0)


def unit_choices(found: AgreementDetail, view: Viewpoint) -> dict[UUID, list[tuple[str, str]]]:
    """The units that the article of each open line can be called off in, by line: the quoted one first.

    Each says how many base units it holds: what is agreed counts those.
    """
    lines = [line for line in found.lines if line.is_open]
    variants = variants_by_id((line.variant_id for line in lines), view)
    choices: dict[UUID, list[tuple[str, str]]] = {}
    for line in lines:
        info = variants.get(line.variant_id)
        if info is not None:
            units = sorted(info.units, key=lambda unit: unit.code != line.unit_code)
            choices[line.id] = [(unit.code, unit_text(unit, info.base_unit)) for unit in units]
    return choices


def burn_down(found: AgreementDetail) -> BarChart:
    """What was left at the end of each stretch of the period, and what was called off by then."""

    def text(value: Decimal) -> str:
        return formatting.money(value, found.currency)

    bars = [
        BarInput(
            stretch.label,
            _("%(left)s left, %(called)s called off") % {"left": text(stretch.left), "called": text(stretch.called)}
            if stretch.left or stretch.called
            else "–",
            (stretch.left, stretch.called),
        )
        for stretch in found.course
    ]
    return bar_chart(_("What is left of the agreement, net"), bars, (_("Left"), _("Called off")))


def agreement_csv(request: Request, agreement_id: UUID) -> HttpResponse:
    """The lines as a table for spreadsheets: semicolons, a byte order mark, decimals as the language writes them."""
    found = agreement_page(request.actor, agreement_id)
    is_french = language().startswith("fr")

    def number(value: Decimal) -> str:
        return plain(value).replace(".", ",") if is_french else plain(value)

    file = io.StringIO()
    file.write("\ufeff")
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow(
        [_("Agreement"), _("Reference"), _("Article"), _("Base unit"), _("Net price per base unit"), _("Committed"),
         _("Called off"), _("Left"), _("Currency"), _("State")]
    )  # fmt: skip
    for line in found.lines:
        goods = [found.row.number, guarded(line.sku), guarded(line.name), line.base_unit]
        numbers = [number(value) for value in (line.unit_price, line.committed, line.called, line.left)]
        writer.writerow([*goods, *numbers, found.currency, found.row.standing_text])
    response = HttpResponse(file.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.row.number}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
