"""What somebody pays: prices are resolved when they are read, for N variants in one statement."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from django.db import connection
from django.utils import timezone

from catalog.keys import uuid_array
from core.dates import whole_years
from pricing.enums import Stacking
from pricing.models import Price
from pricing.prices import (
    Conversion,
    ListInForce,
    ResolvedPrice,
    Rule,
    TargetedTerms,
    Terms,
    Tier,
    discounted,
    rounded,
    tier_price,
)
from pricing.statement import PRICES, TERMS

__all__ = [
    "PriceContext",
    "ResolvedPrice",
    "Tier",
    "price_context",
    "resolve",
    "terms_of",
    "unit_prices",
    "unit_prices_at",
    "unit_prices_known",
]


class Priced(Protocol):
    """What prices depend on in a customer."""

    @property
    def id(self) -> UUID: ...
    @property
    def group_id(self) -> UUID | None: ...
    @property
    def segment_ids(self) -> tuple[UUID, ...]: ...
    @property
    def currency(self) -> str: ...
    @property
    def since(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class PriceContext:
    """For whom prices are resolved, and in which currency; ``since`` when they became a customer."""

    customer_id: UUID
    group_id: UUID | None
    currency: str
    segment_ids: tuple[UUID, ...] = ()
    since: date | None = None


def price_context(customer: Priced) -> PriceContext:
    """The price context of a customer."""
    return PriceContext(
        customer_id=customer.id,
        group_id=customer.group_id,
        currency=customer.currency,
        segment_ids=customer.segment_ids,
        since=customer.since,
    )


def resolve(
    context: PriceContext, quantities: Mapping[UUID, Decimal], at: datetime | None = None, *, usual: bool = False
) -> dict[UUID, ResolvedPrice]:
    """Net prices of variants for base quantities, in one statement; a variant without a price is absent.

    The first list that has a price of the variant wins: agreement, the customer's lists by priority, its group's, its
    segments', everybody's, the base list; lists in the buyer's currency before others. Then discount rules
    (:mod:`pricing.prices`). A past moment answers what the buyer saw then; ``usual`` prices are those without the
    customer's framework agreements.
    """
    if not quantities:
        return {}
    terms, rows = _read(context, quantities, at, usual=usual)
    found: dict[UUID, ResolvedPrice] = {}
    for variant_id, place, minima, prices, places, floor, _terms in rows:
        quantity = quantities[variant_id]
        tiers = _tiers(minima, prices)
        rules = _rules(terms, places)
        price = rounded(discounted(terms, rules, tier_price(tiers, quantity), quantity, floor))
        source = terms.lists[place - 1]
        found[variant_id] = ResolvedPrice(variant_id, quantity, price, terms, source, tiers, rules, floor)
    return found


def unit_prices(
    context: PriceContext, quantities: Mapping[UUID, Decimal], at: datetime | None = None, *, usual: bool = False
) -> dict[UUID, Decimal]:
    """Only the unit prices of :func:`resolve`, for sums over many lines; one statement."""
    if not quantities:
        return {}
    terms, rows = _read(context, quantities, at, usual=usual)
    found: dict[UUID, Decimal] = {}
    for variant_id, _place, minima, prices, places, floor, _terms in rows:
        quantity = quantities[variant_id]
        price = prices[_tier(minima, quantity)]
        if places:
            price = discounted(terms, _rules(terms, places), price, quantity, floor)
        found[variant_id] = rounded(price)
    return found


def unit_prices_at(
    context: PriceContext, asked: Mapping[UUID, Collection[Decimal]]
) -> dict[tuple[UUID, Decimal], Decimal]:
    """The unit prices of :func:`resolve` for several quantities of each variant, by both; one statement."""
    return unit_prices_known(context, asked).prices


@dataclass(frozen=True, slots=True)
class KnownPrices:
    """Unit prices by variant and quantity; ``agreements`` are the framework agreements that they come from."""

    prices: dict[tuple[UUID, Decimal], Decimal]
    agreements: dict[UUID, UUID]


def unit_prices_known(
    context: PriceContext, asked: Mapping[UUID, Collection[Decimal]], *, usual: bool = False
) -> KnownPrices:
    """:func:`unit_prices_at`, and which of them are those of agreements; one statement."""
    if not asked:
        return KnownPrices({}, {})
    terms, rows = _read(context, asked, None, usual=usual)
    found: dict[tuple[UUID, Decimal], Decimal] = {}
    agreements: dict[UUID, UUID] = {}
    for variant_id, place, minima, prices, places, floor, _terms in rows:
        if (agreement_id := terms.lists[place - 1].agreement_id) is not None:
            agreements[variant_id] = agreement_id
        rules = _rules(terms, places)
        for quantity in asked[variant_id]:
            price = prices[_tier(minima, quantity)]
            found[variant_id, quantity] = rounded(discounted(terms, rules, price, quantity, floor) if rules else price)
    return KnownPrices(found, agreements)


def terms_of(context: PriceContext, at: datetime | None = None) -> TargetedTerms:
    """Lists and rules in force for a buyer with the goods that rules are about; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(TERMS, _values(context, (), at))
        packed, targets = cursor.fetchone()
    pairs: list[tuple[str, str] | None] = json.loads(targets) if targets else []
    return TargetedTerms(_terms(packed, context.currency), tuple(pair and (pair[0], pair[1]) for pair in pairs))


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


_Row = tuple[UUID, int, list[Decimal], list[Decimal], list[int] | None, Decimal | None, Any]


def _read(
    context: PriceContext, variants: Iterable[UUID], at: datetime | None, *, usual: bool = False
) -> tuple[Terms, list[_Row]]:
    with connection.cursor() as cursor:
        cursor.execute(PRICES, {**_values(context, variants, at), "usual": usual})
        (first, *rows) = cursor.fetchall()
    return _terms(first[-1], context.currency), rows


def _values(context: PriceContext, variants: Iterable[UUID], at: datetime | None) -> dict[str, Any]:
    moment = at or timezone.now()
    return {
        "currency": context.currency,
        "customer": context.customer_id,
        "group": context.group_id,
        "segments": list(context.segment_ids),
        "years": whole_years(context.since, timezone.localdate(moment)),
        "year": timezone.localtime(moment).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0),
        "variants": uuid_array(variants),
        "at": moment,
        "usual": False,
    }


def _terms(text: str, currency: str) -> Terms:
    packed: Mapping[str, Any] = json.loads(text)
    stacking, max_discount = packed["policy"] or (Stacking.BEST, "1")
    lists = tuple(_list(row, currency) for row in packed["lists"] or ())
    rules = tuple(_rule(row) for row in packed["rules"] or ())
    return Terms(currency, stacking, Decimal(max_discount), lists, rules, packed["has_floors"])


def _list(row: Sequence[Any], currency: str) -> ListInForce:
    list_id, name, level, is_net, own_currency, rate, since, agreement_id = row
    foreign = own_currency != currency
    conversion = Conversion(own_currency, Decimal(rate), datetime.fromisoformat(since)) if foreign else None
    return ListInForce(UUID(list_id), name, level, is_net, conversion, UUID(agreement_id) if agreement_id else None)


def _rule(row: Sequence[Any]) -> Rule:
    rule_id, name, *numbers = row
    return Rule(UUID(rule_id), name, *(None if number is None else Decimal(number) for number in numbers))


def _rules(terms: Terms, places: Sequence[int] | None) -> tuple[Rule, ...]:
    return tuple(terms.rules[place - 1] for place in sorted(places)) if places else ()


def _tiers(minima: Sequence[Decimal], prices: Sequence[Decimal]) -> tuple[Tier, ...]:
    """Tiers of a list; of those with one minimum the first."""
    tiers = {minimum: Tier(minimum, price) for minimum, price in zip(reversed(minima), reversed(prices), strict=True)}
    return tuple(reversed(tiers.values()))


def _tier(minima: Sequence[Decimal], quantity: Decimal) -> int:
    """Place of the tier that counts, as :func:`pricing.prices.tier_price` picks it."""
    place = 0
    for other in range(1, len(minima)):
        if minima[other] > quantity:
            break
        if minima[other] != minima[place]:
            place = other
    return place
