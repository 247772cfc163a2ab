"""Reactions: long work goes to the worker."""

from core.events import handles
from integrations.events import (
    BulkChangeRequested,
    CatalogApplyRequested,
    CatalogCheckRequested,
    CatalogUndoRequested,
    MediaImportRequested,
)
from integrations.tasks import (
    apply_catalog_import,
    change_in_bulk,
    check_catalog_import,
    run_media_import,
    undo_catalog_import,
)


@handles(BulkChangeRequested)
def start_change(event: BulkChangeRequested) -> None:
    """Ring the worker."""
    change_in_bulk.delay(str(event.change_id))


@handles(CatalogCheckRequested)
def start_check(event: CatalogCheckRequested) -> None:
    """Ring the worker."""
    check_catalog_import.delay(str(event.import_id))


@handles(CatalogApplyRequested)
def start_apply(event: CatalogApplyRequested) -> None:
    """Ring the worker."""
    apply_catalog_import.delay(str(event.import_id))


@handles(CatalogUndoRequested)
def start_undo(event: CatalogUndoRequested) -> None:
    """Ring the worker."""
    undo_catalog_import.delay(str(event.import_id))


@handles(MediaImportRequested)
def start_media_import(event: MediaImportRequested) -> None:
    """Ring the worker."""
    run_media_import.delay(str(event.import_id))
