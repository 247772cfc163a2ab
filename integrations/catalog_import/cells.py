"""Cells and what they say. A value that can be read in two ways is refused, never guessed."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

_EXCEL = Context(prec=15)  # what a spreadsheet keeps of a number
_SPACES = dict.fromkeys(map(ord, "\u00a0\u202f\u2009\u2007\u3000"), " ")
_CONTROL = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127, 0xFEFF, 0x200B])
MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,200}>|&(?:#\d{1,5}|[a-zA-Z]{2,8});")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_ERROR = re.compile(r"#(?:DIV/0!|N/A|N/D|REF!|VALUE!|VALEUR!|NAME\?|NOM\?|NUM!|NULL!|NUL!)|Err:\d{3}")
_FORMULA = re.compile(r"=\s*[-+(@A-Za-z0-9\"'.$]")
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d{1,3}")
_SHORT = 60
_GUARDED = re.compile(r"'[=+\-@\t\r]")
_VERBATIM = re.compile(r"''[='#E0-9]")


@dataclass(frozen=True, slots=True)
class Oddity:
    """A cell that holds no value of its own: a date, an error, a formula that was never calculated.

    Of a catalogue: a product to delete, a price that holds on other days.
    """

    kind: Literal["date", "error", "formula", "deleted", "validity"]
    text: str


Cell = str | int | Decimal | Oddity


class Verbatim(str):
    """A text of our own download that is meant as it stands, though it looks like a formula."""

    __slots__ = ()


class Row(NamedTuple):
    """A row of the file; ``line`` is its line in a text file, its row in a sheet."""

    line: int
    cells: list[Cell]


class BadCell(ValueError):
    """The cell does not say what it should; ``code`` is an issue's code."""

    def __init__(self, code: str, **params: str) -> None:
        self.code = code
        self.params = params
        super().__init__(code)


def shown(cell: Cell) -> str:
    """The cell as a person sees it."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Oddity):
        return cell.text
    if isinstance(cell, int):
        return str(cell)
    return format_number(cell)


def format_number(value: Decimal) -> str:
    """Plain digits of a number, whole numbers without a point: ``3760123456784`` and not ``3.76E+12``."""
    plain = _EXCEL.create_decimal(value)
    return str(int(plain)) if plain == plain.to_integral_value() else f"{plain.normalize():f}"


def is_empty(cell: Cell) -> bool:
    return isinstance(cell, str) and not cell.strip()


def printable(text: str) -> str:
    """Text without control characters (line breaks stay), typographic spaces made plain."""
    return text.translate(_CONTROL).translate(_SPACES) if not text.isprintable() or not text.isascii() else text


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Text for comparing words: small letters, no accents, single spaces between them."""
    named = text.replace("€", " eur ").replace("$", " usd ").replace("£", " gbp ")
    plain = unicodedata.normalize("NFKD", named).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", " ", plain).strip()


def line_of_text(cell: Cell) -> tuple[str, tuple[str, ...]]:
    """A single line of text, and what had to be mended for it: ``line_break``, ``markup``, ``undecodable``.

    Raises BadCell for an error, a formula, a date.
    """
    if type(cell) is str and len(cell) <= _SHORT:  # most cells; a Verbatim is none of them
        return _short_line(cell)
    if isinstance(cell, Oddity):
        raise BadCell(f"cell_{cell.kind}")
    return _line(cell) if isinstance(cell, str) else (shown(cell), ())


def lines_of_text(cell: Cell) -> tuple[str, tuple[str, ...]]:
    """A text of several lines, read like :func:`line_of_text` line by line. Raises BadCell."""
    if not isinstance(cell, str) or not ("\n" in cell or "\r" in cell):
        return line_of_text(cell)
    read = [line_of_text(Verbatim(line)) for line in cell.splitlines()]
    lines, mended = [text for text, _mended in read], dict.fromkeys(code for _text, codes in read for code in codes)
    return "\n".join(lines).strip(), tuple(mended)


@lru_cache(maxsize=16_384)
def _short_line(text: str) -> tuple[str, tuple[str, ...]]:
    """Columns repeat themselves: brands, categories, values of attributes."""
    return _line(text)


def _line(text: str) -> tuple[str, tuple[str, ...]]:
    raw = printable(text).strip()
    if not isinstance(text, Verbatim):
        check_formula(raw)
    mended = []
    if "\ufffd" in raw:
        mended.append("undecodable")
    if MARKUP.search(raw):
        mended.append("markup")
        raw = html.unescape(_TAG.sub(" ", raw)).translate(_SPACES).strip()
    if "\n" in raw or "\r" in raw:
        mended.append("line_break")
    return (" ".join(raw.split()) if mended or "  " in raw else raw), tuple(mended)


def check_formula(raw: str) -> None:
    """Raises BadCell when the text is a formula or a spreadsheet's error."""
    if raw[:1] == "=" and _FORMULA.match(raw):
        raise BadCell("cell_formula")
    if raw[:1] in "#E" and _ERROR.fullmatch(raw):
        raise BadCell("cell_error")


def code_of(cell: Cell) -> str:
    """A reference or a barcode: kept as text, whole numbers without decimals.

    Raises BadCell: Excel has made a date or ``3.76E+12`` of it.
    """
    if isinstance(cell, Oddity):
        raise BadCell(f"cell_{cell.kind}")
    if not isinstance(cell, str):
        return shown(cell)
    text = cell if cell.isalnum() and cell.isascii() else " ".join(printable(cell).split())
    if isinstance(cell, Verbatim):
        return text
    check_formula(text)
    if _SCIENTIFIC.fullmatch(text):
        raise BadCell("scientific")
    return text


def unguarded(text: str) -> str:
    """A cell of our own download without the apostrophes that kept it from being a formula."""
    if text[:1] != "'":
        return text
    if _VERBATIM.match(text):
        return Verbatim(text[2:])
    return text[1:] if _GUARDED.match(text) else text


def verbatim(text: str) -> str:
    """A stored text for a cell of a download from which :func:`unguarded` makes the same text, whatever it is like.

    Two apostrophes say that it is meant as it stands: no formula, no number that a spreadsheet has shortened.
    """
    odd = text[:1] == "=" or _SCIENTIFIC.fullmatch(text) or _ERROR.fullmatch(text)
    return f"''{text}" if odd or _GUARDED.match(text) or _VERBATIM.match(text) else guarded(text)


def guarded(text: str) -> str:
    """Text for a cell of a download: nothing that a spreadsheet would run. Negative numbers stay numbers."""
    if text[:1] in ("=", "+", "-", "@", "\t", "\r") and not re.fullmatch(r"[+-]?[\d\s.,]+", text):
        return f"'{text}"
    return text
