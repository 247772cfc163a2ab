"""Use cases of the catalogue as a whole: take over rows in bulk, define attributes, tell of changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from catalog import merging
from catalog.categories import fill_names
from catalog.differences import Difference
from catalog.enums import AttributeKind
from catalog.errors import RowRefused
from catalog.events import CatalogChanged
from catalog.merging import UNIT_FIELDS, Plan, Verdict, Writes
from catalog.models import AttributeDefinition, OrderUnit, Product, Variant
from catalog.policies import require_manage
from catalog.rows import MEASURES, AttributeRow, CatalogRow, UnitRow
from catalog.tree import ensure_brands, ensure_categories
from core.actor import Actor
from core.db import Lock, advisory_lock, atomic
from core.events import emit
from core.scope import current_scope

__all__ = ["AttributeRow", "CatalogRow", "UnitRow", "Upserted", "announce", "compare", "upsert"]

_BATCH = 2000
_VARIANT_FIELDS = (
    *(
        "name_fr",
        "name_en",
        "keywords_fr",
        "keywords_en",
        "gtin",
        "manufacturer_part_number",
        "attributes",
        "tax_rate",
        "updated_at",
    ),
    *MEASURES,
)
_PRODUCT_FIELDS = ("name_fr", "name_en", "description_fr", "description_en", "brand", "category", "family")


@dataclass(frozen=True, slots=True)
class Upserted:
    """What :func:`upsert` did: ids of variants by SKU; SKUs that were created, changed, left alone, or refused.

    ``differences`` says what changed about variants that existed; ``drafts`` are created ones that are drafts.
    """

    ids: dict[str, UUID]
    created: frozenset[str]
    changed: frozenset[str]
    unchanged: frozenset[str]
    refused: frozenset[str] = frozenset()
    differences: Mapping[UUID, Sequence[Difference]] = field(default_factory=dict)
    drafts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Compared:
    """What :func:`upsert` would do with each row, by SKU, and the ids of the variants that exist.

    ``drafts`` are new variants that would be drafts, with the codes of the attributes that they lack.
    """

    verdicts: dict[str, Verdict]
    ids: dict[str, UUID]
    drafts: dict[str, list[str]]


def compare(rows: Sequence[CatalogRow]) -> Compared:
    """Lay rows over the catalogue; writes nothing."""
    plan = merging.plan(rows)
    known = {sku: key for sku, key in plan.ids.items() if key not in plan.variants.new}
    return Compared(plan.verdicts, known, plan.drafts)


@atomic
def upsert(
    *, rows: Sequence[CatalogRow], actor: Actor, announce_change: bool = True, skip_refused: bool = False
) -> Upserted:
    """Create or change variants by SKU, with their products, brands, categories, units and attributes.

    What a row leaves empty stays; a row that says nothing new writes nothing. A category that lacks a name in one
    language gets it from a row that has both; a new variant without an attribute that its family requires is a draft.
    A few thousand rows at a time: the number of statements is constant, the memory is not.

    Raises RowRefused (a new variant without a name, another base unit than before, a minimum above the maximum, a
    family that does not exist; with ``skip_refused`` such rows are left out instead), NotAllowed, ValueError when a
    SKU comes twice. Emits CatalogChanged unless ``announce_change`` is off.
    """
    require_manage(actor)
    advisory_lock(Lock.CATALOG_IMPORT, str(current_scope().tenant_id))
    fill_names(named=[(row.category, row.category_en) for row in rows if row.category_en], actor=actor)
    plan = merging.plan(rows, lock=True)
    refused = frozenset(sku for sku, verdict in plan.verdicts.items() if verdict.is_refusal)
    if refused and not skip_refused:
        first = min(refused)
        raise RowRefused(field="sku", sku=first, reason=plan.verdicts[first].value)
    _write(plan)
    _ensure_attributes({code for row in rows if row.sku not in refused for code in row.attributes})
    created, changed = frozenset(plan.skus(Verdict.CREATED)), frozenset(plan.skus(Verdict.CHANGED))
    if announce_change:
        announce(plan.ids[sku] for sku in (*created, *changed))
    ids = {sku: key for sku, key in plan.ids.items() if sku not in refused}
    unchanged, drafts = frozenset(plan.skus(Verdict.UNCHANGED)), frozenset(plan.drafts)
    return Upserted(ids, created, changed, unchanged, refused, plan.differences, drafts)


@atomic
def announce(variant_ids: Iterable[UUID]) -> None:
    """Say that variants changed in what is searched or listed. Emits CatalogChanged when there are any."""
    tenant_id, ids = current_scope().tenant_id, tuple(variant_ids)
    if tenant_id is not None and ids:
        emit(CatalogChanged(tenant_id=tenant_id, variant_ids=ids))


@atomic
def define_attributes(*, attributes: Sequence[AttributeRow]) -> None:
    """Give attribute codes their labels, kind and unit; those that exist keep theirs."""
    rows = [
        AttributeDefinition(
            code=row.code, label_fr=row.label_fr, label_en=row.label_en, kind=AttributeKind(row.kind), unit=row.unit
        )
        for row in attributes
    ]
    AttributeDefinition.objects.bulk_create(rows, ignore_conflicts=True)


def _write(plan: Plan) -> None:
    brands = ensure_brands(plan.brand_names)
    categories = ensure_categories(plan.category_names)
    products: Any = {**plan.products.changed, **plan.products.new}
    for product_id, slug in plan.brand_of.items():
        products[product_id].brand_id = brands[slug]
    for product_id, path in plan.category_of.items():
        products[product_id].category_id = categories[path]
    _save(Product, plan.products, _PRODUCT_FIELDS)
    _save(Variant, plan.variants, _VARIANT_FIELDS)
    _save(OrderUnit, plan.units, UNIT_FIELDS)


def _save(model: Any, writes: Writes, fields: Sequence[str]) -> None:
    """Insert the new rows; change the others in one statement (they are there, so each insert becomes an update)."""
    if writes.new:
        model.objects.bulk_create(list(writes.new.values()), batch_size=_BATCH)
    if writes.changed:
        model.objects.bulk_create(
            list(writes.changed.values()),
            batch_size=_BATCH,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=list(fields),
        )


def _ensure_attributes(codes: set[str]) -> None:
    """Every attribute code in use has a definition."""
    if codes:
        known = set(AttributeDefinition.objects.filter(code__in=codes).values_list("code", flat=True))
        define_attributes(attributes=[AttributeRow(code, label_fr=code) for code in sorted(codes - known)])
