"""The supplier's own view of its catalogue: variants in every state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from catalog.attributes import Attributes
from catalog.completeness import Completeness, Described, completeness
from catalog.editing import Codes, Placement, Texts
from catalog.enums import MediaKind, VariantState
from catalog.errors import VariantNotFound
from catalog.keys import sku_key
from catalog.models import Category, Media, Relation, Variant, VariantMove
from catalog.outline import outline
from catalog.queries import VariantInfo, variants_by_id
from catalog.rows import Measures
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
    state: VariantState
    completeness: Completeness


@dataclass(frozen=True, slots=True)
class RelationLine:
    """Another variant that one names."""

    id: UUID
    kind: str
    other_id: UUID
    sku: str
    name: str
    state: VariantState


@dataclass(frozen=True, slots=True)
class MoveLine:
    """A step of a variant's life."""

    state: VariantState
    at_text: str
    by: str


@dataclass(frozen=True, slots=True)
class StaffProduct:
    """All that is stored about a variant but prices, stock and media; ``siblings`` are its product's other variants."""

    info: VariantInfo
    product_id: UUID
    texts: Texts
    placement: Placement
    codes: Codes
    measures: Measures
    family: str
    attributes: Attributes
    relations: tuple[RelationLine, ...]
    siblings: tuple[tuple[UUID, str, str], ...]
    moves: tuple[MoveLine, ...]
    completeness: Completeness
    created_text: str
    updated_text: str

    @property
    def state(self) -> VariantState:
        return VariantState(self.info.state)


def staff_variants(*, search: str, state: str, limit: int, offset: int) -> tuple[list[StaffVariant], int]:
    """Variants by reference, found by words in names, start of the reference, GTIN or part number; two statements."""
    rows = matching(Variant.objects.all(), search)
    if state in VariantState.values:
        rows = rows.filter(state=state)
    page = _with_product(rows).order_by("sku")[offset : offset + limit]
    return [_line(variant) for variant in page], rows.count()


def state_counts(*, search: str) -> dict[str, int]:
    """How many variants match, by state; one statement."""
    rows = matching(Variant.objects.all(), search).order_by().values("state").annotate(count=Count("id"))
    return {row["state"]: row["count"] for row in rows}


def staff_product(variant_id: UUID) -> StaffProduct:
    """One variant in any state; six statements. Raises VariantNotFound."""
    variant = _with_product(Variant.objects.filter(pk=variant_id)).first()
    if variant is None:
        raise VariantNotFound
    product = variant.product
    return StaffProduct(
        info=variants_by_id([variant_id])[variant_id],
        product_id=product.pk,
        texts=Texts(
            name_fr=variant.name_fr,
            name_en=variant.name_en,
            product_name_fr=product.name_fr,
            product_name_en=product.name_en,
            description_fr=product.description_fr,
            description_en=product.description_en,
            keywords_fr=variant.keywords_fr,
            keywords_en=variant.keywords_en,
        ),
        placement=Placement(
            brand=product.brand.name if product.brand else "",
            category_id=product.category_id,
            family_id=product.family_id,
            axes=tuple(product.axes),
        ),
        codes=Codes(variant.gtin, variant.manufacturer_part_number, variant.tax_rate),
        measures=Measures(**{name: getattr(variant, name) for name in Measures.__slots__}),
        family=product.family.code if product.family else "",
        attributes=variant.attributes,
        relations=_relations(variant_id),
        siblings=_siblings(variant),
        moves=_moves(variant_id),
        completeness=_completeness(variant),
        created_text=formatting.moment(variant.created_at),
        updated_text=formatting.moment(variant.updated_at),
    )


def category_choices() -> list[tuple[UUID, str]]:
    """All categories with the names from the root, parents before their children; one statement."""
    names: dict[str, str] = {}
    choices: list[tuple[UUID, str]] = []
    for pk, path, name_fr, name_en in Category.objects.order_by("path").values_list("pk", "path", "name_fr", "name_en"):
        above = names.get(path.rpartition("/")[0], "")
        name = formatting.localised(name_fr, name_en)
        names[path] = f"{above} › {name}" if above else name
        choices.append((pk, names[path]))
    return choices


def _with_product(rows: QuerySet[Variant]) -> QuerySet[Variant]:
    """With product, brand, category and family, and whether there is an image."""
    image = Media.objects.filter(product_id=OuterRef("product_id"), kind=MediaKind.IMAGE)
    related = ("product__brand", "product__category", "product__family")
    return rows.select_related(*related).annotate(has_image=Exists(image))


def matching(rows: QuerySet[Variant], search: str) -> QuerySet[Variant]:
    """Variants found by words in names or keywords, start of the reference, GTIN or part number."""
    for word in search.split()[:8]:
        rows = rows.filter(
            Q(name_fr__icontains=word)
            | Q(name_en__icontains=word)
            | Q(keywords_fr__icontains=word)
            | Q(keywords_en__icontains=word)
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
        state=VariantState(variant.state),
        completeness=_completeness(variant),
    )


def _completeness(variant: Any) -> Completeness:
    product = variant.product
    described = Described(
        name_fr=variant.name_fr,
        name_en=variant.name_en,
        has_description=bool(product.description_fr or product.description_en),
        brand=product.brand.name if product.brand else "",
        category=product.category.path if product.category else "",
        family=product.family.code if product.family else "",
        gtin=variant.gtin,
        attributes=variant.attributes,
        has_image=variant.has_image,
        has_weight=variant.weight_kg is not None,
    )
    return completeness(described, outline())


def _siblings(variant: Variant) -> tuple[tuple[UUID, str, str], ...]:
    rows = Variant.objects.filter(product_id=variant.product_id).exclude(pk=variant.pk)
    names = rows.values_list("pk", "sku", "name_fr", "name_en")
    return tuple((pk, sku, formatting.localised(name_fr, name_en)) for pk, sku, name_fr, name_en in names)


def _relations(variant_id: UUID) -> tuple[RelationLine, ...]:
    rows = Relation.objects.filter(variant_id=variant_id).select_related("other")
    return tuple(
        RelationLine(
            id=row.pk,
            kind=row.kind,
            other_id=row.other_id,
            sku=row.other.sku,
            name=formatting.localised(row.other.name_fr, row.other.name_en),
            state=VariantState(row.other.state),
        )
        for row in rows
    )


def _moves(variant_id: UUID) -> tuple[MoveLine, ...]:
    rows = VariantMove.objects.filter(subject_id=variant_id).order_by("-at", "-id")[:20]
    return tuple(MoveLine(VariantState(row.to_state), formatting.moment(row.at), row.actor_name) for row in rows)
