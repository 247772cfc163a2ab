"""The supplier's product list."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import Request
from catalog.back_office import staff_variants, state_counts
from catalog.enums import VariantState
from frontend.guards import staff_required
from frontend.paging import build_pager, page_number, query_url
from frontend.portal.bulk.exporting import export_choices
from frontend.portal.catalog.rows import product_lines
from frontend.render import render_page

PER_PAGE = 50


@require_safe
@staff_required
def catalog(request: Request) -> HttpResponse:
    """All products of this supplier, by reference."""
    search = request.GET.get("q", "").strip()[:80]
    counts = state_counts(search=search)
    state = request.GET.get("state", "")
    state = state if state in VariantState.values else ""
    offset = (page_number(request) - 1) * PER_PAGE
    variants, total = staff_variants(search=search, state=state, limit=PER_PAGE, offset=offset)
    choices = [("", _("All"), sum(counts.values()))]
    choices += [(str(value), str(label), counts.get(value, 0)) for value, label in VariantState.choices]
    values = {
        "rows": product_lines(variants),
        "search": search,
        "state": state,
        "tabs": [
            (label, query_url(request, state=value or None, page=None), value == state, count)
            for value, label, count in choices
        ],
        "export": export_choices(),
        "export_filter": [("q", search), ("state", state)],
        "bulk_href": f"{reverse('portal_bulk')}?{urlencode({'q': search, 'state': state})}",
        "pager": build_pager(request, total=total, per_page=PER_PAGE),
    }
    return render_page(request, "portal/catalog/list.html", values, area="portal", fragment="results")
