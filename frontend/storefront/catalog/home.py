"""The storefront's home: the ways into the catalogue, and for its customers what is under way."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from accounts.requests import Request, tenant_of
from catalog.outline import CategoryInfo, Outline, outline
from core import formatting
from frontend.context import reverse_or_blank
from frontend.facets import CategoryLink
from frontend.storefront.buyer import buyer_of
from frontend.storefront.catalog.quotes import quote_href
from orders.lists import OrderRow, orders_page
from payments.queries import InvoiceSummary, invoices_for
from search.buyers import Looker
from search.documents import CATEGORY
from search.port import Query
from search.queries import find_in_shop

_RECENT, _FEW = 6, 2


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
    orders: tuple[OrderRow, ...]
    open_invoices: tuple[InvoiceSummary, ...]


def storefront_home(request: Request) -> StorefrontHome:
    """Categories with the number of products, by one search; without the engine all categories and no numbers."""
    path, buyer = reverse("storefront_listing"), buyer_of(request)
    is_customer = buyer.sees_prices
    found = find_in_shop(tenant_of(request).id, Query(facets=(CATEGORY,), size=0), Looker(buyer.view))
    counts = {value.value: value.count for value in found.result.facets.get(CATEGORY, ())} if found else {}
    categories = tuple(
        CategoryLink(
            category.name,
            formatting.number(counts[category.path]) if found else "",
            f"{path}?{urlencode({'category': category.path})}",
        )
        for category in _entrances(outline())
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
        orders=tuple(orders_page(request.actor, limit=_RECENT)[0]) if is_customer else (),
        open_invoices=tuple(invoices_for(request.actor, only="open", limit=_RECENT)) if is_customer else (),
    )


def _entrances(known: Outline) -> list[CategoryInfo]:
    """The top categories; where there is hardly more than one, those below them."""
    roots = known.children("")
    return roots if len(roots) > _FEW else [part for root in roots for part in known.children(root.path) or [root]]
