"""Products side by side."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.requests import Request
from frontend.context import reverse_or_blank
from frontend.marketplace.compare.comparison import comparison
from frontend.marketplace.offers import MOST_COMPARED, may_ask
from frontend.render import render_page


@require_safe
def compare(request: Request) -> HttpResponse:
    """Compare the products named in the address."""
    values = {
        "comparison": comparison(request),
        "search_href": reverse("marketplace_search"),
        "rfq_href": reverse_or_blank("marketplace_rfq_new") if may_ask(request.actor) else "",
        "most_compared": MOST_COMPARED,
    }
    return render_page(request, "marketplace/compare.html", values, area="marketplace")
