"""When prices of a list hold. A row is closed at a moment, never overwritten or deleted.

The prices of one variant at one quantity follow each other in time. A new price ends the one that holds at its moment
and takes over that one's end, so that what was planned for later stays planned. Who changes a list holds its row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from django.db.models import F, Q
from django.utils import timezone

from catalog.keys import any_of
from catalog.services import announce
from pricing.errors import ListIsAgreed, PriceListNotFound
from pricing.models import DueChange, Price, PriceList

_BATCH = 2000
#: List, variant, quantity from which a price holds.
_Key = tuple[UUID, UUID, Decimal]


@dataclass(frozen=True, slots=True)
class NewPrice:
    """A net price per base unit from a quantity of base units on."""

    min_quantity: Decimal
    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class PriceSet:
    """What a variant costs in a list.

    Its prices replace all that hold, or (``is_partial``) only those at the same quantities and at the quantities in
    ``ended``. No prices, and not partial: the variant is taken off the list.
    """

    prices: tuple[NewPrice, ...]
    is_partial: bool = False
    ended: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to a variant's price from a quantity on: ``closed`` rows end, ``opened`` begins."""

    variant_id: UUID
    min_quantity: Decimal
    closed: tuple[Price, ...]
    opened: Price | None

    @property
    def before(self) -> Price | None:
        """The price that held."""
        return self.closed[-1] if self.closed else None


def holding(moment: datetime) -> Q:
    """Rows that hold at a moment."""
    return (Q(valid_to=None) | Q(valid_to__gt=moment)) & Q(valid_from__lte=moment)


def not_over(moment: datetime) -> Q:
    """Rows that hold at a moment or later; what was taken back before it began is left out."""
    return Q(valid_to=None) | Q(valid_to__gt=moment) & Q(valid_to__gt=F("valid_from"))


class Planned(Protocol):
    """What a batch began and ended in the future."""

    @property
    def id(self) -> UUID: ...
    @property
    def price_list_id(self) -> UUID: ...
    @property
    def variant_id(self) -> UUID: ...
    @property
    def min_quantity(self) -> Decimal: ...
    @property
    def opened_id(self) -> UUID | None: ...
    @property
    def closed_id(self) -> UUID | None: ...


def lock_lists(price_list_ids: Iterable[UUID]) -> dict[UUID, PriceList]:
    """Hold lists until the end of the transaction, in the order of their keys.

    Raises PriceListNotFound, ListIsAgreed for the list of a framework agreement, which changes with that only.
    """
    wanted = set(price_list_ids)
    rows = PriceList.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=wanted).order_by("pk")
    found = {row.pk: row for row in rows}
    if found.keys() != wanted:
        raise PriceListNotFound
    for row in found.values():
        if row.agreement_id:
            raise ListIsAgreed(field="price_list", list=row.name)
    return found


def changes(price_list_id: UUID, prices: Mapping[UUID, PriceSet], moment: datetime) -> list[Change]:
    """What setting these prices at a moment comes to; one statement, writes nothing."""
    timelines = _timelines(price_list_id, prices, moment)
    found: list[Change] = []
    for variant_id, wanted in prices.items():
        known = timelines.get(variant_id, {})
        new = {price.min_quantity: price.unit_price for price in wanted.prices}
        for quantity in sorted({*new, *wanted.ended} if wanted.is_partial else known.keys() | new.keys()):
            key = (price_list_id, variant_id, quantity)
            change = _change(key, new.get(quantity), known.get(quantity, ()), moment)
            if change is not None:
                found.append(change)
    return found


def moving(price_list_id: UUID, prices: Mapping[UUID, PriceSet], moment: datetime) -> set[UUID]:
    """The variants of which :func:`changes` would find any, from plain columns; one statement."""
    held: dict[UUID, dict[Decimal, Decimal]] = defaultdict(dict)
    rows = Price.objects.filter(holding(moment), price_list_id=price_list_id, variant_id__in=any_of(prices))
    for key, quantity, price in rows.order_by("valid_from", "pk").values_list(
        "variant_id", "min_quantity", "unit_price"
    ):
        held[key][quantity] = price
    return {key for key, wanted in prices.items() if _moves(wanted, held.get(key, {}))}


def _moves(wanted: PriceSet, held: Mapping[Decimal, Decimal]) -> bool:
    new = {price.min_quantity: price.unit_price for price in wanted.prices}
    if not wanted.is_partial:
        return new != held
    return any(new.get(quantity) != held.get(quantity) for quantity in (*new, *wanted.ended))


def write(found: Sequence[Change], moment: datetime) -> None:
    """Close and open rows; two statements. Who calls holds the lists."""
    closed = [price.pk for change in found for price in change.closed]
    if closed:
        Price.objects.filter(pk__in=closed).update(valid_to=moment)
    Price.objects.bulk_create([change.opened for change in found if change.opened is not None], batch_size=_BATCH)


def withdraw(planned: Collection[Planned], moment: datetime) -> set[UUID]:
    """Undo what was to happen at a later moment; answers keys of what was left because somebody changed it since.

    What was to begin then never does, and what was to end goes on. Who calls holds the list; four statements.
    """
    by_list: dict[UUID, set[UUID]] = defaultdict(set)
    for plan in planned:
        by_list[plan.price_list_id].add(plan.variant_id)
    timelines = {list_id: _timelines(list_id, ids, timezone.now()) for list_id, ids in by_list.items()}
    never: list[UUID] = []
    longer: list[Price] = []
    left: set[UUID] = set()
    for plan in planned:
        timeline = timelines[plan.price_list_id].get(plan.variant_id, {}).get(plan.min_quantity, [])
        starting = next((row for row in timeline if row.valid_from == moment), None)
        ending = next((row for row in timeline if row.valid_to == moment), None)
        if (starting.pk if starting else None) != plan.opened_id:
            left.add(plan.id)
            continue
        if starting:
            never.append(starting.pk)
        if plan.closed_id and ending:
            later = [row.valid_from for row in timeline if row.valid_from > moment]
            ending.valid_to = starting.valid_to if starting else min(later, default=None)
            longer.append(ending)
    Price.objects.filter(pk__in=never).update(valid_to=F("valid_from"))
    save_columns(Price, longer, ["valid_to"])
    return left


def save_columns(model: Any, rows: Collection[Any], columns: Sequence[str]) -> None:
    """Write columns of many rows that exist: each insert of this one statement becomes an update."""
    if rows:
        model.objects.bulk_create(
            list(rows), batch_size=_BATCH, update_conflicts=True, unique_fields=["id"], update_fields=list(columns)
        )


def tell(price_list_id: UUID, variant_ids: Iterable[UUID], moment: datetime) -> None:
    """See to it that the search is told of variants when their prices change: now, or at a later moment."""
    wanted = sorted(variant_ids)
    if moment > timezone.now():
        rows = [DueChange(price_list_id=price_list_id, variant_id=variant_id, at=moment) for variant_id in wanted]
        DueChange.objects.bulk_create(rows, batch_size=_BATCH)
        return
    for start in range(0, len(wanted), _BATCH):
        announce(wanted[start : start + _BATCH])


def _timelines(
    price_list_id: UUID, variant_ids: Iterable[UUID], moment: datetime
) -> dict[UUID, dict[Decimal, list[Price]]]:
    """Rows that hold at a moment or later, by variant and quantity, in the order in which they begin."""
    rows = Price.objects.filter(
        not_over(moment), price_list_id=price_list_id, variant_id__in=any_of(variant_ids)
    ).order_by("valid_from", "pk")
    found: dict[UUID, dict[Decimal, list[Price]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        found[row.variant_id][row.min_quantity].append(row)
    return found


def _change(key: _Key, unit_price: Decimal | None, timeline: Sequence[Price], moment: datetime) -> Change | None:
    price_list_id, variant_id, quantity = key
    holding = tuple(row for row in timeline if row.valid_from <= moment)
    if unit_price == (holding[-1].unit_price if holding else None):
        return None
    if unit_price is None:
        return Change(variant_id, quantity, holding, None)
    opened = Price(
        price_list_id=price_list_id,
        variant_id=variant_id,
        min_quantity=quantity,
        unit_price=unit_price,
        valid_from=moment,
        valid_to=_end(holding, timeline[len(holding) :]),
    )
    return Change(variant_id, quantity, holding, opened)


def _end(holding: Sequence[Price], later: Sequence[Price]) -> datetime | None:
    """Where a new price ends: where the one before would have, or where the next begins."""
    ends = [row.valid_to for row in holding[-1:]] + [row.valid_from for row in later[:1]]
    return min((end for end in ends if end is not None), default=None)
