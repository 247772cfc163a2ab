"""Saving cells of the grid: all of them or none, and only those that somebody has changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog import bulk
from catalog.enums import VariantState
from catalog.policies import require_manage
from catalog.services import announce
from catalog.structure import hold_visibility
from core import formatting
from core.actor import Actor
from core.db import atomic
from core.errors import Refused
from integrations.bulk_edit.standing import OF_PRODUCT, Column, Standing, standings
from integrations.catalog_import.issues import message
from inventory.counting import KEEP, Count, set_counts
from pricing.batches import create_batch, fill_batch
from pricing.errors import ListIsOver, PackHasNoPrice
from pricing.validity import NewPrice, PriceSet

#: A state of the grid: ending, and nothing replaces it.
ENDING_ALONE = "ending_alone"
_LARGEST = Decimal(10) ** 13
CellKey = tuple[UUID, Column]


class CellsRefused(Refused):
    """Some cells cannot be saved: ``errors`` says why, by variant and column. Nothing was written."""

    code: ClassVar[str] = "cells_refused"
    message = gettext_lazy("Some cells cannot be saved: nothing was changed.")

    def __init__(self, errors: Mapping[CellKey, str]) -> None:
        self.errors = dict(errors)
        super().__init__()


@dataclass(frozen=True, slots=True)
class Edit:
    """A cell as somebody saw it and as it should be; an empty price takes the variant off the list."""

    variant_id: UUID
    column: Column
    was: str
    to: str


@dataclass(frozen=True, slots=True)
class PriceTarget:
    """The list whose prices were typed, and the draft that takes them: a new one (named so) when there is none."""

    price_list_id: UUID | None
    batch_id: UUID | None = None
    batch_name: str = ""


@dataclass
class Saved:
    """How many cells were changed; ``batch_id`` is the draft that the prices are in."""

    cell_count: int = 0
    price_count: int = 0
    batch_id: UUID | None = None


@dataclass
class _Sorted:
    """Edits that change something, by column, and what is wrong with the others."""

    wanted: dict[Column, dict[UUID, str]] = field(default_factory=lambda: defaultdict(dict))
    errors: dict[CellKey, str] = field(default_factory=dict)


@atomic
def save_cells(*, edits: Sequence[Edit], target: PriceTarget, reference: str = "", actor: Actor) -> Saved:
    """Write the cells that were changed; prices go into a draft batch. The number of statements is constant.

    Raises NotAllowed, CellsRefused (a value that cannot be, or somebody else has changed the cell since),
    PriceListNotFound, BatchNotFound, IllegalMove. Emits CatalogChanged.
    """
    require_manage(actor)
    ids = {edit.variant_id for edit in edits if edit.was != edit.to}
    if not ids:
        return Saved()
    hold_visibility()
    bulk.hold(ids)
    known = {row.variant_id: row for row in standings(ids, target.price_list_id, lock=True)}
    found = _sorted(edits, known)
    _write_catalogue(found, actor)
    counts = _counts(found.wanted[Column.STOCK], found.wanted[Column.RESTOCK])
    if found.errors:
        raise CellsRefused(found.errors)
    if counts:
        announce(sorted(set_counts(counts=counts, reference=reference)))
    saved = Saved(sum(map(len, found.wanted.values())), len(found.wanted[Column.PRICE]))
    if saved.price_count and target.price_list_id is not None:
        prices = {key: _price_set(known[key], text) for key, text in found.wanted[Column.PRICE].items()}
        saved.batch_id = target.batch_id or create_batch(name=target.batch_name, actor=actor)
        try:
            fill_batch(batch_id=saved.batch_id, price_list_id=target.price_list_id, prices=prices, actor=actor)
        except ListIsOver as refusal:
            raise CellsRefused(dict.fromkeys(((key, Column.PRICE) for key in prices), str(refusal))) from refusal
    return saved


def _sorted(edits: Sequence[Edit], known: Mapping[UUID, Standing]) -> _Sorted:
    found = _Sorted()
    of_product: dict[tuple[UUID, Column], str] = {}
    for edit in edits:
        row = known.get(edit.variant_id)
        if row is None or edit.to == edit.was or edit.to == row.values[edit.column]:
            continue
        error = _stale(edit, row) or _unfit(edit, row)
        if edit.column in OF_PRODUCT and of_product.setdefault((row.product_id, edit.column), edit.to) != edit.to:
            error = _("This is one for all variants of the product: two were given.")
        if error:
            found.errors[edit.variant_id, edit.column] = error
        else:
            found.wanted[edit.column][edit.variant_id] = edit.to
    return found


def _stale(edit: Edit, row: Standing) -> str:
    if row.values[edit.column] == edit.was:
        return ""
    return _("Somebody has changed this since: look at it again.")


def _unfit(edit: Edit, row: Standing) -> str:
    """What is wrong with a number or a day; choices are looked at where they are written."""
    match edit.column:
        case Column.PRICE:
            return _unfit_price(edit.to, row)
        case Column.STOCK:
            return _unfit_count(edit.to, row)
        case Column.RESTOCK if edit.to and _day(edit.to) is None:
            return message("day_unreadable", {})
    return ""


def _unfit_count(text: str, row: Standing) -> str:
    count = _number(text)
    if count is None or count < 0 or count >= _LARGEST or count != round(count, 4):
        return _("A count is 0 or more, with four decimals at most.")
    if count < row.reserved:
        return _("%(count)s are reserved for orders.") % {"count": formatting.number(row.reserved)}
    return ""


def _unfit_price(text: str, row: Standing) -> str:
    if not text:
        return _("There are several tiers: change them in the price list.") if len(row.tiers) > 1 else ""
    if row.is_pack:
        return str(PackHasNoPrice(sku=row.sku))
    price = _number(text)
    if price is None or price < 0 or price >= _LARGEST or price != round(price, 6):
        return _("A price is 0 or more, with six decimals at most.")
    return ""


def _number(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _counts(on_hand: Mapping[UUID, str], days: Mapping[UUID, str]) -> dict[UUID, Count]:
    return {
        key: Count(
            on_hand=Decimal(on_hand[key]) if key in on_hand else None,
            restock_on=_day(days[key]) if key in days else KEEP,
        )
        for key in on_hand.keys() | days.keys()
    }


def _price_set(row: Standing, text: str) -> PriceSet:
    quantity = row.first_quantity
    if not text:
        return PriceSet((), is_partial=True, ended=(quantity,))
    return PriceSet((NewPrice(quantity, Decimal(text)),), is_partial=True)


def _write_catalogue(found: _Sorted, actor: Actor) -> None:
    """Family and category first: what a state asks of a variant depends on them."""
    for column in (Column.FAMILY, Column.CATEGORY):
        if cells := found.wanted[column]:
            keys = {key: UUID(text) if text else None for key, text in cells.items()}
            _refuse(found, column, bulk.place(column=column.value, wanted=keys, actor=actor))
    if cells := found.wanted[Column.STATE]:
        alone = {key for key, text in cells.items() if text == ENDING_ALONE}
        states = {key: VariantState.ENDING if key in alone else VariantState(text) for key, text in cells.items()}
        _refuse(found, Column.STATE, bulk.move(wanted=states, without_replacement=alone, actor=actor))
    if cells := found.wanted[Column.VISIBILITY]:
        bulk.show(wanted=cells, actor=actor)


def _refuse(found: _Sorted, column: Column, outcome: bulk.Outcome) -> None:
    found.errors |= {(key, column): text for key, text in outcome.refused.items()}
