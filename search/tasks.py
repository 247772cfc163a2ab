"""Celery entry points."""

from __future__ import annotations

from uuid import UUID

import structlog
from celery import shared_task

from search import checking, indexing
from search.errors import IndexBusyError
from tenants.directory import active_tenants

log = structlog.get_logger(__name__)


@shared_task(autoretry_for=(IndexBusyError,), retry_backoff=True, max_retries=8)
def rebuild_shop(tenant_id: str) -> None:
    """Index the current tenant's whole catalogue."""
    indexing.rebuild_shop(tenant_id=UUID(tenant_id))


@shared_task(autoretry_for=(IndexBusyError,), retry_backoff=True, max_retries=8)
def repair_indexes() -> None:
    """On the schedule: hold all indexes against the database and bring into line what differs."""
    found, left = checking.repair(active_tenants(), everywhere=True)
    for before, after in zip(found, left, strict=True):
        if not before.is_clean:
            log.warning("search.index_differed", index=before.index, documents=before.count, left=after.count)
