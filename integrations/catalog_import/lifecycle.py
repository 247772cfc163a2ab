"""Moves of an import that its job makes: finished, cancelled, failed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils import timezone

from core.db import atomic
from integrations.catalog_import import jobs
from integrations.catalog_import.states import CATALOG_IMPORT, RUNNING
from integrations.models import CatalogImport, ImportState

_APPLIED = ("done", "created", "changed", "unchanged", "refused", "ignored", "warning")
_UNDONE = ("restored", "removed", "archived", "left")


def find_in(import_id: UUID, state: ImportState) -> CatalogImport | None:
    """The import when it is in this state: a bell that rings twice finds it further on."""
    return CatalogImport.objects.filter(pk=import_id, state=state).first()


def reset_counts(import_id: UUID, **more: int | datetime | bool) -> None:
    """Start counting afresh."""
    zeros = {f"{name}_count": 0 for name in (*_APPLIED, *_UNDONE, "related")}
    CatalogImport.objects.filter(pk=import_id).update(**zeros, **more)


def finish(*, import_id: UUID, to: ImportState) -> None:
    """The work is done."""
    _end(import_id, to)


def finish_cancelled(*, import_id: UUID) -> None:
    """Somebody cancelled: what is done stays, the rest is not done."""
    _end(import_id, ImportState.CANCELLED)


def fail(*, import_id: UUID, code: str) -> None:
    """The work cannot go on; ``code`` says why."""
    _end(import_id, ImportState.FAILED, error=code)


def _end(import_id: UUID, to: ImportState, *, error: str = "") -> None:
    _move(import_id, to, error)
    jobs.tell(import_id)


@atomic
def _move(import_id: UUID, to: ImportState, error: str) -> None:
    row = CatalogImport.objects.select_for_update().get(pk=import_id)
    if row.state not in RUNNING:
        return
    CATALOG_IMPORT.move(row, to=to, actor=jobs.worker_for(row.created_by_name), note=error)
    CatalogImport.objects.filter(pk=import_id).update(
        error=error, is_cancel_requested=False, finished_at=timezone.now(), alive_at=timezone.now()
    )
