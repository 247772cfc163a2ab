"""What an offer costs until it is there and paid for."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from rfq.landed import Terms, best_split, credit_days, landed_cost

D = Decimal


def test_paying_later_is_worth_something() -> None:
    cost = landed_cost(D(6037), D(0), Terms("DAP", D(85), D(0), D(0), "net", 45, D("0.042")), "EUR")
    assert (cost.payment, cost.total) == (D("-31.26"), D("6090.74"))


def test_who_carries_and_who_pays_duties_is_the_incoterms() -> None:
    for incoterm, own, duty in (("EXW", 200, 36), ("FCA", 200, 36), ("DAP", 0, 30), ("DDP", 0, 0), ("", 0, 30)):
        terms = Terms(incoterm, own_freight=D(200), duty_rate=D("0.03"))
        cost = landed_cost(D(900), D(100), terms, "EUR")
        assert (cost.own_freight, cost.duty) == (D(own), D(duty)), incoterm
        assert cost.total == 1000 + own + duty


def test_the_end_of_a_month_is_half_a_month_away() -> None:
    days = [credit_days(kind, days) for kind, days in (("net", 30), ("days_eom", 45), ("eom_days", 10), ("", None))]
    assert days == [30, 60, 25, 0]


def test_a_split_pays_each_transport_once() -> None:
    first, second = uuid4(), uuid4()
    prices = {first: [(D(100), D(0)), (D(90), D(0))], second: [(D(50), D(0)), (D(60), D(0))]}
    cheap = best_split(prices, [Terms(), Terms()], "EUR")
    assert cheap is not None
    assert (cheap.by_line, cheap.total) == ({first: 1, second: 0}, D(140))
    dear = best_split(prices, [Terms(freight=D(30)), Terms(freight=D(15))], "EUR")
    assert dear is not None
    assert (dear.by_line, dear.total) == ({first: 1, second: 1}, D(165))
    assert best_split({**prices, uuid4(): [None, None]}, [Terms(), Terms()], "EUR") is None


_AMOUNT = st.decimals("0", "999", places=2)
_OFFER = st.one_of(st.none(), st.tuples(_AMOUNT, st.just(D(0))))


@given(
    offers=st.lists(st.tuples(_OFFER, _OFFER), min_size=1, max_size=5),
    freights=st.tuples(_AMOUNT, _AMOUNT),
)
def test_of_two_suppliers_it_is_the_cheapest(
    offers: list[tuple[tuple[Decimal, Decimal] | None, ...]], freights: tuple[Decimal, Decimal]
) -> None:
    """Against all ways there are. With two suppliers leaving one out is all there is to try."""
    prices = {UUID(int=at): list(each) for at, each in enumerate(offers)}
    terms = [Terms(freight=freight) for freight in freights]
    possible = []
    for places in product((0, 1), repeat=len(offers)):
        taken = [offer[place] for offer, place in zip(offers, places, strict=True)]
        if all(one is not None for one in taken):
            goods = sum((one[0] for one in taken if one is not None), D(0))
            possible.append(goods + sum((freights[place] for place in set(places)), D(0)))
    found = best_split(prices, terms, "EUR")
    assert (found.total if found else None) == min(possible, default=None)
