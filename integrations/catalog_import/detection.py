"""How a file is written: encoding, delimiter, line of the column names, decimal separator, currency, basis of prices.

All of it is shown to the person and can be corrected; nothing here decides about a value.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from charset_normalizer import from_bytes

from integrations.catalog_import import guard, limits
from integrations.catalog_import.cells import Cell, Row, fold, is_empty, printable, shown
from integrations.catalog_import.errors import EmptyTable
from integrations.catalog_import.numbers import CURRENCIES
from integrations.catalog_import.reading import Format, Source, open_source
from integrations.catalog_import.targets import recognised
from integrations.catalog_import.units import known_unit

ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "iso8859_15", "cp1250", "cp850", "mac_roman", "utf-16")
DELIMITERS = (";", ",", "\t", "|")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SAMPLE = 256 * 1024
_DECIMAL = re.compile(r"^[^\d]*\d[\d \u00a0\u202f]*([.,])(\d+)[^\d]*$")
_BASIS = re.compile(r"(?:\b(?:par|pour|per|au|le|les)|/)\s*(100|1\s?000|cent|mille|hundred|thousand)\b", re.IGNORECASE)
_PER_UNIT = re.compile(
    r"(?:\b(?:par|pour|per|au|le)\s+|/\s*)(m(?:²|2)?|m[eè]tres?|meters?|kg|kilos?|l|litres?)(?!\w)", re.IGNORECASE
)
_PRICED = re.compile(r"\b(pu|prix|price|tarif)\b")
_BASIS_VALUE = {"100": "100", "cent": "100", "hundred": "100", "1000": "1000", "mille": "1000", "thousand": "1000"}
_PREVIEW_ROWS = 8
_PREVIEW_WIDTH = 80


@dataclass(frozen=True, slots=True)
class Detected:
    """What was found in a file: how it is read, its columns with examples, and what stands above them."""

    kind: guard.Kind
    encoding: str
    delimiter: str
    sheet: str
    sheets: tuple[str, ...]
    formulas: int
    header_line: int
    headers: tuple[str, ...]
    title: tuple[str, ...]
    decimal: str
    currency: str
    price_per: str
    category_separator: str
    base_unit: str
    samples: tuple[tuple[str, ...], ...]
    about: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def detect(path: Path, wanted: dict[str, str]) -> tuple[Detected, list[Row]]:
    """Look at the beginning of a file; ``wanted`` holds what a person has decided already.

    Raises UnreadableFile and its kinds, EmptyTable.
    """
    kind = guard.kind_of(path)
    encoding = delimiter = ""
    if kind == "text":
        encoding = wanted.get("encoding") or encoding_of(path)
        delimiter = wanted.get("delimiter") or delimiter_of(path, encoding)
    source = open_source(path, Format(kind, encoding, delimiter, wanted.get("sheet", "")))
    if kind == "bmecat":
        wanted = _of_catalogue(source)
    head = source.head()
    position = _header_position(head, wanted.get("header_line", ""))
    header, body = head[position], head[position + 1 :]
    headers = tuple(_header_text(cell) for cell in header.cells)
    title = tuple(" ".join(shown(cell) for cell in row.cells if not is_empty(cell)) for row in head[:position])
    found = Detected(
        kind=kind,
        encoding=encoding,
        delimiter=delimiter,
        sheet=source.format.sheet,
        sheets=source.sheets,
        formulas=source.formulas,
        header_line=header.line,
        headers=headers,
        title=tuple(printable(text)[:200] for text in title if text),
        decimal=wanted["decimal"] if "decimal" in wanted else decimal_of(body),
        currency=wanted.get("currency") or _currency_of(headers, title, body),
        price_per=wanted.get("price_per") or _basis_of(headers, title),
        category_separator=wanted.get("category_separator") or _category_separator(headers, body),
        base_unit=wanted.get("base_unit") or _unit_of(headers, title),
        samples=tuple(_sample(row, len(headers)) for row in body[:_PREVIEW_ROWS]),
        about=source.about,
    )
    return found, body


def _of_catalogue(source: Source) -> dict[str, str]:
    """How the table of a BMEcat file is written: the norm says it, nothing has to be guessed."""
    currency = source.about["currency"] or "EUR"
    return {"header_line": "0", "decimal": ".", "currency": currency, "price_per": "1", "category_separator": ">"}


def encoding_of(path: Path) -> str:
    """Encoding of a text file: a byte order mark, else UTF-8 when all of it is, else the likeliest of Europe's."""
    with path.open("rb") as file:
        start = file.read(_SAMPLE)
    for mark, name in _BOMS:
        if start.startswith(mark):
            return name
    if _is_utf8(path):
        return "utf-8"
    legacy = [name for name in ENCODINGS if not name.startswith("utf")]
    best = from_bytes(_beyond_ascii(path) or start, cp_isolation=legacy).best()
    found = best.encoding if best else "cp1252"
    return found if found in ("cp850", "mac_roman", "cp1250") and not _decodes(path, "cp1252") else "cp1252"


def _is_utf8(path: Path) -> bool:
    return _decodes(path, "utf-8")


def _decodes(path: Path, encoding: str) -> bool:
    try:
        with path.open(encoding=encoding) as file:
            while file.read(_SAMPLE):
                pass
    except UnicodeDecodeError:
        return False
    return True


def _beyond_ascii(path: Path) -> bytes:
    """Lines with other characters than ASCII: they tell one encoding from another."""
    with path.open("rb") as file:
        return b"".join(islice((line for line in file if not line.isascii()), 500))


def delimiter_of(path: Path, encoding: str) -> str:
    """The delimiter that splits the most lines into the same number of several cells."""
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        lines = list(islice(file, limits.HEAD_ROWS))
    return max(DELIMITERS, key=lambda delimiter: _regularity(lines, delimiter))


def _regularity(lines: Sequence[str], delimiter: str) -> tuple[int, int]:
    try:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if len(row) > 1)
    except csv.Error:
        return (0, 0)
    if not widths:
        return (0, 0)
    width, count = widths.most_common(1)[0]
    return (count * (3 if width > 2 else 1), width)


def _header_position(head: Sequence[Row], wanted: str) -> int:
    """Index of the row with the column names. Raises EmptyTable."""
    if wanted.isdigit():
        position = next((index for index, row in enumerate(head) if row.line == int(wanted)), None)
        if position is not None:
            return position
    candidates = [index for index, row in enumerate(head[:30]) if _filled(row) >= 2]
    if not candidates:
        candidates = [index for index, row in enumerate(head[:2]) if _filled(row)]
    if not candidates or len(head) < 2:
        raise EmptyTable(field="file")
    return max(candidates, key=lambda index: (_header_score(head[index]), -index))


def _header_score(row: Row) -> int:
    """How much a row looks like column names: names that we know, and no numbers."""
    texts = [cell for cell in row.cells if isinstance(cell, str) and cell.strip()]
    known = sum(recognised(text) for text in texts)
    words = sum(1 for text in texts if not any(character.isdigit() for character in text))
    return known * 10 + words if known else min(words, 5)


def _filled(row: Row) -> int:
    return sum(not is_empty(cell) for cell in row.cells)


def _header_text(cell: Cell) -> str:
    return " ".join(printable(shown(cell)).split())[:120]


def _sample(row: Row, width: int) -> tuple[str, ...]:
    texts = [" ".join(printable(shown(cell)).split())[:_PREVIEW_WIDTH] for cell in row.cells[:width]]
    return (*texts, *([""] * (width - len(texts))))


def decimal_of(body: Sequence[Row]) -> str:
    """``,`` or ``.`` when the file shows which one stands before decimals; empty when it does not."""
    votes: Counter[str] = Counter()
    for row in body:
        for cell in row.cells:
            match = _DECIMAL.match(cell) if isinstance(cell, str) and len(cell) < 25 else None
            if match and len(match[2]) != 3:
                votes[match[1]] += 1
    if not votes:
        return ""
    (first, count), *rest = votes.most_common(2)
    return first if not rest or count > 2 * rest[0][1] else ""


def _currency_of(headers: Sequence[str], title: Sequence[str], body: Sequence[Row]) -> str:
    """The currency that column names, title or prices name; EUR when nothing says otherwise."""
    for texts in (headers, title):
        found = _named_currencies(texts)
        if len(found) == 1:
            return next(iter(found))
    cells = [cell for row in body for cell in row.cells if isinstance(cell, str) and len(cell) < 20]
    named = _named_currencies([cell for cell in cells if len(cell) == 3 or any(map(str.isdigit, cell))])
    usual = named.most_common(1)
    return usual[0][0] if usual and usual[0][1] * 2 > len(body) else "EUR"


def _named_currencies(texts: Sequence[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for text in texts:
        found.update("EUR" for sign in ("€", "euro") if sign in text.lower())
        found.update(code for sign, code in (("$", "USD"), ("£", "GBP")) if sign in text)
        found.update(word for word in re.findall(r"\b[A-Z]{3}\b", text) if word in CURRENCIES)
    return found


def _basis_of(headers: Sequence[str], title: Sequence[str]) -> str:
    """For how many pieces prices are, when a price's name or the title says so; else one."""
    priced = [text for text in headers if _PRICED.search(fold(text))]
    for text in (*priced, *title):
        match = _BASIS.search(text)
        if match:
            return _BASIS_VALUE[re.sub(r"\s", "", match[1].lower())]
    return "1"


def _unit_of(headers: Sequence[str], title: Sequence[str]) -> str:
    """In what goods are counted that say no unit, when a price's name or the title says so; else pieces."""
    priced = [text for text in headers if _PRICED.search(fold(text))]
    for text in (*priced, *title):
        match = _PER_UNIT.search(text)
        if match:
            return known_unit(match[1].replace("²", "2"), shortest=1)
    return "H87"


def _category_separator(headers: Sequence[str], body: Sequence[Row]) -> str:
    """What stands between the levels of a category's path."""
    columns = [index for index, text in enumerate(headers) if re.search(r"categor|famil|rayon|path", fold(text))]
    texts = [shown(row.cells[index]) for row in body for index in columns if index < len(row.cells)]
    filled = [text for text in texts if text.strip()]
    for separator in (">", "›", "»", "|", "\\", " / "):
        if any(separator in text for text in filled):
            return separator
    return "/" if filled and all("/" in text for text in filled) else ">"
