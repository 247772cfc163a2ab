"""Rows that say nothing new, found out from plain columns: most rows of most files, so nothing is made of them.

Reads only the columns that the rows speak of. What this calls standing, :mod:`catalog.merging` calls unchanged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from catalog.differences import is_same
from catalog.models import OrderUnit, Variant
from catalog.rows import MEASURES, CatalogRow, UnitRow
from catalog.tree import path_of, slug_of

Unit = tuple[Decimal, bool, Decimal, Decimal, Decimal | None, str]
#: Whether a row says nothing else than this stored value.
Test = Callable[[CatalogRow, Any], bool]


def standing(rows: Sequence[CatalogRow]) -> dict[str, UUID]:
    """Ids of the variants, by SKU, whose rows say only what is stored already."""
    said = [name for name in _COLUMNS if any(_says(getattr(row, name)) for row in rows)]
    found = Variant.objects.filter(sku__in=[row.sku for row in rows]).order_by()
    stored = {
        sku: (key, product_id, values)
        for sku, key, product_id, *values in found.values_list(
            "sku", "pk", "product_id", *(_COLUMNS[name] for name in said)
        )
    }
    units = _units([key for key, *_rest in stored.values()]) if any(row.units for row in rows) else {}
    tests = [_TESTS.get(name) or _same(name) for name in said]
    equal: dict[str, UUID] = {}
    moving: set[UUID] = set()
    for row in rows:
        if row.sku not in stored:
            continue
        key, product_id, values = stored[row.sku]
        if all(test(row, value) for test, value in zip(tests, values, strict=True)) and all(
            _unit_stands(unit, units[key]) for unit in row.units
        ):
            equal[row.sku] = key
        else:
            moving.add(product_id)
    return {sku: key for sku, key in equal.items() if stored[sku][1] not in moving}


def _says(value: Any) -> bool:
    """Whether a row says this: nothing is empty, but no tax and no danger are something."""
    return bool(value) or (value is not None and value == 0)


def _same(name: str) -> Test:
    def test(row: CatalogRow, stored: Any) -> bool:
        said = getattr(row, name)
        return said in ("", None) or is_same(said, stored)

    return test


def _attributes_stand(row: CatalogRow, stored: Mapping[str, Any]) -> bool:
    return all(not value or is_same(value, stored.get(code)) for code, value in row.attributes.items())


def _brand_stands(row: CatalogRow, stored: str | None) -> bool:
    return not row.brand or slug_of(row.brand) == stored


def _category_stands(row: CatalogRow, stored: str | None) -> bool:
    names = row.category or row.category_en
    return not names or path_of(names) == stored


#: What a row says, and the column that it is held against.
_COLUMNS = {
    "name_fr": "name_fr",
    "name_en": "name_en",
    "gtin": "gtin",
    "manufacturer_part_number": "manufacturer_part_number",
    "attributes": "attributes",
    "tax_rate": "tax_rate",
    "description_fr": "product__description_fr",
    "description_en": "product__description_en",
    "brand": "product__brand__slug",
    "category": "product__category__path",
    "category_en": "product__category__path",
    "family": "product__family__code",
    **{name: name for name in MEASURES},
}
_TESTS: dict[str, Test] = {
    "attributes": _attributes_stand,
    "brand": _brand_stands,
    "category": _category_stands,
    "category_en": _category_stands,
}


def _units(variant_ids: Sequence[UUID]) -> Mapping[UUID, Mapping[str, Unit]]:
    """Order units by variant and code."""
    found: dict[UUID, dict[str, Unit]] = defaultdict(dict)
    stored = OrderUnit.objects.filter(variant_id__in=variant_ids).order_by()
    columns = ("factor", "is_base", "minimum", "multiple", "maximum", "gtin")
    for key, code, *unit in stored.values_list("variant_id", "code", *columns):
        found[key][code] = cast("Unit", tuple(unit))
    return found


def _unit_stands(row: UnitRow, stored: Mapping[str, Unit]) -> bool:
    code = row.code or next((code for code, unit in stored.items() if unit[1]), "")
    if code not in stored:
        return False
    factor, is_base, minimum, multiple, maximum, gtin = stored[code]
    return (
        row.factor == factor
        and (is_base or not row.is_base)
        and row.minimum in (None, minimum)
        and row.multiple in (None, multiple)
        and row.maximum in (None, maximum)
        and row.gtin in ("", gtin)
    )
