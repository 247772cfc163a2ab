"""Invoices of a company with this supplier: list, printable page, payment."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from core.live import topic
from frontend.guards import buyer_required
from frontend.paging import build_pager, page_number, query_url
from frontend.redirects import see_other
from frontend.render import render_page
from payments import queries
from payments.checkout import ReturnAddresses, start_payment
from payments.gateways import configured_gateway

PER_PAGE = 50


@require_safe
@buyer_required
def invoices(request: Request) -> HttpResponse:
    """All invoices, or only those that are open, overdue or paid."""
    labels = {"": _("All"), "open": _("To pay"), "overdue": _("Overdue"), "paid": _("Paid")}
    only = request.GET.get("only", "")
    only = only if only in labels else ""
    counts = queries.invoice_counts(request.actor)
    values = {
        "rows": queries.invoices_for(
            request.actor, only=only, limit=PER_PAGE, offset=(page_number(request) - 1) * PER_PAGE
        ),
        "tabs": [
            (label, query_url(request, only=key or None, page=None), key == only, counts[key])
            for key, label in labels.items()
        ],
        "pager": build_pager(request, total=counts[only], per_page=PER_PAGE),
    }
    return render_page(request, "storefront/orders/invoices.html", values)


@require_safe
@buyer_required
def invoice(request: Request, invoice_id: UUID) -> HttpResponse:
    """One invoice, to read, print and pay."""
    detail = queries.invoice_detail(request.actor, invoice_id)
    gateway = configured_gateway()
    values = {
        "invoice": detail,
        "topic": topic("order", detail.summary.order_id),
        "href": request.get_full_path(),
        "returned": "returned" in request.GET,
        "is_test_gateway": gateway.name == "fake",
    }
    return render_page(request, "storefront/orders/invoice.html", values, fragment=("invoice", "invoice_tools"))


@require_POST
@buyer_required
def pay(request: Request, invoice_id: UUID) -> HttpResponse:
    """Go to the gateway's page for what is left to pay."""
    page = request.build_absolute_uri(reverse("storefront_invoice", args=[invoice_id]))
    addresses = ReturnAddresses(success_url=f"{page}?returned=1", cancel_url=page)
    return see_other(
        start_payment(invoice_id=invoice_id, addresses=addresses, gateway=configured_gateway(), actor=request.actor)
    )
