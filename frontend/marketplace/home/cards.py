"""The marketplace's home: categories of all suppliers, and the suppliers."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from accounts.requests import Request
from catalog.outline import Outline
from core import formatting
from frontend.asked import Asked
from frontend.facets import CategoryLink, marketplace_panel
from frontend.marketplace.offers import storefront_href
from marketplace.directory import Supplier, suppliers
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


@dataclass(frozen=True, slots=True)
class MarketplaceHome:
    """Everything that the page prints."""

    suppliers: tuple[SupplierCard, ...]
    categories: tuple[CategoryLink, ...]
    search_path: str
    total_text: str


def marketplace_home(request: Request) -> MarketplaceHome:
    """The directory with the number of products of each supplier; one search, at most one statement."""
    path = reverse("marketplace_search")
    found = find_on_marketplace(Query(facets=(CATEGORY, TENANT), size=0))
    counted = found.result.facets if found else {}
    counts = {value.value: value.count for value in counted.get(TENANT, ())}
    links = marketplace_panel(request, Asked(), counted, Outline(), {}).categories
    return MarketplaceHome(
        suppliers=tuple(_card(supplier, counts.get(str(supplier.id), 0), path) for supplier in suppliers().values()),
        categories=tuple(
            CategoryLink(link.name, link.count_text, f"{path}{link.href.removeprefix(request.path)}") for link in links
        ),
        search_path=path,
        total_text=formatting.number(found.result.total) if found else "",
    )


def _card(supplier: Supplier, count: int, path: str) -> SupplierCard:
    return SupplierCard(
        name=supplier.name,
        city=supplier.city,
        tagline=supplier.tagline,
        href=storefront_href(supplier.id),
        products_href=f"{path}?{urlencode({'supplier': str(supplier.id)})}",
        count_text=formatting.number(count),
    )
