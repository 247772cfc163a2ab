"""The directory of suppliers: who sells on the platform, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db.models import OuterRef, Subquery

from core import formatting
from core.scope import PLATFORM, Scope
from core.tenancy import use_tenant
from tenants.enums import TenantState
from tenants.models import Domain, Tenant

_KEY = "marketplace:suppliers"
_SECONDS = 30


@dataclass(frozen=True)
class Supplier:
    """A tenant that is open for business. ``schema_revision`` says whether this code can read its schema."""

    id: UUID
    slug: str
    name: str
    kind: str
    scope: Scope
    schema_revision: str
    domain: str
    city: str
    tagline_fr: str
    tagline_en: str

    @property
    def tagline(self) -> str:
        return formatting.localised(self.tagline_fr, self.tagline_en)


def suppliers() -> Mapping[UUID, Supplier]:
    """All active suppliers by id, in the order of their names: from the cache, else one statement."""
    with use_tenant(PLATFORM):
        known: dict[UUID, Supplier] | None = cache.get(_KEY)
        if known is None:
            known = _read()
            cache.set(_KEY, known, _SECONDS)
    return known


def forget() -> None:
    """Drop what is cached: somebody came, went or changed."""
    with use_tenant(PLATFORM):
        cache.delete(_KEY)


def _read() -> dict[UUID, Supplier]:
    primary = Domain.objects.filter(tenant=OuterRef("pk"), is_primary=True, verified_at__isnull=False)
    rows = (
        Tenant.objects.filter(state=TenantState.ACTIVE)
        .select_related("branding", "vendor")
        .annotate(domain=Subquery(primary.values("domain")[:1]))
        .order_by("name", "pk")
    )
    return {tenant.pk: _supplier(tenant, tenant.domain) for tenant in rows}


def _supplier(tenant: Tenant, domain: str | None) -> Supplier:
    branding, vendor = getattr(tenant, "branding", None), getattr(tenant, "vendor", None)
    return Supplier(
        id=tenant.pk,
        slug=tenant.slug,
        name=tenant.name,
        kind=tenant.kind,
        scope=tenant.scope,
        schema_revision=tenant.schema_revision,
        domain=domain or f"{tenant.slug}.{settings.PLATFORM_DOMAIN}",
        city=vendor.city if vendor else "",
        tagline_fr=branding.tagline_fr if branding else "",
        tagline_en=branding.tagline_en if branding else "",
    )
