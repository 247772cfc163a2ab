"""Round steps for prices, so that a histogram can be read."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from search.port import Bucket

WIDE = 40
"""From this ratio on prices are spread so far that steps grow with them."""
NEXT_TO_NOTHING = 100_000
"""A price below this part of the highest one is not worth a step."""


def round_bounds(low: int, high: int, most: int) -> list[int]:
    """Bounds of at most ``most`` steps that hold all prices from ``low`` to ``high``; each is below the next."""
    if high < WIDE * max(low, 1):
        return _even(low, high, most)
    for marks in ((1, 2, 5), (1, 3), (1,)):
        bounds = _growing(low, high, marks)
        if len(bounds) - 1 <= most:
            return bounds
    return _even(low, high, most)


def _even(low: int, high: int, most: int) -> list[int]:
    width, factors = 1, (2, 5)
    place = 0
    while high // width - low // width + 1 > most:
        place += 1
        power, mark = divmod(place, 3)
        width = (1, *factors)[mark] * 10**power
    first = low // width
    return [(first + step) * width for step in range(high // width - first + 2)]


def _growing(low: int, high: int, marks: Sequence[int]) -> list[int]:
    """1, 2, 5, 10, 20 …; a few prices that are next to nothing come into the first step."""
    series = [mark * 10**power for power in range(len(str(high)) + 1) for mark in marks]
    lowest = max(low, high // NEXT_TO_NOTHING, 1)
    start = max(place for place, bound in enumerate(series) if bound <= lowest)
    end = next(place for place, bound in enumerate(series) if bound > high)
    return [series[start] if series[start] <= low else 0, *series[start + 1 : end + 1]]


def buckets(bounds: Sequence[int], counts: Sequence[int]) -> tuple[Bucket, ...]:
    """The steps with their counts, without the empty ones at both ends."""
    filled = [place for place, count in enumerate(counts) if count]
    if not filled:
        return ()
    steps = [Bucket(low, high, count) for (low, high), count in zip(pairwise(bounds), counts, strict=True)]
    return tuple(steps[filled[0] : filled[-1] + 1])
