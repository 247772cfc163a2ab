"""The filter panel of a list of products: facets with counts, categories, chips, sorting."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from catalog.outline import Outline
from core import formatting
from frontend.paging import query_url, without
from frontend.storefront.catalog.asked import Asked, field_name
from search.documents import BRAND, BUILT_IN_FACETS, CATEGORY, IN_STOCK
from search.labels import shown
from search.normalise import natural_text
from search.port import FacetValue

MOST_FACETS, MOST_VALUES = 12, 60


@dataclass(frozen=True, slots=True)
class Option:
    """One box of a facet."""

    value: str
    label: str
    count_text: str
    id: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Facet:
    title: str
    name: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class CategoryLink:
    name: str
    count_text: str
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything beside and above the rows."""

    categories: tuple[CategoryLink, ...]
    up: CategoryLink | None
    in_stock: Option
    facets: tuple[Facet, ...]
    chips: tuple[tuple[str, str], ...]
    clear_href: str
    sorts: tuple[tuple[str, str], ...]


def build_panel(
    request: HttpRequest,
    asked: Asked,
    counted: Mapping[str, tuple[FacetValue, ...]],
    known: Outline,
    *,
    sees_prices: bool,
) -> Panel:
    """Prepare the panel from counted facets; nothing is asked here."""
    stock = {value.value: value.count for value in counted.get(IN_STOCK, ())}
    return Panel(
        categories=_categories(request, asked, counted.get(CATEGORY, ()), known),
        up=_up(request, asked, known),
        in_stock=Option("1", _("In stock"), formatting.number(stock.get("1", 0)), "f-in-stock", asked.in_stock),
        facets=_facets(asked, counted, known),
        chips=_chips(request, asked, known),
        clear_href=_cleared(request, asked) if asked.is_filtered else "",
        sorts=_sorts(sees_prices=sees_prices),
    )


def _facets(asked: Asked, counted: Mapping[str, tuple[FacetValue, ...]], known: Outline) -> tuple[Facet, ...]:
    defined = [code for code, info in known.attributes.items() if info.is_filter]
    others = sorted(set(counted) - set(known.attributes) - BUILT_IN_FACETS)
    facets: list[Facet] = []
    for code in (BRAND, *defined, *others):
        values = counted.get(code, ())
        if len(values) < 2 and code not in asked.choices:
            continue
        title = _("Brand") if code == BRAND else known.label(code)
        facets.append(Facet(title, field_name(code), _options(code, values, known)))
        if len(facets) == MOST_FACETS:
            break
    return tuple(facets)


def _options(code: str, values: Sequence[FacetValue], known: Outline) -> tuple[Option, ...]:
    if len(values) > MOST_VALUES:
        often = sorted(values, key=lambda value: (not value.selected, -value.count))[:MOST_VALUES]
        values = [value for value in values if value in often]
    options = [
        Option(
            value=value.value,
            label=known.shown_value(code, shown(value.value)),
            count_text=formatting.number(value.count),
            id=f"f-{code}-{zlib.crc32(value.value.encode()):08x}",
            checked=value.selected,
        )
        for value in values
    ]
    return tuple(sorted(options, key=lambda option: natural_text(option.label)))


def _categories(
    request: HttpRequest, asked: Asked, values: Sequence[FacetValue], known: Outline
) -> tuple[CategoryLink, ...]:
    counts = {value.value: value.count for value in values}
    below = known.children(asked.category)
    return tuple(
        CategoryLink(
            category.name,
            formatting.number(counts[category.path]),
            query_url(request, category=category.path, page=None),
        )
        for category in below
        if counts.get(category.path)
    )


def _up(request: HttpRequest, asked: Asked, known: Outline) -> CategoryLink | None:
    info = known.categories.get(asked.category)
    if info is None:
        return None
    parent = known.categories.get(info.parent_path)
    href = query_url(request, category=info.parent_path or None, page=None)
    return CategoryLink(parent.name if parent else _("All categories"), "", href)


def _chips(request: HttpRequest, asked: Asked, known: Outline) -> tuple[tuple[str, str], ...]:
    chips = [(_("In stock"), query_url(request, stock=None, page=None))] if asked.in_stock else []
    for code, values in asked.choices.items():
        name = field_name(code)
        chips += [(known.shown_value(code, shown(value)), without(request, name, value)) for value in values]
    return tuple(chips)


def _cleared(request: HttpRequest, asked: Asked) -> str:
    names: dict[str, None] = {field_name(code): None for code in asked.choices}
    return query_url(request, **names, stock=None, page=None)


def _sorts(*, sees_prices: bool) -> tuple[tuple[str, str], ...]:
    sorts = [("", _("Best match")), ("name", _("Name"))]
    if sees_prices:
        sorts += [("price", _("List price, lowest first")), ("-price", _("List price, highest first"))]
    return tuple(sorts)
