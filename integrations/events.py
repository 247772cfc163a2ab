"""What happens with imports."""

from dataclasses import dataclass
from uuid import UUID

from core.events import Event


@dataclass(frozen=True)
class CatalogCheckRequested(Event):
    """Somebody wants every row of a file checked."""

    import_id: UUID


@dataclass(frozen=True)
class CatalogApplyRequested(Event):
    """Somebody decided that a checked file be applied."""

    import_id: UUID
