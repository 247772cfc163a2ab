"""Numbers that trade gives to goods."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from stdnum import ean

from catalog.trade import is_gtin


@given(st.text("0123456789", min_size=6, max_size=15))
def test_a_gtin_is_what_stdnum_says_it_is(digits: str) -> None:
    assert is_gtin(digits) == ean.is_valid(digits)
    if len(digits) in (7, 11, 12, 13):
        assert is_gtin(digits + ean.calc_check_digit(digits))


def test_other_digits_and_letters_are_none() -> None:
    assert is_gtin("3760123456784")
    assert not any(map(is_gtin, ("", "376012345678X", "٣٧٦٠١٢٣٤٥٦٧٨٤", "³760123456784", "376 0123 45678")))
