"""What the operator's screens ask about tenants."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from core import formatting
from tenants.enums import TenantState
from tenants.models import Tenant
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
