"""The request as our views see it: with the host's tenant and the acting person on it."""

from __future__ import annotations

from django.http import HttpRequest

from core.actor import Actor
from tenants.directory import TenantInfo


class Request(HttpRequest):
    """A request that has passed HostMiddleware (``tenant``) and ActorMiddleware (``actor``)."""

    tenant: TenantInfo | None
    actor: Actor
