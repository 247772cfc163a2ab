"""A file of prices, read for a price batch: reference, price, from which quantity, from when.

One row per price, or one per product with its tiers in a cell as an export writes them. All rows can be read, or what
is wrong is said row by row and nothing is taken.
"""

from __future__ import annotations

import re
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.utils.translation import gettext as _

from catalog.queries import variants_by_code
from catalog.visibility import UNRESTRICTED
from integrations.catalog_import import numbers
from integrations.catalog_import.cells import BadCell, Cell, Oddity, Row, code_of, fold, is_empty, shown
from integrations.catalog_import.detection import Detected, detect
from integrations.catalog_import.issues import message
from integrations.catalog_import.pricing import PriceCells
from integrations.catalog_import.reading import Format, open_source
from integrations.catalog_import.survey import body_of
from integrations.catalog_import.targets import guess
from pricing.validity import NewPrice, PriceSet

_FROM = re.compile(
    r"(valable|valide?|applicable|prix valable)( a partir)?( du| des| from| le)?|valid from|"
    r"(start|from|effective) date|date( d)? (effet|debut|application)|a compter du|debut( de)? validite|holds from"
)
_QUANTITY = re.compile(r"(min(imum)? )?(qty|qte|quantity|quantite)( min(imum|imale)?)?|from|des|a partir de")
_DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y")
_LOOKED_UP = 5000
_LARGEST = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class Wrong:
    """A row that cannot be taken, and why; ``column`` is the column's name, where it is one cell."""

    line: int
    column: str
    value: str
    reason: str


@dataclass
class PriceFile:
    """What a file holds. ``starts_on`` is the day that all of its rows name, when they do."""

    prices: dict[UUID, PriceSet] = field(default_factory=dict)
    wrong: list[Wrong] = field(default_factory=list)
    starts_on: date | None = None
    price_count: int = 0


def read_price_file(*, file: File[bytes], currency: str) -> PriceFile:
    """Prices of a file for a list in a currency; three statements for each five thousand references.

    Raises UnreadableFile and its kinds, EmptyTable.
    """
    with tempfile.TemporaryDirectory(prefix="prices-") as folder:
        path = Path(folder) / "file"
        with path.open("wb") as copy:
            for part in file.chunks():
                copy.write(part)
        found, _body = detect(path, {})
        source = open_source(path, Format(found.kind, found.encoding, found.delimiter, found.sheet))
        reader = _Reader(found, currency)
        if reader.result.wrong:
            return reader.result
        for row in body_of(source.rows(), found.header_line):
            reader.read(row)
    return reader.finish()


class UnfitError(ValueError):
    """A cell cannot be taken; the message says why, for a person."""


class _Reader:
    """Reads rows one after the other; prices are kept by reference until all references are looked up."""

    def __init__(self, found: Detected, currency: str) -> None:
        self.result, self.currency, self.detected = PriceFile(), currency, found
        self.headers = found.headers
        self.columns = _columns(found.headers)
        self.rows: dict[str, dict[Decimal, tuple[int, Decimal | None]]] = defaultdict(dict)
        self.days: dict[date, int] = {}
        for key, label in (("sku", _("the reference")), ("price", _("the price"))):
            if key not in self.columns:
                reason = _("No column holds %(what)s.") % {"what": label}
                self.result.wrong.append(Wrong(found.header_line, "", ", ".join(found.headers)[:200], reason))

    def read(self, row: Row) -> None:
        wrong = len(self.result.wrong)
        sku = self._cell(row, "sku", code_of)
        if sku == "":
            self._refuse(row, "sku", message("sku_missing", {}))
        self._cell(row, "currency", self._check_currency)
        day = self._cell(row, "starts_on", _day)
        quantity = self._cell(row, "quantity", self._quantity) or Decimal(1)
        price = self._cell(row, "price", self._price)
        tiers = self._cell(row, "tiers", self._tiers) or []
        if len(self.result.wrong) > wrong or not sku:
            return
        if day:
            self.days.setdefault(day, row.line)
        for from_quantity, unit_price in [(quantity, price), *tiers]:
            if from_quantity in self.rows[sku]:
                self._refuse(row, "quantity", _("This quantity is there twice."))
            self.rows[sku][from_quantity] = row.line, unit_price

    def finish(self) -> PriceFile:
        if len(self.days) > 1:
            second = sorted(self.days.items(), key=lambda pair: pair[1])[1]
            reason = _("A batch begins at one moment: give rows of another day in a file of their own.")
            self.result.wrong.append(Wrong(second[1], self._header("starts_on"), second[0].isoformat(), reason))
        self.result.starts_on = next(iter(self.days), None)
        self._look_up()
        self.result.wrong.sort(key=lambda wrong: wrong.line)
        return self.result

    def _look_up(self) -> None:
        skus = list(self.rows)
        for start in range(0, len(skus), _LOOKED_UP):
            portion = skus[start : start + _LOOKED_UP]
            found = variants_by_code(portion, UNRESTRICTED)
            for sku in portion:
                exact = [info for info in found.get(sku, []) if info.sku == sku] or found.get(sku, [])
                keys = {info.id for info in exact}
                if len(keys) == 1:
                    self._take(sku, keys.pop())
                else:
                    line = min(line for line, _price in self.rows[sku].values())
                    reason = _("Several products match.") if keys else _("No product has this reference.")
                    self.result.wrong.append(Wrong(line, self._header("sku"), sku, reason))

    def _take(self, sku: str, variant_id: UUID) -> None:
        if variant_id in self.result.prices:
            line = min(line for line, _price in self.rows[sku].values())
            reason = _("This product is in the file under another reference, too.")
            self.result.wrong.append(Wrong(line, self._header("sku"), sku, reason))
            return
        steps = {quantity: price for quantity, (_line, price) in sorted(self.rows[sku].items())}
        self.result.price_count += len(steps)
        self.result.prices[variant_id] = PriceSet(
            tuple(NewPrice(quantity, price) for quantity, price in steps.items() if price is not None),
            is_partial=True,
            ended=tuple(quantity for quantity, price in steps.items() if price is None),
        )

    def _cell(self, row: Row, key: str, read: Callable[[Cell], Any]) -> Any:
        """A cell read; None where there is none, or with its reason among what is wrong."""
        place = self.columns.get(key)
        if place is None:
            return None
        cell = row.cells[place] if place < len(row.cells) else ""
        try:
            return read(cell)
        except BadCell as error:
            self._refuse(row, key, message(error.code, error.params), shown(cell))
        except UnfitError as error:
            self._refuse(row, key, str(error), shown(cell))
        return None

    def _refuse(self, row: Row, key: str, reason: str, value: str = "") -> None:
        self.result.wrong.append(Wrong(row.line, self._header(key), value[:200], reason))

    def _header(self, key: str) -> str:
        place = self.columns.get(key)
        return self.headers[place] if place is not None else ""

    def _check_currency(self, cell: Cell) -> None:
        named = numbers.currency_code(shown(cell))
        if not is_empty(cell) and named != self.currency:
            raise BadCell("currency_differs", found=shown(cell), wanted=self.currency)

    def _quantity(self, cell: Cell) -> Decimal | None:
        if is_empty(cell):
            return None
        quantity = numbers.number(cell, self.detected.decimal, counts=True)
        if not 0 < quantity < _LARGEST or quantity != round(quantity, 4):
            raise BadCell("quantity_not_positive")
        return quantity

    def _price(self, cell: Cell) -> Decimal | None:
        """A price per base unit; None when the row says that there is none."""
        if numbers.is_no_price(cell):
            return None
        found = numbers.amount(cell, self.detected.decimal)
        if found is None:
            raise BadCell("price_missing")
        if (found.currency or self.detected.currency) != self.currency and "currency" not in self.columns:
            raise BadCell("currency_differs", found=found.currency or self.detected.currency, wanted=self.currency)
        return self._fitting(found.value / Decimal(self.detected.price_per))

    def _tiers(self, cell: Cell) -> list[tuple[Decimal, Decimal]]:
        cells = PriceCells()
        cells.read_list(shown(cell), self.detected.decimal)
        return [(quantity, self._fitting(price.value)) for quantity, price in cells.listed]

    @staticmethod
    def _fitting(price: Decimal) -> Decimal:
        if price < 0:
            raise BadCell("price_negative")
        if price >= _LARGEST:
            raise BadCell("number_too_big")
        if price != round(price, 6):
            raise UnfitError(_("A price is 0 or more, with six decimals at most."))
        return price


def _columns(headers: Sequence[str]) -> Mapping[str, int]:
    """Positions of the columns that a price file has, by what they hold."""
    found: dict[str, int] = {}
    for place, header in enumerate(headers):
        key = _kind(header)
        if key:
            found.setdefault(key, place)
    return found


def _kind(header: str) -> str:
    text = fold(header)
    if _FROM.fullmatch(text):
        return "starts_on"
    if _QUANTITY.fullmatch(text):
        return "quantity"
    known = guess(header)
    keys = {"sku": "sku", "price": "price", "currency": "currency", "tiers": "tiers", "tier_quantity": "quantity"}
    return keys.get(known.key, "") if known else ""


def _day(cell: Cell) -> date | None:
    if isinstance(cell, Oddity) and cell.kind == "date":
        return _read_day(cell.text[:10], _DATES[:1])
    return None if is_empty(cell) else _read_day(shown(cell).strip(), _DATES)


def _read_day(text: str, forms: Iterable[str]) -> date:
    for form in forms:
        with suppress(ValueError):
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no time zone
    raise UnfitError(_("This is no day such as 2027-03-31 or 31/03/2027."))
