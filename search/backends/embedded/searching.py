"""One search on one snapshot: find, order, count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from tantivy import Query as Match

from search.backends.embedded.filters import among, combined, facet_filter, lead_filter, number_filter, visible
from search.backends.embedded.matching import Asked, boosts
from search.backends.embedded.ownprice import OwnPrices
from search.backends.embedded.schema import NUMBER_SCALE, hit_from
from search.backends.embedded.storage import Reader
from search.facets import listed, wanted_facets, without_empty
from search.port import MAX_WINDOW, BuyerContext, FacetValue, Hit, Query, Result

MAX_FACET_BUCKETS = 2_000
_Condition = tuple[str, str]


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
        self._total_at_any_price = 0

    def result(self) -> Result:
        self._core, self._total_at_any_price = self._matching()
        total = self._total_at_any_price
        if self._query.price is not None:
            total = self._count(self._must())
        hits = self._page() if total else []
        return Result(
            tuple(hits),
            total,
            without_empty(self._counts(), self._query),
            self._own.histogram(self._query.buckets) if self._query.buckets else (),
            self._measures(),
            frozenset(self._degraded),
        )

    # --- what matches ---------------------------------------------------------------------------------------
    def _matching(self) -> tuple[list[Match], int]:
        """What the words ask for (nothing when there are none), and how many documents pass it and the
        filters but that of the price.
        """
        if self._asked.is_empty:
            nothing = bool(self._query.text.strip())
            core = [Match.empty_query()] if nothing else []
            return core, self._total(core)
        core = [self._asked.matching()]
        total = self._total(core)
        if total or not self._asked.has_several_words or self._count([*core, *self._visible]):
            return core, total
        core = [self._asked.matching(half=True)]
        total = self._total(core)
        if total:
            self._degraded.add("partial_match")
        return core, total

    def _total(self, core: list[Match]) -> int:
        return self._count([*core, *self._always, *self._filters.values()])

    def _count(self, must: list[Match]) -> int:
        found = self._reader.searcher.search(combined(must), 1, count=True)
        return int(found.count)  # type: ignore[attr-defined]  # the stub forgets it

    def _must(self, *, without: _Condition | None = None, priced: bool = True) -> list[Match]:
        filters = [match for condition, match in self._filters.items() if condition != without]
        price = [self._price] if priced and self._query.price is not None else []
        return [*self._core, *self._always, *filters, *price]

    @cached_property
    def _own(self) -> OwnPrices:
        return OwnPrices(self._reader, self._buyer, self._must(priced=False), self._total_at_any_price)

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

    def _by_price(self) -> list[str]:
        """By own price; what has none comes after it, unless a price was asked for."""
        query, own = self._query, self._own
        if own.is_public:
            self._degraded.add("public_price_sort")
        first, last = query.offset, query.offset + query.size
        pks, priced = own.page(first, last, query.price, falling=query.sort == "-price")
        if len(pks) < query.size and query.price is None:
            pks += self._sorted(own.unpriced(), [], max(first - priced, 0), last - priced)
        return pks

    def _sorted(self, must: list[Match], first: list[tuple[str, str]], offset: int, end: int) -> list[str]:
        """Keys in a total order, by a composite aggregation: tantivy sorts by one field only."""
        order = [*first, ("sort_fr" if self._buyer.locale == "fr" else "sort_en", "asc"), ("pk", "asc")]
        sources = [{code: {"terms": {"field": code, "order": direction}}} for code, direction in order]
        found = self._reader.searcher.aggregate(
            combined(must), {"page": {"composite": {"size": end, "sources": sources}}}
        )
        return [bucket["key"]["pk"] for bucket in found["page"]["buckets"][offset:]]

    def _cards(self, pks: Sequence[str]) -> list[Hit]:
        if not pks:
            return []
        searcher = self._reader.searcher
        found = searcher.search(among("pk", pks), len(pks), count=False)
        hits = [hit_from(searcher.doc(at), self._buyer.locale) for _, at in found.hits]
        places = {pk: place for place, pk in enumerate(pks)}
        return sorted(hits, key=lambda hit: places[hit.pk])

    # --- counts ---------------------------------------------------------------------------------------------
    def _counts(self) -> dict[str, tuple[FacetValue, ...]]:
        """Counts per facet, each with all filters but its own."""
        selected = self._query.selected
        together = [code for code in self._facets if code not in selected]
        counts = self._terms(together, self._must())
        for code in self._facets:
            if code in selected:
                counts |= self._terms([code], self._must(without=("facet", code)))
        return {code: listed(counts[code], selected.get(code, ())) for code in self._facets}

    def _terms(self, codes: Sequence[str], must: list[Match]) -> dict[str, dict[str, int]]:
        if not codes:
            return {}
        wanted: dict[str, Any] = {
            f"f{place}": {"terms": {"field": f"facets.{code}", "size": MAX_FACET_BUCKETS}}
            for place, code in enumerate(codes)
        }
        found = self._reader.searcher.aggregate(combined(must), wanted)
        return {
            code: {bucket["key"]: bucket["doc_count"] for bucket in found[f"f{place}"]["buckets"]}
            for place, code in enumerate(codes)
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
