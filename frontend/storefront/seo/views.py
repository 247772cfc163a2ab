"""What search engines ask for: where they may go, and what there is."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.requests import Request
from customers.queries import visitor_view
from frontend.head import address
from frontend.storefront.seo import sitemap as pages

#: Where only customers and staff have something to do, by name of the address or as a path.
_GATED = (
    *("storefront_cart", "storefront_checkout", "storefront_quick_order", "storefront_orders", "storefront_invoices"),
    *("storefront_suggest", "storefront_register", "account_sign_in"),
)
_GATED_PATHS = ("/portal/", "/api/", "/company/", "/go/", "/catalog/price/", "/catalog/configure/", "/*?*q=")
_KEPT_S = 3600


@require_safe
def robots(request: Request) -> HttpResponse:
    """Where search engines may go, and the sitemap; nowhere when visitors see nothing."""
    if visitor_view().sees_nothing:
        lines = ["User-agent: *", "Disallow: /"]
    else:
        paths = dict.fromkeys([*_GATED_PATHS, *(reverse(name) for name in _GATED)])
        sitemap_address = address(request, reverse("storefront_sitemap"))
        lines = ["User-agent: *", *(f"Disallow: {path}" for path in paths), "", f"Sitemap: {sitemap_address}"]
    response = HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={_KEPT_S}"
    return response


@require_safe
def sitemap(request: Request) -> HttpResponseBase:
    """The index of the shop's pages, or with ``part`` one part of them: what visitors see, whoever asks."""
    number = request.GET.get("part", "")
    view = visitor_view()
    if number and not (number.isascii() and number.isdigit() and len(number) < 6):
        raise Http404
    found = pages.part(request, view, int(number)) if number else pages.index(request, view)
    if not found:
        raise Http404
    response = StreamingHttpResponse(found, content_type="application/xml; charset=utf-8")
    response["Cache-Control"] = "no-cache"  # what is hidden now is not listed a moment later
    return response
