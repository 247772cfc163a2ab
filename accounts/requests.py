"""The request as our views see it: with the host's tenant and the acting person on it."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from core.actor import Actor
from tenants.directory import TenantInfo


class Request(HttpRequest):
    """A request that has passed HostMiddleware (``tenant``) and ActorMiddleware (``actor``)."""

    tenant: TenantInfo | None
    actor: Actor


def tenant_of(request: Request) -> TenantInfo:
    """The host's tenant. Raises Http404 on the platform's own host, where no tenant's page is."""
    if request.tenant is None:
        raise Http404
    return request.tenant
