"""Why a price is what it is: the steps from the list to what is charged, as values.

For the supplier the whole; for the buyer (:func:`for_buyer`) only the conditions: no cost, no floor, no highest
discount, no name of a rule, and no discount that would not be better.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from django.utils import timezone

from pricing.enums import Stacking
from pricing.models import VariantCost
from pricing.prices import ONE, ZERO, ListInForce, ResolvedPrice, Rule, Tier, rounded
from pricing.validity import holding


class Verdict(StrEnum):
    """What became of a rule."""

    APPLIED = "applied"
    OUTDONE = "outdone"
    NOT_REACHED = "not_reached"


class Limit(StrEnum):
    """What kept discounts from going further."""

    FLOOR = "floor"
    POLICY = "policy"
    ZERO = "zero"


@dataclass(frozen=True, slots=True)
class RuleStep:
    """A rule about the goods: with it the price goes from ``before`` to ``after``, when it applies."""

    rule: Rule
    verdict: Verdict
    before: Decimal
    after: Decimal


@dataclass(frozen=True, slots=True)
class Margin:
    """What is left of a price over the cost, both per base unit; ``rate`` is a fraction of the price."""

    cost: Decimal
    amount: Decimal
    rate: Decimal | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """From the list's tier through the rules and a limit to the price; ``discount`` is the fraction that it takes off.

    ``tier`` and ``list_price`` are in the buyer's currency, not rounded.
    """

    quantity: Decimal
    currency: str
    price_list: ListInForce
    tier: Tier
    list_price: Decimal
    rules: tuple[RuleStep, ...]
    stacking: str
    limit: Limit | None
    lowest: Decimal | None
    unit_price: Decimal
    margin: Margin | None = None

    @property
    def discount(self) -> Decimal:
        return ONE - self.unit_price / self.list_price if self.list_price else ZERO


def explain(price: ResolvedPrice, cost: Decimal | None = None) -> Explanation:
    """Every step of a price for its quantity, as the arithmetic of :mod:`pricing.prices` takes them."""
    list_price = price.list_price(price.quantity)
    reached = [rule for rule in price.rules if rule.reached(list_price, price.quantity)]
    cascade = price.terms.stacking == Stacking.CASCADE
    best = None if cascade else min(reached, key=lambda rule: rule.applied(list_price), default=None)
    steps: list[RuleStep] = []
    running = list_price
    for rule in price.rules:
        if rule not in reached:
            steps.append(RuleStep(rule, Verdict.NOT_REACHED, running, running))
        elif cascade or rule is best:
            after = rule.applied(running)
            steps.append(RuleStep(rule, Verdict.APPLIED, running, after))
            running = after
        else:
            steps.append(RuleStep(rule, Verdict.OUTDONE, list_price, rule.applied(list_price)))
    limit, lowest = _limit(price, list_price, running) if reached else (None, None)
    unit_price = rounded(running if lowest is None else lowest)
    return Explanation(
        quantity=price.quantity,
        currency=price.currency,
        price_list=price.price_list,
        tier=_tier(price.list_tiers, price.quantity),
        list_price=list_price,
        rules=tuple(steps),
        stacking=price.terms.stacking,
        limit=limit,
        lowest=lowest,
        unit_price=unit_price,
        margin=None if cost is None else Margin(cost, unit_price - cost, _rate(unit_price, cost)),
    )


def for_buyer(explanation: Explanation) -> Explanation:
    """What the buyer may read: discounts that count and those that a larger order would reach.

    Where a limit cut them, nobody can tell from what is left: one discount, of what was really taken off.
    """
    shown = [step for step in explanation.rules if step.verdict != Verdict.OUTDONE]
    if explanation.limit is not None:
        waiting = [step for step in shown if step.verdict == Verdict.NOT_REACHED]
        whole = Rule(UUID(int=0), "", explanation.discount, None, None, None)
        applied = RuleStep(whole, Verdict.APPLIED, explanation.list_price, explanation.unit_price)
        shown = [applied, *waiting] if explanation.discount else waiting
    nameless = tuple(replace(step, rule=replace(step.rule, name="")) for step in shown)
    return replace(explanation, rules=nameless, limit=None, lowest=None, margin=None)


def cost_at(variant_id: UUID, currency: str, at: datetime | None = None) -> Decimal | None:
    """What a variant cost the supplier at a moment (now), per base unit; one statement."""
    moment = at or timezone.now()
    rows = VariantCost.objects.filter(holding(moment), variant_id=variant_id, currency=currency)
    return rows.order_by("-valid_from").values_list("cost", flat=True).first()


def _limit(price: ResolvedPrice, list_price: Decimal, running: Decimal) -> tuple[Limit | None, Decimal | None]:
    """What the price is lifted to, and why."""
    bounds = [(ZERO, Limit.ZERO), (list_price * (ONE - price.terms.max_discount), Limit.POLICY)]
    if price.floor is not None:
        bounds.append((min(list_price, price.floor), Limit.FLOOR))
    lowest, limit = max(bounds, key=lambda pair: pair[0])
    return (limit, lowest) if running < lowest else (None, None)


def _tier(tiers: Sequence[Tier], quantity: Decimal) -> Tier:
    """The tier that counts, as :func:`pricing.prices.tier_price` picks it."""
    return next((tier for tier in reversed(tiers) if tier.min_quantity <= quantity), tiers[0])


def _rate(price: Decimal, cost: Decimal) -> Decimal | None:
    return (price - cost) / price if price else None
