"""A page of the marketplace: one row per goods, where the first of their offers is in the engine's order.

An engine answers with a document per variant, because each has its own supplier's words, rules and prices. Goods are
made of them by walking through the hits from the first one on; so goods come once, whatever the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from search.buyers import Looker
from search.port import MAX_SIZE, MAX_WINDOW, Hit, Query, Result
from search.queries import Found, find_on_marketplace

OFFERS_EACH = 4
"""So many suppliers of each goods are looked for at once: a page seldom needs a second round."""
PUBLIC_PRICES = frozenset({"public_price_sort", "public_price_filter"})
TOO_MANY_ACCOUNTS = "too_many_accounts"
"""In ``Result.degraded``: own prices of so many suppliers cannot be ordered or filtered, so they were not."""


@dataclass(frozen=True, slots=True)
class GoodsFound:
    """``heads`` are the page's goods by their first offers; ``result`` counts goods in its facets where not too many
    offers match (:data:`search.port.MOST_COUNTED`), offers in its total.

    ``total`` is the number of goods that match: exactly, or at most.
    """

    heads: tuple[Hit, ...]
    result: Result
    total: int
    is_exact: bool


def find_goods(query: Query, lookers: Mapping[UUID, Looker], *, page: int, per_page: int) -> GoodsFound | None:
    """A page of goods of all suppliers, as a buyer sees them there. None when the engine cannot answer.

    A page after the last one answers the last one; goods are counted exactly up to :data:`MAX_SIZE` offers, and at
    the end. Prices are the buyer's own or none: where an engine falls back to public prices, which not every supplier
    shows, order and filter by price are left out.
    """
    query = replace(query, by_goods=True, offset=0, size=min(OFFERS_EACH * per_page, MAX_SIZE))
    found = find_on_marketplace(query, lookers)
    if found is not None and found.result.degraded & PUBLIC_PRICES:
        query = replace(query, price=None, buckets=0, sort="relevance" if "price" in query.sort else query.sort)
        found = _without_prices(find_on_marketplace(query, lookers))
    if found is None:
        return None
    heads = _Heads(found.result.hits)
    walked, within = len(found.result.hits), min(found.result.total, MAX_WINDOW)
    while walked < within and (len(heads) < page * per_page or within <= MAX_SIZE):
        size = min(MAX_SIZE, within - walked)
        more = find_on_marketplace(replace(query, offset=walked, size=size, facets=(), buckets=0), lookers)
        if more is None or not more.result.hits:
            break
        heads.add(more.result.hits)
        walked += len(more.result.hits)
    rest = max(found.result.total - walked, 0)
    return GoodsFound(heads.page(page, per_page), found.result, len(heads) + rest, rest == 0)


def _without_prices(found: Found | None) -> Found | None:
    if found is None:
        return None
    degraded = (found.result.degraded - PUBLIC_PRICES) | {TOO_MANY_ACCOUNTS}
    return replace(found, result=replace(found.result, degraded=degraded))


class _Heads:
    """The first hit of each goods, in the order of the hits; what nothing names is goods of its own."""

    def __init__(self, hits: tuple[Hit, ...]) -> None:
        self._by_goods: dict[str, Hit] = {}
        self.add(hits)

    def __len__(self) -> int:
        return len(self._by_goods)

    def add(self, hits: tuple[Hit, ...]) -> None:
        for hit in hits:
            self._by_goods.setdefault(hit.goods or hit.pk, hit)

    def page(self, number: int, size: int) -> tuple[Hit, ...]:
        last = max(-(-len(self) // size), 1)
        start = (min(number, last) - 1) * size
        return tuple(self._by_goods.values())[start : start + size]
