"""What a customer pays, as slowly and plainly as it can be said: the resolver is held against this.

Shares no code with ``pricing``. A world is a handful of lists; a price is found by looking at everything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

SIX_DECIMALS = Decimal("0.000001")


@dataclass(frozen=True)
class Span:
    """From a moment on, until just before another (or for ever)."""

    start: datetime
    end: datetime | None = None

    def holds(self, at: datetime) -> bool:
        return self.start <= at and (self.end is None or at < self.end)


@dataclass(frozen=True)
class Goods:
    variant: UUID
    product: UUID
    family: UUID | None
    brand: UUID | None


@dataclass(frozen=True)
class Buyer:
    customer: UUID
    group: UUID | None
    segments: tuple[UUID, ...]
    currency: str
    years: int


@dataclass(frozen=True)
class Asked:
    """What is asked: so many base units of goods, by whom, when."""

    goods: Goods
    quantity: Decimal
    buyer: Buyer
    at: datetime


@dataclass(frozen=True)
class Party:
    """Whom something is for: one of them, or everybody."""

    customer: UUID | None = None
    group: UUID | None = None
    segment: UUID | None = None

    def includes(self, buyer: Buyer) -> bool:
        if self.customer is not None:
            return self.customer == buyer.customer
        if self.group is not None:
            return self.group == buyer.group
        if self.segment is not None:
            return self.segment in buyer.segments
        return True

    @property
    def rank(self) -> int:
        """A customer's own lists come before its group's, its segments' and everybody's."""
        named = (self.customer, self.group, self.segment)
        return next((place for place, party in enumerate(named, 1) if party is not None), 4)


@dataclass(frozen=True)
class Assignment:
    to: Party
    priority: int
    span: Span


@dataclass(frozen=True)
class ListPrice:
    key: UUID
    variant: UUID
    minimum: Decimal
    price: Decimal
    span: Span


@dataclass(frozen=True)
class PriceList:
    key: UUID
    currency: str
    is_base: bool
    is_agreement: bool
    is_net: bool
    span: Span
    assignments: tuple[Assignment, ...]
    prices: tuple[ListPrice, ...]


@dataclass(frozen=True)
class Rule:
    """A discount; ``target`` is a kind of :class:`Goods` and its key, or None for all goods."""

    position: int
    key: UUID
    rate: Decimal | None
    amount: Decimal | None
    currency: str
    target: tuple[str, UUID] | None
    to: Party
    min_quantity: Decimal | None
    min_amount: Decimal | None
    min_year_amount: Decimal | None
    min_years: int | None
    span: Span


@dataclass(frozen=True)
class World:
    lists: tuple[PriceList, ...]
    rules: tuple[Rule, ...] = ()
    stacking: str = "best"
    max_discount: Decimal = Decimal(1)
    rates: dict[str, Decimal] = field(default_factory=dict)
    """Units of the buyer's currency for one of another."""
    floors: dict[UUID, Decimal] = field(default_factory=dict)
    ordered_this_year: Decimal = Decimal(0)


def price_of(world: World, asked: Asked) -> Decimal | None:
    """What the buyer pays per base unit; None when nothing says so."""
    for price_list in lists_in_order(world, asked):
        before = list_price(price_list, asked)
        if before is None:
            continue
        if price_list.currency != asked.buyer.currency:
            before *= world.rates[price_list.currency]
        after = before if price_list.is_net else discounted(world, asked, before)
        return after.quantize(SIX_DECIMALS, ROUND_HALF_UP)
    return None


def lists_in_order(world: World, asked: Asked) -> list[PriceList]:
    """Lists that the buyer gets: its own currency first, then agreements, then the closest party, then priority."""
    ranked: list[tuple[bool, int, int, UUID, PriceList]] = []
    for price_list in world.lists:
        is_foreign = price_list.currency != asked.buyer.currency
        if not price_list.span.holds(asked.at) or (is_foreign and price_list.currency not in world.rates):
            continue
        places = [
            (0 if price_list.is_agreement else given.to.rank, given.priority)
            for given in price_list.assignments
            if given.span.holds(asked.at) and given.to.includes(asked.buyer)
        ]
        if price_list.is_base:
            places.append((5, 0))
        if places:
            ranked.append((is_foreign, *min(places), price_list.key, price_list))
    return [price_list for *_rank, price_list in sorted(ranked, key=lambda row: row[:4])]


def list_price(price_list: PriceList, asked: Asked) -> Decimal | None:
    """The tier with the highest minimum within the quantity, else the first; of several, the one that started last."""
    valid = [p for p in price_list.prices if p.variant == asked.goods.variant and p.span.holds(asked.at)]
    if not valid:
        return None
    within = [price.minimum for price in valid if price.minimum <= asked.quantity]
    minimum = max(within) if within else min(price.minimum for price in valid)
    return max((p for p in valid if p.minimum == minimum), key=lambda price: (price.span.start, price.key)).price


def discounted(world: World, asked: Asked, before: Decimal) -> Decimal:
    """The list price less what rules take off, not below the floor."""
    rules = [rule for rule in world.rules if applies(rule, world, asked, before)]
    if not rules:
        return before
    if world.stacking == "best":
        after = min(taken_off(rule, before) for rule in rules)
    else:
        after = before
        for rule in sorted(rules, key=lambda rule: (rule.position, rule.key)):
            after = taken_off(rule, after)
    lowest = [Decimal(0), before * (1 - world.max_discount)]
    if asked.goods.variant in world.floors:
        lowest.append(min(before, world.floors[asked.goods.variant]))
    return max(after, *lowest)


def taken_off(rule: Rule, price: Decimal) -> Decimal:
    return price - price * rule.rate if rule.rate is not None else price - (rule.amount or 0)


def applies(rule: Rule, world: World, asked: Asked, before: Decimal) -> bool:
    """Whether everything that the rule names holds."""
    in_money = any(value is not None for value in (rule.amount, rule.min_amount, rule.min_year_amount))
    return (
        rule.span.holds(asked.at)
        and rule.to.includes(asked.buyer)
        and (rule.target is None or getattr(asked.goods, rule.target[0]) == rule.target[1])
        and (not in_money or rule.currency == asked.buyer.currency)
        and (rule.min_quantity is None or asked.quantity >= rule.min_quantity)
        and (rule.min_amount is None or before * asked.quantity >= rule.min_amount)
        and (rule.min_year_amount is None or world.ordered_this_year >= rule.min_year_amount)
        and (rule.min_years is None or asked.buyer.years >= rule.min_years)
    )
