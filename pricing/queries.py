"""What somebody pays: prices are resolved when they are read, for N variants in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any, Protocol
from uuid import UUID

from django.db import connection
from django.utils import timezone

from pricing.models import Price


class Priced(Protocol):
    """What prices depend on in a customer."""

    @property
    def id(self) -> UUID: ...
    @property
    def group_id(self) -> UUID | None: ...
    @property
    def currency(self) -> str: ...


@dataclass(frozen=True, slots=True)
class PriceContext:
    """For whom prices are resolved, and in which currency."""

    customer_id: UUID
    group_id: UUID | None
    currency: str


@dataclass(frozen=True, slots=True)
class Tier:
    """A net unit price from ``min_quantity`` on; both per base unit."""

    min_quantity: Decimal
    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class ResolvedPrice:
    """The net price per base unit for ``quantity`` base units, the list that it comes from, and that list's tiers."""

    variant_id: UUID
    quantity: Decimal
    unit_price: Decimal
    currency: str
    price_list_id: UUID
    price_list_name: str
    tiers: tuple[Tier, ...]

    def at(self, quantity: Decimal) -> Decimal:
        """The unit price for another quantity."""
        return tier_price(self.tiers, quantity)


def price_context(customer: Priced) -> PriceContext:
    """The price context of a customer."""
    return PriceContext(customer_id=customer.id, group_id=customer.group_id, currency=customer.currency)


# The lists in force, each at its best place; of each variant all valid prices in the first list that has one. Where
# validities overlap, the price that started last counts.
_FIRST = """
WITH given AS (
    SELECT l.id, l.name, CASE WHEN a.customer_id IS NOT NULL THEN 0 ELSE 1 END AS level, a.priority
      FROM pricing_pricelistassignment a JOIN pricing_pricelist l ON l.id = a.price_list_id
     WHERE l.currency = %(currency)s AND (a.customer_id = %(customer)s OR a.group_id = %(group)s)
    UNION ALL
    SELECT l.id, l.name, 2, 0 FROM pricing_pricelist l WHERE l.is_base AND l.currency = %(currency)s
), lists AS (
    SELECT id, name, row_number() OVER (ORDER BY level, priority, id) AS place
      FROM (SELECT DISTINCT ON (id) * FROM given ORDER BY id, level, priority) AS each_once
), valid AS (
    SELECT DISTINCT ON (p.variant_id, l.place, p.min_quantity)
           p.variant_id, l.id, l.name, l.place, p.min_quantity, p.unit_price
      FROM pricing_price p JOIN lists l ON l.id = p.price_list_id
     WHERE p.variant_id = ANY(%(variants)s) AND p.valid_from <= %(at)s AND (p.valid_to IS NULL OR p.valid_to > %(at)s)
     ORDER BY p.variant_id, l.place, p.min_quantity, p.valid_from DESC, p.id DESC
), first AS (
    SELECT *, min(place) OVER (PARTITION BY variant_id) AS first_place FROM valid
)
"""
_RESOLVE = f"""{_FIRST}
SELECT variant_id, id, name, min_quantity, unit_price FROM first WHERE place = first_place
 ORDER BY variant_id, min_quantity
"""  # noqa: S608  # constants only
# The tier that :func:`tier_price` picks: the highest within the quantity, below all of them the lowest.
_UNIT_PRICES = f"""{_FIRST}
SELECT DISTINCT ON (variant_id) variant_id, unit_price
  FROM first JOIN unnest(%(variants)s, %(quantities)s) AS asked (id, quantity) ON asked.id = variant_id
 WHERE place = first_place
 ORDER BY variant_id, min_quantity > quantity, CASE WHEN min_quantity > quantity THEN 1 ELSE -1 END * min_quantity
"""  # noqa: S608  # constants only

_Row = tuple[UUID, UUID, str, Decimal, Decimal]


def resolve(
    context: PriceContext, quantities: Mapping[UUID, Decimal], at: datetime | None = None
) -> dict[UUID, ResolvedPrice]:
    """Net prices of variants for base quantities, in one statement; a variant without a price is absent.

    The first list that has a price of the variant wins: the customer's lists by priority, then its group's, then the
    base list. Of that list the tier with the highest minimum within the quantity counts, below all of them the first.
    """
    if not quantities:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_RESOLVE, _values(context, quantities, at))
        rows: list[_Row] = cursor.fetchall()
    return {price.variant_id: price for price in _prices(rows, context.currency, quantities)}


def unit_prices(
    context: PriceContext, quantities: Mapping[UUID, Decimal], at: datetime | None = None
) -> dict[UUID, Decimal]:
    """Only the unit prices of :func:`resolve`, for sums over many lines; one statement."""
    if not quantities:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_UNIT_PRICES, _values(context, quantities, at))
        return dict(cursor.fetchall())


def _values(context: PriceContext, quantities: Mapping[UUID, Decimal], at: datetime | None) -> dict[str, Any]:
    return {
        "currency": context.currency,
        "customer": context.customer_id,
        "group": context.group_id,
        "variants": list(quantities),
        "quantities": list(quantities.values()),
        "at": at or timezone.now(),
    }


def tier_price(tiers: tuple[Tier, ...], quantity: Decimal) -> Decimal:
    """The unit price for a base quantity; tiers go up by minimum."""
    price = tiers[0].unit_price
    for tier in tiers:
        if tier.min_quantity > quantity:
            break
        price = tier.unit_price
    return price


def base_prices(variant_ids: Iterable[UUID], currency: str = "EUR") -> dict[UUID, Decimal]:
    """List prices of the smallest tier in the base list, one statement: what an index may sort by."""
    now = timezone.now()
    rows = (
        Price.objects.filter(
            price_list__is_base=True,
            price_list__currency=currency,
            variant_id__in=list(variant_ids),
            valid_from__lte=now,
        )
        .exclude(valid_to__lte=now)
        .order_by("variant_id", "min_quantity", "-valid_from")
        .values_list("variant_id", "unit_price")
    )
    found: dict[UUID, Decimal] = {}
    for variant_id, price in rows:
        found.setdefault(variant_id, price)
    return found


def _prices(rows: Iterable[_Row], currency: str, quantities: Mapping[UUID, Decimal]) -> Iterator[ResolvedPrice]:
    for variant_id, group in groupby(rows, key=lambda row: row[0]):
        steps = list(group)
        tiers = tuple(Tier(minimum, price) for _variant, _list, _name, minimum, price in steps)
        _variant, list_id, name, _minimum, _price = steps[0]
        quantity = quantities[variant_id]
        yield ResolvedPrice(variant_id, quantity, tier_price(tiers, quantity), currency, list_id, name, tiers)
