"""What changed about a variant, in plain values that can be stored, shown and put back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from catalog.models import OrderUnit
from core.formatting import plain


class Difference(NamedTuple):
    """One field before and after: a text, a number as text, values of a unit, or None for nothing.

    Fields are those of the variant (``name_fr``, ``tax_rate``), ``attributes.CODE``, those of its product
    (``product.description_fr``; ``product.brand`` by slug, ``product.category`` by path, ``product.family`` by code),
    ``unit.CODE`` with factor, minimum, multiple, maximum and barcode, and ``relation.KIND`` with a list of references.
    """

    field: str
    before: Any
    after: Any


def is_same(said: Any, stored: Any) -> bool:
    """Whether a text says what is stored: white space between words is no difference."""
    return said == stored or (isinstance(said, str) and isinstance(stored, str) and said.split() == stored.split())


def plain_value(value: Any) -> Any:
    """A value as it is stored in a difference."""
    return plain(value) if isinstance(value, Decimal) else value


def unit_values(unit: OrderUnit | None) -> list[str] | None:
    """A unit's factor, minimum, multiple, maximum (or nothing) and barcode."""
    if unit is None:
        return None
    numbers = (unit.factor, unit.minimum, unit.multiple, unit.maximum)
    return [*("" if value is None else plain(Decimal(value)) for value in numbers), unit.gtin]
