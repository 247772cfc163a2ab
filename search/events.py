"""What happens to a tenant's search."""

from dataclasses import dataclass
from uuid import UUID

from core.events import Event


@dataclass(frozen=True)
class SynonymsChanged(Event):
    """Texts mean something else than before."""

    tenant_id: UUID
