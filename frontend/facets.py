"""The filter panel of a list of products: facets with counts, categories, chips, sorting."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.requests import Request
from catalog.enums import AttributeKind
from catalog.outline import FamilyInfo, Outline
from core import formatting
from frontend.asked import LEAD_DAYS, Asked, field_name, range_names
from frontend.charts import BarChart, BarInput, bar_chart
from frontend.paging import query_url, without
from marketplace.taxonomy import Taxonomy
from search.documents import BRAND, BUILT_IN_FACETS, CATEGORY, FAMILY, IN_STOCK, PRICE_SCALE, TAXONOMY, TENANT
from search.labels import SEPARATOR, STEP, bilingual, shown
from search.normalise import natural_text
from search.port import Bounds, Bucket, FacetValue, Result

MOST_FACETS, MOST_VALUES, MOST_BOXES = 12, 60, 8
LEAST_SHARE = 20
"""What fewer than one in this many of the found goods have does not matter for them."""


@dataclass(frozen=True, slots=True)
class Option:
    """One box of a facet."""

    value: str
    label: str
    count_text: str
    id: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Range:
    """Bounds of a numeric attribute: those asked for, and those that the found goods have."""

    low: str
    high: str
    lowest: str
    highest: str
    unit: str


@dataclass(frozen=True, slots=True)
class Facet:
    """Boxes, or with many numbers a range."""

    title: str
    name: str
    options: tuple[Option, ...] = ()
    range: Range | None = None


@dataclass(frozen=True, slots=True)
class CategoryLink:
    name: str
    count_text: str
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class PriceFacet:
    """The buyer's own prices: how many goods cost how much, and the bounds that are asked for."""

    chart: BarChart
    low: str
    high: str
    unit: str


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
    lead_times: tuple[tuple[str, str], ...] = ()
    price: PriceFacet | None = None
    nodes: tuple[CategoryLink, ...] = ()
    nodes_up: CategoryLink | None = None


Counted = Mapping[str, tuple[FacetValue, ...]]


def shop_panel(request: Request, asked: Asked, result: Result, known: Outline, currency: str) -> Panel:
    """The panel of a tenant's catalogue, from counted facets; nothing is asked here."""
    counted = result.facets
    codes = (BRAND, FAMILY, *_ordered(asked, counted, known))
    mattering = _mattering(codes, asked, counted, result.total)
    return Panel(
        categories=_categories(request, asked, counted.get(CATEGORY, ()), known),
        up=_up(request, asked, known),
        in_stock=_in_stock(asked, counted),
        facets=tuple(_ranged(code, asked, result, known) or _boxes(code, counted, known) for code in mattering),
        chips=_chips(request, asked, known),
        clear_href=_cleared(request, asked),
        sorts=_sorts(sees_prices=asked.sees_prices),
        lead_times=_lead_times(),
        price=_price(asked, result.histogram, currency) if asked.sees_prices else None,
    )


def marketplace_panel(
    request: Request,
    asked: Asked,
    result: Result,
    known: Outline,
    suppliers: Mapping[str, str],
    *,
    tree: Taxonomy,
    currency: str = "",
) -> Panel:
    """The panel over all suppliers (names by id): the attributes that most products have come first."""
    counted = result.facets
    attributes = [code for code in {**counted, **asked.ranges} if code not in BUILT_IN_FACETS]
    attributes.sort(key=lambda code: (-sum(value.count for value in counted.get(code, ())), code))
    offered = tuple(
        _option("supplier", value, suppliers[value.value])
        for value in counted.get(TENANT, ())
        if value.value in suppliers
    )
    supplier = Facet(_("Supplier"), "supplier", tuple(sorted(offered, key=lambda option: natural_text(option.label))))
    chips = [(suppliers[value], without(request, "supplier", value)) for value in asked.suppliers if value in suppliers]
    return Panel(
        categories=_shared_categories(request, asked, counted.get(CATEGORY, ())),
        up=_shared_up(request, asked),
        in_stock=_in_stock(asked, counted),
        facets=(supplier, *_facets(asked, result, known, (BRAND, *attributes))),
        chips=(*chips, *_chips(request, asked, known)),
        clear_href=_cleared(request, asked),
        sorts=_sorts(sees_prices=asked.sees_prices, only_rising=True),
        lead_times=_lead_times(),
        price=_price(asked, result.histogram, currency) if asked.sees_prices else None,
        nodes=_nodes(request, asked, counted.get(TAXONOMY, ()), tree),
        nodes_up=_node_up(request, asked, tree),
    )


def _lead_times() -> tuple[tuple[str, str], ...]:
    days = ((str(d), ngettext("within %(count)s day", "within %(count)s days", d) % {"count": d}) for d in LEAD_DAYS)
    return (("", _("any time")), *days)


def _price(asked: Asked, histogram: Sequence[Bucket], currency: str) -> PriceFacet:
    steps = [(Decimal(b.low) / PRICE_SCALE, Decimal(b.high) / PRICE_SCALE, b.count) for b in histogram]
    bars = [
        BarInput(f"{formatting.number(low)} – {formatting.number(high)}", formatting.number(count), (Decimal(count),))
        for low, high, count in steps
    ]
    chart = bar_chart(_("References by your net price"), bars)
    return PriceFacet(chart, _bound_text(asked.low), _bound_text(asked.high), formatting.currency_symbol(currency))


def _bound_text(value: Decimal | None) -> str:
    return "" if value is None else formatting.number(value)


def _in_stock(asked: Asked, counted: Counted) -> Option:
    counts = {value.value: value.count for value in counted.get(IN_STOCK, ())}
    return Option("1", _("In stock"), formatting.number(counts.get("1", 0)), "f-in-stock", asked.in_stock)


def _facets(asked: Asked, result: Result, known: Outline, codes: Sequence[str]) -> tuple[Facet, ...]:
    chosen = {**asked.choices, **asked.ranges}
    found = [code for code in codes if len(result.facets.get(code, ())) > 1 or code in chosen]
    return tuple(
        _ranged(code, asked, result, known) or _boxes(code, result.facets, known) for code in found[:MOST_FACETS]
    )


def _ordered(asked: Asked, counted: Counted, known: Outline) -> list[str]:
    """Attributes that are counted: as the family has them where all goods are of one, else as the tenant has them."""
    families = [*asked.choices.get(FAMILY, ())] or [value.value for value in counted.get(FAMILY, ()) if value.count]
    one = next((info for info in known.families.values() if families == [_family_value(info)]), None)
    order = (*known.codes_of(one.code), *known.attributes) if one else tuple(known.attributes)
    defined = [code for code in dict.fromkeys(order) if known.is_filter(code, one.code if one else "")]
    return [*defined, *sorted(set(counted) - set(known.attributes) - BUILT_IN_FACETS)]


def _family_value(info: FamilyInfo) -> str:
    return bilingual({"fr": info.name_fr, "en": info.name_en})


def _mattering(codes: Sequence[str], asked: Asked, counted: Counted, total: int) -> list[str]:
    """Of these facets, in their order, those that divide the found goods: the ones that most goods have. What is
    filtered by stays.
    """
    having = {code: sum(value.count for value in counted.get(code, ())) for code in codes}
    chosen = {code for code in codes if code in asked.choices or code in asked.ranges}
    able = [code for code in codes if len(counted.get(code, ())) > 1 and having[code] * LEAST_SHARE >= total]
    best = sorted(set(able) | chosen, key=lambda code: (code not in chosen, -having[code], codes.index(code)))
    kept = set(best[:MOST_FACETS])
    return [code for code in codes if code in kept]


def _boxes(code: str, counted: Counted, known: Outline) -> Facet:
    titles = {BRAND: _("Brand"), FAMILY: _("Family")}
    return Facet(titles.get(code) or known.label(code), field_name(code), _options(code, counted.get(code, ()), known))


def _ranged(code: str, asked: Asked, result: Result, known: Outline) -> Facet | None:
    """A numeric attribute with many values, or bounds that are asked for; None for others."""
    info, values = known.attributes.get(code), result.facets.get(code, ())
    is_number = info is not None and info.kind == AttributeKind.NUMBER and len(values) > MOST_BOXES
    if code in asked.choices or not (is_number or code in asked.ranges):
        return None
    low, high = asked.ranges.get(code, (None, None))
    lowest, highest = result.ranges.get(code) or _extremes(values)
    texts = (*map(_number_text, (low, high, lowest, highest)), info.unit if info is not None else "")
    return Facet(known.label(code), range_names(code)[0], range=Range(*texts))


def _extremes(values: Sequence[FacetValue]) -> Bounds:
    numbers = [number for value in values if (number := _number(value.value)) is not None]
    return (min(numbers), max(numbers)) if numbers else (None, None)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _number_text(number: float | None) -> str:
    return "" if number is None else formatting.number(Decimal(repr(number)))


def _place(code: str, value: str, label: str, known: Outline) -> tuple[float, str]:
    """Options in the tenant's order, numbers by size, other texts as people count: M4 before M10."""
    info = known.attributes.get(code)
    if info is not None and info.options:
        places = {option.code: place for place, option in enumerate(info.options)}
        option = info.option(shown(value))
        return (places[option.code] if option else len(places)), natural_text(label)
    number = _number(value) if info is not None and info.kind == AttributeKind.NUMBER else None
    return 0.0 if number is None else number, natural_text(label)


def _options(code: str, values: Sequence[FacetValue], known: Outline) -> tuple[Option, ...]:
    if len(values) > MOST_VALUES:
        often = sorted(values, key=lambda value: (not value.selected, -value.count))[:MOST_VALUES]
        values = [value for value in values if value in often]
    options = [_option(code, value, known.shown_value(code, shown(value.value))) for value in values]
    return tuple(sorted(options, key=lambda option: _place(code, option.value, option.label, known)))


def _option(code: str, value: FacetValue, label: str) -> Option:
    """A box whose id comes from its value, so that it stays the same while the list changes."""
    return Option(
        value=value.value,
        label=label,
        count_text=formatting.number(value.count),
        id=f"f-{code}-{zlib.crc32(value.value.encode()):08x}",
        checked=value.selected,
    )


def _categories(
    request: Request, asked: Asked, values: Sequence[FacetValue], known: Outline
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


def _up(request: Request, asked: Asked, known: Outline) -> CategoryLink | None:
    info = known.categories.get(asked.category)
    if info is None:
        return None
    parent = known.categories.get(info.parent_path)
    href = query_url(request, category=info.parent_path or None, page=None)
    return CategoryLink(parent.name if parent else _("All categories"), "", href)


def _shared_categories(request: Request, asked: Asked, values: Sequence[FacetValue]) -> tuple[CategoryLink, ...]:
    """Categories of the marketplace directly below the chosen one: their values are paths of names."""
    above = f"{asked.category.partition(SEPARATOR)[0]}{STEP}" if asked.category else ""
    links = []
    for value in values:
        french = value.value.partition(SEPARATOR)[0]
        if value.count and french.startswith(above) and STEP not in french[len(above) :]:
            name = shown(value.value).rpartition(STEP)[2]
            href = query_url(request, category=value.value, page=None)
            links.append(CategoryLink(name, formatting.number(value.count), href))
    return tuple(sorted(links, key=lambda link: natural_text(link.name)))


def _shared_up(request: Request, asked: Asked) -> CategoryLink | None:
    if not asked.category:
        return None
    french, separator, english = asked.category.partition(SEPARATOR)
    parent, parent_english = french.rpartition(STEP)[0], english.rpartition(STEP)[0]
    same = not separator or parent == parent_english
    value = parent if same else f"{parent}{SEPARATOR}{parent_english}"
    href = query_url(request, category=value or None, page=None)
    return CategoryLink(shown(value).rpartition(STEP)[2] if value else _("All categories"), "", href)


def _nodes(request: Request, asked: Asked, values: Sequence[FacetValue], tree: Taxonomy) -> tuple[CategoryLink, ...]:
    """Nodes of the platform's taxonomy directly in the chosen one, those that have something."""
    counts = {value.value: value.count for value in values}
    return tuple(
        CategoryLink(node.name, formatting.number(counts[node.code]), query_url(request, node=node.code, page=None))
        for node in tree.children(asked.node)
        if counts.get(node.code)
    )


def _node_up(request: Request, asked: Asked, tree: Taxonomy) -> CategoryLink | None:
    node = tree.nodes.get(asked.node)
    if node is None:
        return None
    parent = tree.nodes.get(node.parent)
    href = query_url(request, node=node.parent or None, page=None)
    return CategoryLink(parent.name if parent else _("All categories"), "", href)


def _chips(request: Request, asked: Asked, known: Outline) -> tuple[tuple[str, str], ...]:
    chips = [(_("In stock"), query_url(request, stock=None, page=None))] if asked.in_stock else []
    if asked.lead_days is not None:
        text = dict(_lead_times())[str(asked.lead_days)]
        chips.append((_("Delivered %(when)s") % {"when": text}, query_url(request, lead=None, page=None)))
    if asked.only_bought:
        chips.append((_("Ordered before"), query_url(request, bought=None, page=None)))
    if asked.has_price:
        text = f"{_bound_text(asked.low) or '0'} – {_bound_text(asked.high) or '…'}"
        href = query_url(request, price_min=None, price_max=None, page=None)
        chips.append((formatting.labelled(_("Your price"), text), href))
    for code, (low, high) in asked.ranges.items():
        _name, *names = range_names(code)
        unit = known.attributes[code].unit if code in known.attributes else ""
        text = f"{_number_text(low) or '…'} – {_number_text(high) or '…'} {unit}".rstrip()
        href = query_url(request, **dict.fromkeys(names), page=None)
        chips.append((formatting.labelled(known.label(code), text), href))
    for code, values in asked.choices.items():
        name = field_name(code)
        chips += [(known.shown_value(code, shown(value)), without(request, name, value)) for value in values]
    return tuple(chips)


def _cleared(request: Request, asked: Asked) -> str:
    if not asked.filter_count:
        return ""
    names: dict[str, None] = {field_name(code): None for code in asked.choices}
    names |= {name: None for code in asked.ranges for name in range_names(code)[1:]}
    names |= dict.fromkeys(("supplier", "stock", "lead", "bought", "price_min", "price_max"))
    return query_url(request, **names, page=None)


def _sorts(*, sees_prices: bool, only_rising: bool = False) -> tuple[tuple[str, str], ...]:
    sorts = [("", _("Best match")), ("name", _("Name"))]
    if sees_prices:
        sorts.append(("price", _("Your price, lowest first")))
    if sees_prices and not only_rising:
        sorts.append(("-price", _("Your price, highest first")))
    return tuple(sorts)
