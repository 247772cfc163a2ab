"""Celery entry points."""

from __future__ import annotations

from celery import shared_task

from core.scope import OPERATOR
from core.tenancy import use_tenant
from rfq import closing
from rfq.trail import reminders


@shared_task
def pass_deadlines() -> int:
    """On the schedule: requests whose deadline has passed are compared from now on, or have expired."""
    with use_tenant(OPERATOR):
        return closing.pass_deadlines()


@shared_task
def remind() -> int:
    """On the schedule: deadlines that come near and offers that expire soon are told to who should act."""
    with use_tenant(OPERATOR):
        return reminders.remind()
