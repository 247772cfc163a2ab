"""Prices of a product as ladders per base unit, one for each kind of price. Nothing of Django."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from integrations.bmecat.items import Item, Price, decimal

_PLACES = Decimal("0.000000001")
#: A cell: a text, or kind and text of one that holds no value of its own.
Cell = str | list[str]


def kind_name(price: Price) -> str:
    """What a kind of price is called: type, currency, where it holds."""
    where = "+".join(price.territories)
    return " ".join(filter(None, (price.kind, price.currency, where)))


def per_unit(item: Item) -> Decimal:
    """How many base units an order unit holds."""
    return decimal(item.per_order_unit) or Decimal(1)


def plain(number: Decimal) -> str:
    """Digits that can be read in one way: three decimals are written as four."""
    text = f"{number.normalize():f}"
    _whole, point, decimals = text.partition(".")
    return f"{text}0" if point and len(decimals) == 3 else text


def ladders(item: Item, *, today: str, by_content: bool = True) -> dict[str, Cell]:
    """Prices by their kind's name: ``1:0.45 EUR;100:0.39 EUR`` per base unit.

    ``by_content`` is the norm: prices are for order units. A ladder that holds on another day says so.
    """
    found: dict[str, list[Price]] = {}
    for price in item.prices:
        found.setdefault(kind_name(price), []).append(price)
    cells: dict[str, Cell] = {}
    for name, prices in found.items():
        valid = [price for price in prices if _is_valid(price, today)]
        cells[name] = _ladder(item, valid, by_content=by_content) if valid else ["validity", _shown(prices)]
    return cells


def _is_valid(price: Price, today: str) -> bool:
    return (not price.start or price.start <= today) and (not price.end or today <= price.end)


def _shown(prices: Sequence[Price]) -> str:
    return ", ".join(f"{price.amount} {price.currency} ({price.start}–{price.end})" for price in prices)


def _ladder(item: Item, prices: Sequence[Price], *, by_content: bool) -> str:
    content = per_unit(item)
    divisor = (decimal(item.price_quantity) or Decimal(1)) * (content if by_content else 1)
    steps = []
    for price in prices:
        bound = decimal(price.bound) or Decimal(1)
        quantity = Decimal(1) if bound == min(_bounds(prices)) <= 1 else bound * content
        steps.append(f"{plain(quantity)}:{_amount(price, divisor)} {price.currency}".strip())
    return ";".join(steps)


def _bounds(prices: Sequence[Price]) -> list[Decimal]:
    return [decimal(price.bound) or Decimal(1) for price in prices]


def _amount(price: Price, divisor: Decimal) -> str:
    """The price of one base unit; what is no number stays as it stands, and is refused with its row."""
    try:
        amount = Decimal(price.amount) * (decimal(price.factor) or 1)
    except ArithmeticError:
        return price.amount if divisor == 1 else f"{price.amount} / {divisor}"
    exact = amount / divisor
    rounded = exact.quantize(_PLACES) if abs(exact) < Decimal(10) ** 15 else exact
    return plain(rounded) if rounded == exact else f"{rounded:f}"


def unit_cells(item: Item) -> dict[str, Any]:
    """Base unit, package, minimum and multiple in base units."""
    content = per_unit(item)
    cells: dict[str, Any] = {"base": (item.content_unit if content != 1 else "") or item.order_unit}
    minimum, interval = decimal(item.minimum), decimal(item.interval)
    if content != 1:
        same = item.order_unit == cells["base"]
        cells["pack"], cells["content"] = "" if same else item.order_unit, plain(content)
        minimum, interval = minimum or Decimal(1), interval or Decimal(1)
    cells["minimum"] = plain(minimum * content) if minimum else ""
    cells["multiple"] = plain(interval * content) if interval else ""
    return cells
