"""What happens with imports and changes in bulk."""

from dataclasses import dataclass
from uuid import UUID

from core.events import Event


@dataclass(frozen=True)
class BulkChangeRequested(Event):
    """Somebody wants a change made to everything that a filter finds, or taken up again."""

    change_id: UUID


@dataclass(frozen=True)
class CatalogCheckRequested(Event):
    """Somebody wants every row of a file checked."""

    import_id: UUID


@dataclass(frozen=True)
class CatalogApplyRequested(Event):
    """Somebody decided that a checked file be applied."""

    import_id: UUID


@dataclass(frozen=True)
class CatalogUndoRequested(Event):
    """Somebody decided that an import be undone."""

    import_id: UUID


@dataclass(frozen=True)
class MediaImportRequested(Event):
    """Pictures and documents wait to be given to their goods."""

    import_id: UUID
