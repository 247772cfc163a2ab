"""From a tenant's catalogue to its index and to the marketplace's: a few statements per thousand variants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Case, OuterRef, When

from catalog.enums import ON_SALE, AttributeKind
from catalog.goods import GoodsKeys
from catalog.keywords import keyword_list
from catalog.models import OrderUnit, Variant
from catalog.outline import Outline, outline, plain_number
from catalog.visibility import EVERYTHING, Audience, viewpoint
from core.tenancy import HasScope, use_tenant
from inventory.queries import Availability, availability
from search.documents import (
    MAX_NUMBER,
    MAX_PRICE,
    PRICE_SCALE,
    TENANT,
    CategoryRef,
    Doc,
    is_facet_code,
    list_key,
)
from search.engine import MARKETPLACE, engine, index_name
from search.labels import STEP, bilingual
from search.listprices import ListPrice, list_prices
from search.port import BuyerContext, Query, Visibility
from tenants.directory import find_by_id
from tenants.enums import TenantState

CHUNK = 1_000
_FIELDS = (
    "pk",
    "sku",
    "name_fr",
    "name_en",
    "keywords_fr",
    "keywords_en",
    "gtin",
    "unit_gtins",
    "manufacturer_part_number",
    "attributes",
    "is_public",
    "product_id",
    "product__brand__name",
    "product__category__path",
    "product__description_fr",
    "product__description_en",
    "product__family__code",
    "product__family__name_fr",
    "product__family__name_en",
)


@dataclass(frozen=True, slots=True)
class Documents:
    """The two forms of some variants: in the shop's own index, and in the marketplace's."""

    shop: list[Doc]
    marketplace: list[Doc]


def write_variants(*, tenant_id: UUID, variant_ids: Iterable[UUID]) -> None:
    """Bring variants of the current tenant up to date in both indexes; those no longer on sale disappear.

    A tenant that is not open for business has nothing on the marketplace.
    """
    wanted, is_open = sorted(set(variant_ids)), _is_open(tenant_id)
    for start in range(0, len(wanted), CHUNK):
        ids = wanted[start : start + CHUNK]
        documents = documents_of(tenant_id, ids)
        gone = [str(pk) for pk in set(ids) - {UUID(doc.pk) for doc in documents.shop}]
        engine().write(index_name(tenant_id), documents.shop, gone)
        engine().write(MARKETPLACE, documents.marketplace if is_open else (), gone)


def rebuild_shop(*, tenant_id: UUID) -> int:
    """Build the current tenant's index anew and bring its part of the marketplace's up to date.

    Returns the number of products.
    """
    count, is_open = 0, _is_open(tenant_id)

    def shop_documents() -> Iterator[Doc]:
        nonlocal count
        for documents in all_documents(tenant_id):
            if is_open:
                engine().write(MARKETPLACE, documents.marketplace)
            count += len(documents.shop)
            yield from documents.shop

    engine().rebuild(index_name(tenant_id), shop_documents())
    for ids in _chunks(_not_on_sale()):
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
    everything = BuyerContext(visibility={str(tenant_id): Visibility()})
    found = engine().search(MARKETPLACE, Query(filters={TENANT: (str(tenant_id),)}, size=0), everything)
    return found.total > 0


def all_ids() -> list[UUID]:
    """All variants of the current tenant, in any state."""
    return _ids()


def all_documents(tenant_id: UUID) -> Iterator[Documents]:
    """Documents of everything that the current tenant has on sale."""
    return documents_in_chunks(tenant_id, _ids(state__in=ON_SALE))


def documents_in_chunks(tenant_id: UUID, variant_ids: Sequence[UUID]) -> Iterator[Documents]:
    """Documents of variants of the current tenant, a thousand at a time; others are left out."""
    return (documents_of(tenant_id, ids) for ids in _chunks(variant_ids))


def documents_of(tenant_id: UUID, variant_ids: Sequence[UUID]) -> Documents:
    """Documents of variants of the current tenant that are on sale; four statements and the visitors' view."""
    known, visitors = outline(), viewpoint(Audience())
    is_public = Case(When(visitors.condition() or EVERYTHING, then=True), default=False, output_field=BooleanField())
    units = OrderUnit.objects.filter(variant_id=OuterRef("pk")).exclude(gtin="").order_by("gtin")
    rows = Variant.objects.filter(pk__in=variant_ids, state__in=ON_SALE)
    rows = rows.annotate(is_public=is_public, unit_gtins=ArraySubquery(units.values("gtin")))
    prices, stock = list_prices(variant_ids), availability(variant_ids)
    shop, marketplace = [], []
    for row in rows.values(*_FIELDS):
        more = {**_priced(prices.get(row["pk"], ())), **_stocked(stock.get(row["pk"]))}
        trail = known.trail(row["product__category__path"] or "")
        own = tuple(CategoryRef(step.path, step.name_fr or step.name_en, step.name_en) for step in trail)
        shop.append(_document(tenant_id, row, known, own, more))
        paths = tuple(step.path for step in trail)
        shared = _shared_categories(own)
        nodes = _nodes(known.taxonomy_code(row["product__category__path"] or ""))
        more |= {"category_paths": paths, "taxonomy": nodes}
        marketplace.append(_document(tenant_id, row, known, shared, more))
    return Documents(shop, marketplace)


def _document(
    tenant_id: UUID,
    row: Mapping[str, Any],
    known: Outline,
    categories: tuple[CategoryRef, ...],
    more: Mapping[str, Any],
) -> Doc:
    attributes = _attributes(row["attributes"], known, row["product__family__code"] or "")
    keys = GoodsKeys.of(
        gtin=row["gtin"], brand=row["product__brand__name"] or "", part_number=row["manufacturer_part_number"]
    )
    family = {"fr": row["product__family__name_fr"] or "", "en": row["product__family__name_en"] or ""}
    return Doc(
        pk=str(row["pk"]),
        tenant_id=str(tenant_id),
        sku=row["sku"],
        name_fr=row["name_fr"],
        name_en=row["name_en"],
        gtin=row["gtin"],
        unit_gtins=tuple(row["unit_gtins"]),
        manufacturer_part_number=row["manufacturer_part_number"],
        brand=row["product__brand__name"] or "",
        categories=categories,
        facets=attributes.facets,
        numbers=attributes.numbers,
        keywords=(*attributes.keywords, *keyword_list(f"{row['keywords_fr']},{row['keywords_en']}")),
        description_fr=row["product__description_fr"] or "",
        description_en=row["product__description_en"] or "",
        family=row["product__family__code"] or "",
        family_label=bilingual(family),
        product_id=str(row["product_id"]),
        goods=str(keys.goods_id or ""),
        is_public=row["is_public"],
        **more,
    )


def _priced(prices: Iterable[ListPrice]) -> dict[str, Any]:
    """Prices as the index compares them; of what is dearer than it can count only that it is."""
    scaled = [(price, min(int((price.unit_price * PRICE_SCALE).to_integral_value()), MAX_PRICE)) for price in prices]
    return {
        "prices": {list_key(price.price_list_id): number for price, number in scaled},
        "public_price": next((number for price, number in scaled if price.is_base), None),
    }


def _stocked(stock: Availability | None) -> dict[str, Any]:
    """Days until goods are back are counted from today; the nightly repair of the indexes counts them anew."""
    if stock is None:
        return {}
    in_stock = stock.available > 0
    return {"in_stock": in_stock, "lead_days": 0 if in_stock else stock.days_for(Decimal(1)) or None}


@dataclass(slots=True)
class _Attributes:
    """What of a variant's attributes is counted and filtered, what is compared as a number, and what is only found."""

    facets: dict[str, tuple[str, ...]] = field(default_factory=dict)
    numbers: dict[str, float] = field(default_factory=dict)
    keywords: list[str] = field(default_factory=list)


def _attributes(attributes: Mapping[str, Any], known: Outline, family: str) -> _Attributes:
    found = _Attributes()
    for code, value in attributes.items():
        info = known.attributes.get(code)
        text = bilingual(value)
        if info is not None and info.kind == AttributeKind.NUMBER:
            text = plain_number(text)
        if not text:
            continue
        if known.is_filter(code, family) and is_facet_code(code):
            found.facets[code] = (text,)
            if info is not None and info.kind == AttributeKind.NUMBER:
                found.numbers |= _number(code, text)
        else:
            found.keywords.append(text)
    return found


def _number(code: str, text: str) -> dict[str, float]:
    """The attribute as a number to compare; nothing when it is none."""
    try:
        number = float(text)
    except ValueError:
        return {}
    return {code: number} if abs(number) <= MAX_NUMBER else {}


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


def _is_open(tenant_id: UUID) -> bool:
    tenant = find_by_id(tenant_id)
    return tenant is not None and tenant.state == TenantState.ACTIVE


def _nodes(code: str) -> tuple[str, ...]:
    """A node of the taxonomy and those around it, from the root."""
    steps = code.split("/") if code else []
    return tuple("/".join(steps[: depth + 1]) for depth in range(len(steps)))


def _ids(**filters: Any) -> list[UUID]:
    return list(Variant.objects.filter(**filters).order_by("pk").values_list("pk", flat=True))


def _not_on_sale() -> list[UUID]:
    return list(Variant.objects.exclude(state__in=ON_SALE).order_by("pk").values_list("pk", flat=True))


def _ids_in(tenant: HasScope) -> list[UUID]:
    with use_tenant(tenant):
        return _ids(state__in=ON_SALE)


def _documents_in(tenant: HasScope, tenant_id: UUID, ids: Sequence[UUID]) -> list[Doc]:
    with use_tenant(tenant):
        return documents_of(tenant_id, ids).marketplace


def _chunks(ids: Sequence[UUID]) -> list[Sequence[UUID]]:
    return [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]
