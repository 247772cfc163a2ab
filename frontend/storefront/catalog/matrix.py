"""A product's variants by what tells them apart: one axis down, one across, a third one as links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from catalog.outline import Outline, plain_number
from catalog.queries import ListedVariant
from core.formatting import localised
from frontend.storefront.catalog.rows import ProductRow
from search.normalise import natural_text

MOST_COLUMNS = 24


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of the third axis: the page that shows it."""

    label: str
    href: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class MatrixLine:
    """A value of the first axis, with the variant of each column where there is one."""

    label: str
    cells: tuple[ProductRow | None, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """The variants of a product as a table; ``choices`` are the values of a third axis."""

    down: str
    across: str
    columns: tuple[str, ...]
    lines: tuple[MatrixLine, ...]
    third: str = ""
    choices: tuple[Choice, ...] = ()


def matrix_of(
    variants: Sequence[ListedVariant], axes: Sequence[str], known: Outline, rows: Mapping[UUID, ProductRow]
) -> Matrix | None:
    """The matrix of a product's variants, the shown one first; None when they are no table of two axes or three."""
    used = [code for code in axes if len({_value(variant, code) for variant in variants}) > 1]
    if not 1 < len(used) < 4:
        return None
    places = {tuple(_value(variant, code) for code in used): variant for variant in variants}
    if len(places) != len(variants) or any("" in place for place in places):
        return None
    here = tuple(_value(variants[0], code) for code in used)
    values = [_ordered(code, {place[index] for place in places}, known) for index, code in enumerate(used)]
    if len(values[1]) > MOST_COLUMNS and len(values[0]) <= MOST_COLUMNS:
        used[:2], values[:2], here = [used[1], used[0]], [values[1], values[0]], (here[1], here[0], *here[2:])
        places = {(place[1], place[0], *place[2:]): variant for place, variant in places.items()}
    lines = [
        MatrixLine(
            known.shown_value(used[0], down),
            tuple(_row(places.get((down, across, *here[2:])), rows) for across in values[1]),
        )
        for down in values[0]
    ]
    third = {value: known.shown_value(used[2], value) for value in values[2]} if len(used) > 2 else {}
    return Matrix(
        down=known.label(used[0]),
        across=known.label(used[1]),
        columns=tuple(known.shown_value(used[1], across) for across in values[1]),
        lines=tuple(line for line in lines if any(line.cells)),
        third=known.label(used[2]) if third else "",
        choices=_choices(third, here, places, rows),
    )


def _choices(
    labels: Mapping[str, str],
    here: tuple[str, ...],
    places: Mapping[tuple[str, ...], ListedVariant],
    rows: Mapping[UUID, ProductRow],
) -> tuple[Choice, ...]:
    """For each value of the third axis the variant that differs least from the shown one."""
    choices = []
    for value, label in labels.items():
        fitting = {place: variant for place, variant in places.items() if place[2] == value}
        nearest = max(fitting, key=lambda place: (place[0] == here[0]) + (place[1] == here[1]))
        choices.append(Choice(label, rows[fitting[nearest].info.id].href, value == here[2]))
    return tuple(choices)


def _value(variant: ListedVariant, code: str) -> str:
    value = variant.attributes.get(code, "")
    text = value if isinstance(value, str) else localised(value.get("fr", ""), value.get("en", ""))
    return text.strip()


def _ordered(code: str, values: set[str], known: Outline) -> list[str]:
    """Options in the tenant's order, numbers by size, other texts as people count: M4 before M10."""
    info = known.attributes.get(code)
    order = {option.code: place for place, option in enumerate(info.options)} if info else {}
    return sorted(values, key=lambda text: (order.get(text, len(order)), natural_text(plain_number(text))))


def _row(variant: ListedVariant | None, rows: Mapping[UUID, ProductRow]) -> ProductRow | None:
    return rows.get(variant.info.id) if variant else None
