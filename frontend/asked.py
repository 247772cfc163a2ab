"""What a list of products was asked for: the query string, read once and forgivingly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import get_language

from core.parsing import parse_decimal
from search.documents import CATEGORY, IN_STOCK, MAX_NUMBER, MAX_PRICE, PRICE_SCALE, TAXONOMY, TENANT, is_facet_code
from search.port import ALL_FACETS, MAX_WINDOW, Bounds, Query, Sort

PER_PAGE = 50
BUCKETS = 12
LEAD_DAYS = (2, 5, 10)
PREFIX, RANGE_PREFIX = "f-", "n-"
_LOW, _HIGH = "_min", "_max"
_SORTS: Mapping[str, Sort] = {"name": "name", "price": "price", "-price": "-price"}
PRICE_SORTS = frozenset({"price", "-price"})
_LONGEST, _MOST_VALUES, _MOST_RANGES = 200, 50, 12


@dataclass(frozen=True, slots=True)
class Asked:
    """A search. ``choices`` are attributes and brands with the values that are wanted, ``ranges`` numeric attributes
    with their bounds.

    ``node`` is a code of the platform's taxonomy. ``low`` and ``high`` bound the buyer's own price per base unit;
    ``lead_days`` is when it has to be there.
    """

    text: str = ""
    category: str = ""
    node: str = ""
    in_stock: bool = False
    lead_days: int | None = None
    only_bought: bool = False
    low: Decimal | None = None
    high: Decimal | None = None
    sees_prices: bool = False
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ranges: Mapping[str, Bounds] = field(default_factory=dict)
    suppliers: tuple[str, ...] = ()
    sort: Sort = "relevance"
    page: int = 1

    @property
    def filter_count(self) -> int:
        others = (self.in_stock, self.lead_days is not None, self.only_bought, self.has_price)
        return sum(map(len, self.choices.values())) + len(self.ranges) + len(self.suppliers) + sum(others)

    @property
    def has_price(self) -> bool:
        return self.low is not None or self.high is not None

    def to_query(self) -> Query:
        """The question to the engine, with all facets counted."""
        filters = {**self.choices}
        if self.category:
            filters[CATEGORY] = (self.category,)
        if self.node:
            filters[TAXONOMY] = (self.node,)
        if self.in_stock:
            filters[IN_STOCK] = ("1",)
        if self.suppliers:
            filters[TENANT] = self.suppliers
        return Query(
            text=self.text,
            filters=filters,
            ranges=self.ranges,
            price=self._price(),
            max_lead_days=self.lead_days,
            only_bought=self.only_bought,
            buckets=BUCKETS if self.sees_prices else 0,
            sort=self.sort,
            facets=(ALL_FACETS,),
            offset=(self.page - 1) * PER_PAGE,
            size=PER_PAGE,
        )

    def _price(self) -> tuple[int, int] | None:
        if not self.has_price:
            return None
        high = MAX_PRICE if self.high is None else int(self.high * PRICE_SCALE)
        return int((self.low or 0) * PRICE_SCALE), high


def read(query: QueryDict, *, sees_prices: bool) -> Asked:
    """Read a query string; what makes no sense is left out. Only who sees prices may sort and filter by them."""
    sort: Sort = _SORTS.get(query.get("sort", ""), "relevance")
    if sort in PRICE_SORTS and not sees_prices:
        sort = "relevance"
    return Asked(
        text=asked_text(query),
        category=query.get("category", "").strip("/")[:400],
        node=query.get("node", "").strip("/")[:_LONGEST],
        in_stock=query.get("stock") == "1",
        lead_days=next((days for days in LEAD_DAYS if query.get("lead") == str(days)), None),
        only_bought=sees_prices and query.get("bought") == "1",
        low=_bound(query.get("price_min", "")) if sees_prices else None,
        high=_bound(query.get("price_max", "")) if sees_prices else None,
        sees_prices=sees_prices,
        choices=_choices(query),
        ranges=_ranges(query),
        suppliers=_suppliers(query),
        sort=sort,
        page=_page(query.get("page", "")),
    )


def asked_text(query: QueryDict) -> str:
    """What was typed into the search box, without what no text of the database can hold."""
    return " ".join(query.get("q", "").replace("\0", "").split())[:256]


def field_name(code: str) -> str:
    """The name of a facet's boxes in the form."""
    return f"{PREFIX}{code}"


def range_names(code: str) -> tuple[str, str, str]:
    """The name of a numeric attribute's two fields in the form, and those of its bounds."""
    name = f"{RANGE_PREFIX}{code}"
    return name, f"{name}{_LOW}", f"{name}{_HIGH}"


def _ranges(query: QueryDict) -> dict[str, Bounds]:
    ranges: dict[str, Bounds] = {}
    for name in query:
        code = name.removeprefix(RANGE_PREFIX).removesuffix(_LOW).removesuffix(_HIGH)
        if not name.startswith(RANGE_PREFIX) or not is_facet_code(code) or len(ranges) == _MOST_RANGES:
            continue
        _name, low, high = range_names(code)
        bounds = _number(query.get(low, "")), _number(query.get(high, ""))
        if bounds != (None, None):
            ranges[code] = bounds
    return ranges


def _choices(query: QueryDict) -> dict[str, tuple[str, ...]]:
    choices: dict[str, tuple[str, ...]] = {}
    for name in query:
        code = name.removeprefix(PREFIX)
        if name == code or code in (CATEGORY, IN_STOCK, TAXONOMY, TENANT) or not is_facet_code(code):
            continue
        values = dict.fromkeys(value[:_LONGEST] for value in query.getlist(name)[:_MOST_VALUES] if value)
        if values:
            choices[code] = tuple(values)
    return choices


def _suppliers(query: QueryDict) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for text in query.getlist("supplier")[:_MOST_VALUES]:
        try:
            found[str(UUID(text))] = None
        except ValueError:
            continue
    return tuple(found)


def _bound(text: str) -> Decimal | None:
    """An amount in the way of the language; ``1,250`` is a little more than one in French."""
    value = _decimal(text)
    return value if value is not None and 0 <= value < MAX_PRICE // PRICE_SCALE else None


def _number(text: str) -> float | None:
    value = _decimal(text)
    return float(value) if value is not None and abs(value) <= MAX_NUMBER else None


def _decimal(text: str) -> Decimal | None:
    try:
        return parse_decimal(text, decimal_separator="," if get_language() == "fr" else ".")
    except ValueError:
        return None


def _page(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    return min(max(number, 1), MAX_WINDOW // PER_PAGE)
