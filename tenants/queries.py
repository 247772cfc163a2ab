"""What the operator's screens ask about tenants."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from core import formatting
from tenants.enums import TenantState
from tenants.models import Domain, Tenant
from tenants.revision import expected_revision

_TONES = {"active": "ok", "provisioning": "info", "suspended": "warn", "failed": "bad"}


@dataclass(frozen=True)
class TenantRow:
    """A tenant as the operator's list shows it."""

    id: UUID
    name: str
    slug: str
    domain: str
    kind_text: str
    state: str
    state_text: str
    state_tone: str
    created_text: str
    is_behind: bool

    @property
    def is_active(self) -> bool:
        return self.state == TenantState.ACTIVE

    @property
    def is_suspended(self) -> bool:
        return self.state == TenantState.SUSPENDED

    @property
    def is_failed(self) -> bool:
        return self.state == TenantState.FAILED


def tenants() -> list[TenantRow]:
    """All tenants by name; two statements."""
    rows = Tenant.objects.prefetch_related("domains").order_by("name", "pk")
    expected = expected_revision()
    return [
        TenantRow(
            id=row.id,
            name=row.name,
            slug=row.slug,
            domain=next((d.domain for d in row.domains.all() if d.is_primary), row.slug),
            kind_text=row.get_kind_display(),
            state=row.state,
            state_text=str(TenantState(row.state).label),
            state_tone=_TONES[row.state],
            created_text=formatting.day(row.created_at.date()),
            is_behind=bool(row.schema_revision) and row.schema_revision != expected,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class DomainRow:
    """A domain with the record that proves it."""

    id: UUID
    tenant_id: UUID
    tenant_name: str
    domain: str
    is_verified: bool
    is_own: bool
    record_name: str
    record_value: str


def domains_of(tenant_id: UUID) -> list[DomainRow]:
    """A tenant's domains, the platform's own first; one statement."""
    return _domains(tenant_id=tenant_id)


def domains_to_verify() -> list[DomainRow]:
    """Domains that an operator has to look at, over all tenants; one statement."""
    return _domains(verified_at__isnull=True)


def _domains(**wanted: object) -> list[DomainRow]:
    rows = Domain.objects.select_related("tenant").filter(**wanted).order_by("-is_primary", "domain")
    return [
        DomainRow(
            id=row.id,
            tenant_id=row.tenant_id,
            tenant_name=row.tenant.name,
            domain=row.domain,
            is_verified=row.verified_at is not None,
            is_own=not row.is_primary,
            record_name=f"_comptoir.{row.domain}",
            record_value=f"comptoir-verification={row.verification_token}",
        )
        for row in rows
    ]
