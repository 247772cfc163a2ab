"""Order, filter and histogram by the buyer's own price, over the segments of :mod:`search.segments`.

Counting by steps is cheap, sorting is not: steps find the few prices that a page is made of, and only those are sorted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from tantivy import Query as Match

from search.backends.embedded.filters import any_of, combined, in_prices, in_segment, price_field, price_stats, silent
from search.backends.embedded.storage import Reader
from search.histogram import buckets, round_bounds
from search.port import Bucket, BuyerContext
from search.segments import PUBLIC, PUBLIC_PRICES, are_too_many, lists_of, segments_of

STEPS, ROUNDS = 48, 6
FEW = 300
"""So many may be sorted without looking for fewer."""

Found = tuple[int, int, int, str]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Own prices from ``low`` to ``high``, how many come before them, and how many each segment has in there."""

    low: int
    high: int
    before: int
    counts: Sequence[int]


class OwnPrices:
    """Own prices of what matches ``base``, which are ``total`` documents."""

    def __init__(self, reader: Reader, buyer: BuyerContext, base: Sequence[Match], total: int) -> None:
        self._reader = reader
        self._base = base
        self.is_public = not buyer.shops
        lists = [PUBLIC] if self.is_public else lists_of(buyer, reader.known.lists)
        self._extremes = self._stats(lists)
        self.segments = PUBLIC_PRICES if self.is_public else segments_of(buyer, self._extremes)
        if are_too_many(self.segments, lambda: total):
            self.is_public, self.segments, self._extremes = True, PUBLIC_PRICES, self._stats([PUBLIC])
        self._inside = [in_segment(segment) for segment in self.segments]

    def _stats(self, lists: Sequence[str]) -> dict[str, tuple[int, int]]:
        """Lowest and highest price in each list that any match is in."""
        if not lists:
            return {}
        found = self._reader.searcher.aggregate(combined(self._base), price_stats(lists))
        return {key: (int(found[key]["min"]), int(found[key]["max"])) for key in lists if found[key]["count"]}

    def _range(self) -> tuple[int, int] | None:
        """Bounds of all own prices; they may be wider than the prices themselves."""
        ends = [(one.curve, *self._extremes[one.key]) for one in self.segments if one.key in self._extremes]
        if not ends:
            return None
        return min(curve.apply(low) for curve, low, _ in ends), max(curve.apply(high) for curve, _, high in ends)

    # --- filter ---------------------------------------------------------------------------------------------
    def within(self, low: int, high: int) -> Match:
        """Documents whose own price is within the bounds, which are included."""
        parts = [(segment, segment.list_prices(low, high)) for segment in self.segments]
        return silent(
            any_of([in_prices(self._reader.index, segment, prices) for segment, prices in parts if prices is not None])
        )

    def unpriced(self) -> list[Match]:
        """Conditions for what matches and has no own price."""
        return [combined(self._base, but=self._inside)]

    # --- histogram ------------------------------------------------------------------------------------------
    def histogram(self, most: int) -> tuple[Bucket, ...]:
        """At most so many steps that all priced documents are in."""
        ends = self._range()
        if ends is None:
            return ()
        bounds = round_bounds(*ends, most)
        return buckets(bounds, [sum(counts) for counts in zip(*self._counts(bounds), strict=True)])

    def _counts(self, bounds: Sequence[int]) -> list[list[int]]:
        """Per segment, how many own prices are from each bound on and below the next."""
        return [self._counted(place, bounds) for place in range(len(self.segments))]

    def _counted(self, place: int, bounds: Sequence[int]) -> list[int]:
        segment = self.segments[place]
        steps = [segment.curve.least(bound) for bound in bounds]
        ranges = [{"from": low, "to": high} for low, high in pairwise(dict.fromkeys(steps))]
        if segment.key not in self._extremes or not ranges:
            return [0] * (len(bounds) - 1)
        asked: dict[str, Any] = {"steps": {"range": {"field": price_field(segment.key), "ranges": ranges}}}
        found = self._reader.searcher.aggregate(combined([*self._base, self._inside[place]]), asked)
        counted = {int(one["from"]): one["doc_count"] for one in found["steps"]["buckets"] if "from" in one}
        return [counted[low] if low < high else 0 for low, high in pairwise(steps)]

    # --- order ----------------------------------------------------------------------------------------------
    def page(self, first: int, last: int, bounds: tuple[int, int] | None, *, falling: bool) -> tuple[list[str], int]:
        """Keys at the places from ``first`` to before ``last`` in the order of own prices, and how many are priced."""
        ends = self._range()
        low, high = ends or (0, -1)
        if bounds is not None:
            low, high = max(low, bounds[0]), min(high, bounds[1])
        if low > high:
            return [], 0
        stretch, priced = self._stretch(low, high, first, last, falling=falling)
        found: list[Found] = []
        for place, count in enumerate(stretch.counts):
            most = min(count, last - stretch.before)
            if most > 0:
                found += self._sorted(place, stretch, most, falling=falling)
        found.sort(key=lambda one: (-one[0], one[1], -one[2], one[3]) if falling else one)
        return [one[3] for one in found[max(first - stretch.before, 0) : last - stretch.before]], priced

    def _stretch(self, low: int, high: int, first: int, last: int, *, falling: bool) -> tuple[_Stretch, int]:
        """The shortest stretch found that holds the places, and the number of documents in the whole."""
        before, priced = 0, None
        for _round in range(ROUNDS):
            bounds = [low, *(bound for bound in round_bounds(low, high, STEPS) if low < bound <= high), high + 1]
            counts = self._counts(bounds)
            totals = [sum(column) for column in zip(*counts, strict=True)]
            priced = sum(totals) if priced is None else priced
            steps = _holding(totals, first - before, last - before, falling=falling)
            before += sum(totals[steps.stop :] if falling else totals[: steps.start])
            shorter = (bounds[steps.start], bounds[steps.stop] - 1)
            if sum(totals[steps]) <= FEW or shorter == (low, high) or shorter[0] == shorter[1]:
                break
            low, high = shorter
        return _Stretch(*shorter, before, [sum(column[steps]) for column in counts]), priced or 0

    def _sorted(self, place: int, stretch: _Stretch, most: int, *, falling: bool) -> list[Found]:
        segment = self.segments[place]
        prices = segment.list_prices(stretch.low, stretch.high)
        if prices is None:
            return []
        sources = [
            {"price": {"terms": {"field": price_field(segment.key), "order": "desc" if falling else "asc"}}},
            {"pk": {"terms": {"field": "pk", "order": "asc"}}},
        ]
        match = combined([*self._base, in_prices(self._reader.index, segment, prices)])
        found = self._reader.searcher.aggregate(match, {"page": {"composite": {"size": most, "sources": sources}}})
        keys = [(int(bucket["key"]["price"]), bucket["key"]["pk"]) for bucket in found["page"]["buckets"]]
        return [(segment.curve.apply(price), place, price, pk) for price, pk in keys]


def _holding(totals: Sequence[int], first: int, last: int, *, falling: bool) -> slice:
    """The steps that hold the places, counted from the end when prices fall."""
    places = range(len(totals) - 1, -1, -1) if falling else range(len(totals))
    passed, wanted = 0, []
    for place in places:
        if passed < last and passed + totals[place] > first:
            wanted.append(place)
        passed += totals[place]
    if not wanted:
        end = 0 if falling else len(totals) - 1
        return slice(end, end + 1)
    return slice(min(wanted), max(wanted) + 1)
