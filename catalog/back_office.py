"""The supplier's own view of its catalogue: active and archived variants alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from catalog.enums import VariantState
from catalog.errors import VariantNotFound
from catalog.keys import sku_key
from catalog.models import Variant
from catalog.queries import AttributeValue, VariantInfo, variants_by_id
from core import formatting


@dataclass(frozen=True, slots=True)
class StaffVariant:
    """A variant in the supplier's list."""

    id: UUID
    sku: str
    name: str
    brand: str
    category: str
    gtin: str
    is_archived: bool


@dataclass(frozen=True, slots=True)
class StaffProduct:
    """All that is stored about a variant but prices and stock."""

    info: VariantInfo
    brand: str
    category: tuple[str, ...]
    manufacturer_part_number: str
    description_fr: str
    description_en: str
    attributes: Mapping[str, AttributeValue]
    created_text: str
    updated_text: str


def staff_variants(*, search: str, state: str, limit: int, offset: int) -> tuple[list[StaffVariant], int]:
    """Variants by reference, found by words in names, start of the reference, GTIN or part number; two statements."""
    rows = _matching(Variant.objects.all(), search)
    if state in VariantState.values:
        rows = rows.filter(state=state)
    page = rows.select_related("product__brand", "product__category").order_by("sku")[offset : offset + limit]
    return [_line(variant) for variant in page], rows.count()


def state_counts(*, search: str) -> dict[str, int]:
    """How many variants match, by state; one statement."""
    rows = _matching(Variant.objects.all(), search).order_by().values("state").annotate(count=Count("id"))
    return {row["state"]: row["count"] for row in rows}


def staff_product(variant_id: UUID) -> StaffProduct:
    """One variant in any state; a few statements. Raises VariantNotFound."""
    variant = (
        Variant.objects.select_related("product__brand", "product__category__parent__parent")
        .filter(pk=variant_id)
        .first()
    )
    if variant is None:
        raise VariantNotFound
    product = variant.product
    node = product.category
    names: list[str] = []
    while node is not None:
        names.insert(0, formatting.localised(node.name_fr, node.name_en))
        node = node.parent
    return StaffProduct(
        info=variants_by_id([variant_id])[variant_id],
        brand=product.brand.name if product.brand else "",
        category=tuple(names),
        manufacturer_part_number=variant.manufacturer_part_number,
        description_fr=product.description_fr,
        description_en=product.description_en,
        attributes=variant.attributes,
        created_text=formatting.moment(variant.created_at),
        updated_text=formatting.moment(variant.updated_at),
    )


def _matching(rows: QuerySet[Variant], search: str) -> QuerySet[Variant]:
    for word in search.split()[:8]:
        rows = rows.filter(
            Q(name_fr__icontains=word)
            | Q(name_en__icontains=word)
            | Q(sku_key__startswith=sku_key(word))
            | Q(gtin=word)
            | Q(manufacturer_part_number__istartswith=word)
        )
    return rows


def _line(variant: Variant) -> StaffVariant:
    product = variant.product
    category = product.category
    return StaffVariant(
        id=variant.pk,
        sku=variant.sku,
        name=formatting.localised(variant.name_fr, variant.name_en),
        brand=product.brand.name if product.brand else "",
        category=formatting.localised(category.name_fr, category.name_en) if category else "",
        gtin=variant.gtin,
        is_archived=variant.state == VariantState.ARCHIVED,
    )
