"""The filter panel of a list of products: facets with counts, categories, chips, sorting."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.requests import Request
from catalog.outline import Outline
from core import formatting
from frontend.asked import LEAD_DAYS, Asked, field_name
from frontend.charts import BarChart, BarInput, bar_chart
from frontend.paging import query_url, without
from marketplace.taxonomy import Taxonomy
from search.documents import BRAND, BUILT_IN_FACETS, CATEGORY, IN_STOCK, PRICE_SCALE, TAXONOMY, TENANT
from search.labels import SEPARATOR, STEP, shown
from search.normalise import natural_text
from search.port import Bucket, FacetValue, Result

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
    defined = [code for code, info in known.attributes.items() if info.is_filter]
    others = sorted(set(counted) - set(known.attributes) - BUILT_IN_FACETS)
    return Panel(
        categories=_categories(request, asked, counted.get(CATEGORY, ()), known),
        up=_up(request, asked, known),
        in_stock=_in_stock(asked, counted),
        facets=_facets(asked, counted, known, (BRAND, *defined, *others)),
        chips=_chips(request, asked, known),
        clear_href=_cleared(request, asked),
        sorts=_sorts(sees_prices=asked.sees_prices),
        lead_times=_lead_times(),
        price=_price(asked, result.histogram, currency) if asked.sees_prices else None,
    )


def marketplace_panel(
    request: Request,
    asked: Asked,
    counted: Counted,
    known: Outline,
    suppliers: Mapping[str, str],
    *,
    tree: Taxonomy,
    histogram: Sequence[Bucket] = (),
    currency: str = "",
) -> Panel:
    """The panel over all suppliers (names by id): the attributes that most products have come first."""
    attributes = [code for code in counted if code not in BUILT_IN_FACETS]
    attributes.sort(key=lambda code: (-sum(value.count for value in counted[code]), code))
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
        facets=(supplier, *_facets(asked, counted, known, (BRAND, *attributes))),
        chips=(*chips, *_chips(request, asked, known)),
        clear_href=_cleared(request, asked),
        sorts=_sorts(sees_prices=asked.sees_prices, only_rising=True),
        price=_price(asked, histogram, currency) if asked.sees_prices else None,
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


def _facets(asked: Asked, counted: Counted, known: Outline, codes: Sequence[str]) -> tuple[Facet, ...]:
    facets: list[Facet] = []
    for code in codes:
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
    options = [_option(code, value, known.shown_value(code, shown(value.value))) for value in values]
    return tuple(sorted(options, key=lambda option: natural_text(option.label)))


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
    for code, values in asked.choices.items():
        name = field_name(code)
        chips += [(known.shown_value(code, shown(value)), without(request, name, value)) for value in values]
    return tuple(chips)


def _cleared(request: Request, asked: Asked) -> str:
    if not asked.filter_count:
        return ""
    names: dict[str, None] = {field_name(code): None for code in asked.choices}
    names |= dict.fromkeys(("supplier", "stock", "lead", "bought", "price_min", "price_max"))
    return query_url(request, **names, page=None)


def _sorts(*, sees_prices: bool, only_rising: bool = False) -> tuple[tuple[str, str], ...]:
    sorts = [("", _("Best match")), ("name", _("Name"))]
    if sees_prices:
        sorts.append(("price", _("Your price, lowest first")))
    if sees_prices and not only_rising:
        sorts.append(("-price", _("Your price, highest first")))
    return tuple(sorts)
