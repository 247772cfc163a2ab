"""What happens to the catalogue."""

from dataclasses import dataclass
from uuid import UUID

from core.events import Event


@dataclass(frozen=True)
class CatalogChanged(Event):
    """These variants changed in what is searched or listed; none named: take everything as changed."""

    tenant_id: UUID
    variant_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class MediaRemoved(Event):
    """A picture or document was taken from goods; other goods may still have the same file."""

    tenant_id: UUID
    digest: str


@dataclass(frozen=True)
class ManyMediaRemoved(Event):
    """Pictures and documents were taken from goods; other goods may still have the same files."""

    tenant_id: UUID
    digests: tuple[str, ...]
