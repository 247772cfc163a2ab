"""Celery entry points."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from agreements import reminding
from core.tenancy import use_tenant
from tenants.directory import active_tenants


@shared_task
def remind_everywhere() -> None:
    """On the schedule: let each tenant say which of its agreements end soon."""
    for tenant in active_tenants():
        with use_tenant(tenant.scope, party="tenant"):
            remind_of_ends.delay()


@shared_task
def remind_of_ends() -> None:
    """Each agreement of the current tenant that ends soon gets a task: one that fails stops no other."""
    today = timezone.localdate()
    for agreement_id in reminding.due(today):
        remind_of_end.delay(str(agreement_id), today.isoformat())


@shared_task
def remind_of_end(agreement_id: str, today: str) -> None:
    """Say that it ends soon."""
    reminding.remind(agreement_id=UUID(agreement_id), today=date.fromisoformat(today))
