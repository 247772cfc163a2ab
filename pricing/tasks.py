"""Celery entry points."""

from __future__ import annotations

from celery import shared_task

from core.tenancy import use_tenant
from pricing import announcing
from tenants.directory import active_tenants


@shared_task
def announce_everywhere() -> None:
    """On the schedule: let each tenant tell of prices that have begun or ended."""
    for tenant in active_tenants():
        with use_tenant(tenant.scope, party="tenant"):
            announce_due_prices.delay()


@shared_task
def announce_due_prices() -> None:
    """Tell of the current tenant's prices that have begun or ended."""
    announcing.announce_due()
