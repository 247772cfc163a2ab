"""Pages of the catalogue: home, list, product, suggestions."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.outline import outline
from catalog.queries import sku_of_code
from core import formatting
from frontend.context import reverse_or_blank
from frontend.facets import CategoryLink
from frontend.goods import product_path
from frontend.render import render_page
from frontend.storefront.buyer import buyer_of, price_notice
from frontend.storefront.catalog.listing import listing
from frontend.storefront.catalog.product import product_page
from frontend.storefront.catalog.quotes import quote_href
from frontend.storefront.catalog.rows import PRODUCT_PREFIX
from search.documents import CATEGORY
from search.port import Query
from search.queries import find_in_shop, suggest_in_shop


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the way into the catalogue, and what the visitor has to do first."""
    path = reverse("storefront_listing")
    found = find_in_shop(request.tenant.id, Query(facets=(CATEGORY,), size=0))
    counts = {value.value: value.count for value in found.result.facets.get(CATEGORY, ())} if found else {}
    categories = [
        CategoryLink(
            category.name,
            formatting.number(counts.get(category.path, 0)),
            f"{path}?{urlencode({'category': category.path})}",
        )
        for category in outline().children("")
        if not found or counts.get(category.path)
    ]
    tagline = formatting.localised(request.tenant.tagline_fr, request.tenant.tagline_en)
    values = {
        "tagline": tagline,
        "categories": categories,
        "total_text": formatting.number(found.result.total) if found else "",
        "listing_path": path,
        "quick_href": reverse_or_blank("storefront_quick_order"),
        "orders_href": reverse_or_blank("storefront_orders"),
        "quote_href": quote_href([]),
        "notice": price_notice(request),
        "buyer": buyer_of(request),
    }
    return render_page(request, "storefront/home.html", values)


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """Show a page of products: search results, a category or everything."""
    path = reverse("storefront_listing")
    values = {
        "listing": listing(request, path),
        "path": path,
        "notice": price_notice(request),
        "buyer": buyer_of(request),
        "cart_action": reverse_or_blank("storefront_cart_add"),
        "quote_href": quote_href([]),
    }
    return render_page(request, "storefront/listing.html", values, fragment=("results", "facets", "summary", "done"))


@require_safe
def product(request: HttpRequest, sku: str) -> HttpResponse:
    """Show a product; another way of writing its reference leads to it."""
    buyer = buyer_of(request)
    page = product_page(sku, buyer.approved, reverse("storefront_listing"))
    if page is None:
        meant = sku_of_code(sku)
        if meant is None or meant == sku:
            raise Http404
        return HttpResponseRedirect(product_path(PRODUCT_PREFIX, meant))
    values = {
        "product": page,
        "notice": price_notice(request),
        "buyer": buyer,
        "cart_action": reverse_or_blank("storefront_cart_add"),
        "quote_href": quote_href([(request.tenant.id, page.variant_ref)]),
    }
    return render_page(request, "storefront/product.html", values)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Offer products for what is being typed into the search box: a list, never a page."""
    text = request.GET.get("q", "")[:100]
    hits = [
        {"href": product_path(PRODUCT_PREFIX, hit.sku), "sku": hit.sku, "name": hit.name, "brand": hit.brand}
        for hit in suggest_in_shop(request.tenant.id, text)
    ]
    return render(request, "storefront/suggest.html", {"hits": hits})
