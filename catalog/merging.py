"""Rows laid over what is stored: what each would create or change. Reads only; ``catalog.services`` writes it.

The number of statements does not depend on the number of rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import models
from django.utils import timezone

from catalog.attributes import missing
from catalog.differences import Difference, is_same, plain_value, unit_values
from catalog.enums import VariantState
from catalog.keys import sku_key
from catalog.models import Family, OrderUnit, Product, Variant
from catalog.outline import Outline, outline
from catalog.rows import MEASURES, CatalogRow, UnitRow
from catalog.standing import standing
from catalog.tree import NamePath, asked_paths, path_of, paths_today, slug_of

BASE_UNIT = "H87"
#: What changes about a unit that is there.
UNIT_FIELDS = ("factor", "minimum", "multiple", "maximum", "gtin")


class Verdict(StrEnum):
    """What becomes of a row."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    NAME_MISSING = "name_missing"
    BASE_UNIT_DIFFERS = "base_unit_differs"
    MINIMUM_ABOVE_MAXIMUM = "minimum_above_maximum"
    FAMILY_UNKNOWN = "family_unknown"

    @property
    def is_refusal(self) -> bool:
        return self not in (Verdict.CREATED, Verdict.CHANGED, Verdict.UNCHANGED)


@dataclass
class Writes:
    """Rows of one table that are new, and those that change."""

    new: dict[UUID, models.Model] = field(default_factory=dict)
    changed: dict[UUID, models.Model] = field(default_factory=dict)

    def touch(self, row: Any) -> None:
        if row.pk not in self.new:
            self.changed[row.pk] = row


@dataclass
class Plan:
    """What a set of rows comes to: a verdict per SKU, the rows to write, and what changes by variant that exists.

    ``drafts`` are new variants that lack attributes which their family requires, with their codes.
    """

    verdicts: dict[str, Verdict] = field(default_factory=dict)
    ids: dict[str, UUID] = field(default_factory=dict)
    products: Writes = field(default_factory=Writes)
    variants: Writes = field(default_factory=Writes)
    units: Writes = field(default_factory=Writes)
    brand_names: dict[str, str] = field(default_factory=dict)
    category_names: dict[str, NamePath] = field(default_factory=dict)
    brand_of: dict[UUID, str] = field(default_factory=dict)
    category_of: dict[UUID, str] = field(default_factory=dict)
    differences: dict[UUID, list[Difference]] = field(default_factory=dict)
    drafts: dict[str, list[str]] = field(default_factory=dict)

    def skus(self, verdict: Verdict) -> list[str]:
        return [sku for sku, found in self.verdicts.items() if found is verdict]


def plan(rows: Sequence[CatalogRow], *, lock: bool = False) -> Plan:
    """Compare rows with the catalogue. With ``lock`` variants that change stay locked until the transaction ends."""
    if len({row.sku for row in rows}) != len(rows):
        raise ValueError("a SKU comes twice")
    stands = standing(rows)
    merger = _Merger([row for row in rows if row.sku not in stands], lock=lock)
    for row in rows:
        if row.sku in stands:
            merger.keep(row, stands[row.sku])
        else:
            merger.merge(row)
    return merger.plan


class _Merger:
    def __init__(self, rows: Sequence[CatalogRow], *, lock: bool) -> None:
        self.plan = Plan()
        found = Variant.objects.filter(sku__in=[row.sku for row in rows]).order_by("sku")
        if lock:
            found = found.select_for_update(of=("self",))
        self.variants = {variant.sku: variant for variant in found}
        self.products = self._load_products(rows)
        self.codes = {product.code: product for product in self.products.values()}
        families = {row.family for row in rows if row.family}
        self.today = paths_today(asked_paths((row.category, row.category_en) for row in rows))
        self.families = {row.code: row for row in Family.objects.filter(code__in=families)} if families else {}
        self.units: dict[UUID, dict[str, OrderUnit]] = defaultdict(dict)
        for unit in OrderUnit.objects.filter(variant_id__in=[v.pk for v in self.variants.values()]):
            self.units[unit.variant_id][unit.code] = unit

    @cached_property
    def known(self) -> Outline:
        return outline()

    def _load_products(self, rows: Sequence[CatalogRow]) -> dict[UUID, Product]:
        own = models.Q(pk__in={variant.product_id for variant in self.variants.values()})
        named = models.Q(code__in={row.product_code or row.sku for row in rows if row.sku not in self.variants})
        products = Product.objects.filter(own | named).select_related("brand", "category", "family")
        return {product.pk: product for product in products}

    def keep(self, row: CatalogRow, variant_id: UUID) -> None:
        """The row says nothing new."""
        self.plan.verdicts[row.sku] = Verdict.UNCHANGED
        self.plan.ids[row.sku] = variant_id

    def merge(self, row: CatalogRow) -> None:
        variant = self.variants.get(row.sku)
        verdict = self._refusal(variant, row)
        if verdict is None and variant is not None:
            verdict = Verdict.CHANGED if self._change(variant, row) else Verdict.UNCHANGED
        self.plan.verdicts[row.sku] = verdict or self._create(row)
        if variant is not None:
            self.plan.ids[row.sku] = variant.pk

    def _refusal(self, variant: Variant | None, row: CatalogRow) -> Verdict | None:
        """Why a row cannot be taken."""
        if variant is None and not (row.name_fr or row.name_en):
            return Verdict.NAME_MISSING
        if row.family and row.family not in self.families:
            return Verdict.FAMILY_UNKNOWN
        if variant is not None and self._base_differs(variant, row):
            return Verdict.BASE_UNIT_DIFFERS
        if self._is_above_maximum(variant, row):
            return Verdict.MINIMUM_ABOVE_MAXIMUM
        return None

    def _create(self, row: CatalogRow) -> Verdict:
        product = self.codes.get(row.product_code or row.sku)
        if product is None:
            product = Product(code=row.product_code or row.sku, name_fr=row.name_fr, name_en=row.name_en)
            self.codes[product.code] = product
            self.plan.products.new[product.pk] = product
        variant = Variant(product=product, sku=row.sku, sku_key=sku_key(row.sku))
        self.plan.variants.new[variant.pk] = variant
        self.plan.ids[row.sku] = variant.pk
        self._set_variant(variant, row)
        self._set_product(product, row, ("name_fr", "name_en") if product.code == row.sku else ())
        if product.family and (lacking := missing(variant.attributes, self.known, product.family.code)):
            variant.state = VariantState.DRAFT
            self.plan.drafts[row.sku] = lacking
        said = next((unit for unit in row.units if unit.is_base), UnitRow("", is_base=True))
        base = replace(said, code=said.code or row.unit_if_new)
        self._set_units(variant, (base, *(unit for unit in row.units if unit is not said)))
        return Verdict.CREATED

    def _change(self, variant: Variant, row: CatalogRow) -> bool:
        product = self.products[variant.product_id]
        before = {name: getattr(variant, name) for name in ("name_fr", "name_en")}
        found = self._set_variant(variant, row)
        if found:
            variant.updated_at = timezone.now()
            self.plan.variants.touch(variant)
        follows = [name for name in before if product.code == row.sku and getattr(product, name) == before[name]]
        found += self._set_product(product, row, follows)
        found += self._set_units(variant, row.units)
        if found:
            self.plan.differences[variant.pk] = found
        return bool(found)

    def _is_above_maximum(self, variant: Variant | None, row: CatalogRow) -> bool:
        """Whether a unit's minimum would be more than somebody may order of it."""
        for said in row.units:
            unit = self.units[variant.pk].get(said.code or self._base_code(variant)) if variant else None
            minimum = said.minimum or (unit.minimum if unit else Decimal(1))
            maximum = said.maximum or (unit.maximum if unit else None)
            if maximum is not None and minimum > maximum:
                return True
        return False

    def _base_differs(self, variant: Variant, row: CatalogRow) -> bool:
        wanted = next((unit.code for unit in row.units if unit.is_base), "")
        stored = self._base_code(variant)
        return bool(wanted and stored) and wanted != stored

    def _base_code(self, variant: Variant) -> str:
        return next((unit.code for unit in self.units[variant.pk].values() if unit.is_base), "")

    @staticmethod
    def _set_variant(variant: Variant, row: CatalogRow) -> list[Difference]:
        found = _set(
            variant,
            "",
            name_fr=row.name_fr,
            name_en=row.name_en,
            keywords_fr=row.keywords_fr,
            keywords_en=row.keywords_en,
            gtin=row.gtin,
            manufacturer_part_number=row.manufacturer_part_number,
            **{name: getattr(row, name) for name in MEASURES},
        )
        variant.tax_rate = Decimal(variant.tax_rate)
        found += _set(variant, "", tax_rate=row.tax_rate)
        said = {code: _plain(value) for code, value in row.attributes.items() if value}
        new = {code: value for code, value in said.items() if not is_same(value, variant.attributes.get(code))}
        found += [Difference(f"attributes.{code}", variant.attributes.get(code), value) for code, value in new.items()]
        if new:
            variant.attributes = {**variant.attributes, **new}
        return found

    def _set_product(self, product: Product, row: CatalogRow, follows: Sequence[str]) -> list[Difference]:
        """Set what the row says of the product; ``follows`` are its names that are the variant's."""
        found = _set(product, "product.", description_fr=row.description_fr, description_en=row.description_en)
        found += _set(product, "product.", **{name: getattr(row, name) for name in follows})
        found += self._set_brand(product, row.brand)
        found += self._set_category(product, row)
        found += self._set_family(product, row.family)
        if found:
            self.plan.products.touch(product)
        return found

    def _set_brand(self, product: Product, name: str) -> list[Difference]:
        slug = slug_of(name) if name else ""
        current = self.plan.brand_of.get(product.pk) or (product.brand.slug if product.brand else "")
        if slug in ("", current):
            return []
        self.plan.brand_names.setdefault(slug, name)
        self.plan.brand_of[product.pk] = slug
        return [Difference("product.brand", current, slug)]

    def _set_category(self, product: Product, row: CatalogRow) -> list[Difference]:
        path = self.today.get(path_of(row.category or row.category_en), "")
        current = self.plan.category_of.get(product.pk) or (product.category.path if product.category else "")
        if path in ("", current):
            return []
        self.plan.category_names.setdefault(path, (row.category, row.category_en))
        self.plan.category_of[product.pk] = path
        return [Difference("product.category", current, path)]

    def _set_family(self, product: Product, code: str) -> list[Difference]:
        current = product.family.code if product.family else ""
        if code in ("", current):
            return []
        product.family = self.families[code]
        return [Difference("product.family", current, code)]

    def _set_units(self, variant: Variant, rows: Sequence[UnitRow]) -> list[Difference]:
        stored = self.units[variant.pk]
        found: list[Difference] = []
        for row in rows:
            code = row.code or self._base_code(variant) or BASE_UNIT  # of a variant that has lost its base unit
            unit = stored.get(code)
            before = unit_values(unit)
            if unit is None:
                unit = OrderUnit(variant=variant, code=code, factor=row.factor, is_base=row.is_base)
                unit.minimum, unit.multiple = row.minimum or Decimal(1), row.multiple or Decimal(1)
                unit.maximum, unit.gtin = row.maximum, row.gtin
                stored[code] = unit
                self.plan.units.new[unit.pk] = unit
            elif _set(unit, "", **{name: getattr(row, name) for name in UNIT_FIELDS}):
                self.plan.units.touch(unit)
            if (after := unit_values(unit)) != before:
                found.append(Difference(f"unit.{code}", before, after))
        return found


def _set(row: models.Model, prefix: str, **values: Any) -> list[Difference]:
    """Set what is given and differs; what that changed."""
    found = []
    for name, value in values.items():
        if value in ("", None) or is_same(value, getattr(row, name)):
            continue
        found.append(Difference(f"{prefix}{name}", plain_value(getattr(row, name)), plain_value(value)))
        setattr(row, name, value)
    return found


def _plain(value: str | Mapping[str, str]) -> str | dict[str, str]:
    return value if isinstance(value, str) else dict(value)
