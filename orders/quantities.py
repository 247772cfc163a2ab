"""Quantities that can be ordered: a unit's minimum, maximum and multiple."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from catalog.queries import UnitInfo
from core.money import ZERO

_MOST = Decimal(10) ** 9


def is_quantity(value: Decimal) -> bool:
    """Whether this can be a quantity at all: positive, finite, four decimals, below a thousand million."""
    return value.is_finite() and ZERO < value < _MOST and value == round(value, 4)


def nearest_quantities(quantity: Decimal, unit: UnitInfo) -> tuple[Decimal, ...]:
    """The closest quantities that the unit's bounds and multiple allow, below and above; one when only one is."""
    if unit.maximum is not None and quantity >= unit.maximum:
        return (down(unit.maximum, unit.multiple),)
    if quantity <= unit.minimum:
        return (up(unit.minimum, unit.multiple),)
    below, above = down(quantity, unit.multiple), up(quantity, unit.multiple)
    least = up(unit.minimum, unit.multiple)
    most = unit.maximum if unit.maximum is not None else above
    return tuple(sorted({value for value in (below, above) if least <= value <= most}))


def is_allowed(quantity: Decimal, unit: UnitInfo) -> bool:
    """Whether the quantity keeps to the unit's minimum, maximum and multiple."""
    is_within = quantity >= unit.minimum and (unit.maximum is None or quantity <= unit.maximum)
    return is_within and quantity % unit.multiple == 0


def up(value: Decimal, step: Decimal) -> Decimal:
    """The next whole number of steps."""
    return (value / step).to_integral_value(rounding=ROUND_CEILING) * step


def down(value: Decimal, step: Decimal) -> Decimal:
    """The last whole number of steps."""
    return (value / step).to_integral_value(rounding=ROUND_FLOOR) * step
