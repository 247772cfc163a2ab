"""Columns that name other goods: what replaces a product, does the same, or goes with it."""

from __future__ import annotations

import re

from catalog.enums import RelationKind
from integrations.catalog_import import limits
from integrations.catalog_import.cells import BadCell, Cell, code_of, is_empty

#: The targets of such columns: one for each kind of relation.
KINDS = frozenset(kind.value for kind in RelationKind)
#: A cell of one of these alone says that there is none; an empty one changes nothing, as in every column.
NONE = frozenset("-–—")
_PLAIN, _LOOSE = "|", re.compile(r"[;,]")


def says_none(cell: Cell) -> bool:
    """Whether a cell ends the list that there is."""
    return isinstance(cell, str) and cell.strip() in NONE


def skus(cell: Cell) -> tuple[str, ...]:
    """References, each once: apart by ``|`` or line breaks, without these by commas or semicolons. Raises BadCell."""
    if is_empty(cell):
        return ()
    if isinstance(cell, str) and "\n" in cell:
        cell = type(cell)(_PLAIN.join(line for line in cell.splitlines() if line.strip()))
    text = code_of(cell)
    parts = text.split(_PLAIN) if _PLAIN in text else _LOOSE.split(text)
    found = tuple(dict.fromkeys(sku for part in parts if (sku := part.strip())))
    for sku in found:
        if len(sku) > limits.SKU:
            raise BadCell("too_long", length=str(len(sku)), limit=str(limits.SKU))
    return found


def written(others: tuple[str, ...]) -> str:
    """A cell from which :func:`skus` reads the same; an empty one, which changes nothing, where there is none."""
    if any(_PLAIN in sku or sku != " ".join(sku.split()) for sku in others):
        return ""
    only = others[0] if len(others) == 1 else ""
    return f"{only} {_PLAIN}" if only and (_LOOSE.search(only) or only in NONE) else f" {_PLAIN} ".join(others)
