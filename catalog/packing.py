"""Use case: the units that a variant is ordered in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from catalog import trade
from catalog.editing import changed, locked
from catalog.models import OrderUnit
from core.actor import Actor
from core.db import atomic
from core.errors import InvalidInput
from core.formatting import UNIT_CODES

MOST_UNITS = 20
_LARGEST = Decimal(10) ** 9


@dataclass(frozen=True, slots=True)
class UnitData:
    """An order unit as it is to be; ``minimum`` to ``maximum`` count in this unit."""

    code: str
    factor: Decimal = Decimal(1)
    minimum: Decimal = Decimal(1)
    multiple: Decimal = Decimal(1)
    maximum: Decimal | None = None
    gtin: str = ""


@atomic
def save_units(*, variant_id: UUID, units: Sequence[UnitData], actor: Actor) -> None:
    """Set the units of a variant; the first one is its base unit, which stays what it is.

    Prices and stock count in the base unit, so that it does not change. Raises NotAllowed, VariantNotFound,
    InvalidInput (its field ends with the place of the unit, such as ``factor-2``). Emits CatalogChanged.
    """
    variant = locked(variant_id, actor)
    stored = {unit.code: unit for unit in OrderUnit.objects.filter(variant=variant)}
    base = next((unit.code for unit in stored.values() if unit.is_base), units[0].code if units else "")
    if not units or units[0].code != base:
        raise InvalidInput(field="code-0", reason=_("The base unit stays: prices and stock count in it."))
    if len(units) > MOST_UNITS:
        raise InvalidInput(field=f"code-{MOST_UNITS}", reason=_("At most %(count)s units.") % {"count": MOST_UNITS})
    rows = [
        _row(variant_id, index, unit, stored, is_first=[u.code for u in units].index(unit.code) == index)
        for index, unit in enumerate(units)
    ]
    OrderUnit.objects.filter(variant=variant).exclude(pk__in=[row.pk for row in rows]).delete()
    OrderUnit.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["factor", "minimum", "multiple", "maximum", "gtin"],
    )
    changed(variant)


def _row(variant_id: UUID, index: int, unit: UnitData, stored: dict[str, OrderUnit], *, is_first: bool) -> OrderUnit:
    """The unit's row, checked. Raises InvalidInput."""
    if unit.code not in UNIT_CODES and unit.code not in stored:
        raise InvalidInput(field=f"code-{index}", reason=_("Choose a unit."))
    if not is_first:
        raise InvalidInput(field=f"code-{index}", reason=_("This unit is there twice."))
    if index == 0 and unit.factor != 1:
        raise InvalidInput(field="factor-0", reason=_("The base unit holds itself once."))
    for name in ("factor", "minimum", "multiple", "maximum"):
        _check(getattr(unit, name), f"{name}-{index}")
    if unit.maximum is not None and unit.maximum < unit.minimum:
        raise InvalidInput(field=f"maximum-{index}", reason=_("This is less than the minimum."))
    row = stored.get(unit.code) or OrderUnit(variant_id=variant_id, code=unit.code, is_base=index == 0)
    row.factor, row.minimum, row.multiple, row.maximum = unit.factor, unit.minimum, unit.multiple, unit.maximum
    row.gtin = trade.gtin(unit.gtin, field=f"gtin-{index}")
    return row


def _check(value: Decimal | None, field: str) -> None:
    if value is not None and not (0 < value < _LARGEST and value == round(value, 4)):
        raise InvalidInput(field=field, reason=_("More than zero, with at most four decimals."))
