"""What can be had, and when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from catalog.keys import any_of
from inventory.models import Stock, StockMovement

#: An order keeps days in a small column.
_MOST_DAYS = 9_999


@dataclass(frozen=True, slots=True)
class Availability:
    """Base units that nobody has reserved; what is not there takes ``lead_time_days``, or comes on ``restock_on``.

    That day has not passed: what was expected on an earlier one is not known to come.
    """

    variant_id: UUID
    available: Decimal
    lead_time_days: int
    restock_on: date | None

    def days_for(self, quantity: Decimal) -> int:
        """Days until so many base units can leave, 0 when nobody knows; what is expected leaves tomorrow or later."""
        if quantity <= self.available or self.restock_on is None:
            return self.lead_time_days
        return min(max((self.restock_on - timezone.localdate()).days, 1), _MOST_DAYS)


def coming(day: date | None) -> date | None:
    """A day on which goods are expected, unless it has passed."""
    return day if day is not None and day >= timezone.localdate() else None


def availability(variant_ids: Iterable[UUID]) -> dict[UUID, Availability]:
    """Availability of variants, one statement; a variant that was never counted is absent, and so is a service."""
    rows = Stock.objects.filter(variant_id__in=any_of(variant_ids), variant__is_service=False).values_list(
        "variant_id", "on_hand", "reserved", "lead_time_days", "restock_on"
    )
    return {
        variant_id: Availability(variant_id, on_hand - reserved, lead_time_days, coming(restock_on))
        for variant_id, on_hand, reserved, lead_time_days, restock_on in rows
    }


def made_to_order(variant_ids: Iterable[UUID]) -> set[UUID]:
    """Those that are made or bought when ordered: they have a lead time and never were in stock. One statement."""
    wanted = list(variant_ids)
    if not wanted:
        return set()
    moved = StockMovement.objects.filter(variant_id=OuterRef("variant_id"))
    rows = Stock.objects.filter(~Exists(moved), variant_id__in=any_of(wanted), on_hand=0, lead_time_days__gt=0)
    not_expected = Q(restock_on=None) | Q(restock_on__lt=timezone.localdate())
    return set(rows.filter(not_expected).values_list("variant_id", flat=True))


def stock_of_pack(
    pack_id: UUID, components: Mapping[UUID, Decimal], stocks: Mapping[UUID, Availability]
) -> Availability | None:
    """How many packs there are: as many as of the scarcest goods in it; as slow as the slowest, where goods are missing
    there again when all of them are.

    None when goods in it were never counted, or there are none.
    """
    if not components or not components.keys() <= stocks.keys():
        return None
    counts = {key: stocks[key].available // quantity for key, quantity in components.items()}
    count, days = min(counts.values()), max(stocks[key].lead_time_days for key in components)
    missing = [stocks[key] for key in components if counts[key] == count]
    expected = [stock.restock_on for stock in missing if stock.restock_on is not None]
    is_known = all(stock.restock_on is not None or stock.lead_time_days for stock in missing)
    return Availability(pack_id, count, days, max(expected) if expected and is_known else None)
