"""The storefront's home: the ways into the catalogue, and for its customers what is under way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.urls import reverse

from accounts.requests import Request, tenant_of
from catalog.outline import CategoryInfo, Outline, outline
from core import formatting
from customers.queries import CustomerInfo
from frontend.context import reverse_or_blank
from frontend.facets import CategoryLink
from frontend.storefront.buyer import buyer_of
from frontend.storefront.catalog.again import AgainRow, Asked, again_rows, kind_of, tabs
from frontend.storefront.catalog.quotes import quote_href
from frontend.storefront.catalog.waiting import COUNTED, Tile, tiles
from orders.lists import OrderRow, orders_page
from payments.policies import can_see_invoices
from payments.queries import InvoiceSummary, invoices_for
from search.buyers import Looker
from search.documents import CATEGORY
from search.port import Query
from search.queries import find_in_shop

_RECENT, _FEW, _AGAIN = 6, 2, 8


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
    orders: tuple[OrderRow, ...] = ()
    open_invoices: tuple[InvoiceSummary, ...] = ()
    tiles: tuple[Tile, ...] = ()
    again: tuple[AgainRow, ...] = ()
    again_kind: str = ""
    again_tabs: tuple[tuple[str, str, bool, int], ...] = ()
    again_href: str = ""


def storefront_home(request: Request) -> StorefrontHome:
    """Categories with the number of products, by one search; without the engine all categories and no numbers."""
    path, buyer = reverse("storefront_listing"), buyer_of(request)
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
    page = StorefrontHome(
        tagline=formatting.localised(tenant_of(request).tagline_fr, tenant_of(request).tagline_en),
        categories=categories,
        total_text=formatting.number(found.result.total) if found else "",
        listing_path=path,
        quick_href=reverse_or_blank("storefront_quick_order"),
        orders_href=reverse_or_blank("storefront_orders"),
        quote_href=quote_href([]),
    )
    return _desk(request, page, buyer.approved) if buyer.approved else page


def _desk(request: Request, page: StorefrontHome, customer: CustomerInfo) -> StorefrontHome:
    """What a customer works with, added to the page."""
    kind = kind_of(request)
    invoices = tuple(invoices_for(request.actor, only="open", limit=COUNTED))
    return replace(
        page,
        orders=tuple(orders_page(request.actor, limit=_RECENT)[0]),
        open_invoices=invoices[:_RECENT],
        tiles=tiles(request, invoices if can_see_invoices(request.actor) else None),
        again=again_rows(Asked(customer, kind, request.actor.unit_ids), limit=_AGAIN),
        again_kind=kind,
        again_tabs=tuple(tabs(kind, reverse("storefront_home"), "#again")),
        again_href=f"{reverse('storefront_again')}?again={kind}",
    )


def _entrances(known: Outline) -> list[CategoryInfo]:
    """The top categories; where there is hardly more than one, those below them."""
    roots = known.children("")
    return roots if len(roots) > _FEW else [part for root in roots for part in known.children(root.path) or [root]]
