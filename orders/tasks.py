"""Celery entry points."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from core.tenancy import use_tenant
from orders import lookups, together
from orders.approvals.services import look_after
from orders.named_carts.services import forget_deleted
from orders.recurring import running
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
def run_recurring_everywhere() -> None:
    """On the schedule: let each tenant order what is due, and announce what is near."""
    for tenant in active_tenants():
        with use_tenant(tenant.scope, party="tenant"):
            run_recurring.delay()


@shared_task
def run_recurring() -> None:
    """Each recurring order of the current tenant that is due or near gets a task: one that fails stops no other."""
    today = timezone.localdate()
    for recurring_id in running.due(today=today):
        run_recurring_order.delay(str(recurring_id), today.isoformat())
    for recurring_id in running.to_announce(today=today):
        announce_recurring_order.delay(str(recurring_id), today.isoformat())


@shared_task
def run_recurring_order(recurring_id: str, today: str) -> None:
    """Order what is due."""
    running.run(recurring_id=UUID(recurring_id), today=date.fromisoformat(today))


@shared_task
def announce_recurring_order(recurring_id: str, today: str) -> None:
    """Tell its owner of the next day."""
    running.announce(recurring_id=UUID(recurring_id), today=date.fromisoformat(today))


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


@shared_task
def forget_deleted_carts_everywhere() -> None:
    """On the schedule: let each tenant erase the carts that can no longer be restored."""
    for tenant in active_tenants():
        with use_tenant(tenant.scope, party="tenant"):
            forget_deleted_carts.delay()


@shared_task
def forget_deleted_carts() -> None:
    """Erase those of the current tenant."""
    forget_deleted()
