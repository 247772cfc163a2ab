"""What an import changed and what became of that, as its pages show it, in the active language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from catalog.enums import VariantState
from catalog.models import Variant
from catalog.outline import outline
from core import formatting
from core.errors import Refused
from integrations.catalog_import import changes as log
from integrations.catalog_import import undo
from integrations.catalog_import.errors import ImportNotFound
from integrations.catalog_import.targets import BY_KEY, label_of
from integrations.catalog_import.undoing import EVERYTHING
from integrations.models import CatalogImport, CatalogImportChange, ImportState, UndoOutcome
from pricing.models import PriceList

SHOWN_LEFT = 100
_TARGET_OF = {
    "manufacturer_part_number": "mpn",
    log.ON_HAND: "stock",
    log.LEAD_TIME: "lead_time",
    log.RESTOCK_ON: "restock_on",
}
_TONES = {
    UndoOutcome.RESTORED: "ok",
    UndoOutcome.PARTLY: "warn",
    UndoOutcome.LEFT: "warn",
    UndoOutcome.REMOVED: "ok",
    UndoOutcome.ARCHIVED: "mute",
}


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A field before and after; ``is_left``: somebody changed it since, so that undoing left it alone."""

    label: str
    before: str
    after: str
    is_left: bool


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """What an import did to a variant; without ``variant_id`` it does not exist any more."""

    line: str
    sku: str
    variant_id: UUID | None
    is_created: bool
    fields: tuple[FieldLine, ...]
    outcome_text: str
    tone: str


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What an import left behind; ``refusal`` says why it cannot be undone where that is worth saying."""

    change_count: int
    is_undoable: bool
    refusal: str
    undone_text: str
    has_left: bool
    results: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class UndoPage:
    """What undoing an import will do."""

    id: UUID
    filename: str
    created_text: str
    created_by: str
    figures: tuple[tuple[str, str, str], ...]
    looked_text: str
    left: tuple[ChangeLine, ...]
    left_count: int


def aftermath(import_id: UUID) -> Aftermath:
    """What an import changed, and whether that can be undone. Raises ImportNotFound."""
    row = _find(import_id)
    count = CatalogImportChange.objects.filter(catalog_import_id=import_id).count()
    refusal = ""
    try:
        undo.require_undoable(row)
        is_undoable = True
    except Refused as refused:
        is_undoable = False
        refusal = str(refused) if count and row.state in (ImportState.APPLIED, ImportState.CANCELLED) else ""
    is_undone = row.state == ImportState.UNDONE and row.finished_at is not None
    values = {"person": row.undone_by_name, "moment": formatting.moment(row.finished_at) if row.finished_at else ""}
    return Aftermath(
        change_count=count,
        is_undoable=is_undoable,
        refusal=refusal,
        undone_text=_("Undone by %(person)s on %(moment)s.") % values if is_undone else "",
        has_left=row.left_count > 0,
        results=_results(row),
    )


def undo_page(import_id: UUID) -> UndoPage:
    """What undoing an import will do, in numbers. Raises ImportNotFound, NothingToUndo, LaterImport."""
    row = _find(import_id)
    undo.require_undoable(row)
    seen = undo.foresee(import_id)
    found, number = seen.outcomes, formatting.number
    figures = (
        (_("Products that get their values of before"), found.get(UndoOutcome.RESTORED, 0), ""),
        (_("New products that are removed"), found.get(UndoOutcome.REMOVED, 0), ""),
        (_("New products in use or with a history of stock: archived"), found.get(UndoOutcome.ARCHIVED, 0), ""),
        *([(_("Pictures and documents that it brought"), seen.media_count, "")] if seen.media_count else []),
        (_("Changed since: stay as they are, in part or whole"), len(seen.left), "warn" if seen.left else ""),
    )
    total = seen.created + seen.changed
    looked = _("These figures are of the last %(looked)s rows that it wrote, of %(total)s.")
    return UndoPage(
        id=row.pk,
        filename=row.filename,
        created_text=formatting.moment(row.created_at),
        created_by=row.created_by_name,
        figures=tuple((label, number(count), tone) for label, count, tone in figures),
        looked_text=looked % {"looked": number(seen.looked_at), "total": number(total)}
        if seen.looked_at < total
        else "",
        left=_lines(seen.left[:SHOWN_LEFT]),
        left_count=len(seen.left),
    )


def changes(import_id: UUID, *, kind: str, limit: int, offset: int) -> tuple[tuple[ChangeLine, ...], int]:
    """What an import did, in the order of its file: all, ``created``, ``changed``, or what undoing ``left`` alone."""
    rows = _rows(import_id, kind)
    return _lines(list(rows[offset : offset + limit])), rows.count()


def each_change(import_id: UUID) -> Iterator[ChangeLine]:
    """All that an import did."""
    portion: list[CatalogImportChange] = []
    for row in _rows(import_id, "").iterator(chunk_size=2000):
        portion.append(row)
        if len(portion) == 2000:
            yield from _lines(portion)
            portion = []
    yield from _lines(portion)


def _rows(import_id: UUID, kind: str) -> Any:
    rows = CatalogImportChange.objects.filter(catalog_import_id=import_id)
    if kind in ("created", "changed"):
        return rows.filter(is_created=kind == "created")
    return rows.filter(outcome__in=(UndoOutcome.LEFT, UndoOutcome.PARTLY)) if kind == "left" else rows


def _find(import_id: UUID) -> CatalogImport:
    row = CatalogImport.objects.filter(pk=import_id).first()
    if row is None:
        raise ImportNotFound
    return row


def _results(row: CatalogImport) -> tuple[tuple[str, str], ...]:
    """What undoing did, as far as it did anything."""
    counts = (
        (_("Values put back"), row.restored_count),
        (_("New products removed"), row.removed_count),
        (_("New products archived"), row.archived_count),
        (_("Changed since: left alone"), row.left_count),
    )
    return tuple((label, formatting.number(count)) for label, count in counts) if any(n for _l, n in counts) else ()


def _lines(rows: Sequence[CatalogImportChange]) -> tuple[ChangeLine, ...]:
    names = _Names(rows)
    return tuple(names.line(row) for row in rows)


class _Names:
    """What fields are called, looked up once for many rows."""

    def __init__(self, rows: Sequence[CatalogImportChange]) -> None:
        self.attributes = outline().attributes
        named = {log.price_of(name)[0] for row in rows for name, *_values in row.differences if log.is_price(name)}
        self.lists = {row.pk: row for row in PriceList.objects.filter(pk__in=named)} if named else {}
        ids = Variant.objects.filter(pk__in=[row.variant_id for row in rows])
        self.standing = set(ids.values_list("pk", flat=True)) if rows else set()

    def line(self, row: CatalogImportChange) -> ChangeLine:
        left = set(row.left)
        return ChangeLine(
            line=str(row.row_number),
            sku=row.sku,
            variant_id=row.variant_id if row.variant_id in self.standing else None,
            is_created=row.is_created,
            fields=tuple(  # a product of its own is called as its variant: said once
                dict.fromkeys(
                    FieldLine(self.label(name), self.value(name, before), self.value(name, after), name in left)
                    for name, before, after in row.differences
                )
            ),
            outcome_text=_outcome_text(row),
            tone=_TONES[UndoOutcome(row.outcome)] if row.outcome else "",
        )

    def label(self, name: str) -> str:
        group, _dot, rest = name.partition(".")
        if group == "attributes":
            return self.attributes[rest].label if rest in self.attributes else rest
        if group == "relation":
            return label_of(rest)
        if group == "unit":
            return _("Order unit %(unit)s") % {"unit": formatting.unit_name(rest)}
        if log.is_price(name):
            list_id, quantity = log.price_of(name)
            found = self.lists.get(list_id)
            values = {"list": found.name if found else "–", "quantity": formatting.number(quantity)}
            return _("Price from %(quantity)s, %(list)s") % values
        if name == "state":
            return _("State")
        key = _TARGET_OF.get(name) or (rest if group == "product" else name)
        return label_of(key) if key in BY_KEY else key

    def value(self, name: str, value: Any) -> str:
        """A stored value in words."""
        if value in (None, "", []):
            return ""
        if log.is_price(name):
            found = self.lists.get(log.price_of(name)[0])
            return formatting.unit_price(Decimal(value), found.currency if found else "EUR")
        if name.startswith("unit."):
            return _unit_text(value)
        if name in _SAID:
            return _SAID[name](value)
        return formatting.number(Decimal(value)) if name in _NUMBERS else _text(value)


_SAID: dict[str, Callable[[str], str]] = {
    "tax_rate": lambda text: formatting.percent(Decimal(text)),
    "state": lambda text: str(VariantState(text).label),
    log.RESTOCK_ON: lambda text: formatting.day(date.fromisoformat(text)),
}
_NUMBERS = frozenset({"weight_kg", "length_mm", "width_mm", "height_mm", log.ON_HAND, log.LEAD_TIME})


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return " · ".join(value.values()) if isinstance(value, dict) else str(value)


def _unit_text(values: Sequence[str]) -> str:
    factor, minimum, multiple, maximum, gtin = values
    parts: Iterable[tuple[str, str]] = (
        ("× %s", factor),
        (_("minimum %s"), minimum if minimum != "1" else ""),
        (_("multiple %s"), multiple if multiple != "1" else ""),
        (_("maximum %s"), maximum),
    )
    said = [text % formatting.number(Decimal(value)) for text, value in parts if value]
    return ", ".join([*said, *([gtin] if gtin else [])])


def _outcome_text(row: CatalogImportChange) -> str:
    if not row.outcome:
        return ""
    if row.outcome == UndoOutcome.LEFT and row.left == [EVERYTHING]:
        return _("Worked on since: kept")
    return {
        UndoOutcome.RESTORED: _("Put back"),
        UndoOutcome.PARTLY: _("Put back in part"),
        UndoOutcome.LEFT: _("Left alone"),
        UndoOutcome.REMOVED: _("Removed"),
        UndoOutcome.ARCHIVED: _("Archived"),
    }[UndoOutcome(row.outcome)]
