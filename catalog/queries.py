"""Reads of the catalogue. Every function needs the same few statements for one variant or for five hundred."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from catalog.enums import VariantState
from catalog.keys import sku_key
from catalog.models import OrderUnit, Variant
from core import formatting

AttributeValue = str | Mapping[str, str]

_GTIN_LENGTHS = frozenset({8, 12, 13, 14})


@dataclass(frozen=True, slots=True)
class UnitInfo:
    """A unit that a variant is ordered in; ``factor`` base units each, ``minimum`` and ``multiple`` in this unit."""

    code: str
    factor: Decimal
    is_base: bool
    minimum: Decimal
    multiple: Decimal


@dataclass(frozen=True, slots=True)
class VariantInfo:
    """A variant with its order units, smallest first."""

    id: UUID
    sku: str
    name_fr: str
    name_en: str
    gtin: str
    tax_rate: Decimal
    state: str
    units: tuple[UnitInfo, ...]

    @property
    def is_active(self) -> bool:
        return self.state == VariantState.ACTIVE

    @property
    def name(self) -> str:
        """The name in the active language."""
        return formatting.localised(self.name_fr, self.name_en)

    @property
    def base_unit(self) -> UnitInfo:
        """The unit that prices and stock count in; a piece when none was given."""
        return next((unit for unit in self.units if unit.is_base), _PIECE)

    def unit(self, code: str) -> UnitInfo | None:
        """The order unit with this code."""
        return next((unit for unit in self.units if unit.code == code), None)


_PIECE = UnitInfo("H87", Decimal(1), is_base=True, minimum=Decimal(1), multiple=Decimal(1))


@dataclass(frozen=True, slots=True)
class ListedVariant:
    """A variant as a list or a page shows it, before stock and price."""

    info: VariantInfo
    product_id: UUID
    manufacturer_part_number: str
    brand: str
    category_path: str
    attributes: Mapping[str, AttributeValue]


@dataclass(frozen=True, slots=True)
class ProductDetail:
    """A variant's page: its product and all variants of it, the shown one first."""

    name_fr: str
    name_en: str
    description_fr: str
    description_en: str
    shown: ListedVariant
    siblings: tuple[ListedVariant, ...]


def variants_by_id(ids: Iterable[UUID]) -> dict[UUID, VariantInfo]:
    """Variants in any state with their units; two statements."""
    return _with_units(Variant.objects.filter(pk__in=list(ids)))


def variants_by_code(codes: Iterable[str]) -> dict[str, list[VariantInfo]]:
    """Variants per code as it was typed; two statements. A code that nothing has is absent.

    A code is a reference (case and separators do not matter), a GTIN or a manufacturer's part number. An exact
    reference beats all else, an active variant beats archived ones; what is left is ambiguous for the caller to ask.
    """
    wanted = {code: code.strip() for code in codes if code.strip()}
    if not wanted:
        return {}
    keys = {code: sku_key(text) for code, text in wanted.items()}
    gtins = {code: _gtin_forms(text) for code, text in wanted.items()}
    match = (
        Q(sku_key__in=set(keys.values()))
        | Q(gtin__in={form for forms in gtins.values() for form in forms})
        | Q(manufacturer_part_number__in=set(wanted.values()))
    )
    by_form: dict[tuple[str, str], list[VariantInfo]] = defaultdict(list)
    for listed in _listed(Variant.objects.filter(match)).values():
        by_form["key", sku_key(listed.info.sku)].append(listed.info)
        by_form["gtin", listed.info.gtin].append(listed.info)
        by_form["part", listed.manufacturer_part_number].append(listed.info)
    found: dict[str, list[VariantInfo]] = {}
    for code, text in wanted.items():
        forms = [("key", keys[code]), ("part", text), *(("gtin", form) for form in gtins[code])]
        candidates = {info.id: info for form in forms for info in by_form.get(form, ())}
        if candidates:
            found[code] = _best(text, list(candidates.values()))
    return found


def listed_variants(ids: Iterable[UUID]) -> dict[UUID, ListedVariant]:
    """Active variants for a list, by id; two statements."""
    return _listed(Variant.objects.filter(pk__in=list(ids), state=VariantState.ACTIVE))


def variants_by_sku(skus: Iterable[str]) -> dict[str, VariantInfo]:
    """Variants in any state by their exact reference; two statements."""
    return {info.sku: info for info in _with_units(Variant.objects.filter(sku__in=set(skus))).values()}


def variants_after(sku: str, *, limit: int, skus: Iterable[str] = (), category_path: str = "") -> list[ListedVariant]:
    """Active variants in the order of their references, those after ``sku``; two statements."""
    rows = Variant.objects.filter(state=VariantState.ACTIVE, sku__gt=sku)
    if wanted := list(skus):
        rows = rows.filter(sku__in=wanted)
    if category_path:
        rows = rows.filter(_inside(category_path))
    return list(_listed(rows.order_by("sku")[:limit]).values())


def product_detail(sku: str) -> ProductDetail | None:
    """The page of an active variant by its exact reference; three statements."""
    row = Variant.objects.select_related("product").filter(sku=sku, state=VariantState.ACTIVE).first()
    if row is None:
        return None
    listed = _listed(Variant.objects.filter(product_id=row.product_id, state=VariantState.ACTIVE).order_by("sku"))
    product = row.product
    return ProductDetail(
        name_fr=product.name_fr,
        name_en=product.name_en,
        description_fr=product.description_fr,
        description_en=product.description_en,
        shown=listed.pop(row.pk),
        siblings=tuple(listed.values()),
    )


def sku_of_code(code: str) -> str | None:
    """The reference that somebody meant by a code, when only one active variant has it."""
    found = [info for info in variants_by_code([code]).get(code, []) if info.is_active]
    return found[0].sku if len(found) == 1 else None


def matching_ids(text: str, category_path: str, *, offset: int, size: int) -> tuple[list[UUID], int]:
    """Active variants by words in names or the start of the reference: what lists show while search is down."""
    rows = Variant.objects.filter(state=VariantState.ACTIVE)
    for word in text.split()[:8]:
        rows = rows.filter(
            Q(name_fr__icontains=word) | Q(name_en__icontains=word) | Q(sku_key__startswith=sku_key(word))
        )
    if category_path:
        rows = rows.filter(_inside(category_path))
    return list(rows.order_by("sku").values_list("pk", flat=True)[offset : offset + size]), rows.count()


def _inside(category_path: str) -> Q:
    """In this category or below it."""
    return Q(product__category__path=category_path) | Q(product__category__path__startswith=f"{category_path}/")


_FIELDS = ("pk", "sku", "name_fr", "name_en", "gtin", "tax_rate", "state")
_LISTED = (
    "product_id",
    "manufacturer_part_number",
    "product__brand__name",
    "product__category__path",
    "attributes",
)


def _with_units(rows: QuerySet[Variant]) -> dict[UUID, VariantInfo]:
    found: list[tuple[Any, ...]] = list(rows.values_list(*_FIELDS))
    units = _units([row[0] for row in found])
    return {row[0]: _info(row, units) for row in found}


def _listed(rows: QuerySet[Variant]) -> dict[UUID, ListedVariant]:
    found: list[tuple[Any, ...]] = list(rows.values_list(*_FIELDS, *_LISTED))
    units = _units([row[0] for row in found])
    listed: dict[UUID, ListedVariant] = {}
    for row in found:
        info = _info(row, units)
        product_id, part_number, brand, category_path, attributes = row[7:]
        listed[row[0]] = ListedVariant(info, product_id, part_number, brand or "", category_path or "", attributes)
    return listed


def _info(row: tuple[Any, ...], units: Mapping[UUID, tuple[UnitInfo, ...]]) -> VariantInfo:
    variant_id, sku, name_fr, name_en, gtin, tax_rate, state = row[:7]
    return VariantInfo(variant_id, sku, name_fr, name_en, gtin, tax_rate, state, units.get(variant_id, (_PIECE,)))


def _units(variant_ids: list[UUID]) -> dict[UUID, tuple[UnitInfo, ...]]:
    if not variant_ids:
        return {}
    units: dict[UUID, list[UnitInfo]] = defaultdict(list)
    rows = (
        OrderUnit.objects.filter(variant_id__in=variant_ids)
        .order_by("factor", "code")
        .values_list("variant_id", "code", "factor", "is_base", "minimum", "multiple")
    )
    for variant_id, code, factor, is_base, minimum, multiple in rows:
        units[variant_id].append(UnitInfo(code, factor, is_base, minimum, multiple))
    return {variant_id: tuple(found) for variant_id, found in units.items()}


def _gtin_forms(text: str) -> tuple[str, ...]:
    """A GTIN-8, 12, 13 or 14 in all lengths that it may be stored in (GS1: zeros in front do not count)."""
    digits = text.replace(" ", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) in _GTIN_LENGTHS):
        return ()
    bare = digits.lstrip("0")
    return tuple({digits, *(bare.zfill(length) for length in _GTIN_LENGTHS if len(bare) <= length)})


def _best(text: str, candidates: list[VariantInfo]) -> list[VariantInfo]:
    exact = [info for info in candidates if info.sku == text]
    if exact:
        return exact
    active = [info for info in candidates if info.is_active]
    return sorted(active or candidates, key=lambda info: info.sku)
