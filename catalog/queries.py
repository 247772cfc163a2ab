"""Reads of the catalogue. Every function needs the same few statements for one variant or for five hundred.

What is read for a buyer takes the viewpoint that it is seen from (:mod:`catalog.visibility`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Case, Q, QuerySet, Value, When

from catalog.enums import ON_SALE
from catalog.keys import part_number_key, sku_key
from catalog.models import OrderUnit, Variant
from catalog.visibility import UNRESTRICTED, Viewpoint
from core import formatting

AttributeValue = str | Mapping[str, str]

_GTIN_LENGTHS = frozenset({8, 12, 13, 14})


@dataclass(frozen=True, slots=True)
class UnitInfo:
    """A unit that a variant is ordered in; ``factor`` base units each, ``minimum`` to ``maximum`` in this unit."""

    code: str
    factor: Decimal
    is_base: bool
    minimum: Decimal
    multiple: Decimal
    maximum: Decimal | None = None
    gtin: str = ""


@dataclass(frozen=True, slots=True)
class VariantInfo:
    """A variant with its order units, smallest first; ``is_visible`` to whom it was read for."""

    id: UUID
    sku: str
    name_fr: str
    name_en: str
    gtin: str
    tax_rate: Decimal
    state: str
    units: tuple[UnitInfo, ...]
    is_visible: bool = True

    @property
    def is_active(self) -> bool:
        """Whether it can be found and ordered."""
        return self.is_visible and self.state in ON_SALE

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
    family: str
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


def variants_by_id(ids: Iterable[UUID], view: Viewpoint = UNRESTRICTED) -> dict[UUID, VariantInfo]:
    """Variants in any state with their units, those that are not seen marked so; two statements."""
    return _with_units(Variant.objects.filter(pk__in=list(ids)), view)


_BY_CODE = """
SELECT 'sku', sku_key, id FROM catalog_variant WHERE sku_key = ANY(%(keys)s)
 UNION ALL SELECT 'part', part_number_key, id FROM catalog_variant WHERE part_number_key = ANY(%(parts)s)
 UNION ALL SELECT 'gtin', gtin, id FROM catalog_variant WHERE gtin = ANY(%(gtins)s)
 UNION ALL SELECT 'gtin', gtin, variant_id FROM catalog_orderunit WHERE gtin = ANY(%(gtins)s)
 UNION ALL SELECT 'own', number_key, variant_id FROM catalog_customerpartnumber
            WHERE customer_id = %(customer)s AND number_key = ANY(%(keys)s)
"""


def variants_by_code(codes: Iterable[str], view: Viewpoint) -> dict[str, list[VariantInfo]]:
    """Variants that are seen per code as it was typed; three statements. A code that nothing has is absent.

    A code is a reference or a manufacturer's part number (case and separators do not matter), a GTIN of the variant or
    of a unit, or the customer's own part number. An exact reference or own number beats all else, a variant on sale
    beats others; what is left is ambiguous for the caller to ask.
    """
    wanted = {code: code.strip() for code in codes if code.strip()}
    if not wanted:
        return {}
    forms = {code: _forms(text) for code, text in wanted.items()}
    ids = _ids_by_form({form for found in forms.values() for form in found}, view.audience.customer_id)
    variants = _with_units(_seen(view).filter(pk__in={pk for found in ids.values() for pk in found}))
    answer: dict[str, list[VariantInfo]] = {}
    for code, text in wanted.items():
        own = {pk for kind, key in forms[code] if kind == "sku" for pk in ids.get(("own", key), ())}
        candidates = {pk for form in forms[code] for pk in ids.get(form, ())} | own
        if found := [variants[pk] for pk in candidates if pk in variants]:
            answer[code] = _best(text, found, own)
    return answer


def _forms(text: str) -> list[tuple[str, str]]:
    forms = [("sku", sku_key(text)), *(("gtin", form) for form in _gtin_forms(text))]
    part = part_number_key(text)
    return [*forms, ("part", part)] if part else forms


def _ids_by_form(forms: set[tuple[str, str]], customer_id: UUID | None) -> dict[tuple[str, str], set[UUID]]:
    values: dict[str, Any] = {"customer": customer_id}
    for name, kind in (("keys", "sku"), ("parts", "part"), ("gtins", "gtin")):
        values[name] = [key for form, key in forms if form == kind]
    found: dict[tuple[str, str], set[UUID]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(_BY_CODE, values)
        for kind, key, pk in cursor.fetchall():
            found[kind, key].add(pk)
    return found


def listed_variants(ids: Iterable[UUID], view: Viewpoint) -> dict[UUID, ListedVariant]:
    """Variants on sale that are seen, for a list, by id; two statements."""
    return _listed(_on_sale(view).filter(pk__in=list(ids)))


def variants_by_sku(skus: Iterable[str], view: Viewpoint) -> dict[str, VariantInfo]:
    """Variants in any state that are seen by their exact reference; two statements."""
    return {info.sku: info for info in _with_units(_seen(view).filter(sku__in=set(skus))).values()}


def variants_after(
    sku: str, view: Viewpoint, *, limit: int, skus: Iterable[str] = (), category_path: str = ""
) -> list[ListedVariant]:
    """Variants on sale that are seen in the order of their references, those after ``sku``; two statements."""
    rows = _on_sale(view).filter(sku__gt=sku)
    if wanted := list(skus):
        rows = rows.filter(sku__in=wanted)
    if category_path:
        rows = rows.filter(_inside(category_path))
    return list(_listed(rows.order_by("sku")[:limit]).values())


def product_detail(sku: str, view: Viewpoint) -> ProductDetail | None:
    """The page of a variant on sale that is seen, by its exact reference; three statements."""
    row = _on_sale(view).select_related("product").filter(sku=sku).first()
    if row is None:
        return None
    listed = _listed(_on_sale(view).filter(product_id=row.product_id).order_by("sku"))
    product = row.product
    return ProductDetail(
        name_fr=product.name_fr,
        name_en=product.name_en,
        description_fr=product.description_fr,
        description_en=product.description_en,
        shown=listed.pop(row.pk),
        siblings=tuple(listed.values()),
    )


def sku_of_code(code: str, view: Viewpoint) -> str | None:
    """The reference that somebody meant by a code, when only one variant on sale has it."""
    found = [info for info in variants_by_code([code], view).get(code, []) if info.is_active]
    return found[0].sku if len(found) == 1 else None


def matching_ids(text: str, category_path: str, view: Viewpoint, *, offset: int, size: int) -> tuple[list[UUID], int]:
    """Variants on sale by words in names or the start of the reference: what lists show while search is down."""
    rows = _on_sale(view)
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
    "product__family__code",
    "attributes",
)


def _seen(view: Viewpoint) -> QuerySet[Variant]:
    return Variant.objects.filter(view.condition())


def _on_sale(view: Viewpoint) -> QuerySet[Variant]:
    return _seen(view).filter(state__in=ON_SALE)


def _with_units(rows: QuerySet[Variant], view: Viewpoint = UNRESTRICTED) -> dict[UUID, VariantInfo]:
    seen = Value(value=True) if view.sees_everything else Case(When(view.condition(), then=True), default=False)
    found: list[tuple[Any, ...]] = list(rows.annotate(seen=seen).values_list(*_FIELDS, "seen"))
    units = _units([row[0] for row in found])
    return {row[0]: _info(row, units) for row in found}


def _listed(rows: QuerySet[Variant]) -> dict[UUID, ListedVariant]:
    found: list[tuple[Any, ...]] = list(rows.values_list(*_FIELDS, *_LISTED))
    units = _units([row[0] for row in found])
    listed: dict[UUID, ListedVariant] = {}
    for row in found:
        info = _info((*row[:7], True), units)
        product_id, part_number, brand, category_path, family, attributes = row[7:]
        listed[row[0]] = ListedVariant(
            info, product_id, part_number, brand or "", category_path or "", family or "", attributes
        )
    return listed


def _info(row: tuple[Any, ...], units: Mapping[UUID, tuple[UnitInfo, ...]]) -> VariantInfo:
    variant_id, sku, name_fr, name_en, gtin, tax_rate, state, is_visible = row
    own = units.get(variant_id, (_PIECE,))
    return VariantInfo(variant_id, sku, name_fr, name_en, gtin, tax_rate, state, own, is_visible)


def _units(variant_ids: list[UUID]) -> dict[UUID, tuple[UnitInfo, ...]]:
    if not variant_ids:
        return {}
    units: dict[UUID, list[UnitInfo]] = defaultdict(list)
    rows: Iterable[tuple[Any, ...]] = (
        OrderUnit.objects.filter(variant_id__in=variant_ids)
        .order_by("factor", "code")
        .values_list("variant_id", "code", "factor", "is_base", "minimum", "multiple", "maximum", "gtin")
    )
    for variant_id, *unit in rows:
        units[variant_id].append(UnitInfo(*unit))
    return {variant_id: tuple(found) for variant_id, found in units.items()}


def _gtin_forms(text: str) -> tuple[str, ...]:
    """A GTIN-8, 12, 13 or 14 in all lengths that it may be stored in (GS1: zeros in front do not count)."""
    digits = text.replace(" ", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) in _GTIN_LENGTHS):
        return ()
    bare = digits.lstrip("0")
    return tuple({digits, *(bare.zfill(length) for length in _GTIN_LENGTHS if len(bare) <= length)})


def _best(text: str, candidates: list[VariantInfo], own: set[UUID]) -> list[VariantInfo]:
    exact = [info for info in candidates if info.sku == text or info.id in own]
    on_sale = [info for info in exact or candidates if info.is_active]
    return sorted(on_sale or exact or candidates, key=lambda info: info.sku)
