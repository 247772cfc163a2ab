"""The test gateway's page: one chooses what the bank says; the answer comes as a signed webhook, as a real one does."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

from django.core.handlers.wsgi import WSGIRequest
from django.http import Http404, HttpResponse
from django.urls import resolve, reverse
from django.views.decorators.http import require_http_methods

from accounts.requests import Request
from core.ids import uuid7
from frontend.guards import buyer_required
from frontend.redirects import see_other
from frontend.render import render_page
from payments.gateways import configured_gateway
from payments.gateways.fake import FakeGateway
from payments.queries import CheckoutView, checkout_view


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def checkout(request: Request, intent_id: UUID) -> HttpResponse:
    """Show what is to be paid; answer for the bank. Does not exist where a real gateway is configured."""
    gateway = configured_gateway()
    if not isinstance(gateway, FakeGateway):
        raise Http404
    payment = checkout_view(request.actor, intent_id)
    back = reverse("storefront_invoice", args=[payment.invoice_id])
    if request.method != "POST":
        return render_page(request, "storefront/orders/test_gateway.html", {"payment": payment, "back": back})
    if request.POST.get("answer") not in ("pay", "refuse"):
        return HttpResponse(status=400)
    if payment.is_open:
        _tell(gateway, payment, is_paid=request.POST["answer"] == "pay")
    return see_other(f"{back}?returned=1")


def _tell(gateway: FakeGateway, payment: CheckoutView, *, is_paid: bool) -> None:
    """Hand a signed message to the webhook's endpoint, with nothing but its body and headers."""
    body, headers = gateway.message(
        event_id=f"evt_{uuid7().hex}",
        intent_id=payment.intent_id,
        amount=payment.amount,
        currency=payment.currency,
        answer="succeeded" if is_paid else "failed",
    )
    path = reverse("payments_webhook", args=[gateway.name])
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()},
    }
    endpoint = resolve(path)
    response = endpoint.func(WSGIRequest(environ), **endpoint.kwargs)
    if response.status_code != 200:
        raise RuntimeError(f"the webhook's endpoint answered {response.status_code}")
