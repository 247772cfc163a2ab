"""The supplier's product list and the page of a product."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from catalog import outline, services
from catalog.back_office import staff_product, staff_variants, state_counts
from catalog.enums import VariantState
from frontend.guards import staff_required
from frontend.paging import build_pager, page_number, query_url
from frontend.portal.catalog.rows import price_lines, product_facts, product_lines, unit_facts
from frontend.redirects import see_other
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
        "pager": build_pager(request, total=total, per_page=PER_PAGE),
    }
    return render_page(request, "portal/catalog/list.html", values, area="portal", fragment="results")


@require_safe
@staff_required
def product(request: Request, variant_id: UUID) -> HttpResponse:
    """All that is stored about one product."""
    found = staff_product(variant_id)
    values = {
        "product": found,
        "facts": product_facts(found, outline.outline()),
        "units": unit_facts(found),
        "prices": price_lines(variant_id),
    }
    return render_page(request, "portal/catalog/product.html", values, area="portal")


@require_POST
@staff_required
def change_state(request: Request, variant_id: UUID) -> HttpResponse:
    """Archive a product, or put it back on sale."""
    if request.POST.get("state") == VariantState.ARCHIVED:
        services.archive(variant_id=variant_id, actor=request.actor)
        messages.success(request, _("Archived: it is no longer on sale."))
    else:
        services.restore(variant_id=variant_id, actor=request.actor)
        messages.success(request, _("Back on sale."))
    return see_other(reverse("portal_product", kwargs={"variant_id": variant_id}))
