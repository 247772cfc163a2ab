"""The storefront's home: the ways into the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from accounts.requests import Request, tenant_of
from catalog.outline import outline
from core import formatting
from frontend.context import reverse_or_blank
from frontend.facets import CategoryLink
from frontend.storefront.catalog.quotes import quote_href
from search.documents import CATEGORY
from search.port import Query
from search.queries import find_in_shop


@dataclass(frozen=True, slots=True)
class StorefrontHome:
    """Everything that the page prints."""

    tagline: str
    categories: tuple[CategoryLink, ...]
    total_text: str
    listing_path: str
    quick_href: str
    orders_href: str
    quote_href: str


def storefront_home(request: Request) -> StorefrontHome:
    """Categories with the number of products, by one search; without the engine all categories and no numbers."""
    path = reverse("storefront_listing")
    found = find_in_shop(tenant_of(request).id, Query(facets=(CATEGORY,), size=0))
    counts = {value.value: value.count for value in found.result.facets.get(CATEGORY, ())} if found else {}
    categories = tuple(
        CategoryLink(
            category.name,
            formatting.number(counts[category.path]) if found else "",
            f"{path}?{urlencode({'category': category.path})}",
        )
        for category in outline().children("")
        if not found or counts.get(category.path)
    )
    return StorefrontHome(
        tagline=formatting.localised(tenant_of(request).tagline_fr, tenant_of(request).tagline_en),
        categories=categories,
        total_text=formatting.number(found.result.total) if found else "",
        listing_path=path,
        quick_href=reverse_or_blank("storefront_quick_order"),
        orders_href=reverse_or_blank("storefront_orders"),
        quote_href=quote_href([]),
    )
