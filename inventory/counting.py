"""Counting stock: what is on hand is what was counted, many variants at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone

from catalog.keys import any_of
from core.db import Lock, advisory_lock, atomic
from core.scope import current_scope
from inventory.alerts import tell_of
from inventory.models import Stock, StockMovement

#: On hand in base units, and days until delivery; None leaves it as it is.
Count = tuple[Decimal | None, int | None]


class Standing(NamedTuple):
    """What a count is held against."""

    on_hand: Decimal
    reserved: Decimal
    lead_time_days: int


class CountMove(NamedTuple):
    """On hand and days until delivery before and after; None: nothing was known."""

    before: tuple[Decimal, int] | None
    after: tuple[Decimal, int]


def standing_counts(variant_ids: Iterable[UUID], *, lock: bool = False) -> dict[UUID, Standing]:
    """What is counted of variants, one statement; with ``lock`` it stays so until the end of the transaction."""
    if lock:
        rows = _locked(variant_ids).values()
        return {row.variant_id: Standing(row.on_hand, row.reserved, row.lead_time_days) for row in rows}
    stored = Stock.objects.filter(variant_id__in=any_of(variant_ids))
    columns = stored.values_list("variant_id", "on_hand", "reserved", "lead_time_days")
    return {variant_id: Standing(on_hand, reserved, days) for variant_id, on_hand, reserved, days in columns}


def compare_counts(counts: Mapping[UUID, Count]) -> tuple[set[UUID], dict[UUID, Decimal]]:
    """Variants that :func:`set_counts` would change, and those counted below what is reserved, with that quantity."""
    stored = standing_counts(counts)
    changed = {variant_id for variant_id, count in counts.items() if _merged(stored.get(variant_id), count)}
    short = {
        variant_id: stored[variant_id].reserved
        for variant_id, (on_hand, _lead_time) in counts.items()
        if on_hand is not None and variant_id in stored and on_hand < stored[variant_id].reserved
    }
    return changed, short


@atomic
def set_counts(*, counts: Mapping[UUID, Count], reference: str) -> dict[UUID, CountMove]:
    """Set what is on hand and the lead time of many variants; returns what changed by variant.

    Nothing on hand goes below what is reserved for orders: a lower count leaves exactly that. Each difference is a
    movement. The number of statements is constant. Emits BackInStock for what somebody waits for.
    """
    if Stock.objects.filter(variant_id__in=any_of(counts)).count() < len(counts):
        advisory_lock(Lock.FIRST_COUNT, str(current_scope().tenant_id))  # no row yet that an alert could wait at
    stored = _locked(counts)
    back: list[UUID] = []
    written: list[Stock] = []
    moved: list[StockMovement] = []
    changed: dict[UUID, CountMove] = {}
    for variant_id, count in counts.items():
        row = stored.get(variant_id)
        values = _merged(row, count)
        if values is None:
            continue
        on_hand, lead_time = values
        changed[variant_id] = CountMove((row.on_hand, row.lead_time_days) if row else None, values)
        difference = on_hand - (row.on_hand if row else 0)
        row = row or Stock(variant_id=variant_id)
        if row.on_hand <= row.reserved < on_hand:
            back.append(variant_id)
        row.on_hand, row.lead_time_days, row.updated_at = on_hand, lead_time, timezone.now()
        written.append(row)
        if difference:
            moved.append(
                StockMovement(
                    variant_id=variant_id, kind=StockMovement.Kind.COUNT, quantity=difference, reference=reference
                )
            )
    Stock.objects.bulk_create(
        written,
        batch_size=2000,
        update_conflicts=True,
        unique_fields=["variant"],
        update_fields=["on_hand", "lead_time_days", "updated_at"],
    )
    StockMovement.objects.bulk_create(moved, batch_size=2000)
    tell_of(variant_ids=back)
    return changed


def _locked(variants: Iterable[UUID]) -> dict[UUID, Stock]:
    rows = Stock.objects.filter(variant_id__in=list(variants))
    return {row.variant_id: row for row in rows.select_for_update(of=("self",)).order_by("variant_id")}


def _merged(row: Stock | Standing | None, count: Count) -> tuple[Decimal, int] | None:
    """What the row becomes, or None when it stays."""
    on_hand, lead_time = count
    if row is None:
        return (on_hand or Decimal(0), lead_time or 0) if on_hand is not None or lead_time is not None else None
    wanted = row.on_hand if on_hand is None else max(on_hand, row.reserved)
    days = row.lead_time_days if lead_time is None else lead_time
    return (wanted, days) if (wanted, days) != (row.on_hand, row.lead_time_days) else None
