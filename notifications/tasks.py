"""Celery entry points."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from core.tenancy import use_tenant
from notifications.centre import digests, reminders, services
from tenants.directory import active_tenants


@shared_task
def forget_old_news() -> None:
    """On the schedule: what is older than half a year leaves the centre."""
    services.forget_old()


@shared_task
def gather_digests() -> None:
    """On the schedule: each person for whom something waits gets a task; one that fails stops no other."""
    now = timezone.now()
    for user_id in digests.due(now=now):
        gather_digest.delay(str(user_id), now.isoformat())


@shared_task
def gather_digest(user_id: str, now: str) -> None:
    """Put together what waits for a person."""
    digests.gather(user_id=UUID(user_id), now=datetime.fromisoformat(now))


@shared_task
def remind_everywhere() -> None:
    """On the schedule: let each tenant's buyers be reminded of what they usually order again."""
    for tenant in active_tenants():
        with use_tenant(tenant.scope, party="tenant"):
            remind_buyers.delay()


@shared_task
def remind_buyers() -> None:
    """Remind those who asked for it at the current tenant, once a week."""
    now = timezone.now()
    for one in reminders.due(now=now):
        reminders.remind(user_id=one.user_id, company_id=one.company_id, now=now)
