"""What an answer earns, and which limits of the supplier's own it does not keep: read when asked, kept nowhere else.

Limits hold for each offered price, those of tiers and alternatives too (:mod:`quoting.bounds`). The highest discount is
against the price that the customer has anyway; a company without an account has everybody's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from core.money import ZERO, line_net
from customers.queries import customer_of
from pricing.queries import PriceContext, price_context, unit_prices_at
from pricing.settings import Cost, costs_of
from quoting.bounds import Bounds, bounds_of, policy_now
from quoting.enums import Breach
from quoting.models import QuotingPolicy
from rfq.drafting import Match, proposals
from rfq.models import RFQLine
from rfq.offers import Answer, Key, Offer, answers_of, own_articles

_NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What an answer is judged by; ``usual`` are prices per offered unit, by offer and quantity."""

    policy: QuotingPolicy
    costs: Mapping[UUID, Cost]
    bounds: Mapping[UUID, Bounds]
    usual: Mapping[tuple[Key, Decimal], Decimal]
    currency: str


@dataclass(frozen=True, slots=True)
class JudgedLine:
    """One offered line; cost, margin and usual price are per offered unit, None where they are not known."""

    line_id: UUID
    position: int
    option: int
    name: str
    sku: str
    quantity: Decimal
    unit_price: Decimal
    net: Decimal
    cost: Decimal | None
    usual_price: Decimal | None
    breaches: tuple[str, ...]

    @property
    def margin(self) -> Decimal | None:
        return None if self.cost is None else self.unit_price - self.cost

    @property
    def margin_rate(self) -> Decimal | None:
        """The margin as a fraction of the price."""
        return None if self.cost is None or not self.unit_price else (self.unit_price - self.cost) / self.unit_price

    @property
    def discount(self) -> Decimal | None:
        """What the price takes off the usual one, as a fraction; below zero where it is higher."""
        return None if not self.usual_price else (self.usual_price - self.unit_price) / self.usual_price


@dataclass(frozen=True, slots=True)
class Judgement:
    """All offered lines of an answer; sums are of what is offered first, and only of lines whose cost is known."""

    lines: tuple[JudgedLine, ...]
    currency: str

    @property
    def needs_approval(self) -> bool:
        return any(line.breaches for line in self.lines)

    @property
    def net(self) -> Decimal:
        return sum((line.net for line in self.lines if line.option == 0), ZERO)

    @property
    def known_net(self) -> Decimal:
        return sum((line.net for line in self._known), ZERO)

    @property
    def known_cost(self) -> Decimal:
        return sum((line_net(line.cost or ZERO, line.quantity, self.currency) for line in self._known), ZERO)

    @property
    def unknown_count(self) -> int:
        """How many first offers have no known cost."""
        return sum(1 for line in self.lines if line.option == 0 and line.cost is None)

    @property
    def margin_rate(self) -> Decimal | None:
        return (self.known_net - self.known_cost) / self.known_net if self.known_net else None

    def breaches(self) -> list[dict[str, object]]:
        """What is not kept, for the answer's own record; it names no cost and no margin."""
        return [
            {"position": line.position, "option": line.option, "name": line.name, "breaches": list(line.breaches)}
            for line in self.lines
            if line.breaches
        ]

    @property
    def _known(self) -> list[JudgedLine]:
        return [line for line in self.lines if line.option == 0 and line.cost is not None]


def judge(lines: Sequence[RFQLine], company_id: UUID, currency: str, offer: Offer) -> Judgement:
    """Judge what is offered for the lines of a request. Ten statements at most, more only where packs are asked for."""
    answers = [answer for answer in answers_of(offer, lines) if answer.line.unit_price is not None]
    found, _wrong = own_articles(answers)
    variant_ids = {match.variant.id for match in found.values()}
    policy, costs = policy_now(), costs_of(variant_ids) if variant_ids else {}
    facts = _Facts(
        policy=policy,
        costs={variant_id: cost for (variant_id, code), cost in costs.items() if code == currency},
        bounds=bounds_of(variant_ids, currency, policy, costs),
        usual=_usual_prices(answers, found, company_id, currency),
        currency=currency,
    )
    return Judgement(tuple(_judged(answer, found.get(answer.key), facts) for answer in answers), currency)


def _judged(answer: Answer, match: Match | None, facts: _Facts) -> JudgedLine:
    price = answer.line.unit_price or ZERO
    cost = facts.costs.get(match.variant.id, Cost()).cost if match else None
    return JudgedLine(
        line_id=answer.asked.id,
        position=answer.asked.position,
        option=answer.option,
        name=answer.line.name or answer.asked.description,
        sku=match.variant.sku if match else "",
        quantity=answer.quantity,
        unit_price=price,
        net=line_net(price, answer.quantity, facts.currency),
        cost=cost * match.unit.factor if match and cost is not None else None,
        usual_price=facts.usual.get((answer.key, answer.quantity)),
        breaches=tuple(sorted(_breaches(answer, match, facts))),
    )


def _breaches(answer: Answer, match: Match | None, facts: _Facts) -> set[str]:
    """The limits that one of the prices of an offered line does not keep."""
    if match is None:
        return {Breach.NO_ARTICLE} if facts.policy.needs_article else set()
    bound, cost = facts.bounds.get(match.variant.id, Bounds()), facts.costs.get(match.variant.id, Cost()).cost
    found: set[str] = set()
    for quantity, price in prices_of(answer):
        found |= bound.breaches(price / match.unit.factor, cost)
        usual, most = facts.usual.get((answer.key, quantity)), facts.policy.max_discount_rate
        if usual is not None and most is not None and price < round(usual * (1 - most), 6):
            found.add(Breach.ABOVE_DISCOUNT)
    return found


def prices_of(answer: Answer) -> list[tuple[Decimal, Decimal]]:
    """Every quantity of an offered line with its price."""
    return [(answer.quantity, answer.line.unit_price or ZERO), *answer.line.tiers]


def _usual_prices(
    answers: Sequence[Answer], found: Mapping[Key, Match], company_id: UUID, currency: str
) -> dict[tuple[Key, Decimal], Decimal]:
    """What the company pays anyway, per offered unit, by offer and quantity."""
    simple = [a for a in answers if a.key in found and not found[a.key].variant.is_pack]
    wanted: dict[UUID, set[Decimal]] = defaultdict(set)
    for answer in simple:
        match = found[answer.key]
        wanted[match.variant.id].update(quantity * match.unit.factor for quantity, _price in prices_of(answer))
    prices = unit_prices_at(_context(company_id, currency), wanted) if wanted else {}
    usual = {}
    for answer in simple:
        match = found[answer.key]
        for quantity, _price in prices_of(answer):
            price = prices.get((match.variant.id, quantity * match.unit.factor))
            if price is not None:
                usual[answer.key, quantity] = round(price * match.unit.factor, 6)
    packs = [answer for answer in answers if answer.key in found and found[answer.key].variant.is_pack]
    return usual | _pack_prices(packs, company_id, currency)


def _pack_prices(packs: Sequence[Answer], company_id: UUID, currency: str) -> dict[tuple[Key, Decimal], Decimal]:
    """What the asked packs cost anyway, whatever their quantity."""
    found = proposals([answer.asked for answer in packs], company_id, currency=currency) if packs else {}
    return {
        (answer.key, quantity): price
        for answer in packs
        if answer.asked.id in found and (price := found[answer.asked.id].unit_price) is not None
        for quantity, _price in prices_of(answer)
    }


def _context(company_id: UUID, currency: str) -> PriceContext:
    customer = customer_of(company_id)
    if customer is None or not customer.is_approved:
        return PriceContext(_NOBODY, None, currency)
    return replace(price_context(customer), currency=currency)
