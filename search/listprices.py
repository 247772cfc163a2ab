"""What is in each price list, for the smallest quantity that can be ordered: what an index holds of prices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Case, DecimalField, F, FilteredRelation, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from pricing.models import Price

PUBLIC_CURRENCY = "EUR"


@dataclass(frozen=True, slots=True)
class ListPrice:
    """A net price per base unit; ``is_base``: in the base list, as anyone may see it."""

    price_list_id: UUID
    unit_price: Decimal
    is_base: bool


def list_prices(variant_ids: Sequence[UUID]) -> dict[UUID, list[ListPrice]]:
    """Prices of variants of the current tenant in all lists that are valid now; one statement.

    Of a list's tiers the one that ``pricing`` takes: the highest minimum within the quantity, else the first. A pack
    has no price: it costs what is in it.
    """
    now = timezone.now()
    tier = Case(When(is_within=True, then=-F("min_quantity")), default=F("min_quantity"), output_field=DecimalField())
    rows = (
        Price.objects.filter(
            Q(valid_to=None) | Q(valid_to__gt=now),
            Q(price_list__valid_from=None) | Q(price_list__valid_from__lte=now),
            Q(price_list__valid_to=None) | Q(price_list__valid_to__gt=now),
            variant_id__in=list(variant_ids),
            variant__pack__isnull=True,
            valid_from__lte=now,
        )
        .annotate(base_unit=FilteredRelation("variant__units", condition=Q(variant__units__is_base=True)))
        .annotate(smallest=Coalesce(F("base_unit__minimum"), Value(1), output_field=DecimalField()))
        .annotate(is_within=Case(When(min_quantity__lte=F("smallest"), then=True), default=False))
        .order_by("variant_id", "price_list_id", "-is_within", tier, "-valid_from", "-pk")
        .distinct("variant_id", "price_list_id")
        .values_list("variant_id", "price_list_id", "unit_price", "price_list__is_base", "price_list__currency")
    )
    found: defaultdict[UUID, list[ListPrice]] = defaultdict(list)
    for variant_id, list_id, price, is_base, currency in rows:
        found[variant_id].append(ListPrice(list_id, price, is_base and currency == PUBLIC_CURRENCY))
    return found
