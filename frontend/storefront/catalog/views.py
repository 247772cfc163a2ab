"""Pages of the catalogue: home, list, product, suggestions."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.requests import Request, tenant_of
from catalog.queries import sku_of_code
from frontend.context import reverse_or_blank
from frontend.goods import product_path
from frontend.render import render_page
from frontend.storefront.buyer import buyer_of, price_notice
from frontend.storefront.catalog.home import storefront_home
from frontend.storefront.catalog.listing import listing
from frontend.storefront.catalog.product import product_page
from frontend.storefront.catalog.quotes import quote_href
from frontend.storefront.catalog.rows import PRODUCT_PREFIX
from search.buyers import Looker
from search.queries import suggest_in_shop


@require_safe
def home(request: Request) -> HttpResponse:
    """Show the way into the catalogue, and what the visitor has to do first."""
    values = {"home": storefront_home(request), "notice": price_notice(request), "buyer": buyer_of(request)}
    return render_page(request, "storefront/home.html", values)


@require_safe
def catalogue(request: Request) -> HttpResponse:
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
def product(request: Request, sku: str) -> HttpResponse:
    """Show a product; another way of writing its reference leads to it."""
    buyer = buyer_of(request)
    page = product_page(sku, buyer, reverse("storefront_listing"))
    if page is None:
        meant = sku_of_code(sku, buyer.view)
        if meant is None or meant == sku:
            raise Http404
        return HttpResponseRedirect(product_path(PRODUCT_PREFIX, meant))
    values = {
        "product": page,
        "notice": price_notice(request),
        "buyer": buyer,
        "cart_action": reverse_or_blank("storefront_cart_add"),
        "quote_href": quote_href([(tenant_of(request).id, page.variant_ref)]),
    }
    return render_page(request, "storefront/product.html", values)


@require_safe
def suggest(request: Request) -> HttpResponse:
    """Offer products for what is being typed into the search box: a list, never a page."""
    text = request.GET.get("q", "")[:100]
    hits = [
        {"href": product_path(PRODUCT_PREFIX, hit.sku), "sku": hit.sku, "name": hit.name, "brand": hit.brand}
        for hit in suggest_in_shop(tenant_of(request).id, text, Looker(buyer_of(request).view))
    ]
    return render(request, "storefront/suggest.html", {"hits": hits})
