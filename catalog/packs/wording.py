"""Packs in words, as carts, requests, quotes and orders show them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from catalog.packs.snapshots import PackSnapshot
from core import formatting


@dataclass(frozen=True, slots=True)
class ContentText:
    """Goods in the packs of a line: how many in all of them."""

    sku: str
    name: str
    quantity_text: str


@dataclass(frozen=True, slots=True)
class PackText:
    """What a pack consists of, in words."""

    reference: str
    options_text: str
    contents: tuple[ContentText, ...]


def pack_text(pack: PackSnapshot, count: Decimal) -> PackText:
    """What ``count`` packs consist of."""
    return PackText(
        reference=pack.reference,
        options_text=", ".join(formatting.localised(option.name_fr, option.name_en) for option in pack.options),
        contents=tuple(
            ContentText(
                line.sku,
                formatting.localised(line.name_fr, line.name_en),
                _amount(line.quantity * count, line.unit_code),
            )
            for line in pack.lines
        ),
    )


def _amount(quantity: Decimal, unit_code: str) -> str:
    return f"{formatting.number(quantity)} {formatting.unit_name(unit_code, quantity)}"
