"""The way into the marketplace: home and search over all suppliers."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.requests import Request
from frontend.asked import asked_text
from frontend.context import reverse_or_blank
from frontend.head import indexed
from frontend.marketplace.home.cards import marketplace_home
from frontend.marketplace.home.found import marketplace_page
from frontend.marketplace.home.suggesting import marketplace_suggestions
from frontend.marketplace.offers import MOST_COMPARED, may_ask
from frontend.render import render_page


@require_safe
def home(request: Request) -> HttpResponse:
    """Show search, categories and the directory of suppliers."""
    values = {
        "home": marketplace_home(request),
        "apply_href": reverse_or_blank("marketplace_apply"),
        "rfq_href": reverse_or_blank("marketplace_rfq_new"),
        "is_signed_in": request.actor.is_signed_in,
    }
    head = indexed(request, request.path)
    return render_page(request, "marketplace/home.html", values, area="marketplace", head=head)


@require_safe
def search(request: Request) -> HttpResponse:
    """Show a page of products of all suppliers; with ``suggest`` offer some for what is being typed, as a list."""
    if "suggest" in request.GET:
        hits = marketplace_suggestions(request, asked_text(request.GET)[:100])
        response = render(request, "base/suggest.html", {"hits": hits})
        response["X-Robots-Tag"] = "noindex"
        return response
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
