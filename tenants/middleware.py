"""Host → tenant: the first thing that happens to a request, and the last word on where it may go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.request import split_domain_port

from core.scope import PLATFORM
from core.tenancy import use_tenant
from tenants import directory
from tenants.enums import TenantState
from tenants.revision import expected_revision

_HEALTH = "/health/live/"


class HostMiddleware:
    """Scope the request to its host's tenant.

    Unknown hosts get 404 and no redirect; a suspended tenant 403; a tenant whose schema is behind this code 503 with
    Retry-After, while the others go on.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path == _HEALTH:
            return HttpResponse("ok", content_type="text/plain")
        host = _host(request)
        if host in directory.platform_hosts():
            _give(request, None)
            request.urlconf = settings.PLATFORM_URLCONF
            with use_tenant(PLATFORM):
                return self.get_response(request)
        tenant = directory.find_by_host(host) if host else None
        if tenant is None:
            return _plain("Not found", 404)
        if tenant.state != TenantState.ACTIVE:
            return _plain("This storefront is closed.", 403)
        if tenant.schema_revision != expected_revision():
            response = _plain("This storefront is being updated. Please try again in a minute.", 503)
            response["Retry-After"] = "60"
            directory.forget_all()
            return response
        _give(request, tenant)
        request.urlconf = settings.TENANT_URLCONF
        with use_tenant(tenant.scope):
            return self.get_response(request)


def _give(request: Any, tenant: directory.TenantInfo | None) -> None:
    """Put the tenant on the request; :class:`accounts.requests.Request` declares it."""
    request.tenant = tenant


def _host(request: HttpRequest) -> str:
    """The Host header without port, lower case; X-Forwarded-Host is never trusted."""
    domain, _port = split_domain_port(request.META.get("HTTP_HOST", ""))
    return domain


def _plain(text: str, status: int) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
