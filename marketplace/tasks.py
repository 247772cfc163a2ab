"""Celery entry points."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from marketplace import goods


@shared_task
def publish_all_goods(tenant_id: str) -> None:
    """Show what the current tenant's visitors see."""
    goods.publish_all_goods(tenant_id=UUID(tenant_id))
