"""The page where a supplier says what its categories mean on the marketplace."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.requests import Request
from catalog.taxonomy import map_categories, mapped_categories
from core import formatting
from frontend.guards import staff_required
from frontend.portal.taxonomy.rows import Sent, category_rows, read_codes
from frontend.redirects import see_other
from frontend.render import render_page
from marketplace.taxonomy import Taxonomy, taxonomy


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def mapping(request: Request) -> HttpResponse:
    """Show and save what each category means."""
    known = taxonomy()
    if request.method != "POST":
        return _page(request, known)
    sent = read_codes(request.POST, known)
    if sent.errors:
        return _page(request, known, sent)
    count = map_categories(codes=sent.codes, actor=request.actor)
    text = ngettext("%(count)s category is changed.", "%(count)s categories are changed.", count)
    messages.success(request, text % {"count": formatting.number(count)})
    return see_other(reverse("portal_taxonomy"))


def _page(request: Request, known: Taxonomy, sent: Sent | None = None) -> HttpResponse:
    values = {
        "rows": category_rows(mapped_categories(), known, sent),
        "options": [("", "—"), *((code, known.full_name(code)) for code in known.nodes)],
    }
    status = 422 if sent and sent.errors else 200
    return render_page(request, "portal/taxonomy/mapping.html", values, area="portal", status=status)
