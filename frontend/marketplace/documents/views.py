"""All orders, quotes and invoices of a company, whoever the supplier is."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import Request
from core.live import topic
from frontend.guards import buyer_required
from frontend.paging import build_pager, page_number, query_url
from frontend.render import render_page
from marketplace.queries import DocumentFilter, DocumentRow, documents_of_company

PER_PAGE = 50
_PAGES = {"order": "/orders/{id}/", "invoice": "/invoices/{id}/"}


@require_safe
@buyer_required
def documents(request: Request) -> HttpResponse:
    """The documents, newest first, by kind and supplier; each opens in its supplier's storefront."""
    chosen = _chosen(request)
    page = documents_of_company(request.actor, chosen, limit=PER_PAGE, offset=(page_number(request) - 1) * PER_PAGE)
    supplier = chosen.tenant_id.hex if chosen.tenant_id else ""
    values = {
        "rows": [(row, _href(row)) for row in page.rows],
        "tabs": [
            (label, query_url(request, kind=kind or None, page=None), kind == chosen.kind, count)
            for kind, label, count in (("", _("All"), sum(count for _k, _l, count in page.kinds)), *page.kinds)
        ],
        "suppliers": [("", _("All suppliers")), *page.suppliers],
        "supplier": supplier,
        "search": chosen.number,
        "kind": chosen.kind,
        "pager": build_pager(request, total=page.total, per_page=PER_PAGE),
        "topic": topic("orders"),
        "live_href": request.get_full_path(),
    }
    return render_page(request, "marketplace/documents/documents.html", values, area="marketplace", fragment="results")


def _chosen(request: Request) -> DocumentFilter:
    kind = request.GET.get("kind", "")
    try:
        tenant_id = UUID(request.GET.get("supplier", ""))
    except ValueError:
        tenant_id = None
    return DocumentFilter(
        kind=kind if kind in ("order", "quote", "invoice") else "",
        tenant_id=tenant_id,
        number=request.GET.get("q", "").strip()[:30],
    )


def _href(row: DocumentRow) -> str:
    """Where the document is read: on its supplier's own host, signed in by the jump; a quote on the marketplace."""
    if row.kind == "quote":
        return reverse("marketplace_rfq", args=[row.object_id])
    if row.kind not in _PAGES:
        return ""
    query = urlencode({"next": _PAGES[row.kind].format(id=row.object_id)})
    return f"{reverse('account_go', args=[row.tenant_id])}?{query}"
