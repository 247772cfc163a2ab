"""Counting stock: what is on hand is what was counted, many variants at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum, auto
from typing import Final, NamedTuple
from uuid import UUID

from django.utils import timezone

from catalog.keys import any_of
from core.db import Lock, advisory_lock, atomic
from core.scope import current_scope
from inventory.alerts import tell_of
from inventory.models import Stock, StockMovement


class Keep(Enum):
    """What says that a day stays: none at all is a day, too."""

    KEEP = auto()


KEEP: Final = Keep.KEEP


class Count(NamedTuple):
    """On hand in base units, days until delivery, the day on which more is expected; None leaves a number as it is."""

    on_hand: Decimal | None = None
    lead_time: int | None = None
    restock_on: date | Keep | None = KEEP


NO_COUNT: Final = Count()


class Held(NamedTuple):
    """What is known of a variant's stock."""

    on_hand: Decimal
    lead_time_days: int
    restock_on: date | None


class Standing(NamedTuple):
    """What a count is held against."""

    on_hand: Decimal
    reserved: Decimal
    lead_time_days: int
    restock_on: date | None


class CountMove(NamedTuple):
    """What was known before and after; None: nothing was."""

    before: Held | None
    after: Held


def standing_counts(variant_ids: Iterable[UUID], *, lock: bool = False) -> dict[UUID, Standing]:
    """What is counted of variants, one statement; with ``lock`` it stays so until the end of the transaction."""
    if lock:
        rows = _locked(variant_ids).values()
        return {row.variant_id: Standing(row.on_hand, row.reserved, row.lead_time_days, row.restock_on) for row in rows}
    stored = Stock.objects.filter(variant_id__in=any_of(variant_ids))
    columns = stored.values_list("on_hand", "reserved", "lead_time_days", "restock_on", "variant_id")
    return {row[-1]: Standing(*row[:-1]) for row in columns}


def compare_counts(counts: Mapping[UUID, Count]) -> tuple[set[UUID], dict[UUID, Decimal]]:
    """Variants that :func:`set_counts` would change, and those counted below what is reserved, with that quantity."""
    stored = standing_counts(counts)
    changed = {variant_id for variant_id, count in counts.items() if _merged(stored.get(variant_id), count)}
    short = {
        variant_id: stored[variant_id].reserved
        for variant_id, count in counts.items()
        if count.on_hand is not None and variant_id in stored and count.on_hand < stored[variant_id].reserved
    }
    return changed, short


@atomic
def set_counts(*, counts: Mapping[UUID, Count], reference: str) -> dict[UUID, CountMove]:
    """Set what is on hand, lead times and days on which more is expected; returns what changed by variant.

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
        before = Held(row.on_hand, row.lead_time_days, row.restock_on) if row else None
        changed[variant_id] = CountMove(before, values)
        difference = values.on_hand - (row.on_hand if row else 0)
        row = row or Stock(variant_id=variant_id)
        if row.on_hand <= row.reserved < values.on_hand:
            back.append(variant_id)
        row.on_hand, row.lead_time_days, row.restock_on = values
        row.updated_at = timezone.now()
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
        update_fields=["on_hand", "lead_time_days", "restock_on", "updated_at"],
    )
    StockMovement.objects.bulk_create(moved, batch_size=2000)
    tell_of(variant_ids=back)
    return changed


def _locked(variants: Iterable[UUID]) -> dict[UUID, Stock]:
    rows = Stock.objects.filter(variant_id__in=list(variants))
    return {row.variant_id: row for row in rows.select_for_update(of=("self",)).order_by("variant_id")}


def _merged(row: Stock | Standing | None, count: Count) -> Held | None:
    """What the row becomes, or None when it stays."""
    stored = Held(row.on_hand, row.lead_time_days, row.restock_on) if row else Held(Decimal(0), 0, None)
    on_hand = stored.on_hand if count.on_hand is None else max(count.on_hand, row.reserved if row else Decimal(0))
    days = stored.lead_time_days if count.lead_time is None else count.lead_time
    wanted = Held(on_hand, days, stored.restock_on if isinstance(count.restock_on, Keep) else count.restock_on)
    is_first = row is None and (count.on_hand is not None or count.lead_time is not None)
    return wanted if is_first or wanted != stored else None
