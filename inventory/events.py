"""What happens with stock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.events import Event


@dataclass(frozen=True)
class BackInStock(Event):
    """Variants that somebody waits for can be had again."""

    tenant_id: UUID
    variant_ids: tuple[UUID, ...]
    at: datetime
