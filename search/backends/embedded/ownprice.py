"""Order, filter and histogram by the buyer's own price, over the segments of :mod:`search.segments`.

Counting by steps is cheap, sorting is not: where there is much to sort, steps find the few prices that a page is made
of, and only those are sorted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from tantivy import Query as Match

from search.backends.embedded.filters import (
    any_of,
    combined,
    extremes_in,
    in_prices,
    in_segment,
    price_field,
    price_stats,
    silent,
)
from search.backends.embedded.storage import Reader
from search.histogram import buckets, round_bounds
from search.port import Bucket, BuyerContext
from search.segments import PUBLIC, PUBLIC_PRICES, are_too_many, lists_of, segments_of

STEPS, ROUNDS = 48, 6
FEW = 300
"""So many may be sorted without looking for fewer."""
FEW_MATCHES = 8_000
"""The same for what matches in all, where one round instead of two counts for more."""

Extremes = Mapping[str, tuple[int, int]]
Bounds = tuple[int, int]
_Found = tuple[int, int, int, int]


def lists_to_measure(buyer: BuyerContext, reader: Reader) -> list[str]:
    """The lists of which the lowest and the highest price are wanted first of all."""
    return lists_of(buyer, reader.known.lists) if buyer.shops else [PUBLIC]


@dataclass(frozen=True, slots=True)
class Matches:
    """What own prices are about. ``is_slow``: to find it takes longer than to look at it, so it is asked once for
    everything.
    """

    base: Sequence[Match]
    total: int
    is_slow: bool


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Own prices from ``low`` to ``high``, how many come before them, and how many each segment has in there."""

    low: int
    high: int
    before: int
    counts: Sequence[int]


class OwnPrices:
    """Own prices of what matches; ``extremes`` are the lowest and highest price in each of the buyer's lists."""

    def __init__(self, reader: Reader, buyer: BuyerContext, matches: Matches, extremes: Extremes) -> None:
        self._reader = reader
        self._matches = matches
        self._extremes = extremes
        self.is_public = not buyer.shops
        self.segments = PUBLIC_PRICES if self.is_public else segments_of(buyer, extremes)
        if are_too_many(self.segments, lambda: matches.total):
            found = reader.searcher.aggregate(combined(matches.base), price_stats([PUBLIC]))
            self.is_public, self.segments, self._extremes = True, PUBLIC_PRICES, extremes_in(found, [PUBLIC])

    def _range(self) -> Bounds | None:
        """Bounds of all own prices; they may be wider than the prices themselves."""
        ends = [(one.curve, *self._extremes[one.key]) for one in self.segments if one.key in self._extremes]
        if not ends:
            return None
        return min(curve.apply(low) for curve, low, _ in ends), max(curve.apply(high) for curve, _, high in ends)

    def _each(self, asked: Mapping[int, tuple[str, dict[str, Any]]]) -> dict[int, tuple[int, dict[str, Any]]]:
        """By segment, how many match a condition, and what an aggregation over them answers."""
        searcher, index, base = self._reader.searcher, self._reader.index, self._matches.base
        if self._matches.is_slow:
            wanted = {
                str(place): {"filter": condition, "aggs": {"found": one}} for place, (condition, one) in asked.items()
            }
            answer = searcher.aggregate(combined(base), wanted) if wanted else {}
            return {place: (answer[str(place)]["doc_count"], answer[str(place)]["found"]) for place in asked}
        count = {"value_count": {"field": "key"}}
        answers = {
            place: searcher.aggregate(combined([*base, index.parse_query(condition)]), {"found": one, "count": count})
            for place, (condition, one) in asked.items()
        }
        return {place: (int(one["count"]["value"]), one["found"]) for place, one in answers.items()}

    # --- filter ---------------------------------------------------------------------------------------------
    def within(self, low: int, high: int) -> Match:
        """Documents whose own price is within the bounds, which are included."""
        parts = [(segment, segment.list_prices(low, high)) for segment in self.segments]
        conditions = [in_prices(segment, prices) for segment, prices in parts if prices is not None]
        return silent(any_of([self._reader.index.parse_query(condition) for condition in conditions]))

    def unpriced(self) -> list[Match]:
        """Conditions for what matches and has no own price."""
        inside = [self._reader.index.parse_query(in_segment(segment)) for segment in self.segments]
        return [combined(self._matches.base, but=inside)]

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
        steps = [[segment.curve.least(bound) for bound in bounds] for segment in self.segments]
        asked: dict[int, tuple[str, dict[str, Any]]] = {}
        for place, segment in enumerate(self.segments):
            ranges = [{"from": low, "to": high} for low, high in pairwise(dict.fromkeys(steps[place]))]
            if segment.key in self._extremes and ranges:
                one = {"range": {"field": price_field(segment.key), "ranges": ranges}}
                asked[place] = (in_segment(segment), one)
        found = self._each(asked)
        return [_in_steps(steps[place], found.get(place)) for place in range(len(self.segments))]

    # --- order ----------------------------------------------------------------------------------------------
    def page(self, first: int, last: int, bounds: Bounds | None, *, falling: bool) -> tuple[list[int], int]:
        """Keys at the places from ``first`` to before ``last`` in the order of own prices, and how many are priced."""
        ends = self._range()
        low, high = ends or (0, -1)
        if bounds is not None:
            low, high = max(low, bounds[0]), min(high, bounds[1])
        if low > high:
            return [], 0
        if self._matches.total <= FEW_MATCHES:
            stretch, priced = _Stretch(low, high, 0, [last] * len(self.segments)), None
        else:
            stretch, priced = self._stretch(low, high, first, last, falling=falling)
        found, counted = self._sorted(stretch, last - stretch.before, falling=falling)
        found.sort(key=lambda one: (-one[0], one[1], -one[2], one[3]) if falling else one)
        keys = [one[3] for one in found[max(first - stretch.before, 0) : last - stretch.before]]
        return keys, counted if priced is None else priced

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

    def _sorted(self, stretch: _Stretch, most: int, *, falling: bool) -> tuple[list[_Found], int]:
        """The first ``most`` of each segment in the stretch, and how many are in it."""
        asked: dict[int, tuple[str, dict[str, Any]]] = {}
        for place, segment in enumerate(self.segments):
            prices = segment.list_prices(stretch.low, stretch.high)
            size = min(stretch.counts[place], most)
            if prices is not None and size > 0:
                asked[place] = (in_prices(segment, prices), _by_price(price_field(segment.key), size, falling=falling))
        found: list[_Found] = []
        counted = 0
        for place, (count, answer) in self._each(asked).items():
            counted += count
            keys = [(int(one["key"]["price"]), int(one["key"]["key"])) for one in answer["buckets"]]
            found += [(self.segments[place].curve.apply(price), place, price, key) for price, key in keys]
        return found, counted


def _by_price(field: str, size: int, *, falling: bool) -> dict[str, Any]:
    sources = [
        {"price": {"terms": {"field": field, "order": "desc" if falling else "asc"}}},
        {"key": {"terms": {"field": "key", "order": "asc"}}},
    ]
    return {"composite": {"size": size, "sources": sources}}


def _in_steps(steps: Sequence[int], found: tuple[int, Mapping[str, Any]] | None) -> list[int]:
    """Counts by list prices as counts by own prices: steps without a list price in them are empty."""
    if found is None:
        return [0] * (len(steps) - 1)
    counted = {int(one["from"]): one["doc_count"] for one in found[1]["buckets"] if "from" in one}
    return [counted[low] if low < high else 0 for low, high in pairwise(steps)]


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
