"""Host and origin of a websocket: as for pages, unknown hosts and foreign origins get nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from channels.db import database_sync_to_async
from django.http.request import split_domain_port

from core.scope import PLATFORM
from core.tenancy import use_tenant
from tenants import directory
from tenants.enums import TenantState
from tenants.revision import expected_revision

ASGIApp = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


class HostScope:
    """Refuse sockets from other origins and unknown hosts; run the rest in their host's scope."""

    def __init__(self, inner: ASGIApp) -> None:
        self.inner = inner

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        headers = {name.lower(): value.decode("latin-1") for name, value in scope.get("headers", [])}
        host_header = headers.get(b"host", "")
        origin = urlsplit(headers.get(b"origin", ""))
        host, _port = split_domain_port(host_header)
        tenant, is_known = None, host in directory.platform_hosts()
        if not is_known:
            tenant = await database_sync_to_async(directory.find_by_host)(host) if host else None
            is_known = (
                tenant is not None
                and tenant.state == TenantState.ACTIVE
                and tenant.schema_revision == expected_revision()
            )
        if not is_known or origin.netloc != host_header:
            await receive()
            await send({"type": "websocket.close", "code": 4404})
            return
        scope["tenant"] = tenant
        with use_tenant(tenant.scope if tenant else PLATFORM):
            await self.inner(scope, receive, send)
