"""Who sells the same goods: what visitors may see of each tenant's catalogue, side by side.

Each tenant's rows are written in its own scope, from what its visitors see at that moment, and are read on the
marketplace only; a supplier does not even see the rows of another one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from uuid import UUID

from django.db.models import Case, Count, F, Q, Value, When, Window
from django.db.models.functions import Coalesce, RowNumber

from catalog.goods import PublicGoods, fold_words, looked_up_codes, public_goods, variant_ids_on_sale
from core.db import atomic
from marketplace.directory import suppliers
from marketplace.models import GoodsOffer

CHUNK = 1_000
MOST_OFFERS = 200
_FIELDS = ("goods_id", "gtin", "brand_key", "part_key", "brand", "taxonomy_code", "codes", "words")
MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class SameCode:
    """Other goods under the same barcode, or with the same maker's number: one of the suppliers may be mistaken."""

    goods_id: UUID
    brand: str
    is_same_gtin: bool


@dataclass(frozen=True, slots=True)
class GoodsInfo:
    """What is known of goods besides their offers."""

    taxonomy_code: str
    same_code: tuple[SameCode, ...]


@dataclass(frozen=True, slots=True)
class PlainOffer:
    """A variant at one supplier, and the goods that it is, where something names them."""

    tenant_id: UUID
    variant_id: UUID
    goods_id: UUID | None


# --- What tenants write ------------------------------------------------------------------------------------
@atomic
def publish_goods(*, tenant_id: UUID, variant_ids: Sequence[UUID]) -> int:
    """Bring the current tenant's rows of these variants up to date; those that visitors do not see any more go.

    Writes only what has changed. Returns the number of variants that are shown.
    """
    shown = public_goods(variant_ids)
    known = {row.variant_id: row for row in GoodsOffer.objects.filter(tenant_id=tenant_id, variant_id__in=variant_ids)}
    gone = [row.pk for key, row in known.items() if key not in shown]
    if gone:
        GoodsOffer.objects.filter(pk__in=gone).delete()
    rows = [_row(tenant_id, goods) for key, goods in shown.items() if not _is_same(known.get(key), goods)]
    GoodsOffer.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=("tenant", "variant_id"), update_fields=_FIELDS
    )
    return len(shown)


def publish_all_goods(*, tenant_id: UUID) -> int:
    """The same for the current tenant's whole catalogue; a transaction per thousand variants."""
    ids = variant_ids_on_sale()
    known = set(GoodsOffer.objects.filter(tenant_id=tenant_id).values_list("variant_id", flat=True))
    everything = [*ids, *sorted(known.difference(ids))]
    return sum(
        publish_goods(tenant_id=tenant_id, variant_ids=everything[start : start + CHUNK])
        for start in range(0, len(everything), CHUNK)
    )


def _row(tenant_id: UUID, goods: PublicGoods) -> GoodsOffer:
    return GoodsOffer(
        tenant_id=tenant_id,
        variant_id=goods.variant_id,
        goods_id=goods.goods_id,
        gtin=goods.keys.gtin,
        brand_key=goods.keys.brand_key,
        part_key=goods.keys.part_key,
        brand=goods.brand,
        taxonomy_code=goods.taxonomy_code,
        codes=list(goods.codes),
        words=goods.words,
    )


def _is_same(row: GoodsOffer | None, goods: PublicGoods) -> bool:
    if row is None:
        return False
    fresh = _row(row.tenant_id, goods)
    return all(getattr(row, name) == getattr(fresh, name) for name in _FIELDS)


# --- What the marketplace reads ----------------------------------------------------------------------------
def offers_of_goods(goods_ids: Collection[UUID]) -> dict[UUID, list[tuple[UUID, UUID]]]:
    """Tenant and variant of what suppliers that are open sell, by goods; one statement. On the platform only."""
    rows = GoodsOffer.objects.filter(goods_id__in=list(goods_ids), tenant_id__in=list(suppliers()))
    found: defaultdict[UUID, list[tuple[UUID, UUID]]] = defaultdict(list)
    for goods_id, *offer in rows.order_by("goods_id", "tenant_id", "variant_id").values_list(
        "goods_id", "tenant_id", "variant_id"
    ):
        if goods_id is not None and len(found[goods_id]) < MOST_OFFERS:
            found[goods_id].append((offer[0], offer[1]))
    return dict(found)


def plain_list(
    text: str, *, node: str = "", tenant_ids: Collection[UUID] = (), offset: int, size: int
) -> tuple[list[PlainOffer], int]:
    """Goods by an exact code, or by words in their names: one offer of each, and how many goods there are.

    For lists while search is down: two statements, on the platform only. ``node`` is a code of the taxonomy,
    ``tenant_ids`` are the suppliers that are wanted.
    """
    rows = GoodsOffer.objects.filter(tenant_id__in=[key for key in suppliers() if not tenant_ids or key in tenant_ids])
    if node:
        rows = rows.filter(Q(taxonomy_code=node) | Q(taxonomy_code__startswith=f"{node}/"))
    has_code = Q(codes__overlap=list(looked_up_codes(text)))
    words = fold_words(text).split()[:MOST_WORDS]
    if words:
        rows = rows.filter(has_code | reduce(and_, (Q(words__contains=word) for word in words)))
    first = Case(When(has_code, then=0), default=1) if words else Value(0)
    rows = rows.annotate(goods=Coalesce("goods_id", "variant_id"), first=first)
    total = rows.aggregate(count=Count("goods", distinct=True))["count"]
    place = Window(RowNumber(), partition_by=F("goods"), order_by=("first", "tenant_id", "variant_id"))
    heads = rows.annotate(place=place).filter(place=1).order_by("first", "words", "goods")
    page = heads.values_list("tenant_id", "variant_id", "goods_id")[offset : offset + size]
    return [PlainOffer(*row) for row in page], total


def goods_info(goods_id: UUID) -> GoodsInfo:
    """Where goods stand in the taxonomy, as most suppliers say, and which others share their barcode, or their brand
    and maker's number; two statements. On the platform only.
    """
    mine = GoodsOffer.objects.filter(goods_id=goods_id, tenant_id__in=list(suppliers()))
    keys = list(mine.order_by("tenant_id").values_list("gtin", "brand_key", "part_key", "taxonomy_code"))
    codes = Counter(code for *_keys, code in keys if code)
    same = Q(pk__in=())
    for gtin, brand_key, part_key, _code in keys:
        if gtin:
            same |= Q(gtin=gtin)
        if brand_key and part_key:
            same |= Q(brand_key=brand_key, part_key=part_key)
    rows = GoodsOffer.objects.filter(same, tenant_id__in=list(suppliers())).exclude(goods_id=goods_id)
    gtins = {gtin for gtin, *_others in keys if gtin}
    others = _each_once(rows.order_by("brand", "goods_id").values_list("goods_id", "brand", "gtin"), gtins)
    return GoodsInfo(codes.most_common(1)[0][0] if codes else "", tuple(others))


def _each_once(rows: Iterable[tuple[UUID | None, str, str]], gtins: Collection[str]) -> Iterator[SameCode]:
    seen: set[UUID] = set()
    for goods_id, brand, gtin in rows:
        if goods_id is not None and goods_id not in seen:
            seen.add(goods_id)
            yield SameCode(goods_id, brand, gtin in gtins)
