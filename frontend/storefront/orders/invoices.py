"""Invoices of a company with this supplier: list, printable page, payment."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from core.errors import NotAllowed
from core.live import topic
from frontend.guards import buyer_required
from frontend.messages import talk_about
from frontend.order_lists import invoice_list
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.storefront.buyer import buyer_of
from marketplace.models import DocumentKind
from payments import queries
from payments.checkout import ReturnAddresses, start_payment
from payments.gateways import configured_gateway
from payments.policies import can_see_invoices


@require_safe
@buyer_required
def invoices(request: Request) -> HttpResponse:
    """All invoices, or only those that are open, overdue or paid."""
    if not can_see_invoices(request.actor):
        raise NotAllowed
    return render_page(request, "storefront/orders/invoices.html", invoice_list(request))


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
        "talk": talk_about(request, DocumentKind.INVOICE, invoice_id, "storefront"),
        "returned": "returned" in request.GET,
        "is_test_gateway": gateway.name == "fake",
        "may_order": buyer_of(request).may_order,
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
