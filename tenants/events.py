"""What happens to tenants."""

from dataclasses import dataclass
from uuid import UUID

from core.events import Event


@dataclass(frozen=True)
class TenantRequested(Event):
    """A tenant row exists; its schema does not yet."""

    tenant_id: UUID


@dataclass(frozen=True)
class TenantActivated(Event):
    tenant_id: UUID


@dataclass(frozen=True)
class TenantChanged(Event):
    """Name, branding, domains or state changed."""

    tenant_id: UUID
