"""The life of an import: checked as often as wanted, applied when somebody decides it, and undone."""

from core.states import Machine
from integrations.models import CatalogImportTransition, ImportState

CATALOG_IMPORT = Machine(
    "catalog_import",
    {
        ImportState.UPLOADED: frozenset({ImportState.UPLOADED, ImportState.CHECKING, ImportState.CANCELLED}),
        ImportState.CHECKING: frozenset({ImportState.CHECKED, ImportState.CANCELLED, ImportState.FAILED}),
        ImportState.CHECKED: frozenset(
            {ImportState.UPLOADED, ImportState.CHECKING, ImportState.APPLYING, ImportState.CANCELLED}
        ),
        ImportState.APPLYING: frozenset({ImportState.APPLIED, ImportState.CANCELLED, ImportState.FAILED}),
        ImportState.APPLIED: frozenset({ImportState.UNDOING}),
        ImportState.CANCELLED: frozenset({ImportState.UPLOADED, ImportState.CHECKING, ImportState.UNDOING}),
        ImportState.FAILED: frozenset({ImportState.UPLOADED, ImportState.CHECKING, ImportState.UNDOING}),
        ImportState.UNDOING: frozenset({ImportState.UNDONE, ImportState.APPLIED, ImportState.FAILED}),
        ImportState.UNDONE: frozenset({ImportState.UPLOADED, ImportState.CHECKING}),
    },
    history=CatalogImportTransition,
)

RUNNING = (ImportState.CHECKING, ImportState.APPLYING, ImportState.UNDOING)
EDITABLE = (
    ImportState.UPLOADED,
    ImportState.CHECKED,
    ImportState.CANCELLED,
    ImportState.FAILED,
    ImportState.UNDONE,
)
#: States in which something may have been applied.
UNDOABLE = (ImportState.APPLIED, ImportState.CANCELLED, ImportState.FAILED)
