"""An order that waits, as texts."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from frontend.storefront.approvals.texts import line_texts
from orders.placing import PricedLine

ONE = Decimal(1)


@pytest.mark.parametrize(
    ("sku", "note", "expected"), [("", "", ""), ("", "fragile", "fragile"), ("VN-1", "fragile", "VN-1 · fragile")]
)
def test_a_line_without_a_number_does_not_begin_with_a_dot(sku: str, note: str, expected: str) -> None:
    line = PricedLine(None, sku, "Transport", "", "C62", ONE, "C62", ONE, ONE, ONE, ONE, Decimal("0.2"), note=note)
    shown: Any = SimpleNamespace(lines=[line], currency="EUR")
    [text] = line_texts(shown)
    assert text.sku.endswith(expected)
    assert not text.sku.startswith(" ·")
