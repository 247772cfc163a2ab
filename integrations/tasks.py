"""Celery entry points."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from integrations.bulk_edit import changing
from integrations.catalog_import import applying, checking, undoing
from integrations.media_import import jobs
from integrations.media_import import undoing as media_undoing


@shared_task
def change_in_bulk(change_id: str) -> None:
    """Make one change to everything that a filter finds, from where it was interrupted."""
    changing.run(UUID(change_id))


@shared_task
def check_catalog_import(import_id: str) -> None:
    """Check every row of a file. Again from the start when it was interrupted."""
    checking.run(UUID(import_id))


@shared_task
def apply_catalog_import(import_id: str) -> None:
    """Apply a checked file, from where it was interrupted."""
    applying.run(UUID(import_id))


@shared_task
def undo_catalog_import(import_id: str) -> None:
    """Undo an import, from where it was interrupted."""
    undoing.run(UUID(import_id))


@shared_task
def run_media_import(import_id: str) -> None:
    """Give pictures and documents to their goods, or take them away, from where it was interrupted."""
    jobs.run(UUID(import_id))
    media_undoing.run(UUID(import_id))
