"""What can be had, and when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, OuterRef

from catalog.keys import any_of
from inventory.models import Stock, StockMovement


@dataclass(frozen=True, slots=True)
class Availability:
    """Base units that nobody has reserved; what is not there takes ``lead_time_days``, or comes on ``restock_on``."""

    variant_id: UUID
    available: Decimal
    lead_time_days: int
    restock_on: date | None


def availability(variant_ids: Iterable[UUID]) -> dict[UUID, Availability]:
    """Availability of variants, one statement; a variant that was never counted is absent, and so is a service."""
    rows = Stock.objects.filter(variant_id__in=any_of(variant_ids), variant__is_service=False).values_list(
        "variant_id", "on_hand", "reserved", "lead_time_days", "restock_on"
    )
    return {
        variant_id: Availability(variant_id, on_hand - reserved, lead_time_days, restock_on)
        for variant_id, on_hand, reserved, lead_time_days, restock_on in rows
    }


def made_to_order(variant_ids: Iterable[UUID]) -> set[UUID]:
    """Those that are made or bought when ordered: they have a lead time and never were in stock. One statement."""
    wanted = list(variant_ids)
    if not wanted:
        return set()
    moved = StockMovement.objects.filter(variant_id=OuterRef("variant_id"))
    rows = Stock.objects.filter(~Exists(moved), variant_id__in=any_of(wanted), on_hand=0, lead_time_days__gt=0)
    return set(rows.filter(restock_on=None).values_list("variant_id", flat=True))


def stock_of_pack(
    pack_id: UUID, components: Mapping[UUID, Decimal], stocks: Mapping[UUID, Availability]
) -> Availability | None:
    """How many packs there are: as many as of the scarcest goods in it; as slow as the slowest.

    None when goods in it were never counted, or there are none.
    """
    if not components or not components.keys() <= stocks.keys():
        return None
    counts = {key: stocks[key].available // quantity for key, quantity in components.items()}
    scarcest = min(counts, key=lambda key: counts[key])
    days = max(stocks[key].lead_time_days for key in components)
    return Availability(pack_id, counts[scarcest], days, stocks[scarcest].restock_on)
