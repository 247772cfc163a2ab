"""Use case that takes back counts of stock, where nothing moved since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from core.db import atomic
from inventory.counting import KEEP, NO_COUNT, Count, set_counts
from inventory.models import Stock


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted, each before and after: on hand, days until delivery, the day on which more is expected.

    None: it did not change. Nothing was known before where a number of before is None.
    """

    on_hand: tuple[Decimal | None, Decimal] | None = None
    lead_time: tuple[int | None, int] | None = None
    restock_on: tuple[date | None, date | None] | None = None


def moved_since(*, counts: Mapping[UUID, Counted]) -> dict[UUID, list[str]]:
    """``on_hand``, ``lead_time``, ``restock_on`` by variant where they are not any more what was counted.

    Writes nothing.
    """
    rows = Stock.objects.filter(variant_id__in=list(counts))
    return _moved({row.variant_id: row for row in rows}, counts)


@atomic
def put_back(*, counts: Mapping[UUID, Counted], reference: str) -> dict[UUID, list[str]]:
    """Give stock its count of before where it is still that of after; answers what is left alone.

    Stock that did not exist before is set to nothing. Nothing on hand goes below what is reserved.
    """
    rows = Stock.objects.filter(variant_id__in=list(counts)).select_for_update(of=("self",)).order_by("variant_id")
    left = _moved({row.variant_id: row for row in rows}, counts)
    wanted: dict[UUID, Count] = {}
    for variant_id, counted in counts.items():
        stays = left.get(variant_id, [])
        on_hand = counted.on_hand if "on_hand" not in stays else None
        lead_time = counted.lead_time if "lead_time" not in stays else None
        restock_on = counted.restock_on if "restock_on" not in stays else None
        count = Count(
            on_hand=(on_hand[0] or Decimal(0)) if on_hand else None,
            lead_time=(lead_time[0] or 0) if lead_time else None,
            restock_on=restock_on[0] if restock_on else KEEP,
        )
        if count != NO_COUNT:
            wanted[variant_id] = count
    set_counts(counts=wanted, reference=reference)
    return left


def _moved(stored: Mapping[UUID, Stock], counts: Mapping[UUID, Counted]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    for variant_id, counted in counts.items():
        row = stored.get(variant_id)
        pairs = (
            ("on_hand", counted.on_hand, row and row.on_hand),
            ("lead_time", counted.lead_time, row and row.lead_time_days),
            ("restock_on", counted.restock_on, row and row.restock_on),
        )
        moved = [name for name, pair, now in pairs if pair and (row is None or now != pair[1])]
        if moved:
            found[variant_id] = moved
    return found
