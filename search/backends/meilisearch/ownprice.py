"""Order and histogram by the buyer's own price, over the segments of :mod:`search.segments`.

The server sorts each segment by its list; own prices are made and merged here. Of a list's prices it sends those of
the buyer's own segments only.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Protocol

from search.backends.meilisearch import filters
from search.backends.meilisearch.filters import in_prices, in_segment, price_field
from search.backends.meilisearch.payloads import COUNT, Fields, Payload, counted
from search.histogram import buckets, round_bounds
from search.port import Bucket, BuyerContext
from search.segments import PUBLIC, PUBLIC_PRICES, are_too_many, lists_of, segments_of


class _Send(Protocol):
    def __call__(self, queries: Sequence[Payload], /) -> list[dict[str, Any]]: ...


class _Ask(Protocol):
    """Requests for the matches that meet further conditions, one per disjoint set."""

    def __call__(self, extra: Sequence[str], /, **more: Any) -> list[Payload]: ...


class OwnPrices:
    """Own prices of what ``ask`` finds."""

    def __init__(self, send: _Send, ask: _Ask, buyer: BuyerContext, known: Fields) -> None:
        self._send = send
        self._ask = ask
        self.is_public = not buyer.shops
        lists = [PUBLIC] if self.is_public else lists_of(buyer, known.lists)
        self._extremes = self._ends(lists)
        self.segments = PUBLIC_PRICES if self.is_public else segments_of(buyer, self._extremes)
        if are_too_many(self.segments, self._total):
            self.is_public, self.segments = True, PUBLIC_PRICES
            self._extremes = self._ends([PUBLIC])

    def _ends(self, lists: Sequence[str]) -> dict[str, tuple[int, int]]:
        """Lowest and highest price in each list that any match is in."""
        asked: list[tuple[str, Payload]] = []
        for key in lists:
            field = price_field(key)
            for order in ("asc", "desc"):
                more = {"sort": [f"{field}:{order}"], "limit": 1, "attributesToRetrieve": [field]}
                asked += [(key, one) for one in self._ask([f"{field} >= 0"], **more)]
        found: dict[str, list[int]] = {}
        answers = self._send([one for _, one in asked]) if asked else []
        for (key, _), answer in zip(asked, answers, strict=True):
            found.setdefault(key, []).extend(_price(hit, key) for hit in answer["hits"])
        return {key: (min(prices), max(prices)) for key, prices in found.items() if prices}

    def _total(self) -> int:
        return sum(map(counted, self._send(self._ask((), **COUNT))))

    @property
    def unpriced(self) -> str:
        """The condition of what has no own price."""
        if not self.segments:
            return filters.EVERYTHING
        return f"NOT {filters.either(*map(in_segment, self.segments))}"

    def histogram(self, most: int) -> tuple[Bucket, ...]:
        """At most so many steps that all priced documents are in."""
        ends = [(one.curve, *self._extremes[one.key]) for one in self.segments if one.key in self._extremes]
        if not ends:
            return ()
        low = min(curve.apply(lowest) for curve, lowest, _ in ends)
        high = max(curve.apply(highest) for curve, _, highest in ends)
        bounds = round_bounds(low, high, most)
        asked = [self._ask([in_prices(self.segments, left, right - 1)], **COUNT) for left, right in pairwise(bounds)]
        answers = iter(self._send([one for requests in asked for one in requests]))
        counts = [sum(counted(next(answers)) for _ in requests) for requests in asked]
        return buckets(bounds, counts)

    def page(self, first: int, last: int, bounds: tuple[int, int] | None, *, falling: bool) -> tuple[list[str], int]:
        """Keys at the places from ``first`` to before ``last`` in the order of own prices, and how many are priced."""
        asked: list[tuple[int, Payload]] = []
        for place, segment in enumerate(self.segments):
            conditions = [in_segment(segment)] if bounds is None else [in_prices([segment], *bounds)]
            field = price_field(segment.key)
            order = [f"{field}:{'desc' if falling else 'asc'}", "pk:asc"]
            more = {"sort": order, "offset": 0, "limit": last, "attributesToRetrieve": ["pk", field]}
            asked += [(place, one) for one in self._ask(conditions, **more)]
        answers = self._send([one for _, one in asked]) if asked else []
        found: list[tuple[int, int, int, str]] = []
        for (place, _), answer in zip(asked, answers, strict=True):
            segment = self.segments[place]
            prices = [(_price(hit, segment.key), hit["pk"]) for hit in answer["hits"]]
            found += [(segment.curve.apply(price), place, price, pk) for price, pk in prices]
        found.sort(key=lambda one: (-one[0], one[1], -one[2], one[3]) if falling else one)
        return [one[3] for one in found[first:last]], sum(map(counted, answers))


def _price(hit: dict[str, Any], key: str) -> int:
    return int(hit["public_price"] if key == PUBLIC else hit["prices"][key])
