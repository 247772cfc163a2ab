"""The grid of a price list: its cells as fields, what was typed in them, and rows pasted below it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core import formatting
from core.formatting import plain
from frontend.portal.pasting import Pasted, PastedRow
from frontend.typed import as_typed, read_number
from pricing.errors import PackHasNoPrice
from pricing.listing import GridRow
from pricing.validity import NewPrice, PriceSet

_FEWEST = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """A field of the grid."""

    name: str
    label: str
    value: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A variant with pairs of cells: from which quantity, at which price. ``was`` is what is stored, for the form."""

    key: str
    sku: str
    name: str
    was: str
    planned_text: str
    error: str
    pairs: tuple[tuple[Cell, Cell], ...]

    @property
    def errors(self) -> list[str]:
        found = [cell.error for pair in self.pairs for cell in pair if cell.error]
        return [self.error, *found] if self.error else found


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of one width."""

    rows: tuple[SheetRow, ...]
    width: int


@dataclass(slots=True)
class Typed:
    """What was typed into a grid: prices of the variants that were changed, and errors by field."""

    prices: dict[UUID, PriceSet] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def build_sheet(rows: Sequence[GridRow], currency: str, typed: Mapping[str, Any], errors: Mapping[str, str]) -> Sheet:
    """The grid with what is stored, or with what was typed and what is wrong with it."""
    width = max([_FEWEST, *(len(row.tiers) + 1 for row in rows)])
    return Sheet(tuple(_row(row, width, currency, typed, errors) for row in rows), width)


def read_sheet(data: Mapping[str, Any], rows: Sequence[GridRow]) -> Typed:
    """Prices of the rows that were changed. What somebody else changed since the page was shown is an error."""
    found = Typed()
    for row in rows:
        before = len(found.errors)
        prices = _read_row(data, row, found.errors)
        was = str(data.get(f"was-{row.variant_id.hex}", ""))
        if len(found.errors) > before or _steps(prices.items()) == was:
            continue
        if was != _steps(row.tiers):
            found.errors[f"was-{row.variant_id.hex}"] = _("Somebody has changed this row since: look at it again.")
        elif row.is_pack and prices:
            found.errors[f"was-{row.variant_id.hex}"] = no_price_of(row.sku)
        found.prices[row.variant_id] = PriceSet(tuple(NewPrice(*pair) for pair in sorted(prices.items())))
    return found


def pasted_prices(pasted: Pasted) -> dict[UUID, PriceSet]:
    """Prices of pasted rows: reference and price, or reference, quantity and price. No price takes it off the list.

    Raises ValidationError at the row that cannot be.
    """
    wanted: dict[UUID, dict[Decimal, Decimal | None]] = defaultdict(dict)
    for row in pasted.rows:
        first, *others = row.numbers
        quantity, price = (first or Decimal(1), others[0]) if others else (Decimal(1), first)
        try:
            require_cells(quantity, price)
            _require_once(quantity, wanted[row.variant_id])
            _require_no_pack(row, price)
        except ValidationError as error:
            values = {"line": row.line, "error": error.messages[0]}
            raise ValidationError(_("line %(line)s: %(error)s") % values) from error
        wanted[row.variant_id][quantity] = price
    return {
        variant_id: PriceSet(
            tuple(NewPrice(quantity, price) for quantity, price in cells.items() if price is not None),
            is_partial=True,
            ended=tuple(quantity for quantity, price in cells.items() if price is None),
        )
        for variant_id, cells in wanted.items()
    }


def _require_no_pack(row: PastedRow, price: Decimal | None) -> None:
    if row.is_pack and price is not None:
        raise ValidationError(no_price_of(row.sku))


def no_price_of(sku: str) -> str:
    """Why a pack gets no price in a list."""
    return str(PackHasNoPrice(sku=sku))


def require_cells(quantity: Decimal, price: Decimal | None) -> None:
    """Raises ValidationError."""
    if quantity <= 0 or quantity != round(quantity, 4):
        raise ValidationError(_("A quantity is above 0, with four decimals at most."))
    if price is not None and (price < 0 or price != round(price, 6)):
        raise ValidationError(_("A price is 0 or more, with six decimals at most."))


def _require_once(quantity: Decimal, known: Mapping[Decimal, Any]) -> None:
    if quantity in known:
        raise ValidationError(_("This quantity is there twice."))


def _read_row(data: Mapping[str, Any], row: GridRow, errors: dict[str, str]) -> dict[Decimal, Decimal]:
    """Prices by quantity; a pair of empty cells is none."""
    prices: dict[Decimal, Decimal] = {}
    for place in count():
        names = _name("from", row.variant_id, place), _name("price", row.variant_id, place)
        if names[1] not in data:
            return prices
        texts = [str(data.get(name, "")).strip() for name in names]
        if not any(texts):
            continue
        quantity = _number(texts[0] or "1", names[0], errors)
        price = _number(texts[1], names[1], errors)
        if quantity is None or price is None:
            continue
        if quantity in prices:
            errors[names[0]] = _("This quantity is there twice.")
        prices[quantity] = price
    return prices


def _number(text: str, name: str, errors: dict[str, str]) -> Decimal | None:
    """A cell's number; what is wrong with it becomes an error of its field."""
    if not text:
        errors[name] = _("The price is missing.")
        return None
    try:
        number = read_number(text)
        require_cells(*((number, None) if name.startswith("from") else (Decimal(1), number)))
    except ValidationError as error:
        errors[name] = error.messages[0]
        return None
    return number


def _row(row: GridRow, width: int, currency: str, typed: Mapping[str, Any], errors: Mapping[str, str]) -> SheetRow:
    key = row.variant_id.hex
    pairs = []
    for place in range(width):
        quantity, price = row.tiers[place] if place < len(row.tiers) else (None, None)
        values = {"sku": row.sku, "number": place + 1}
        first = _cell(_name("from", row.variant_id, place), _("%(sku)s, quantity %(number)s") % values, quantity)
        second = _cell(_name("price", row.variant_id, place), _("%(sku)s, price %(number)s") % values, price)
        pairs.append((_retyped(first, typed, errors), _retyped(second, typed, errors)))
    return SheetRow(
        key=key,
        sku=row.sku,
        name=formatting.localised(row.name_fr, row.name_en),
        was=str(typed.get(f"was-{key}", _steps(row.tiers))),
        planned_text="; ".join(_planned(step, currency) for step in row.planned),
        error=errors.get(f"was-{key}", ""),
        pairs=tuple(pairs),
    )


def _planned(step: tuple[Any, Decimal, Decimal], currency: str) -> str:
    moment, quantity, price = step
    return _("%(price)s from %(quantity)s, as of %(moment)s") % {
        "price": formatting.unit_price(price, currency),
        "quantity": formatting.number(quantity),
        "moment": formatting.moment(moment),
    }


def _cell(name: str, label: str, stored: Decimal | None) -> Cell:
    """A cell as the page's language types it."""
    return Cell(name, label, as_typed(stored))


def _retyped(cell: Cell, typed: Mapping[str, Any], errors: Mapping[str, str]) -> Cell:
    return Cell(cell.name, cell.label, str(typed.get(cell.name, cell.value)), errors.get(cell.name, ""))


def _steps(tiers: Any) -> str:
    return ";".join(f"{plain(quantity)}={plain(price)}" for quantity, price in sorted(tiers))


def _name(kind: str, variant_id: UUID, place: int) -> str:
    return f"{kind}-{variant_id.hex}-{place}"
