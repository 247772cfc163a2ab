"""A first walk through the whole file: what only shows when all rows are seen together.

Repeated references, the usual spelling of a brand, columns of numbers. Keeps keys and line numbers, not rows.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from catalog.keys import sku_key
from catalog.tree import slug_of
from integrations.catalog_import.cells import BadCell, Cell, Row, code_of, fold, is_empty, line_of_text
from integrations.catalog_import.mapping import parse
from integrations.catalog_import.numbers import number

_TOTAL = re.compile(
    r"(?:(?:sous|sub|grand|montant|somme) ?)?(?:totals?|totaux)(?: general| ht| ttc| articles)?|somme|sum"
)


@dataclass
class Survey:
    """What was seen in all rows.

    ``similar`` are references that differ only in case or separators from one before, with its line; ``left_out`` are
    lines that are no products, with the code that says why.
    """

    row_count: int = 0
    sku_lines: dict[str, int] = field(default_factory=dict)
    repeated: dict[str, list[int]] = field(default_factory=dict)
    similar: dict[str, int] = field(default_factory=dict)
    left_out: dict[int, str] = field(default_factory=dict)
    gtin_lines: dict[str, int] = field(default_factory=dict)
    brands: dict[str, str] = field(default_factory=dict)
    numeric_attributes: frozenset[str] = frozenset()


def body_of(rows: Iterable[Row], header_line: int) -> Iterable[Row]:
    """Rows below the column names that hold anything."""
    return (row for row in rows if row.line > header_line and not all(is_empty(cell) for cell in row.cells))


def left_out(row: Row, headers: Sequence[str]) -> str:
    """The issue's code when a row is no product: a total, a heading, the column names again; else an empty text."""
    filled = (cell for cell in row.cells if not is_empty(cell))
    first = next(filled)
    if isinstance(first, str) and len(first) < 40 and _may_be_total(first) and _TOTAL.fullmatch(fold(first)):
        return "total_line"
    if len(headers) > 2 and next(filled, None) is None:
        return "heading_line"
    if isinstance(first, str) and _plain(first) in headers and [_plain(cell) for cell in row.cells] == list(headers):
        return "header_again"
    return ""


def _may_be_total(text: str) -> bool:
    """A quick look before the long one: most first cells are references with digits."""
    return not any(map(str.isdigit, text))


def _plain(cell: Cell) -> str:
    return " ".join(str(cell).split())


def survey(rows: Iterable[Row], mapping: Mapping[int, str], headers: Sequence[str]) -> Survey:
    """Walk through the rows below the column names."""
    walker = _Walker(mapping)
    for row in rows:
        walker.found.row_count += 1
        if code := left_out(row, headers):
            walker.found.left_out[row.line] = code
        else:
            walker.see(row)
    return walker.finish()


class _Walker:
    def __init__(self, mapping: Mapping[int, str]) -> None:
        self.found = Survey()
        self.columns = {target: index for index, target in mapping.items()}
        self.key_lines: dict[str, tuple[int, str]] = {}
        self.spellings: dict[str, Counter[str]] = defaultdict(Counter)
        self.not_numeric: set[str] = set()
        self.attributes = {
            index: chosen.code
            for index, target in mapping.items()
            if (chosen := parse(target)) and chosen.key == "attr" and not chosen.language
        }
        self.seen_attributes: set[str] = set()

    def see(self, row: Row) -> None:
        self._see_sku(row)
        gtin = self._code(row, "gtin")
        if gtin:
            self.found.gtin_lines.setdefault(gtin, row.line)
        brand = self._text(row, "brand")
        if brand:
            self.spellings[slug_of(brand)][brand] += 1
        for index, code in self.attributes.items():
            if code not in self.not_numeric and index < len(row.cells) and not is_empty(row.cells[index]):
                self._see_attribute(code, row.cells[index])

    def _see_sku(self, row: Row) -> None:
        sku = self._code(row, "sku")
        if not sku:
            return
        first = self.found.sku_lines.setdefault(sku, row.line)
        if first != row.line:
            self.found.repeated.setdefault(sku, [first]).append(row.line)
            return
        line, other = self.key_lines.setdefault(sku_key(sku), (row.line, sku))
        if other != sku:
            self.found.similar[sku] = line

    def _see_attribute(self, code: str, cell: Cell) -> None:
        self.seen_attributes.add(code)
        try:
            number(cell, ".")
        except BadCell:
            self.not_numeric.add(code)

    def _code(self, row: Row, target: str) -> str:
        index = self.columns.get(target, len(row.cells))
        try:
            return code_of(row.cells[index]) if index < len(row.cells) else ""
        except BadCell:
            return ""

    def _text(self, row: Row, target: str) -> str:
        index = self.columns.get(target, len(row.cells))
        try:
            return line_of_text(row.cells[index])[0] if index < len(row.cells) else ""
        except BadCell:
            return ""

    def finish(self) -> Survey:
        self.found.brands = {slug: usual(counted) for slug, counted in self.spellings.items()}
        self.found.numeric_attributes = frozenset(self.seen_attributes - self.not_numeric)
        return self.found


def usual(spellings: Counter[str]) -> str:
    """The spelling that stands most often; among equals the one that does not shout."""
    return max(spellings, key=lambda text: (spellings[text], not text.isupper(), text))
