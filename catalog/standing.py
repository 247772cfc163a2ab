"""Rows that say nothing new, found out from plain columns: most rows of most files, so nothing is made of them.

Reads only the columns that the rows speak of. What this calls standing, :mod:`catalog.merging` calls unchanged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from operator import attrgetter
from typing import Any
from uuid import UUID

from catalog.differences import is_same
from catalog.keys import any_of, any_text_of
from catalog.models import OrderUnit, Variant
from catalog.rows import MEASURES, CatalogRow, UnitRow
from catalog.tree import asked_paths, path_of, paths_today, slug_of

#: What is stored of an order unit, by column.
Unit = Mapping[str, Any]
#: Whether a row says nothing else than this stored value.
Test = Callable[[CatalogRow, Any], bool]


def standing(rows: Sequence[CatalogRow]) -> dict[str, UUID]:
    """Ids of the variants, by SKU, whose rows say only what is stored already."""
    said = _said(_COLUMNS, rows)
    found = Variant.objects.filter(sku__in=any_text_of(row.sku for row in rows)).order_by()
    stored = {
        sku: (key, product_id, values)
        for sku, key, product_id, *values in found.values_list(
            "sku", "pk", "product_id", *(_COLUMNS[name] for name in said)
        )
    }
    units = _units([key for key, *_rest in stored.values()], [unit for row in rows for unit in row.units])
    category = _category(rows) if "category" in said or "category_en" in said else None
    special = _TESTS | ({"category": category, "category_en": category} if category else {})
    tests = [special.get(name) or _same(name) for name in said]
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


def _said(columns: Iterable[str], rows: Sequence[Any]) -> list[str]:
    """The columns that any row speaks of: nothing is empty, but no tax and no danger are something."""
    return [name for name in columns if any(value or value == 0 for value in map(attrgetter(name), rows))]


def _same(name: str) -> Test:
    def test(row: CatalogRow, stored: Any) -> bool:
        said = getattr(row, name)
        return said == stored or said in ("", None) or is_same(said, stored)

    return test


def _attributes_stand(row: CatalogRow, stored: Mapping[str, Any]) -> bool:
    return all(not value or is_same(value, stored.get(code)) for code, value in row.attributes.items())


def _brand_stands(row: CatalogRow, stored: str | None) -> bool:
    return not row.brand or slug_of(row.brand) == stored


def _category(rows: Sequence[CatalogRow]) -> Test:
    @cache
    def today() -> Mapping[str, str]:
        """Asked only where a path differs: most files name categories as they are."""
        return paths_today(asked_paths({(row.category, row.category_en) for row in rows}))

    def test(row: CatalogRow, stored: Any) -> bool:
        path = path_of(row.category or row.category_en)
        return path in ("", stored) or today()[path] == stored

    return test


#: What a row says, and the column that it is held against.
_COLUMNS = {
    "name_fr": "name_fr",
    "name_en": "name_en",
    "keywords_fr": "keywords_fr",
    "keywords_en": "keywords_en",
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
_TESTS: dict[str, Test] = {"attributes": _attributes_stand, "brand": _brand_stands}


def _units(variant_ids: Sequence[UUID], rows: Sequence[UnitRow]) -> Mapping[UUID, Mapping[str, Unit]]:
    """Order units by variant and code, as far as the rows speak of units."""
    found: dict[UUID, dict[str, Unit]] = defaultdict(dict)
    columns = ["is_base", "factor", *_said(("minimum", "multiple", "maximum", "gtin"), rows)]
    stored = (
        OrderUnit.objects.filter(variant_id__in=any_of(variant_ids)).order_by() if rows else OrderUnit.objects.none()
    )
    for key, code, *unit in stored.values_list("variant_id", "code", *columns):
        found[key][code] = dict(zip(columns, unit, strict=True))
    return found


def _unit_stands(row: UnitRow, stored: Mapping[str, Unit]) -> bool:
    code = row.code or next((code for code, unit in stored.items() if unit["is_base"]), "")
    unit = stored.get(code)
    if unit is None or (row.is_base and not unit["is_base"]):
        return False
    return all(getattr(row, name) in ("", None, value) for name, value in unit.items() if name != "is_base")
