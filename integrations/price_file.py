"""A file of prices, read for a price batch: reference, price, from which quantity, from when.

One row per price, or one per product with its tiers. What columns hold, which numbers cells hold and for how many
pieces prices are is read as an import of a catalogue reads it. All rows can be read, or what is wrong is said row by
row and nothing is taken.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.utils.translation import gettext as _

from catalog.outline import outline
from catalog.queries import VariantInfo, variants_by_code
from catalog.visibility import UNRESTRICTED
from integrations.catalog_import import jobs, mapping, memory, numbers
from integrations.catalog_import.cells import BadCell, Cell, Row, fold, is_empty, shown
from integrations.catalog_import.errors import TierHalf
from integrations.catalog_import.issues import message
from integrations.catalog_import.reading import Format, open_source
from integrations.catalog_import.rows import RowReader
from integrations.catalog_import.schema import Schema
from integrations.catalog_import.survey import Survey, body_of, left_out
from integrations.catalog_import.targets import guess
from integrations.models import CatalogImport
from pricing.errors import PackHasNoPrice
from pricing.validity import NewPrice, PriceSet

_FROM = re.compile(
    r"(valable|valide?|applicable|prix valable)( a partir)?( du| des| from| le)?|valid from|"
    r"(start|from|effective) date|date( d)? (effet|debut|application)|a compter du|debut( de)? validite|holds from"
)
_QUANTITY = re.compile(r"(min(imum)? )?(qty|qte|quantity|quantite)( min(imum|imale)?)?")
_TIERS = frozenset({"tiers", "tier_price", "tier_quantity"})
_READ = frozenset({"sku", "price", "currency", "price_basis", "base_unit"}) | _TIERS
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
        look = memory.look(path)
        found = look.detected
        source = open_source(path, Format(found.kind, found.encoding, found.delimiter, found.sheet))
        reader = _Reader(look, currency)
        if reader.result.wrong:
            return reader.result
        for row in body_of(source.rows(), found.header_line):
            if not left_out(row, found.headers):
                reader.read(row)
    return reader.finish()


@dataclass
class _Goods:
    """What the rows of one reference say: prices by quantity; base units that they count, with their lines."""

    line: int
    unit_lines: dict[str, int] = field(default_factory=dict)
    prices: dict[Decimal, Decimal | None] = field(default_factory=dict)


class _Reader:
    """Reads rows one after the other; prices are kept by reference until all references are looked up."""

    def __init__(self, look: memory.Look, currency: str) -> None:
        as_imported = CatalogImport()
        memory.take_over(as_imported, look)
        self.result, self.headers, self.header_line = PriceFile(), look.detected.headers, look.detected.header_line
        rules = jobs.rules_of(as_imported, currency)
        self.decimal, self.is_text = rules.decimal, look.detected.kind == "text"
        targets = {place: target for place, target in jobs.mapping_of(as_imported).items() if _key(target) in _READ}
        self.columns: dict[str, int] = {}
        self._find_own_columns(targets)
        self.goods: dict[str, _Goods] = {}
        self.days: dict[date, int] = {}
        self._check_columns(targets)
        if not self.result.wrong:
            self.rows = RowReader(
                headers=self.headers,
                mapping=targets,
                rules=rules,
                survey=Survey(),
                schema=Schema(outline(), {}, rules.decimal),
                is_text=self.is_text,
            )

    def _find_own_columns(self, targets: dict[int, str]) -> None:
        """The columns that only a file of prices has: the day, and the quantity from which the price of a row holds.

        Without any price of a tier that is the quantity of a tier, too: it is taken out of ``targets`` then.
        """
        has_tiers = any(_key(target) in ("tiers", "tier_price") for target in targets.values())
        quantities = []
        for place, header in enumerate(self.headers):
            if _FROM.fullmatch(fold(header)):
                targets.pop(place, None)
                self.columns.setdefault("starts_on", place)
            elif _is_quantity(header, targets.get(place, ""), has_tiers=has_tiers):
                targets.pop(place, None)
                quantities.append(place)
        if not quantities:
            return
        self.columns["quantity"] = quantities[0]
        if has_tiers:
            reason = _("A quantity for each row beside tiers: leave one of them out.")
            self._refuse_column(self.headers[quantities[0]], reason)
        elif len(quantities) > 1:
            reason = _("Several columns hold the quantity: leave the one in that is meant.")
            self._refuse_column(self.headers[quantities[1]], reason)

    def _check_columns(self, targets: Mapping[int, str]) -> None:
        """Which columns are missing, and which leave open what a price is."""
        keys = {_key(target) for target in targets.values()}
        for missing, label in (
            ("sku" not in keys, _("the reference")),
            (not keys & {"price", "tiers", "tier_price"}, _("the price")),
        ):
            if missing:
                self._refuse_column(", ".join(self.headers), _("No column holds %(what)s.") % {"what": label})
        if self.result.wrong:
            return
        again = [self.headers[place] for place in _places_of_price(self.headers) if place not in targets]
        if again and "price" in keys:
            self._refuse_column(again[0], _("Several columns hold the price: leave the one in that is meant."))
        try:
            mapping.check(targets, self.headers)
        except TierHalf as refusal:
            self._refuse_column(", ".join(self.headers), str(refusal))

    def read(self, row: Row) -> None:
        wrong = len(self.result.wrong)
        day = self._cell(row, "starts_on", _day)
        quantity = self._cell(row, "quantity", self._quantity)
        (reading,) = self.rows.read_all([row])
        for issue in reading.issues:
            reason = _not_taken(issue.code) or (message(issue.code, issue.params) if issue.blocks else "")
            if reason:
                self.result.wrong.append(Wrong(row.line, issue.column, issue.shown_value, reason))
        if len(self.result.wrong) > wrong or reading.row is None or reading.row.prices is None:
            return
        if day:
            self.days.setdefault(day, row.line)
        goods = self.goods.setdefault(reading.row.catalog.sku, _Goods(row.line))
        for unit in reading.row.catalog.units:
            goods.unit_lines.setdefault(unit.code, row.line)
        for from_quantity, unit_price in _steps(reading.row.prices, quantity):
            if from_quantity in goods.prices:
                self._refuse(row, "quantity", _("This quantity is there twice."))
            goods.prices[from_quantity] = unit_price

    def finish(self) -> PriceFile:
        if len(self.days) > 1:
            second = sorted(self.days.items(), key=lambda pair: pair[1])[1]
            reason = _("A batch begins at one moment: give rows of another day in a file of their own.")
            self.result.wrong.append(Wrong(second[1], self._header("starts_on"), second[0].isoformat(), reason))
        self.result.starts_on = next(iter(self.days), None)
        skus = list(self.goods)
        for start in range(0, len(skus), _LOOKED_UP):
            portion = skus[start : start + _LOOKED_UP]
            found = variants_by_code(portion, UNRESTRICTED)
            for sku in portion:
                self._take(sku, found.get(sku, []))
        self.result.wrong.sort(key=lambda wrong: wrong.line)
        return self.result

    def _take(self, sku: str, found: Sequence[VariantInfo]) -> None:
        goods = self.goods[sku]
        variants = [info for info in found if info.sku == sku] or found
        reason = self._reason_against(variants) or _pack_reason(goods, variants[0])
        if reason:
            self.result.wrong.append(Wrong(goods.line, self.rows.columns["sku"], sku, reason))
            return
        for code, line in goods.unit_lines.items():
            if code and code != variants[0].base_unit.code:
                reason = message("base_unit_differs", {})
                self.result.wrong.append(Wrong(line, self.rows.columns["base_unit"], code, reason))
        steps = sorted(goods.prices.items())
        self.result.price_count += len(steps)
        self.result.prices[variants[0].id] = PriceSet(
            tuple(NewPrice(quantity, price) for quantity, price in steps if price is not None),
            is_partial=not self.rows.has_tiers,
            ended=tuple(quantity for quantity, price in steps if price is None),
        )

    def _reason_against(self, variants: Sequence[VariantInfo]) -> str:
        """Why what has a reference cannot have its prices; an empty text when it can."""
        if not variants:
            return _("No product has this reference.")
        if len({info.id for info in variants}) > 1:
            return _("Several products match.")
        if variants[0].id in self.result.prices:
            return _("This product is in the file under another reference, too.")
        return ""

    def _cell(self, row: Row, key: str, read: Callable[[Cell], Any]) -> Any:
        """A cell of a column of our own read; None where there is none, or with its reason among what is wrong."""
        place = self.columns.get(key)
        if place is None:
            return None
        if place >= len(row.cells) and self.is_text:
            counts = {"found": len(row.cells), "wanted": len(self.headers)}
            self._refuse(row, key, message("short_row", counts))
            return None
        cell = row.cells[place] if place < len(row.cells) else ""
        try:
            return read(cell)
        except BadCell as error:
            self._refuse(row, key, message(error.code, error.params), shown(cell))
        return None

    def _refuse(self, row: Row, key: str, reason: str, value: str = "") -> None:
        self.result.wrong.append(Wrong(row.line, self._header(key), value[:200], reason))

    def _refuse_column(self, name: str, reason: str) -> None:
        self.result.wrong.append(Wrong(self.header_line, "", name[:200], reason))

    def _header(self, key: str) -> str:
        place = self.columns.get(key)
        return self.headers[place] if place is not None else ""

    def _quantity(self, cell: Cell) -> Decimal | None:
        if is_empty(cell):
            return None
        quantity = numbers.number(cell, self.decimal, counts=True)
        if not 0 < quantity < _LARGEST or quantity != round(quantity, 4):
            raise BadCell("quantity_not_positive")
        return quantity


def _key(target: str) -> str:
    chosen = mapping.parse(target)
    return chosen.key if chosen else ""


def _is_quantity(header: str, target: str, *, has_tiers: bool) -> bool:
    """Whether a column is the quantity of its row: by its name, which beside tiers may be that of the least order."""
    is_named = _QUANTITY.fullmatch(fold(header)) is not None
    return is_named and not guess(header) if has_tiers else is_named or _key(target) == "tier_quantity"


def _places_of_price(headers: Sequence[str]) -> list[int]:
    return [place for place, header in enumerate(headers) if (found := guess(header)) and found.key == "price"]


def _steps(prices: PriceSet, quantity: Decimal | None) -> list[tuple[Decimal, Decimal | None]]:
    """Prices and ends by quantity; ``quantity`` is that of the whole row, which has one price then."""
    steps = [(price.min_quantity, price.unit_price) for price in prices.prices] + [(one, None) for one in prices.ended]
    return [(quantity or from_quantity, price) for from_quantity, price in steps]


def _pack_reason(goods: _Goods, info: VariantInfo) -> str:
    is_refused = info.is_pack and any(price is not None for price in goods.prices.values())
    return str(PackHasNoPrice(sku=info.sku)) if is_refused else ""


def _not_taken(code: str) -> str:
    """Why a price that an import takes with a warning is none for a batch; an empty text for other codes."""
    if code == "price_rounded":
        return _("A price has six decimals at most.")
    return _("A price on request is none: write “no price” to end the price.") if code == "price_on_request" else ""


def _day(cell: Cell) -> date | None:
    return None if is_empty(cell) else numbers.day(cell)
