"""Lists of lines as files: CSV, XLSX or ODS, with column names in French or English or without any."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

from django.core.files.base import File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import formatting
from core.errors import Refused
from integrations.catalog_import import guard
from integrations.catalog_import.cells import BadCell, Cell, Oddity, Row, code_of, fold, is_empty, shown
from integrations.catalog_import.detection import delimiter_of, encoding_of
from integrations.catalog_import.reading import Format, open_source
from integrations.catalog_import.units import unit_code
from orders.errors import TooManyLines
from orders.quick import MOST_LINES, Typed, labelled, split_line

_LOOKED_AT = 20
_CODE_NAMES = (
    "reference;ref;references;sku;code;code article;article;item;item number;part number;part no;reference article;"
    "votre reference;your reference;notre reference;our reference;reference fournisseur;reference fabricant;"
    "ref fournisseur;ref fabricant;manufacturer part number;mpn;ean;ean13;gtin;code barres;code barre;barcode;"
    "product;produit;product code;code produit;supplier reference"
)
_QUANTITY_NAMES = (
    "quantite;qte;qt;qty;quantity;quantities;quantites;nombre;nb;count;qte commandee;quantite commandee;"
    "order quantity;ordered quantity;besoin;amount"
)
_UNIT_NAMES = "unite;unit;uom;um;unite de vente;unite de commande;order unit;conditionnement;u"
_NOTE_NAMES = "note;notes;commentaire;commentaires;comment;comments"
_NAMES: Mapping[str, frozenset[str]] = {
    "code": frozenset(_CODE_NAMES.split(";")),
    "quantity": frozenset(_QUANTITY_NAMES.split(";")),
    "unit": frozenset(_UNIT_NAMES.split(";")),
    "note": frozenset(_NOTE_NAMES.split(";")),
}


class NoReferences(Refused):
    code = "no_references"
    message = gettext_lazy(
        "No column of references was recognised. Call the columns “Reference”, “Quantity” and “Unit”, or leave the "
        "names out and keep to this order."
    )


class BadCells(Refused):
    """Cells that a spreadsheet program has spoilt: nothing of the file is taken over."""

    code = "bad_cells"
    message = "%(cells)s"


@dataclass(frozen=True, slots=True)
class Columns:
    """Places of the columns; -1 for one that is not there."""

    code: int = 0
    quantity: int = 1
    unit: int = 2
    note: int = -1


@dataclass(frozen=True, slots=True)
class FileLine:
    """A row of a file as it was typed; or, where a cell is spoilt, the column and what is wrong with it."""

    row: int
    typed: Typed
    column: str = ""
    reason: str = ""

    @property
    def problem(self) -> str:
        """Where the wrong cell is, and why it is wrong; empty for a line."""
        values = {"line": self.row, "column": self.column, "reason": self.reason}
        return _("Line %(line)s, column %(column)s: %(reason)s.") % values if self.reason else ""


def read_file(file: File[bytes], *, with_notes: bool = False) -> list[Typed]:
    """The lines of a file, ``with_notes`` where a column has that name.

    Raises UnreadableFile and its kinds, NoReferences, BadCells, TooManyLines.
    """
    found = read_rows(file, with_notes=with_notes)
    if wrong := [line.problem for line in found if line.reason]:
        raise BadCells(field="file", cells=_told(wrong))
    return [line.typed for line in found]


def read_rows(file: File[bytes], *, with_notes: bool = False) -> list[FileLine]:
    """As :func:`read_file`, with the row of each line, and those that cannot be read.

    Raises UnreadableFile and its kinds, NoReferences, TooManyLines.
    """
    with tempfile.TemporaryDirectory(prefix="quick-") as folder:
        path = Path(folder) / "file"
        with path.open("wb") as copy:
            for chunk in file.chunks():
                copy.write(chunk)
        kind = guard.kind_of(path)
        encoding = encoding_of(path) if kind == "text" else ""
        delimiter = delimiter_of(path, encoding) if kind == "text" else ""
        return _lines(open_source(path, Format(kind, encoding, delimiter)).rows(), with_notes=with_notes)


def unit_of(text: str) -> str:
    """The code of a unit as people call it; what is not known stays as it is."""
    try:
        return unit_code(text) if text.strip() else ""
    except BadCell:
        return text.strip()


def _lines(rows: Iterator[Row], *, with_notes: bool) -> list[FileLine]:
    filled = (row for row in rows if not all(is_empty(cell) for cell in row.cells))
    head = list(islice(filled, _LOOKED_AT))
    columns, below = _columns(head)
    columns = columns if with_notes else replace(columns, note=-1)
    lines: list[FileLine] = []
    for row in chain(head[below:], filled):
        if len(lines) >= MOST_LINES:
            raise TooManyLines(field="file", limit=formatting.number(MOST_LINES))
        try:
            line = FileLine(row.line, _typed(row, columns))
        except BadCell as error:
            line = _spoilt(row, columns, error)
        if line.reason or line.typed.code or line.typed.quantity:
            lines.append(line)
    return lines


def _columns(head: Sequence[Row]) -> tuple[Columns, int]:
    """Which column is what, and how many rows stand above the lines. Raises NoReferences."""
    for place, row in enumerate(head):
        names = [fold(cell) if isinstance(cell, str) else "" for cell in row.cells]
        found = {key: next((i for i, name in enumerate(names) if name in known), -1) for key, known in _NAMES.items()}
        if found["code"] >= 0 and (found["quantity"] >= 0 or len(row.cells) == 1):
            return Columns(**found), place + 1
        if found["quantity"] >= 0 and found["code"] < 0 and len([name for name in names if name]) > 1:
            raise NoReferences(field="file")
    return Columns(), 0


def _typed(row: Row, columns: Columns) -> Typed:
    """Raises BadCell."""
    cells = {name: _cell(row, place) for name, place in _places(columns).items()}
    if len(row.cells) == 1 and isinstance(row.cells[0], str):
        typed = split_line(row.cells[0])
        return labelled(Typed(typed.code, typed.quantity, unit_of(typed.unit)))
    code = code_of(cells["code"])
    quantity = cells["quantity"]
    if isinstance(quantity, Oddity):
        raise BadCell("quantity")
    note = shown(_cell(row, columns.note)).strip()
    return labelled(Typed(code, shown(quantity).strip(), unit_of(shown(cells["unit"])), note))


def _places(columns: Columns) -> dict[str, int]:
    return {"code": columns.code, "quantity": columns.quantity, "unit": columns.unit}


def _cell(row: Row, place: int) -> Cell:
    return row.cells[place] if 0 <= place < len(row.cells) else ""


def _spoilt(row: Row, columns: Columns, error: BadCell) -> FileLine:
    """Where the wrong cell is, and what is wrong with it."""
    reasons = {
        "quantity": _("the quantity is a date, an error or a formula without a value"),
        "scientific": _("the reference was shortened to a power of ten: format the column as text"),
        "cell_date": _("the reference was turned into a date: format the column as text"),
    }
    place = columns.quantity if error.code == "quantity" else columns.code
    reason = reasons.get(error.code, _("the reference is an error or a formula without a value"))
    return FileLine(row.line, Typed("", ""), letters(place), reason)


def _told(wrong: Sequence[str]) -> str:
    most = 5
    more = len(wrong) - most
    texts = list(wrong[:most])
    if more > 0:
        texts.append(_("And %(count)s more.") % {"count": formatting.number(more)})
    return " ".join([*texts, _("Nothing was taken over.")])


def letters(place: int) -> str:
    """A column as spreadsheets call it: A, B, … Z, AA."""
    text, number = "", place + 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text
