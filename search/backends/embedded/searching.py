"""One search on one snapshot: find, order, count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tantivy import Query as Match

from search.backends.embedded.filters import (
    among,
    combined,
    extremes_in,
    facet_filter,
    lead_filter,
    number_filter,
    price_stats,
    visible,
)
from search.backends.embedded.matching import ONE_TYPO_FROM, ONE_TYPO_FROM_AT_LAST, Asked, boosts
from search.backends.embedded.ownprice import Extremes, Matches, OwnPrices, lists_to_measure
from search.backends.embedded.schema import NUMBER_SCALE, hit_from, key_of
from search.backends.embedded.storage import Reader
from search.facets import listed, wanted_facets, without_empty
from search.port import MAX_WINDOW, MOST_COUNTED, BuyerContext, FacetValue, Hit, Query, Result

MAX_FACET_BUCKETS = 2_000
_TOTAL: dict[str, Any] = {"total": {"value_count": {"field": "key"}}}
_Condition = tuple[str, str]
_Counts = dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class _First:
    """What is asked of everything that matches, at any price, in one go."""

    total: int
    counts: _Counts
    extremes: Extremes


class Search:
    """Three kinds of conditions: ``core`` is what the words mean, ``always`` what no count leaves out (visibility among
    it), ``filters`` what a count of the same thing leaves out.
    """

    def __init__(self, reader: Reader, query: Query, buyer: BuyerContext) -> None:
        self._reader = reader
        self._query = query
        self._buyer = buyer
        self._facets = wanted_facets(query, reader.known.facets, reader.known.numbers)
        self._asked = Asked.read(query, buyer.locale)
        self._degraded: set[str] = set()
        self._visible = visible(buyer, reader.known)
        self._always = [*self._visible]
        if query.max_lead_days is not None:
            self._always.append(lead_filter(query.max_lead_days))
        if query.only_bought:
            self._always.append(among("pk", buyer.bought))
        self._filters: dict[_Condition, Match] = {
            ("facet", code): facet_filter(code, values) for code, values in query.selected.items()
        }
        self._filters |= {
            ("range", code): number_filter(reader.index, code, bounds) for code, bounds in query.bounded.items()
        }
        self._core: list[Match] = []
        self._first = _First(0, {}, {})

    def result(self) -> Result:
        self._find()
        total, counts = self._first.total, self._first.counts
        if self._query.price is not None:
            total, counts = self._totalled(self._must(), self._together)
        hits = self._page() if total else []
        return Result(
            tuple(hits),
            total,
            without_empty(self._counted(counts, total), self._query),
            self._own.histogram(self._query.buckets) if self._query.buckets else (),
            self._measures(),
            frozenset(self._degraded),
        )

    # --- what matches ---------------------------------------------------------------------------------------
    def _find(self) -> None:
        """Settle what the words ask for: all of them, else half of them, else all with typing errors in short ones."""
        if self._asked.is_empty:
            self._core = [Match.empty_query()] if self._query.text.strip() else []
            self._first = self._ask_first()
            return
        self._core = [self._asked.matching()]
        self._first = self._ask_first()
        if self._first.total or not self._asked.has_several_words or self._is_hidden_by_filters():
            return
        for half, typo_from in ((True, ONE_TYPO_FROM), (False, ONE_TYPO_FROM_AT_LAST)):
            self._core = [self._asked.matching(half=half, typo_from=typo_from)]
            self._first = self._ask_first()
            if self._first.total:
                self._degraded.add("partial_match")
                return

    def _is_hidden_by_filters(self) -> bool:
        found = self._reader.searcher.search(combined([*self._core, *self._visible]), 1, count=True)
        return int(found.count) > 0  # type: ignore[attr-defined]  # the stub forgets it

    def _ask_first(self) -> _First:
        query = self._query
        by_price = query.price is not None or query.buckets or query.sort in {"price", "-price"}
        lists = lists_to_measure(self._buyer, self._reader) if by_price else []
        codes = [] if query.price is not None else self._together
        wanted = {**_TOTAL, **_terms(codes), **price_stats(lists)}
        found = self._reader.searcher.aggregate(combined(self._must(priced=False)), wanted)
        return _First(int(found["total"]["value"]), _read(found, codes), extremes_in(found, lists))

    def _totalled(self, must: Sequence[Match], codes: Sequence[str]) -> tuple[int, _Counts]:
        found = self._reader.searcher.aggregate(combined(must), {**_TOTAL, **_terms(codes)})
        return int(found["total"]["value"]), _read(found, codes)

    def _must(self, *, without: _Condition | None = None, priced: bool = True) -> list[Match]:
        filters = [match for condition, match in self._filters.items() if condition != without]
        price = [self._price] if priced and self._query.price is not None else []
        return [*self._core, *self._always, *filters, *price]

    @cached_property
    def _own(self) -> OwnPrices:
        matches = Matches(self._must(priced=False), self._first.total, is_slow=bool(self._core))
        return OwnPrices(self._reader, self._buyer, matches, self._first.extremes)

    @cached_property
    def _price(self) -> Match:
        if self._own.is_public:
            self._degraded.add("public_price_filter")
        return self._own.within(*(self._query.price or (0, 0)))

    # --- the page -------------------------------------------------------------------------------------------
    def _page(self) -> list[Hit]:
        query = self._query
        if query.size == 0 or query.offset + query.size > MAX_WINDOW:
            return []
        if query.sort in {"price", "-price"}:
            return self._cards(self._by_price())
        if query.sort == "relevance" and self._core:
            match = combined(self._must(), boosts(self._asked.text, self._buyer))
            found = self._reader.searcher.search(match, query.size, count=False, offset=query.offset)
            return [hit_from(self._reader.searcher.doc(at), self._buyer.locale) for _, at in found.hits]
        first = [("rank", "desc")] if query.sort == "relevance" else []
        return self._cards(self._sorted(self._must(), first, query.offset, query.offset + query.size))

    def _by_price(self) -> list[int]:
        """By own price; what has none comes after it, unless a price was asked for."""
        query, own = self._query, self._own
        if own.is_public:
            self._degraded.add("public_price_sort")
        first, last = query.offset, query.offset + query.size
        keys, priced = own.page(first, last, query.price, falling=query.sort == "-price")
        if len(keys) < query.size and query.price is None and priced < self._first.total:
            keys += self._sorted(own.unpriced(), [], max(first - priced, 0), last - priced)
        return keys

    def _sorted(self, must: list[Match], first: list[tuple[str, str]], offset: int, end: int) -> list[int]:
        """Keys in a total order, by a composite aggregation: tantivy sorts by one field only."""
        order = [*first, ("sort_fr" if self._buyer.locale == "fr" else "sort_en", "asc"), ("key", "asc")]
        sources = [{code: {"terms": {"field": code, "order": direction}}} for code, direction in order]
        found = self._reader.searcher.aggregate(
            combined(must), {"page": {"composite": {"size": end, "sources": sources}}}
        )
        return [int(bucket["key"]["key"]) for bucket in found["page"]["buckets"][offset:]]

    def _cards(self, keys: Sequence[int]) -> list[Hit]:
        if not keys:
            return []
        searcher = self._reader.searcher
        found = searcher.search(among("key", keys), len(keys), count=False)
        hits = [hit_from(searcher.doc(at), self._buyer.locale) for _, at in found.hits]
        places = {key: place for place, key in enumerate(keys)}
        return sorted(hits, key=lambda hit: places[key_of(hit.pk)])

    # --- counts ---------------------------------------------------------------------------------------------
    @property
    def _together(self) -> list[str]:
        """The facets that leave no filter out."""
        return [code for code in self._facets if code not in self._query.selected]

    def _counted(self, together: _Counts, total: int) -> dict[str, tuple[FacetValue, ...]]:
        """Counts per facet, each with all filters but its own."""
        selected = self._query.selected
        counts = together | self._of_goods(self._must(), self._together, total)
        for code in self._facets:
            if code in selected:
                must = self._must(without=("facet", code))
                total, found = self._totalled(must, [code])
                counts |= found | self._of_goods(must, [code], total)
        return {code: listed(counts[code], selected.get(code, ())) for code in self._facets}

    def _of_goods(self, must: Sequence[Match], codes: Sequence[str], total: int) -> _Counts:
        """The same counts of goods, where those are wanted and documents are few enough."""
        if not self._query.by_goods or not codes:
            return {}
        if total > MOST_COUNTED:
            self._degraded.add("documents_counted")
            return {}
        each = {"goods": {"terms": {"field": "goods", "size": MOST_COUNTED}}}
        wanted = {name: {**terms, "aggs": each} for name, terms in _terms(codes).items()}
        found = self._reader.searcher.aggregate(combined(must), wanted)
        return {
            code: {one["key"]: len(one["goods"]["buckets"]) for one in found[f"facet {code}"]["buckets"]}
            for code in codes
        }

    def _measures(self) -> Mapping[str, tuple[float, float]]:
        """Lowest and highest value of the numeric attributes asked for, each without its own bounds."""
        found: dict[str, tuple[float, float]] = {}
        for code in self._query.ranges:
            asked = {"measure": {"stats": {"field": f"numbers.{code}"}}}
            must = self._must(without=("range", code))
            stats = self._reader.searcher.aggregate(combined(must), asked)["measure"]
            if stats["count"]:
                found[code] = (stats["min"] / NUMBER_SCALE, stats["max"] / NUMBER_SCALE)
        return found


def _terms(codes: Sequence[str]) -> dict[str, Any]:
    return {f"facet {code}": {"terms": {"field": f"facets.{code}", "size": MAX_FACET_BUCKETS}} for code in codes}


def _read(found: Mapping[str, Any], codes: Sequence[str]) -> _Counts:
    return {code: {one["key"]: one["doc_count"] for one in found[f"facet {code}"]["buckets"]} for code in codes}
