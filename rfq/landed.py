"""What an offer costs until the goods are there and paid for, and the cheapest way to split a request over offers.

Pure functions: amounts are net, of one currency, unrounded prices times quantities rounded once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from core.money import ZERO, round_amount
from customers.enums import TermKind

#: Rules of Incoterms 2020 by which the buyer pays the main carriage.
BUYER_CARRIES = frozenset({"EXW", "FCA", "FAS", "FOB"})
#: The only one by which the seller pays import duties.
DUTY_PAID = "DDP"
_DAYS_OF_YEAR = 365
#: How long the end of a month is away, on average.
_HALF_A_MONTH = 15


@dataclass(frozen=True, slots=True)
class Terms:
    """What decides over the costs beside the goods.

    ``freight`` is what the supplier charges, ``own_freight`` what the buyer reckons with where it fetches the goods;
    ``duty_rate`` of the goods' value, ``capital_rate`` a year, both as fractions.
    """

    incoterm: str = ""
    freight: Decimal = ZERO
    own_freight: Decimal = ZERO
    duty_rate: Decimal = ZERO
    term_kind: str = ""
    term_days: int | None = None
    capital_rate: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class LandedCost:
    """The parts of what an offer costs; ``payment`` is below zero, since paying later is worth something."""

    goods: Decimal
    setup: Decimal
    freight: Decimal
    own_freight: Decimal
    duty: Decimal
    payment: Decimal

    @property
    def total(self) -> Decimal:
        return self.goods + self.setup + self.freight + self.own_freight + self.duty + self.payment


#: Net amount and one-off cost by line, one for each supplier, None where it does not offer the line.
Prices = Mapping[UUID, Sequence[tuple[Decimal, Decimal] | None]]
_Ranked = tuple[Decimal, int, Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class Split:
    """Which supplier gets which line, and what that costs in all."""

    by_line: Mapping[UUID, int]
    total: Decimal


def landed_cost(goods: Decimal, setup: Decimal, terms: Terms, currency: str) -> LandedCost:
    """The whole cost of goods under these terms; what was converted is rounded first.

    Duties are on goods, tooling and transport (the value at the border); what a term of payment is worth is reckoned on
    the goods: rate x days / 365.
    """
    goods, setup, freight = (round_amount(amount, currency) for amount in (goods, setup, terms.freight))
    own_freight = terms.own_freight if terms.incoterm in BUYER_CARRIES else ZERO
    dutiable = goods + setup + freight + own_freight
    duty = ZERO if terms.incoterm == DUTY_PAID else round_amount(dutiable * terms.duty_rate, currency)
    days = credit_days(terms.term_kind, terms.term_days)
    payment = -round_amount(goods * terms.capital_rate * days / _DAYS_OF_YEAR, currency)
    return LandedCost(goods, setup, freight, own_freight, duty, payment)


def credit_days(kind: str, days: int | None) -> int:
    """Days between invoice and payment; half a month more, on average, where it is due at the end of one."""
    if days is None:
        return 0
    return days if kind == TermKind.NET else days + _HALF_A_MONTH


def best_split(prices: Prices, terms: Sequence[Terms], currency: str) -> Split | None:
    """The cheapest split that is found by leaving suppliers out one after the other, each line going to its best.

    None where some line is offered by nobody. Leaving a supplier out saves its transport; it is left out when that is
    more than what its lines cost elsewhere.
    """
    ranked = {line_id: _ranked(offers) for line_id, offers in prices.items()}
    left = {place for offers in ranked.values() for _cost, place, _net, _setup in offers}
    best = _split_over(left, ranked, terms, currency)
    while best is not None and len(left) > 1:
        tries = [(_split_over(left - {place}, ranked, terms, currency), place) for place in sorted(left)]
        found = [(split.total, place, split) for split, place in tries if split is not None]
        if not found or min(found, key=lambda one: one[:2])[0] >= best.total:
            break
        _total, place, best = min(found, key=lambda one: one[:2])
        left.discard(place)
    return best


def _ranked(offers: Sequence[tuple[Decimal, Decimal] | None]) -> list[_Ranked]:
    """The offers for a line, the cheapest first: what it costs, whose it is, net and one-off cost."""
    return sorted((offer[0] + offer[1], place, *offer) for place, offer in enumerate(offers) if offer is not None)


def _split_over(
    suppliers: Collection[int], ranked: Mapping[UUID, Sequence[_Ranked]], terms: Sequence[Terms], currency: str
) -> Split | None:
    by_line: dict[UUID, int] = {}
    goods, setups = [ZERO] * len(terms), [ZERO] * len(terms)
    for line_id, offers in ranked.items():
        taken = next((offer for offer in offers if offer[1] in suppliers), None)
        if taken is None:
            return None
        _cost, place, net, setup = taken
        by_line[line_id] = place
        goods[place] += net
        setups[place] += setup
    costs = [landed_cost(goods[place], setups[place], terms[place], currency) for place in set(by_line.values())]
    return Split(by_line, sum((cost.total for cost in costs), ZERO))
