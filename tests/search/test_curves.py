"""Curves from list prices to own prices, and round steps, against slow specifications."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.curves import BEYOND, Affine, Curve
from search.histogram import buckets, round_bounds
from search.port import Bucket

MAPS = st.builds(
    Affine,
    st.integers(0, 40),
    st.integers(1, 40),
    st.one_of(st.integers(-5, 50), st.fractions(0, 30, max_denominator=9)),
)
CURVES = st.builds(Curve, st.lists(MAPS, min_size=1, max_size=3).map(tuple), st.lists(MAPS, max_size=2).map(tuple))


def exact(curve: Curve, price: int) -> int:
    def along(step: Affine) -> Fraction:
        return Fraction(price) * step.numerator / step.denominator - step.amount

    value = max([min(map(along, curve.steps)), *map(along, curve.floors), Fraction(0)])
    return floor(value + Fraction(1, 2))


@given(CURVES)
def test_own_price_is_rounded_once_and_never_falls(curve: Curve) -> None:
    own = [curve.apply(price) for price in range(120)]
    assert own == [exact(curve, price) for price in range(120)]
    assert own == sorted(own)


@given(CURVES, st.integers(-3, 60))
def test_least_is_the_first_list_price_that_reaches_an_own_price(curve: Curve, own: int) -> None:
    least = curve.least(own)
    if least < BEYOND:
        assert curve.apply(least) >= own
        assert least == 0 or curve.apply(least - 1) < own
    else:
        assert curve.apply(10**9) < own


@pytest.mark.parametrize("wrong", [(-1, 1), (1, 0), (1, -2)])
def test_a_map_that_falls_is_refused(wrong: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="falls"):
        Affine(*wrong)
    with pytest.raises(ValueError, match="one step"):
        Curve(())


@given(st.integers(0, 10**12), st.integers(0, 10**12), st.integers(1, 50))
def test_round_bounds_hold_all_prices(low: int, width: int, most: int) -> None:
    bounds = round_bounds(low, low + width, most)
    assert 1 <= len(bounds) - 1 <= most
    assert bounds[0] <= low
    assert bounds[-1] > low + width
    assert all(left < right for left, right in pairwise(bounds))


def test_round_bounds_are_round() -> None:
    assert round_bounds(1_230_000, 1_940_000, 8) == [100_000 * step for step in range(12, 21)][:9]
    assert round_bounds(300, 90_000, 20) == [200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000]


def test_empty_steps_at_both_ends_are_left_out() -> None:
    assert buckets([0, 1, 2, 3, 4], [0, 2, 0, 0]) == (Bucket(1, 2, 2),)
    assert buckets([0, 1, 2, 3, 4], [1, 0, 2, 0]) == (Bucket(0, 1, 1), Bucket(1, 2, 0), Bucket(2, 3, 2))
    assert buckets([0, 1], [0]) == ()
