"""For whom something holds: a customer, a group, a segment, or (none named) everybody."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from core.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Party:
    """At most one of the three."""

    customer_id: UUID | None = None
    group_id: UUID | None = None
    segment_id: UUID | None = None

    @property
    def is_everybody(self) -> bool:
        return self == EVERYBODY

    @property
    def columns(self) -> dict[str, UUID | None]:
        """Values of the three columns that name a party."""
        return {"customer_id": self.customer_id, "group_id": self.group_id, "segment_id": self.segment_id}

    def require_one(self) -> None:
        """Raises InvalidInput at the second of two that are named."""
        named = [name for name, value in self.columns.items() if value is not None]
        if len(named) > 1:
            raise InvalidInput(field=named[1], reason=_("Name a customer, a group or a segment, not several."))


EVERYBODY = Party()
