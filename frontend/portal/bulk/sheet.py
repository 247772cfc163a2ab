"""The grid's cells as fields, and what was typed in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.bulk import OWN_RULES
from core import formatting
from core.formatting import plain
from frontend.portal.bulk.choices import Choices, Pairs, own_rules
from frontend.typed import as_typed, read_number
from integrations.bulk_edit.saving import CellKey, Edit
from integrations.bulk_edit.standing import Column, Standing
from integrations.catalog_import import numbers
from integrations.catalog_import.cells import BadCell
from integrations.catalog_import.issues import message

_NUMBERS = (Column.PRICE, Column.STOCK)
_NAMES = (Column.FAMILY, Column.CATEGORY)
_BETWEEN = "|"


@dataclass(frozen=True, slots=True)
class Cell:
    """A field; with ``options`` it is chosen from, with ``names`` (a list's id in the page) it proposes them."""

    name: str
    column: str
    label: str
    value: str
    note: str = ""
    error: str = ""
    is_number: bool = False
    names: str = ""
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A variant; ``was`` is what its cells held when the page was shown."""

    id: UUID
    key: str
    sku: str
    name: str
    was: str
    cells: tuple[Cell, ...]

    @property
    def is_bad(self) -> bool:
        return any(cell.error for cell in self.cells)


@dataclass(slots=True)
class Typed:
    """Cells that were changed, and those that cannot be read."""

    edits: list[Edit] = field(default_factory=list)
    errors: dict[CellKey, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Page:
    """What all cells of a page have in common."""

    known: Choices
    headings: Mapping[str, str]
    typed: Mapping[str, Any]
    errors: Mapping[CellKey, str]


def headings() -> dict[str, str]:
    """Names of the columns."""
    return {
        Column.PRICE: _("Price"),
        Column.STOCK: _("In stock"),
        Column.RESTOCK: _("Expected back on"),
        Column.FAMILY: _("Family"),
        Column.CATEGORY: _("Category"),
        Column.STATE: _("State"),
        Column.VISIBILITY: _("Who sees it"),
    }


def sheet_rows(
    standings: Sequence[Standing],
    columns: Sequence[Column],
    known: Choices,
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[CellKey, str] | None = None,
) -> list[Row]:
    """The grid with what is stored, or with what was typed and what is wrong with it."""
    page = _Page(known, headings(), typed or {}, errors or {})
    return [
        Row(
            id=row.variant_id,
            key=row.variant_id.hex,
            sku=row.sku,
            name=formatting.localised(row.name_fr, row.name_en),
            was=str(page.typed.get(f"was-{row.variant_id.hex}", _packed(row))),
            cells=tuple(_cell(row, column, page) for column in columns),
        )
        for row in standings
    ]


def read_sheet(data: Mapping[str, Any], variant_ids: Sequence[UUID], known: Choices) -> Typed:
    """The cells of variants that were changed. Who leaves a cell as it was shown changes nothing."""
    found = Typed()
    for variant_id in variant_ids:
        was = str(data.get(f"was-{variant_id.hex}", "")).split(_BETWEEN)
        for column, before in zip(Column, was, strict=False):
            name = _name(column, variant_id)
            if name not in data:
                continue
            try:
                to = _read(column, str(data[name]).strip(), before, known)
            except ValidationError as error:
                found.errors[variant_id, column] = error.messages[0]
            else:
                if to != before:
                    found.edits.append(Edit(variant_id, column, before, to))
    return found


def _read(column: Column, text: str, before: str, known: Choices) -> str:
    """A cell as a plain text. Raises ValidationError."""
    if column in _NUMBERS:
        if not text and column is Column.STOCK and before:
            raise ValidationError(_("Type 0 when there is none."))
        return plain(read_number(text)) if text else ""
    if column is Column.RESTOCK:
        return _read_day(text) if text else ""
    if column in _NAMES:
        key = known.names(column).key(text)
        if key is None:
            raise ValidationError(_("There is none of this name."))
        return key
    if text == before or text in dict(known.options(column)):
        return text
    raise ValidationError(_("Choose one of the list."))


def _read_day(text: str) -> str:
    try:
        return numbers.day(text).isoformat()
    except BadCell as error:
        raise ValidationError(message(error.code, error.params)) from error


def _cell(row: Standing, column: Column, page: _Page) -> Cell:
    name, value = _name(column, row.variant_id), row.values[column]
    return Cell(
        name=name,
        column=column.value,
        label=_("%(sku)s, %(column)s") % {"sku": row.sku, "column": page.headings[column]},
        value=str(page.typed.get(name, _shown(column, value, page.known))),
        note=_tiers_text(row) if column is Column.PRICE else "",
        error=page.errors.get((row.variant_id, column), ""),
        is_number=column in _NUMBERS,
        names=f"names-{column.value}" if column in _NAMES else "",
        options=tuple(_options(column, value, page.known)),
    )


def _shown(column: Column, value: str, known: Choices) -> str:
    """A stored value as the page's language types it."""
    if column in _NUMBERS:
        return as_typed(Decimal(value)) if value else ""
    return known.names(column).by_key.get(value, "") if column in _NAMES else value


def _options(column: Column, value: str, known: Choices) -> Pairs:
    if column in (*_NUMBERS, *_NAMES, Column.RESTOCK):
        return []
    options = known.options(column)
    return [*options, own_rules()] if column is Column.VISIBILITY and value == OWN_RULES else options


def _tiers_text(row: Standing) -> str:
    more = len(row.tiers) - 1
    if more < 1:
        return _("from %(quantity)s") % {"quantity": plain(row.first_quantity)} if row.first_quantity != 1 else ""
    return ngettext("and one tier more", "and %(count)s tiers more", more) % {"count": more}


def _packed(row: Standing) -> str:
    return _BETWEEN.join(row.values[column] for column in Column)


def _name(column: Column, variant_id: UUID) -> str:
    return f"{column.value}-{variant_id.hex}"
