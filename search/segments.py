"""The parts of an index in which a buyer's own price is a curve over one number: the same for every engine.

A product's price is that of the first of the supplier's lists that has it, with what is taken off for its class. So a
segment is: has list i and none before it, and is in class j. In a segment the own price rises with the list price, and
a product is in one segment at most.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from search.curves import BEYOND, LIST_PRICE, Curve
from search.port import BuyerContext, ListTerms, PriceClass, Target

PUBLIC = "public"
"""In :attr:`Segment.key`: the price that everybody sees."""

MOST_SEGMENTS = 40
FEW_MATCHES = 5_000
"""Below so many matches segments cost little, however many there are."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Products that have ``key`` and none of ``absent``, all of ``require`` and none of ``exclude``."""

    key: str
    absent: tuple[str, ...] = ()
    require: tuple[Target, ...] = ()
    exclude: tuple[Target, ...] = ()
    curve: Curve = LIST_PRICE

    def list_prices(self, low: int | None, high: int | None) -> tuple[int, int] | None:
        """The list prices whose own prices are within the bounds, which are included; None when there are none."""
        first = 0 if low is None else self.curve.least(low)
        last = BEYOND - 1 if high is None else min(self.curve.least(high + 1), BEYOND) - 1
        return (first, last) if first <= last else None


PUBLIC_PRICES = (Segment(PUBLIC),)


def lists_of(buyer: BuyerContext, known: Collection[str]) -> list[str]:
    """The buyer's lists of which the index has ever held a price."""
    return [terms.key for terms in _terms(buyer) if terms.key in known]


def segments_of(buyer: BuyerContext, present: Collection[str]) -> tuple[Segment, ...]:
    """The buyer's segments, only of lists that are ``present`` among the matches."""
    return tuple(segment for shop in buyer.shops for segment in _of_shop(shop, present))


def are_too_many(segments: Sequence[Segment], total: Callable[[], int]) -> bool:
    """Whether own prices would take too long over so many matches."""
    return len(segments) > MOST_SEGMENTS and total() > FEW_MATCHES


def _of_shop(shop: Sequence[ListTerms], present: Collection[str]) -> Iterator[Segment]:
    before: tuple[str, ...] = ()
    for terms in shop:
        if terms.key in present and terms.key not in before:
            for one in terms.classes:
                if _can_occur(one):
                    yield Segment(terms.key, before, one.require, one.exclude, one.curve)
            before = (*before, terms.key)


def _can_occur(one: PriceClass) -> bool:
    """Whether anything can be in the class: not what is required and excluded, not two brands at once."""
    if set(one.require) & set(one.exclude):
        return False
    single = [target.field for target in set(one.require) if target.field != "category"]
    return len(single) == len(set(single))


def _terms(buyer: BuyerContext) -> Iterator[ListTerms]:
    return (terms for shop in buyer.shops for terms in shop)
