"""Pages of the catalogue: home, list, product, suggestions."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.requests import Request, tenant_of
from catalog.queries import sku_of_code
from frontend.asked import asked_text
from frontend.context import reverse_or_blank
from frontend.goods import product_path
from frontend.head import NOT_INDEXED, Head, indexed
from frontend.languages import asked_language
from frontend.paging import query_url
from frontend.render import render_page
from frontend.storefront.buyer import buyer_of, price_notice
from frontend.storefront.catalog.home import storefront_home
from frontend.storefront.catalog.listing import Listing, listing, moved_category
from frontend.storefront.catalog.product import product_page
from frontend.storefront.catalog.quotes import quote_href
from frontend.storefront.catalog.rows import PRODUCT_PREFIX
from frontend.storefront.seo import structured
from search.buyers import Looker
from search.queries import suggest_in_shop


@require_safe
def home(request: Request) -> HttpResponse:
    """Show the way into the catalogue, and what the visitor has to do first."""
    buyer = buyer_of(request)
    values = {
        "home": storefront_home(request),
        "notice": price_notice(request),
        "buyer": buyer,
        "cart_action": reverse_or_blank("storefront_cart_add"),
    }
    head = NOT_INDEXED if buyer.view.sees_nothing else indexed(request, request.path)
    return render_page(request, "storefront/home.html", values, head=head)


@require_safe
def catalogue(request: Request) -> HttpResponse:
    """Show a page of products: search results, a category or everything. Where a category was, it leads to it."""
    path = reverse("storefront_listing")
    if meant := moved_category(request.GET.get("category", "")):
        return HttpResponseRedirect(query_url(request, category=meant))
    found = listing(request, path)
    values = {
        "listing": found,
        "path": path,
        "language": asked_language(request),
        "notice": price_notice(request),
        "buyer": buyer_of(request),
        "cart_action": reverse_or_blank("storefront_cart_add"),
        "quote_href": quote_href([]),
    }
    blocks = ("results", "facets", "summary", "done")
    return render_page(request, "storefront/listing.html", values, fragment=blocks, head=_listing_head(request, found))


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
    data = (structured.product(request, page.detail, page.public, page.stock), structured.trail(request, page.trail))
    head = indexed(request, page.row.href, data=data)
    return render_page(request, "storefront/product.html", values, head=head)


@require_safe
def suggest(request: Request) -> HttpResponse:
    """Offer products for what is being typed into the search box: a list, never a page."""
    text = asked_text(request.GET)[:100]
    hits = [
        {"href": product_path(PRODUCT_PREFIX, hit.sku), "sku": hit.sku, "name": hit.name, "brand": hit.brand}
        for hit in suggest_in_shop(tenant_of(request).id, text, Looker(buyer_of(request).view))
    ]
    response = render(request, "base/suggest.html", {"hits": hits})
    response["X-Robots-Tag"] = "noindex"
    return response


def _listing_head(request: Request, found: Listing) -> Head:
    """Categories and their pages are listed, without filters and sorting; searches and empty lists are not."""
    asked = found.asked
    if asked.text or not found.rows:
        return NOT_INDEXED
    query: dict[str, object] = {"category": asked.category} if asked.category else {}
    if asked.page > 1:
        query["page"] = asked.page
    data = (structured.trail(request, found.trail),) if found.trail else ()
    return indexed(request, request.path, query, data)
