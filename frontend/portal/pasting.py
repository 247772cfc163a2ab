"""Rows pasted from a spreadsheet or typed: a reference first, numbers after it. Every wrong row is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from catalog.queries import VariantInfo, variants_by_code
from catalog.visibility import UNRESTRICTED
from frontend.typed import read_number

MAX_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class PastedRow:
    """A row that could be read; ``numbers`` are None where a cell is empty."""

    line: int
    sku: str
    variant_id: UUID
    numbers: tuple[Decimal | None, ...]
    is_pack: bool


@dataclass(frozen=True, slots=True)
class Pasted:
    """What was read, and what is wrong with the other rows, as (line, text)."""

    rows: tuple[PastedRow, ...]
    errors: tuple[tuple[int, str], ...]

    @property
    def error_text(self) -> str:
        """The wrong rows, the first ten in words."""
        texts = [_("line %(line)s: %(error)s") % {"line": line, "error": error} for line, error in self.errors[:10]]
        if len(self.errors) > len(texts):
            texts.append(_("and %(count)s more") % {"count": len(self.errors) - len(texts)})
        return " · ".join(texts)


def read_rows(text: str, *, widths: Sequence[int]) -> Pasted:
    """Rows of a reference and numbers, between tabs or semicolons; three statements.

    ``widths`` are how many numbers rows may have, all of them as many as the first: one cell less may mean another
    thing. A first row whose numbers are words is a heading.
    """
    lines = [(number, _cells(line)) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) > MAX_ROWS:
        return Pasted((), ((MAX_ROWS + 1, _("At most %(count)s lines at a time.") % {"count": MAX_ROWS}),))
    if lines and _is_heading(lines[0][1]):
        lines = lines[1:]
    widths = [width for width in widths if lines and width == len(lines[0][1]) - 1] or widths
    found = variants_by_code((cells[0] for _number, cells in lines), UNRESTRICTED)
    rows: list[PastedRow] = []
    errors: list[tuple[int, str]] = []
    for number, cells in lines:
        try:
            info = _one(found.get(cells[0], []))
            rows.append(PastedRow(number, info.sku, info.id, _numbers(cells[1:], widths), info.is_pack))
        except ValidationError as error:
            errors.append((number, error.messages[0]))
    return Pasted(tuple(rows), tuple(errors))


def _cells(line: str) -> list[str]:
    separator = "\t" if "\t" in line else ";"
    return [cell.strip() for cell in line.split(separator)]


def _is_heading(cells: Sequence[str]) -> bool:
    return len(cells) > 1 and not any(character.isdigit() for cell in cells[1:] for character in cell)


def _one(found: Sequence[VariantInfo]) -> VariantInfo:
    if not found:
        raise ValidationError(_("no product has this reference"))
    if len(found) > 1:
        raise ValidationError(_("several products have this reference"))
    return found[0]


def _numbers(cells: Sequence[str], widths: Sequence[int]) -> tuple[Decimal | None, ...]:
    if len(cells) not in widths:
        raise ValidationError(
            _("%(count)s cells instead of %(wanted)s"),
            params={"count": len(cells) + 1, "wanted": " / ".join(str(width + 1) for width in widths)},
        )
    return tuple(read_number(cell.replace("€", "").strip()) if cell else None for cell in cells)
