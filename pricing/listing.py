"""Prices as the supplier sees them: the lists, what stands in one, and every list that a variant stands in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from catalog.keys import sku_key
from catalog.models import Variant
from catalog.packs.models import Pack
from pricing.models import Price, PriceList
from pricing.validity import holding, not_over


@dataclass(frozen=True, slots=True)
class ListPrice:
    """A price that holds now."""

    list_name: str
    is_base: bool
    currency: str
    min_quantity: Decimal
    unit_price: Decimal
    valid_from: datetime


def list_prices(variant_ids: Iterable[UUID], *, only_base: bool = False) -> dict[UUID, list[ListPrice]]:
    """Prices that hold now by variant, base lists first, then by quantity; one statement. A pack has none."""
    rows = Price.objects.filter(holding(timezone.now()), variant_id__in=list(variant_ids), variant__pack=None)
    if only_base:
        rows = rows.filter(price_list__is_base=True)
    ordered: Iterable[tuple[Any, ...]] = rows.order_by(
        "-price_list__is_base", "price_list__name", "min_quantity"
    ).values_list(
        "variant_id",
        "price_list__name",
        "price_list__is_base",
        "price_list__currency",
        "min_quantity",
        "unit_price",
        "valid_from",
    )
    found: dict[UUID, list[ListPrice]] = defaultdict(list)
    for row in ordered:
        found[row[0]].append(ListPrice(*row[1:]))
    return found


@dataclass(frozen=True, slots=True)
class ListInfo:
    """A price list."""

    id: UUID
    code: str
    name: str
    currency: str
    is_base: bool
    is_agreement: bool
    is_net: bool
    valid_from: datetime | None
    valid_to: datetime | None


@dataclass(frozen=True, slots=True)
class GridRow:
    """A variant of a list: its tiers now, and what is planned as (from when, quantity, price or None)."""

    variant_id: UUID
    sku: str
    name_fr: str
    name_en: str
    is_pack: bool
    tiers: tuple[tuple[Decimal, Decimal], ...]
    planned: tuple[tuple[datetime, Decimal, Decimal], ...]


def price_lists() -> list[ListInfo]:
    """All lists but those of agreements, the list prices first; one statement."""
    return [_list_info(row) for row in PriceList.objects.filter(agreement_id=None).order_by("-is_base", "name", "pk")]


def priced_variants(price_list_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many variants have a price in each of these lists now; one statement, which reads all prices of the lists."""
    rows = Price.objects.filter(holding(timezone.now()), price_list_id__in=list(price_list_ids))
    return dict(rows.values_list("price_list_id").annotate(Count("variant_id", distinct=True)))


def list_choices() -> list[tuple[UUID, str, str]]:
    """All lists but those of agreements as (key, name, currency), the list prices first; one statement."""
    rows = PriceList.objects.filter(agreement_id=None).order_by("-is_base", "name", "pk")
    return list(rows.values_list("pk", "name", "currency"))


def price_list(price_list_id: UUID) -> ListInfo | None:
    """One list that is no agreement's; one statement."""
    row = PriceList.objects.filter(pk=price_list_id, agreement_id=None).first()
    return _list_info(row) if row else None


def grid_page(price_list_id: UUID, *, search: str, limit: int, offset: int) -> tuple[list[GridRow], int]:
    """A page of the variants that have a price in a list, now or later, by reference; three statements."""
    rows = _in_list(price_list_id, search, timezone.now())
    page = rows.order_by("sku").values_list("pk", flat=True)[offset : offset + limit]
    return grid_rows(price_list_id, list(page)), rows.count()


def grid_rows(price_list_id: UUID, variant_ids: Iterable[UUID]) -> list[GridRow]:
    """Variants by reference with what they cost in a list, now and later, if they do; two statements."""
    now, ids = timezone.now(), list(variant_ids)
    columns = ("pk", "sku", "name_fr", "name_en", "is_pack")
    is_pack = Exists(Pack.objects.filter(variant_id=OuterRef("pk")))
    variants = Variant.objects.filter(pk__in=ids).annotate(is_pack=is_pack).order_by("sku").values_list(*columns)
    tiers: dict[UUID, dict[Decimal, Decimal]] = defaultdict(dict)
    planned: dict[UUID, list[tuple[datetime, Decimal, Decimal]]] = defaultdict(list)
    prices = Price.objects.filter(not_over(now), price_list_id=price_list_id, variant_id__in=ids)
    for price in prices.order_by("min_quantity", "valid_from", "pk"):
        if price.valid_from <= now:
            tiers[price.variant_id][price.min_quantity] = price.unit_price
        else:
            planned[price.variant_id].append((price.valid_from, price.min_quantity, price.unit_price))
    return [
        GridRow(key, sku, french, english, packed, tuple(tiers[key].items()), tuple(planned[key]))
        for key, sku, french, english, packed in variants
    ]


def _in_list(price_list_id: UUID, search: str, now: datetime) -> QuerySet[Variant]:
    priced = Price.objects.filter(not_over(now), price_list_id=price_list_id, variant_id=OuterRef("pk"))
    rows = Variant.objects.filter(Exists(priced))
    for word in search.split():
        rows = rows.filter(
            Q(sku_key__startswith=sku_key(word)) | Q(name_fr__icontains=word) | Q(name_en__icontains=word)
        )
    return rows


def _list_info(row: PriceList) -> ListInfo:
    return ListInfo(
        row.pk,
        row.code,
        row.name,
        row.currency,
        row.is_base,
        row.is_agreement,
        row.is_net,
        row.valid_from,
        row.valid_to,
    )
