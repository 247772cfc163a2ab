"""Celery entry points."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from search import indexing
from search.errors import IndexBusyError


@shared_task(autoretry_for=(IndexBusyError,), retry_backoff=True, max_retries=8)
def rebuild_shop(tenant_id: str) -> None:
    """Index the current tenant's whole catalogue."""
    indexing.rebuild_shop(tenant_id=UUID(tenant_id))
