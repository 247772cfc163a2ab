"""Reactions to events about tenants."""

from core.events import handles
from tenants.events import TenantRequested
from tenants.tasks import provision_tenant


@handles(TenantRequested)
def start_provisioning(event: TenantRequested) -> None:
    """Ring the worker: the schema is built there."""
    provision_tenant.delay(str(event.tenant_id))
