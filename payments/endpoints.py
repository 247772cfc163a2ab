"""Where gateways send their messages: raw body, signature, size limit, no session."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.requests import Request
from payments import webhooks
from payments.errors import InvalidSignature
from payments.gateways import gateway_called

MAX_BYTES = 256 * 1024


@csrf_exempt
@require_POST
def webhook(request: Request, gateway: str) -> HttpResponse:
    """Verify and store. 200: kept, or known already; 400: not signed by the gateway; 413: too large."""
    port = gateway_called(gateway)
    if port is None:
        raise Http404
    body = request.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        return HttpResponse(status=413)
    try:
        webhooks.receive(gateway=port, body=body, headers=request.headers)
    except InvalidSignature:
        return HttpResponse(status=400)
    return HttpResponse(status=200)
