"""Reactions: long work goes to the worker."""

from core.events import handles
from integrations.events import CatalogApplyRequested, CatalogCheckRequested
from integrations.tasks import apply_catalog_import, check_catalog_import


@handles(CatalogCheckRequested)
def start_check(event: CatalogCheckRequested) -> None:
    """Ring the worker."""
    check_catalog_import.delay(str(event.import_id))


@handles(CatalogApplyRequested)
def start_apply(event: CatalogApplyRequested) -> None:
    """Ring the worker."""
    apply_catalog_import.delay(str(event.import_id))
