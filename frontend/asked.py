"""What a list of products was asked for: the query string, read once and forgivingly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.http import QueryDict

from search.documents import CATEGORY, IN_STOCK, TENANT, is_facet_code
from search.port import ALL_FACETS, MAX_WINDOW, Query, Sort

PER_PAGE = 50
PREFIX = "f-"
_SORTS: Mapping[str, Sort] = {"name": "name", "price": "price", "-price": "-price"}
PRICE_SORTS = frozenset({"price", "-price"})
_LONGEST, _MOST_VALUES = 200, 50


@dataclass(frozen=True, slots=True)
class Asked:
    """A search. ``choices`` are attributes and brands with the values that are wanted."""

    text: str = ""
    category: str = ""
    in_stock: bool = False
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    suppliers: tuple[str, ...] = ()
    sort: Sort = "relevance"
    page: int = 1

    @property
    def filter_count(self) -> int:
        return sum(map(len, self.choices.values())) + len(self.suppliers) + self.in_stock

    def to_query(self) -> Query:
        """The question to the engine, with all facets counted."""
        filters = {**self.choices}
        if self.category:
            filters[CATEGORY] = (self.category,)
        if self.in_stock:
            filters[IN_STOCK] = ("1",)
        if self.suppliers:
            filters[TENANT] = self.suppliers
        return Query(
            text=self.text,
            filters=filters,
            sort=self.sort,
            facets=(ALL_FACETS,),
            offset=(self.page - 1) * PER_PAGE,
            size=PER_PAGE,
        )


def read(query: QueryDict, *, sees_prices: bool) -> Asked:
    """Read a query string; what makes no sense is left out. Only who sees prices may sort by them."""
    sort: Sort = _SORTS.get(query.get("sort", ""), "relevance")
    if sort in PRICE_SORTS and not sees_prices:
        sort = "relevance"
    return Asked(
        text=" ".join(query.get("q", "").split())[:256],
        category=query.get("category", "").strip("/")[:400],
        in_stock=query.get("stock") == "1",
        choices=_choices(query),
        suppliers=_suppliers(query),
        sort=sort,
        page=_page(query.get("page", "")),
    )


def field_name(code: str) -> str:
    """The name of a facet's boxes in the form."""
    return f"{PREFIX}{code}"


def _choices(query: QueryDict) -> dict[str, tuple[str, ...]]:
    choices: dict[str, tuple[str, ...]] = {}
    for name in query:
        code = name.removeprefix(PREFIX)
        if name == code or code in (CATEGORY, IN_STOCK, TENANT) or not is_facet_code(code):
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


def _page(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    return min(max(number, 1), MAX_WINDOW // PER_PAGE)
