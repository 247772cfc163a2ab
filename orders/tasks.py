"""Celery entry points."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from core.tenancy import use_tenant
from orders import lookups, together
from orders.approvals.services import look_after
from tenants.directory import active_tenants


@shared_task
def look_up_quick_lines(quick_order_id: str) -> None:
    """Look up the lines of a quick order that wait; where it was interrupted, what is left."""
    lookups.run(UUID(quick_order_id))


@shared_task
def refresh_together_everywhere() -> None:
    """On the schedule: let each tenant count anew what is ordered together."""
    for tenant in active_tenants():
        with use_tenant(tenant.scope, party="tenant"):
            refresh_together.delay()


@shared_task
def refresh_together() -> None:
    """Count anew what is ordered together at the current tenant."""
    together.refresh()


@shared_task
def look_after_approvals_everywhere() -> None:
    """On the schedule: let each tenant escalate and expire what waits for approval."""
    for tenant in active_tenants():
        with use_tenant(tenant.scope, party="tenant"):
            look_after_approvals.delay()


@shared_task
def look_after_approvals() -> None:
    """Escalate and expire what is due at the current tenant; what was done already is passed over."""
    look_after()
