"""Celery entry points."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from integrations.catalog_import import applying, checking


@shared_task
def check_catalog_import(import_id: str) -> None:
    """Check every row of a file. Again from the start when it was interrupted."""
    checking.run(UUID(import_id))


@shared_task
def apply_catalog_import(import_id: str) -> None:
    """Apply a checked file, from where it was interrupted."""
    applying.run(UUID(import_id))
