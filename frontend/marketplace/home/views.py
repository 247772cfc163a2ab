"""The way into the marketplace: home and search over all suppliers."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.outline import Outline
from core import formatting
from frontend.asked import Asked
from frontend.context import reverse_or_blank
from frontend.facets import marketplace_panel
from frontend.marketplace.home.found import marketplace_page
from frontend.marketplace.offers import MOST_COMPARED, may_ask, storefront_href
from frontend.render import render_page
from marketplace.directory import suppliers
from search.documents import CATEGORY, TENANT
from search.port import Query
from search.queries import find_on_marketplace


@dataclass(frozen=True, slots=True)
class SupplierCard:
    """A supplier in the directory."""

    name: str
    city: str
    tagline: str
    href: str
    products_href: str
    count_text: str


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show search, categories and the directory of suppliers."""
    found = find_on_marketplace(Query(facets=(CATEGORY, TENANT), size=0))
    counted = found.result.facets if found else {}
    counts = {value.value: value.count for value in counted.get(TENANT, ())}
    path = reverse("marketplace_search")
    cards = [
        SupplierCard(
            name=supplier.name,
            city=supplier.city,
            tagline=supplier.tagline,
            href=storefront_href(supplier.id),
            products_href=f"{path}?supplier={supplier.id}",
            count_text=formatting.number(counts.get(str(supplier.id), 0)),
        )
        for supplier in suppliers().values()
    ]
    values = {
        "suppliers": cards,
        "categories": [
            (link.name, link.count_text, f"{path}{link.href[len(request.path) :]}")
            for link in marketplace_panel(request, Asked(), counted, Outline(), {}).categories
        ],
        "path": path,
        "apply_href": reverse_or_blank("marketplace_apply"),
        "rfq_href": reverse_or_blank("marketplace_rfq_new"),
        "total_text": formatting.number(found.result.total) if found else "",
        "is_signed_in": request.actor.is_signed_in,
    }
    return render_page(request, "marketplace/home.html", values, area="marketplace")


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show a page of products of all suppliers."""
    values = {
        "found": marketplace_page(request),
        "path": request.path,
        "compare_href": reverse("marketplace_compare"),
        "rfq_href": reverse_or_blank("marketplace_rfq_new") if may_ask(request.actor) else "",
        "most_compared": MOST_COMPARED,
    }
    return render_page(
        request,
        "marketplace/search.html",
        values,
        area="marketplace",
        fragment=("results", "facets", "summary", "done"),
    )
