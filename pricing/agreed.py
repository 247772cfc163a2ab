"""The price list of a framework agreement: its prices hold for its customer, in its period, while something is left.

Who calls holds the agreement's lines until the end of the transaction: nobody else writes these lists.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from catalog.services import announce
from core.db import atomic
from pricing.models import DueChange, Price, PriceList, PriceListAssignment
from pricing.validity import holding


@atomic
def open_list(
    *,
    agreement_id: UUID,
    name: str,
    currency: str,
    customer_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    prices: Mapping[UUID, Decimal],
) -> UUID:
    """Give a customer these net prices per base unit, for any quantity, until ``ends_at``; answers the list's key.

    Emits CatalogChanged, when they begin and when they end.
    """
    row = PriceList.objects.create(
        code=f"agreement-{agreement_id.hex[:30]}",
        name=name[:80],
        currency=currency,
        is_agreement=True,
        is_net=True,
        agreement_id=agreement_id,
        valid_from=starts_at,
        valid_to=ends_at,
    )
    Price.objects.bulk_create(
        Price(price_list=row, variant_id=key, unit_price=price, valid_from=starts_at) for key, price in prices.items()
    )
    PriceListAssignment.objects.create(price_list=row, customer_id=customer_id, valid_from=starts_at)
    now = timezone.now()
    DueChange.objects.bulk_create(DueChange(price_list=row, at=moment) for moment in {max(starts_at, now), ends_at})
    return row.pk


@atomic
def close_prices(*, price_list_id: UUID, variant_ids: Collection[UUID]) -> None:
    """End the prices of goods of which nothing is left. Emits CatalogChanged. Two statements."""
    now = timezone.now()
    rows = Price.objects.filter(holding(now), price_list_id=price_list_id, variant__in=variant_ids)
    rows.update(valid_to=now)
    announce(sorted(variant_ids))


@atomic
def reopen_prices(*, price_list_id: UUID, variant_ids: Collection[UUID]) -> None:
    """Let prices that had ended hold again: something was given back. Emits CatalogChanged. Three statements."""
    now = timezone.now()
    rows = Price.objects.filter(price_list_id=price_list_id, variant__in=variant_ids).order_by("valid_from", "pk")
    last = {row.variant_id: row for row in rows}
    Price.objects.bulk_create(
        Price(
            price_list_id=price_list_id,
            variant_id=row.variant_id,
            min_quantity=row.min_quantity,
            unit_price=row.unit_price,
            valid_from=now,
        )
        for row in last.values()
        if row.valid_to is not None and row.valid_to <= now
    )
    announce(sorted(variant_ids))


@atomic
def extend_list(*, price_list_id: UUID, ends_at: datetime) -> None:
    """Let a list that has not ended hold until a later moment. Emits CatalogChanged when it ends. Two statements."""
    PriceList.objects.filter(pk=price_list_id).update(valid_to=ends_at)
    DueChange.objects.create(price_list_id=price_list_id, at=ends_at)


@atomic
def end_list(*, price_list_id: UUID) -> None:
    """End a list now; one that has not begun never does. Emits CatalogChanged."""
    now = timezone.now()
    rows = PriceList.objects.filter(pk=price_list_id)
    rows.filter(valid_from__gt=now).update(valid_to=F("valid_from"))
    rows.filter(valid_from__lte=now).update(valid_to=now)
    DueChange.objects.create(price_list_id=price_list_id, at=now)
