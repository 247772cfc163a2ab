"""All orders, quotes, parcels and invoices of a company with what is written about them, whoever the supplier is."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from accounts.requests import Request
from core.live import topic
from core.scope import current_scope
from frontend.guards import buyer_required
from frontend.marketplace.documents.choices import chips, read_choices, without_any
from frontend.marketplace.documents.csv_export import documents_csv
from frontend.paging import build_pager, page_number, query_url, sort_link
from frontend.render import render_page
from marketplace.queries import SORTS, DocumentRow, documents_of_company, state_choices

PER_PAGE = 50


@require_safe
@buyer_required
def documents(request: Request) -> HttpResponse:
    """The documents as the address narrows and sorts them; each opens in its supplier's storefront."""
    choices = read_choices(request)
    chosen = choices.chosen
    page = documents_of_company(request.actor, chosen, limit=PER_PAGE, offset=(page_number(request) - 1) * PER_PAGE)
    values = {
        "choices": choices,
        "chosen": chosen,
        "sort": request.GET.get("sort", ""),
        "rows": [(row, _href(row), _talk_href(row), _again_href(request, row)) for row in page.rows],
        "sums": page.sums,
        "tabs": [
            (label, query_url(request, kind=kind or None, state=None, page=None), kind == chosen.kind, count)
            for kind, label, count in (("", _("All"), sum(count for _k, _l, count in page.kinds)), *page.kinds)
        ],
        "suppliers": [("", _("All suppliers")), *page.suppliers],
        "states": [("", _("All states")), *state_choices(chosen.kind)],
        "units": [("", _("All sites")), *page.units] if page.units else [],
        "chips": chips(request, chosen, page),
        "clear_href": without_any(request),
        "sorts": {name: sort_link(request, name) for name in SORTS},
        "csv_href": f"{reverse('marketplace_documents_csv')}{query_url(request, page=None).removeprefix(request.path)}",
        "pager": build_pager(request, total=page.total, per_page=PER_PAGE),
        "topic": topic("orders"),
        "live_href": request.get_full_path(),
    }
    return render_page(request, "marketplace/documents/documents.html", values, area="marketplace", fragment="results")


@require_safe
@buyer_required
def export(request: Request) -> HttpResponseBase:
    """The same documents as a file, on all pages."""
    chosen = read_choices(request).chosen
    language = translation.get_language() or "en"
    rows = documents_csv(request.actor, chosen, scope=current_scope(), language=language)
    response = StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8")
    name = f"documents-{timezone.localdate().isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _href(row: DocumentRow) -> str:
    """Where the document is read: on its supplier's own host, signed in by the jump; a quote on the marketplace."""
    if row.kind == "quote":
        return reverse("marketplace_rfq", args=[row.object_id])
    if row.kind == "invoice":
        return _there(row, f"/invoices/{row.object_id}/")
    if row.kind == "credit":
        return _there(row, f"/credit-notes/{row.object_id}/")
    if row.kind == "agreement":
        return _there(row, f"/agreements/{row.object_id}/")
    order_id = row.object_id if row.kind == "order" else row.order_id
    return _there(row, f"/orders/{order_id}/") if order_id else ""


def _talk_href(row: DocumentRow) -> str:
    """Where the messages about it are read."""
    return _there(row, f"/messages/{row.id}/") if row.message_count else ""


def _again_href(request: Request, row: DocumentRow) -> str:
    """Where an order, or that of an invoice, is ordered again, for who may order."""
    order_id = row.object_id if row.kind == "order" else row.order_id if row.kind == "invoice" else None
    if order_id is None or not request.actor.may(Permission.ORDER):
        return ""
    return _there(row, f"/orders/{order_id}/again/")


def _there(row: DocumentRow, path: str) -> str:
    return f"{reverse('account_go', args=[row.tenant_id])}?{urlencode({'next': path})}"
