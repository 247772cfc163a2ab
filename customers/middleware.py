"""Makes somebody of the supplier the buyer that it orders for, and keeps what was changed."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponseBase

from accounts.middleware import HOST_SESSION_KEY, host_of
from accounts.requests import Request
from core.scope import current_scope
from core.tenancy import use_tenant
from customers.acting import acting_actor, record
from customers.enums import ActingKind

ACTING_SESSION_KEY = "acting"
_READS = frozenset({"GET", "HEAD", "OPTIONS"})


class ActingMiddleware:
    """On a storefront (not in the portal), whoever has begun to order for a customer is a buyer of that company.

    The scope stays the tenant's: what the company does with other suppliers is not seen.
    """

    def __init__(self, get_response: Callable[[Request], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        session_id = request.session.get(ACTING_SESSION_KEY)
        user, tenant = request.user, request.tenant
        if session_id is None or tenant is None or not user.is_authenticated or not _is_storefront(request):
            return self.get_response(request)
        actor = acting_actor(user, UUID(session_id), supplier=tenant.name)
        if actor is None:
            del request.session[ACTING_SESSION_KEY]
            return self.get_response(request)
        request.actor = actor
        with use_tenant(current_scope().as_party("tenant")):
            response = self.get_response(request)
            if request.method not in _READS and response.status_code < 400 and ACTING_SESSION_KEY in request.session:
                record(actor, ActingKind.CHANGED, request.path)
        return response


def _is_storefront(request: Request) -> bool:
    return not request.path.startswith("/portal/") and request.session.get(HOST_SESSION_KEY) == host_of(request)
