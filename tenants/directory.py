"""Host names and the tenants behind them, remembered for some seconds in each process."""

from __future__ import annotations

import time
import zlib
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from core.scope import PLATFORM, Scope
from core.tenancy import use_tenant
from tenants.enums import TenantState
from tenants.models import Branding, Domain, Tenant
from tenants.revision import expected_revision

_SECONDS, _SECONDS_UNKNOWN = 10.0, 1.0


@dataclass(frozen=True, slots=True)
class TenantInfo:
    """What a request needs to know about its tenant, free of the ORM."""

    id: UUID
    slug: str
    name: str
    kind: str
    state: str
    scope: Scope
    schema_revision: str
    primary_domain: str
    primary: str
    accent: str
    radius: int
    logo_url: str
    tagline_fr: str
    tagline_en: str


_by_host: dict[str, tuple[float, TenantInfo | None]] = {}


def platform_hosts() -> frozenset[str]:
    """Host names of the marketplace itself."""
    domain = settings.PLATFORM_DOMAIN
    return frozenset({domain, f"www.{domain}", "127.0.0.1"} if domain == "localhost" else {domain, f"www.{domain}"})


def find_by_host(host: str) -> TenantInfo | None:
    """The tenant that answers on ``host`` (no port, lower case); None when nobody does."""
    now = time.monotonic()
    known = _by_host.get(host)
    if known is not None and known[0] > now:
        return known[1]
    info = _look_up(host)
    if len(_by_host) > 10_000:
        _by_host.clear()
    _by_host[host] = (now + (_SECONDS if info else _SECONDS_UNKNOWN), info)
    return info


def is_open(tenant: TenantInfo) -> bool:
    """Whether people may trade there: it is active and its schema is that of this code."""
    return tenant.state == TenantState.ACTIVE and tenant.schema_revision == expected_revision()


def forget_all() -> None:
    """Drop what is remembered; called when a tenant, its domains or its branding change."""
    _by_host.clear()


def describe(tenant: Tenant) -> TenantInfo:
    """Plain description of a tenant row (reads its domain and branding)."""
    branding = getattr(tenant, "branding", None)
    domain = tenant.domains.filter(is_primary=True).first()
    return TenantInfo(
        id=tenant.id,
        slug=tenant.slug,
        name=tenant.name,
        kind=tenant.kind,
        state=tenant.state,
        scope=tenant.scope,
        schema_revision=tenant.schema_revision,
        primary_domain=domain.domain if domain else f"{tenant.slug}.{settings.PLATFORM_DOMAIN}",
        primary=branding.primary if branding else "#114b5f",
        accent=branding.accent if branding else "",
        radius=branding.radius if branding else 8,
        logo_url=_logo_url(tenant, branding),
        tagline_fr=branding.tagline_fr if branding else "",
        tagline_en=branding.tagline_en if branding else "",
    )


def _logo_url(tenant: Tenant, branding: Branding | None) -> str:
    """Address of the logo on any host; it changes with the file."""
    if branding is None or not branding.logo:
        return ""
    return f"/brand/{tenant.id}/logo.png?v={zlib.crc32(str(branding.logo.name).encode()):08x}"


def find_by_id(tenant_id: UUID) -> TenantInfo | None:
    """The tenant with this id, whatever its state."""
    with use_tenant(PLATFORM):
        tenant = Tenant.objects.select_related("branding").filter(pk=tenant_id).first()
        return describe(tenant) if tenant else None


def active_tenants() -> list[TenantInfo]:
    """Tenants that are open for business, by name."""
    with use_tenant(PLATFORM):
        rows = Tenant.objects.select_related("branding").filter(state=TenantState.ACTIVE).order_by("name")
        return [describe(tenant) for tenant in rows]


def _look_up(host: str) -> TenantInfo | None:
    with use_tenant(PLATFORM):
        domain = (
            Domain.objects.select_related("tenant__branding")
            .filter(domain=host, verified_at__isnull=False)
            .exclude(tenant__state__in=(TenantState.PROVISIONING, TenantState.FAILED))
            .first()
        )
        return describe(domain.tenant) if domain else None
