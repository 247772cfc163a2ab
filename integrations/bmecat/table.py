"""All products of a catalogue as one table: first read into a file of items, then laid out. Nothing of Django."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from integrations.bmecat import columns
from integrations.bmecat.catalogue import Catalogue
from integrations.bmecat.features import FeatureColumns
from integrations.bmecat.items import Feature, Item, Price, read_item
from integrations.bmecat.prices import Cell, kind_name, ladders, per_unit, plain, unit_cells
from integrations.bmecat.stream import elements

HOME = "FR"
_KEYWORDS = 1000
_SHEETS = {"data_sheet": "data_sheet", "safety_data_sheet": "safety_sheet"}
_ON_REQUEST = "on request"


class TooManyProductsError(Exception):
    """More products than an import takes."""


@dataclass
class Seen:
    """What the products have among them: decides which columns there are."""

    languages: dict[str, set[str]] = field(default_factory=lambda: {"short": set(), "long": set(), "keywords": set()})
    present: set[str] = field(default_factory=set)
    kinds: dict[str, Price] = field(default_factory=dict)
    classes: set[str] = field(default_factory=set)
    references: set[str] = field(default_factory=set)
    rates: set[str] = field(default_factory=set)
    media: set[str] = field(default_factory=set)
    features: FeatureColumns = field(default_factory=FeatureColumns)
    has_content: bool = False
    count: int = 0

    def see(self, item: Item) -> None:
        self.count += 1
        for name, found in self.languages.items():
            found.update(getattr(item, name))
        for name in ("gtin", "mpn", "brand", "type_name", "lead_time"):
            if getattr(item, name):
                self.present.add(name)
        self.present.update(name for name, cell in unit_cells(item).items() if cell)
        self.has_content = self.has_content or per_unit(item) != 1
        for price in item.prices:
            self.kinds.setdefault(kind_name(price), price)
        self.rates.update(_rates(item))
        self.classes.update(item.classes)
        self.references.update(item.references)
        self.media.update(media_kind(row) for row in item.media)
        self.features.see(item)


@dataclass
class Table:
    """A catalogue that is being laid out: ``read`` first, then ``rows``."""

    path: Path
    items: Path
    max_rows: int
    today: str
    catalogue: Catalogue = field(default_factory=Catalogue)
    seen: Seen = field(default_factory=Seen)

    def read(self) -> None:
        """Read the whole file once. Raises HostileXmlError, BrokenXmlError, TooManyProductsError."""
        catalogue = self.catalogue
        with self.items.open("w", encoding="utf-8") as output:
            for name, element in elements(self.path):
                if name in ("ARTICLE", "PRODUCT"):
                    item = read_item(
                        element,
                        language=catalogue.language,
                        currency=catalogue.currency,
                        catalogue=catalogue.identifier,
                    )
                    self._add(item, output.write)
                elif name == "BMECAT":
                    catalogue.version = element.get("version") or ""
                elif name.startswith("T_"):
                    catalogue.transaction = name
                elif name == "HEADER":
                    catalogue.read_header(element)
                elif name == "CATALOG_STRUCTURE":
                    catalogue.read_group(element)
                else:
                    catalogue.read_assignment(element)
        self.seen.features.finish()

    def _add(self, item: Item, write: Callable[[str], object]) -> None:
        if self.seen.count >= self.max_rows:
            raise TooManyProductsError
        if self.catalogue.transaction == "T_UPDATE_PRICES":
            item = _prices_only(item)
        self.seen.see(item)
        write(f"{json.dumps(item.as_json(), ensure_ascii=False)}\n")

    def headers(self) -> list[str]:
        """Names of the columns, in their order."""
        return list(dict.fromkeys(self._headers()))

    def _headers(self) -> Iterator[str]:
        seen = self.seen
        yield columns.SKU
        for name, key in ((columns.SHORT, "short"), (columns.LONG, "long")):
            yield from (columns.named(name, language) for language in sorted(seen.languages[key]))
        yield from (header for name, header in _SIMPLE.items() if name in seen.present)
        yield from (columns.named(columns.GROUP, language) for language in self._group_languages())
        yield from (header for name, header in _UNITS.items() if name in seen.present)
        for name in sorted(seen.kinds):
            yield self.price_header(name)
            if seen.has_content:
                yield f"{columns.UNDIVIDED} {name}"
        if seen.rates:
            yield columns.tax(seen.rates)
        yield from (f"{columns.CLASS} {_system(name)}" for name in sorted(seen.classes))
        yield from (columns.named(columns.KEYWORD, language) for language in sorted(seen.languages["keywords"]))
        yield from (columns.reference(kind) for kind in sorted(seen.references))
        yield from (f"{columns.MEDIA} {kind}" for kind in sorted(seen.media))
        yield from seen.features.headers.values()

    def _group_languages(self) -> list[str]:
        return self.catalogue.languages() if self.catalogue.assigned else []

    def price_header(self, name: str) -> str:
        """Name of a kind's column; a net price that is not the only one here says so."""
        here = self.net_kinds()
        note = columns.ELSEWHERE if name not in here else columns.SEVERAL if len(here) > 1 else ""
        return (
            f"{columns.PRICE} {name} {note}"
            if note and self.seen.kinds[name].kind.startswith("net")
            else f"{columns.PRICE} {name}"
        )

    def net_kinds(self) -> list[str]:
        """Kinds of net prices that hold here: those of this country or of no country in particular."""
        kinds = self.seen.kinds
        net = [name for name, price in kinds.items() if price.kind.startswith("net")]
        here = [name for name in net if not kinds[name].territories or HOME in kinds[name].territories]
        return sorted(here or net)

    def rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """Number and cells of each product, numbered from one."""
        names = {name: index for index, name in enumerate(self.headers())}
        with self.items.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                cells: list[Cell] = [""] * len(names)
                for name, cell in self._cells(_item(json.loads(line))):
                    if name in names:
                        cells[names[name]] = cell
                yield number, cells

    def _cells(self, item: Item) -> Iterator[tuple[str, Cell]]:
        yield columns.SKU, ["deleted", item.sku] if item.mode == "delete" else item.sku
        for name, texts in ((columns.SHORT, item.short), (columns.LONG, item.long)):
            yield from ((columns.named(name, language), text) for language, text in texts.items())
        yield from ((header, getattr(item, name)) for name, header in _SIMPLE.items())
        for language in self._group_languages():
            yield columns.named(columns.GROUP, language), self.catalogue.path(item.sku, language)
        cells = unit_cells(item)
        yield from ((header, cells.get(name, "")) for name, header in _UNITS.items())
        yield from self._price_cells(item)
        yield columns.tax(self.seen.rates), " / ".join(_rates(item))
        yield from ((f"{columns.CLASS} {_system(name)}", _class(code)) for name, code in item.classes.items())
        for language, words in item.keywords.items():
            yield columns.named(columns.KEYWORD, language), _joined(words)
        yield from _reference_cells(item)
        for kind in dict.fromkeys(media_kind(row) for row in item.media):
            sources = [row[0] for row in item.media if media_kind(row) == kind]
            yield f"{columns.MEDIA} {kind}", " | ".join(dict.fromkeys(sources))
        yield from self.seen.features.cells(item)

    def _price_cells(self, item: Item) -> Iterator[tuple[str, Cell]]:
        if item.is_daily_price and not item.prices:
            yield from ((self.price_header(name), _ON_REQUEST) for name in self.seen.kinds)
        for name, cell in ladders(item, today=self.today).items():
            yield self.price_header(name), cell
        if self.seen.has_content:
            for name, cell in ladders(item, today=self.today, by_content=False).items():
                yield f"{columns.UNDIVIDED} {name}", cell


_SIMPLE = {
    "gtin": columns.GTIN,
    "mpn": columns.MPN,
    "brand": columns.BRAND,
    "type_name": columns.TYPE,
    "lead_time": columns.LEAD_TIME,
}
_UNITS = {
    "base": columns.BASE,
    "pack": columns.PACK,
    "content": columns.CONTENT,
    "minimum": columns.MINIMUM,
    "multiple": columns.MULTIPLE,
}


def _prices_only(item: Item) -> Item:
    """What a transaction of prices may touch, whatever else stands in it."""
    return Item(
        sku=item.sku,
        mode=item.mode,
        per_order_unit=item.per_order_unit,
        price_quantity=item.price_quantity,
        is_daily_price=item.is_daily_price,
        prices=item.prices,
    )


def _item(stored: dict[str, Any]) -> Item:
    item = Item(**stored)
    item.features = [Feature(**row) for row in stored["features"]]
    item.prices = [Price(**row) for row in stored["prices"]]
    return item


def media_kind(row: list[str]) -> str:
    """What a medium is: ``image``, ``data_sheet``, ``safety_sheet``, or ``document``."""
    source, kind, purpose = row
    if purpose in _SHEETS:
        return _SHEETS[purpose]
    is_picture = kind.startswith("image") or source.lower().endswith((".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif"))
    return "image" if is_picture else "document"


def _rates(item: Item) -> list[str]:
    """The rates of VAT that a product has here: several are refused with its row."""
    here = [price for price in item.prices if price.tax and (not price.territories or HOME in price.territories)]
    return list(dict.fromkeys(_rate(price.tax) for price in here))


def _rate(text: str) -> str:
    """Digits that can be read in one way; what is no number stays as it stands."""
    try:
        return plain(Decimal(text))
    except ArithmeticError:
        return text


def _reference_cells(item: Item) -> Iterator[tuple[str, Cell]]:
    """References by column. One that a reader could take for several gets the separator behind it."""
    found: dict[str, list[str]] = {}
    for kind, others in item.references.items():
        found.setdefault(columns.reference(kind), []).extend(others)
    for name, others in found.items():
        several = list(dict.fromkeys(others))
        is_plain = len(several) > 1 or not set(several[0]) & {",", ";"}
        yield name, " | ".join(several) if is_plain else f"{several[0]} |"


def _system(name: str) -> str:
    """``ECLASS-9.0`` and ``ETIM-7.0`` under one name for all their versions."""
    return name.partition("-")[0].strip() or name


def _class(code: str) -> str:
    """An eCl@ss code as people write it, so that nobody takes it for a number."""
    return "-".join(code[start : start + 2] for start in range(0, 8, 2)) if code.isdigit() and len(code) == 8 else code


def _joined(words: Iterable[str]) -> str:
    """Keywords on one line, as many as fit."""
    text = ""
    for word in dict.fromkeys(words):
        longer = f"{text}, {word}" if text else word
        if len(longer) > _KEYWORDS:
            break
        text = longer
    return text
