"""How punctual deliveries are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db.models import Count, F, Min, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from shipping.enums import ShipmentState
from shipping.models import Shipment

_WINDOW = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Punctuality:
    """Of the parcels that were delivered in the last 30 days and had a promised date: those on that date or before."""

    delivered: int
    on_time: int

    @property
    def rate(self) -> Decimal | None:
        return Decimal(self.on_time) / self.delivered if self.delivered else None


def punctuality() -> Punctuality:
    """Deliveries of the last 30 days against what was promised; one statement."""
    arrived = Min("events__occurred_at", filter=Q(events__code=ShipmentState.DELIVERED))
    rows = (
        Shipment.objects.filter(state=ShipmentState.DELIVERED, promised_on__isnull=False)
        .order_by()
        .annotate(arrived_at=arrived)
        .filter(arrived_at__gte=timezone.now() - _WINDOW)
        .annotate(arrived_on=TruncDate("arrived_at"))
    )
    counts = rows.aggregate(delivered=Count("pk"), on_time=Count("pk", filter=Q(arrived_on__lte=F("promised_on"))))
    return Punctuality(counts["delivered"], counts["on_time"])
