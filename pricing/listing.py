"""Prices as the supplier sees them: every list that a variant stands in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from pricing.models import Price


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
    """Prices that hold now by variant, base lists first, then by quantity; one statement."""
    now = timezone.now()
    rows = Price.objects.filter(variant_id__in=list(variant_ids), valid_from__lte=now).exclude(valid_to__lte=now)
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
