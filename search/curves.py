"""From a list price to a buyer's own price, and back: what makes an index with list prices answer for own prices.

Prices are integers, millionths of the currency unit. A curve never falls where list prices rise, so own prices between
two bounds are list prices between two bounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

BEYOND = 2**53
"""A list price that no product has: what :meth:`Curve.least` answers for an own price that is never reached."""


@dataclass(frozen=True, slots=True)
class Affine:
    """``p × numerator ÷ denominator − amount``, amount in millionths: a discount, a conversion, or several in a row."""

    numerator: int
    denominator: int = 1
    amount: Fraction | int = 0

    def __post_init__(self) -> None:
        if self.denominator <= 0 or self.numerator < 0:
            raise ValueError("a price map falls, or divides by nothing")

    def _whole(self) -> tuple[int, int, int]:
        """The same as ``(a·p − b) ÷ c`` in whole numbers."""
        share = self.amount.denominator
        return self.numerator * share, self.denominator * self.amount.numerator, self.denominator * share

    def rounded(self, price: int) -> int:
        """The result for a price, half up."""
        a, b, c = self._whole()
        return (2 * (a * price - b) + c) // (2 * c)

    def least(self, result: int) -> int:
        """The smallest price, not below 0, whose rounded result is at least ``result``; BEYOND when there is none."""
        if self.rounded(0) >= result:
            return 0
        a, b, c = self._whole()
        if a == 0:
            return BEYOND
        return -((c - 2 * c * result - 2 * b) // (2 * a))


IDENTITY = Affine(1)


@dataclass(frozen=True, slots=True)
class Curve:
    """The lowest of ``steps``, but not below any of ``floors`` or 0; rounded once, half up.

    Several steps are rules of which the best counts; a cascade is one step. Rounding keeps the order of prices, so each
    map may be rounded before they are compared.
    """

    steps: tuple[Affine, ...] = (IDENTITY,)
    floors: tuple[Affine, ...] = ()

    def __post_init__(self) -> None:
        if not self.steps:
            raise ValueError("a curve has one step at least")

    def apply(self, list_price: int) -> int:
        """The own price for a list price."""
        best = min(step.rounded(list_price) for step in self.steps)
        return max(best, 0, *(floor.rounded(list_price) for floor in self.floors))

    def least(self, own: int) -> int:
        """The smallest list price whose own price is at least ``own``; BEYOND when no list price has one."""
        if own <= 0:
            return 0
        by_steps = max(step.least(own) for step in self.steps)
        return min(by_steps, BEYOND, *(floor.least(own) for floor in self.floors))


LIST_PRICE = Curve()
