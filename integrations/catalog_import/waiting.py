"""Imports that wait for a person: checked, and not yet applied."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from integrations.models import CatalogImport, ImportState


@dataclass(frozen=True, slots=True)
class WaitingImport:
    id: UUID
    filename: str
    created_count: int
    changed_count: int
    refused_count: int


def waiting_imports(*, limit: int = 5) -> list[WaitingImport]:
    """Imports whose dry run is done, the newest first; one statement."""
    rows = CatalogImport.objects.filter(state=ImportState.CHECKED).values_list(
        "pk", "filename", "created_count", "changed_count", "refused_count"
    )
    return [WaitingImport(*row) for row in rows[:limit]]


def waiting_import_count() -> int:
    """How many imports wait to be applied; one statement."""
    return CatalogImport.objects.filter(state=ImportState.CHECKED).count()
