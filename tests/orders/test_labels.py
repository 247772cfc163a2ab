"""Scanned labels by the GS1 rules, as scanners send them and people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from orders.gs1 import Label, read_label
from orders.quick import Typed, read_pasted

ITEM = "04012345678901"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        (f"01{ITEM}", Label(ITEM)),
        (f"]C101{ITEM}\x1d", Label(ITEM)),
        (f"\x1d01{ITEM}10A;7", Label(ITEM, lot="A;7")),
        (f"01{ITEM}3712\x1d10LOT42", Label(ITEM, Decimal(12), lot="LOT42")),
        (f"]d202{ITEM}3712{{GS}}10L1", Label(ITEM, Decimal(12), lot="L1")),
        (f"(01){ITEM}(37)12(10)AB-1", Label(ITEM, Decimal(12), lot="AB-1")),
        (f"(01) {ITEM} (30)5", Label(ITEM, Decimal(5))),
        (f"]Q3\x1d01{ITEM}3103001234", Label(ITEM, Decimal("1.234"), "KGM")),
        (f"01{ITEM[:-1]}2", None),
        (f"01{ITEM}37", None),
        (ITEM, None),
        ("4012345678901", None),
        ("VN-10104", None),
        ("]C1", None),
        ("", None),
    ],
)
def test_a_label_is_read_or_it_is_none(text: str, label: Label | None) -> None:
    assert read_label(text) == label


def test_labels_stand_in_lists_beside_other_lines() -> None:
    scanned = f"]C101{ITEM}\x1d3712\x1d10L1"
    text = f"VN-1;3\r\n{scanned}\r\n{scanned};2\n01{ITEM}\t1 000\n"
    assert read_pasted(text) == [
        Typed("VN-1", "3"),
        Typed(ITEM, "12", note="L1"),
        Typed(ITEM, "24", note="L1"),
        Typed(ITEM, "1 000"),
    ]


@pytest.mark.parametrize(
    ("line", "code", "quantity"),
    [
        ("VN-10482 1,200", "VN-10482", "1,200"),
        ("VN-1048 2,5", "VN-1048", "2,5"),
        ("VN-1048 2.5", "VN-1048", "2.5"),
        ("VN-1048 -2,5", "VN-1048", "-2,5"),
        ("VN-1048, 1,200", "VN-1048", "1,200"),
        ("VN-1048 1,200.50", "VN-1048", "1,200.50"),
        ("VN-1048 1 200,5", "VN-1048", "1 200,5"),
        ("VN-1048 1 000 000", "VN-1048", "1 000 000"),
        ("VN 1048 12", "VN 1048", "12"),
        ("VN-1048,5", "VN-1048", "5"),
        ("VN-1048, 5", "VN-1048", "5"),
        ("VN-1048, 2.5", "VN-1048", "2.5"),
        ("VN-1048,1 000", "VN-1048", "1 000"),
        ("VN-1048,12 500 000", "VN-1048", "12 500 000"),
        ("VN-1048", "VN-1048", ""),
    ],
)
def test_a_comma_in_a_number_separates_nothing(line: str, code: str, quantity: str) -> None:
    assert read_pasted(line) == [Typed(code, quantity)]
