"""The request as our views see it: with the host's tenant and the acting person on it."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from core.actor import Actor
from tenants.directory import TenantInfo


class Request(HttpRequest):
    """A request that has passed HostMiddleware (``tenant``) and ActorMiddleware (the others).

    ``lacks_factor_for`` names a company that asks for a second factor which this session was opened without.
    """

    tenant: TenantInfo | None
    actor: Actor
    lacks_factor_for: str


def tenant_of(request: Request) -> TenantInfo:
    """The host's tenant. Raises Http404 on the platform's own host, where no tenant's page is."""
    if request.tenant is None:
        raise Http404
    return request.tenant
