"""What happens to shipments."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from core.events import Event


@dataclass(frozen=True)
class ShipmentChanged(Event):
    """A shipment exists, moved to ``state`` from ``before`` ("" for a new one), or has news in its tracking history.

    ``arrived_on``: the day on which it was delivered, told when it moves to that state.
    """

    shipment_id: UUID
    order_id: UUID
    company_id: UUID
    tenant_id: UUID
    number: str
    state: str
    before: str
    promised_on: date | None = None
    arrived_on: date | None = None
