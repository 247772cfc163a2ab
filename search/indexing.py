"""From a tenant's catalogue to its index and to the marketplace's: a few statements per thousand variants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F

from catalog.enums import AttributeKind, VariantState
from catalog.models import Variant
from catalog.outline import Outline, outline, plain_number
from core.tenancy import HasScope, use_tenant
from inventory.models import Stock
from pricing.queries import base_prices
from search.documents import TENANT, CategoryRef, Doc, is_facet_code
from search.engine import MARKETPLACE, engine, index_name
from search.labels import STEP, bilingual
from search.port import BuyerContext, Query

CHUNK = 1_000
_PRICE_SCALE = 10_000
_FIELDS = (
    "pk",
    "sku",
    "name_fr",
    "name_en",
    "gtin",
    "manufacturer_part_number",
    "attributes",
    "product__brand__name",
    "product__category__path",
    "product__description_fr",
    "product__description_en",
)


@dataclass(frozen=True, slots=True)
class Documents:
    """The two forms of some variants: in the shop's own index, and in the marketplace's."""

    shop: list[Doc]
    marketplace: list[Doc]


def write_variants(*, tenant_id: UUID, variant_ids: Iterable[UUID]) -> None:
    """Bring variants of the current tenant up to date in both indexes; those no longer on sale disappear."""
    wanted = sorted(set(variant_ids))
    for start in range(0, len(wanted), CHUNK):
        ids = wanted[start : start + CHUNK]
        documents = documents_of(tenant_id, ids)
        gone = [str(pk) for pk in set(ids) - {UUID(doc.pk) for doc in documents.shop}]
        engine().write(index_name(tenant_id), documents.shop, gone)
        engine().write(MARKETPLACE, documents.marketplace, gone)


def rebuild_shop(*, tenant_id: UUID) -> int:
    """Build the current tenant's index anew and bring its part of the marketplace's up to date.

    Returns the number of products.
    """
    count = 0

    def shop_documents() -> Iterator[Doc]:
        nonlocal count
        for ids in _chunks(_ids(state=VariantState.ACTIVE)):
            documents = documents_of(tenant_id, ids)
            engine().write(MARKETPLACE, documents.marketplace)
            count += len(documents.shop)
            yield from documents.shop

    engine().rebuild(index_name(tenant_id), shop_documents())
    for ids in _chunks(_ids(state=VariantState.ARCHIVED)):
        engine().write(MARKETPLACE, [], [str(pk) for pk in ids])
    return count


def rebuild_marketplace(tenants: Sequence[tuple[UUID, HasScope]]) -> int:
    """Build the marketplace's index anew from the catalogues of these tenants. Returns the number of products."""
    count = 0

    def documents() -> Iterator[Doc]:
        nonlocal count
        for tenant_id, tenant in tenants:
            for ids in _chunks(_ids_in(tenant)):
                found = _documents_in(tenant, tenant_id, ids)
                count += len(found)
                yield from found

    engine().rebuild(MARKETPLACE, documents())
    return count


def withdraw() -> None:
    """Take all products of the current tenant off the marketplace."""
    for ids in _chunks(_ids()):
        engine().write(MARKETPLACE, [], [str(pk) for pk in ids])


def is_on_marketplace(tenant_id: UUID) -> bool:
    """Whether the marketplace's index holds anything of a tenant."""
    found = engine().search(MARKETPLACE, Query(filters={TENANT: (str(tenant_id),)}, size=0), BuyerContext())
    return found.total > 0


def documents_of(tenant_id: UUID, variant_ids: Sequence[UUID]) -> Documents:
    """Documents of variants of the current tenant that are on sale; three statements."""
    known = outline()
    rows: list[tuple[Any, ...]] = list(
        Variant.objects.filter(pk__in=variant_ids, state=VariantState.ACTIVE).values_list(*_FIELDS)
    )
    prices = base_prices(variant_ids)
    in_stock = set(
        Stock.objects.filter(variant_id__in=variant_ids, on_hand__gt=F("reserved")).values_list("variant_id", flat=True)
    )
    shop, marketplace = [], []
    for row in rows:
        more = {"public_price": _scaled(prices.get(row[0])), "in_stock": row[0] in in_stock}
        trail = known.trail(row[8] or "")
        own = tuple(CategoryRef(step.path, step.name_fr, step.name_en) for step in trail)
        shop.append(_document(tenant_id, row, known, own, more))
        marketplace.append(_document(tenant_id, row, known, _shared_categories(own), more))
    return Documents(shop, marketplace)


def _document(
    tenant_id: UUID, row: tuple[Any, ...], known: Outline, categories: tuple[CategoryRef, ...], more: Mapping[str, Any]
) -> Doc:
    pk, sku, name_fr, name_en, gtin, part_number, attributes, brand, _path, description_fr, description_en = row
    facets, keywords = _attributes(attributes, known)
    return Doc(
        pk=str(pk),
        tenant_id=str(tenant_id),
        sku=sku,
        name_fr=name_fr,
        name_en=name_en,
        gtin=gtin,
        manufacturer_part_number=part_number,
        brand=brand or "",
        categories=categories,
        facets=facets,
        keywords=keywords,
        description_fr=description_fr or "",
        description_en=description_en or "",
        **more,
    )


def _attributes(attributes: Mapping[str, Any], known: Outline) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """What of a variant's attributes is counted and filtered, and what is only found."""
    facets: dict[str, tuple[str, ...]] = {}
    keywords: list[str] = []
    for code, value in attributes.items():
        info = known.attributes.get(code)
        text = bilingual(value)
        if info is not None and info.kind == AttributeKind.NUMBER:
            text = plain_number(text)
        if text and (info is None or info.is_filter) and is_facet_code(code):
            facets[code] = (text,)
        elif text:
            keywords.append(text)
    return facets, tuple(keywords)


def _shared_categories(path: tuple[CategoryRef, ...]) -> tuple[CategoryRef, ...]:
    """The same path for an index over all tenants, where names are what their categories have in common."""
    shared: list[CategoryRef] = []
    for depth, step in enumerate(path, start=1):
        names = {
            "fr": STEP.join(part.label_fr for part in path[:depth]),
            "en": STEP.join(part.label_en or part.label_fr for part in path[:depth]),
        }
        shared.append(CategoryRef(bilingual(names), step.label_fr, step.label_en))
    return tuple(shared)


def _scaled(price: Decimal | None) -> int | None:
    return None if price is None else int((price * _PRICE_SCALE).to_integral_value())


def _ids(**filters: str) -> list[UUID]:
    return list(Variant.objects.filter(**filters).order_by("pk").values_list("pk", flat=True))


def _ids_in(tenant: HasScope) -> list[UUID]:
    with use_tenant(tenant):
        return _ids(state=VariantState.ACTIVE)


def _documents_in(tenant: HasScope, tenant_id: UUID, ids: Sequence[UUID]) -> list[Doc]:
    with use_tenant(tenant):
        return documents_of(tenant_id, ids).marketplace


def _chunks(ids: Sequence[UUID]) -> list[Sequence[UUID]]:
    return [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]
