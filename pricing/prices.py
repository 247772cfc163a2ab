"""Prices as values, and the arithmetic of discount rules; no database here.

The rules in words (the tests hold a slow specification against it):

* The list price of a quantity is the tier with the highest minimum within the quantity; below all of them the first.
* A list in another currency is converted by the rate of the day.
* A rule of which a threshold is not reached does not apply. An amount's threshold looks at list price × quantity.
* Of the rules that apply, the one with the lowest price counts (``best``), or each is applied to what the one before it
  left, in their order (``cascade``).
* No discount takes more than the policy's highest rate, or goes below the variant's floor price; the list price itself
  may be lower than the floor.
* The price is rounded once, at the end, half up to six decimals.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from uuid import UUID

from pricing.enums import Stacking

ONE, ZERO = Decimal(1), Decimal(0)
_SIX = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Tier:
    """A net unit price from ``min_quantity`` on; both per base unit."""

    min_quantity: Decimal
    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class Conversion:
    """How a list in another currency was read: ``rate`` units of the buyer's currency for one of ``currency``."""

    currency: str
    rate: Decimal
    since: datetime


@dataclass(frozen=True, slots=True)
class ListInForce:
    """A price list that a buyer gets, by its place among them; ``level`` says why (0 agreement … 4 everybody).

    ``agreement_id`` is the framework agreement whose list it is: its prices hold for what is left of it.
    """

    id: UUID
    name: str
    level: int
    is_net: bool
    conversion: Conversion | None
    agreement_id: UUID | None = None

    @property
    def rate(self) -> Decimal:
        return self.conversion.rate if self.conversion else ONE


@dataclass(frozen=True, slots=True)
class Rule:
    """A discount rule that concerns a buyer; its goods are matched elsewhere, its thresholds are looked at here."""

    id: UUID
    name: str
    rate: Decimal | None
    amount: Decimal | None
    min_quantity: Decimal | None
    min_amount: Decimal | None

    def reached(self, list_price: Decimal, quantity: Decimal) -> bool:
        """Whether a line of this quantity gets the discount."""
        if self.min_quantity is not None and quantity < self.min_quantity:
            return False
        return self.min_amount is None or list_price * quantity >= self.min_amount

    def applied(self, price: Decimal) -> Decimal:
        """The price after the discount, not rounded."""
        return price * (ONE - self.rate) if self.rate is not None else price - (self.amount or ZERO)


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for one buyer at one moment, for all goods alike."""

    currency: str
    stacking: str
    max_discount: Decimal
    lists: tuple[ListInForce, ...]
    rules: tuple[Rule, ...]
    has_floors: bool = False


@dataclass(frozen=True, slots=True)
class TargetedTerms:
    """Terms with the goods that each rule is about, as an index names them: a kind (``brand``, ``family``,
    ``product``, ``pk``) and a value, or None for all goods.
    """

    terms: Terms
    targets: tuple[tuple[str, str] | None, ...]


def tier_price(tiers: Sequence[Tier], quantity: Decimal) -> Decimal:
    """The unit price for a base quantity; tiers go up by minimum."""
    price = tiers[0].unit_price
    for tier in tiers:
        if tier.min_quantity > quantity:
            break
        price = tier.unit_price
    return price


def discounted(
    terms: Terms, rules: Sequence[Rule], list_price: Decimal, quantity: Decimal, floor: Decimal | None
) -> Decimal:
    """The price after discounts, not rounded; ``rules`` are those about the goods, in their order."""
    reached = [rule for rule in rules if rule.reached(list_price, quantity)]
    if not reached:
        return list_price
    if terms.stacking == Stacking.CASCADE:
        price = list_price
        for rule in reached:
            price = rule.applied(price)
    else:
        price = min(rule.applied(list_price) for rule in reached)
    lowest = list_price * (ONE - terms.max_discount)
    if floor is not None:
        lowest = max(lowest, min(list_price, floor))
    return max(price, lowest, ZERO)


def rounded(price: Decimal) -> Decimal:
    """A unit price as it is shown and charged: six decimals, half up."""
    return price.quantize(_SIX, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class ResolvedPrice:
    """The net price per base unit for ``quantity`` base units, and all that it comes from.

    ``list_tiers`` are in the buyer's currency, not rounded; ``rules`` are those about the goods, whether a line of this
    quantity reaches them or not.
    """

    variant_id: UUID
    quantity: Decimal
    unit_price: Decimal
    terms: Terms
    price_list: ListInForce
    list_tiers: tuple[Tier, ...]
    rules: tuple[Rule, ...] = ()
    floor: Decimal | None = None

    @property
    def currency(self) -> str:
        return self.terms.currency

    @property
    def price_list_id(self) -> UUID:
        return self.price_list.id

    @property
    def price_list_name(self) -> str:
        return self.price_list.name

    def list_price(self, quantity: Decimal) -> Decimal:
        """The unit price before discounts, not rounded."""
        return tier_price(self.list_tiers, quantity)

    def at(self, quantity: Decimal) -> Decimal:
        """The unit price for another quantity."""
        list_price = self.list_price(quantity)
        return rounded(discounted(self.terms, self.rules, list_price, quantity, self.floor))

    @property
    def tiers(self) -> tuple[Tier, ...]:
        """The steps of the buyer's own price, those of the list and those that rules make."""
        steps: list[Tier] = []
        for minimum in sorted(self._steps()):
            price = self.at(minimum)
            if not steps or price != steps[-1].unit_price:
                steps.append(Tier(minimum, price))
        return tuple(steps)

    def _steps(self) -> Iterable[Decimal]:
        first = self.list_tiers[0].min_quantity
        yield from (tier.min_quantity for tier in self.list_tiers)
        for rule in self.rules:
            if rule.min_quantity is not None and rule.min_quantity > first:
                yield rule.min_quantity
            if rule.min_amount is not None:
                yield from self._amount_steps(rule.min_amount, first)

    def _amount_steps(self, amount: Decimal, first: Decimal) -> Iterable[Decimal]:
        """Whole quantities from which a line is worth ``amount`` at the list price of their tier."""
        bounds = [*(tier.min_quantity for tier in self.list_tiers[1:]), None]
        for tier, until in zip(self.list_tiers, bounds, strict=True):
            if tier.unit_price > 0:
                quantity = max((amount / tier.unit_price).to_integral_value(ROUND_CEILING), tier.min_quantity, first)
                if until is None or quantity < until:
                    yield quantity
