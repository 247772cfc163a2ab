"""Use case that takes back counts of stock, where nothing moved since."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from core.db import atomic
from inventory.counting import Count, set_counts
from inventory.models import Stock

#: On hand before and after, days until delivery before and after; None: nothing was known, or it did not change.
Counted = tuple[tuple[Decimal | None, Decimal] | None, tuple[int | None, int] | None]


def moved_since(*, counts: Mapping[UUID, Counted]) -> dict[UUID, list[str]]:
    """``on_hand`` and ``lead_time`` by variant where they are not any more what was counted. Writes nothing."""
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
    for variant_id, (on_hand, lead_time) in counts.items():
        stays = left.get(variant_id, [])
        quantity = (on_hand[0] or Decimal(0)) if on_hand and "on_hand" not in stays else None
        days = (lead_time[0] or 0) if lead_time and "lead_time" not in stays else None
        if quantity is not None or days is not None:
            wanted[variant_id] = (quantity, days)
    set_counts(counts=wanted, reference=reference)
    return left


def _moved(stored: Mapping[UUID, Stock], counts: Mapping[UUID, Counted]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    for variant_id, (on_hand, lead_time) in counts.items():
        row = stored.get(variant_id)
        moved = [
            *(["on_hand"] if on_hand and (row is None or row.on_hand != on_hand[1]) else []),
            *(["lead_time"] if lead_time and (row is None or row.lead_time_days != lead_time[1]) else []),
        ]
        if moved:
            found[variant_id] = moved
    return found
