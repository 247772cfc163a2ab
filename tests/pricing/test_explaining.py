"""Why this price: the steps add up to what is charged; the buyer reads conditions, never cost, floor or margin."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontend.price_steps import margin_facts, price_steps, summary
from pricing.enums import Stacking
from pricing.explaining import Limit, Verdict, explain, for_buyer
from pricing.prices import Conversion, ListInForce, ResolvedPrice, Rule, Terms, Tier


def rule(name: str, rate: str | None = None, amount: str | None = None, quantity: str | None = None) -> Rule:
    off, each, minimum = (Decimal(text) if text is not None else None for text in (rate, amount, quantity))
    return Rule(UUID(int=len(name)), name, off, each, minimum, None)


def resolved(
    *rules: Rule, stacking: str = Stacking.BEST, most: str = "1", floor: str | None = None, quantity: str = "100"
) -> ResolvedPrice:
    price_list = ListInForce(UUID(int=1), "Tarif Secret", 2, is_net=False, conversion=None)
    terms = Terms("EUR", stacking, Decimal(most), (price_list,), rules)
    tiers = (Tier(Decimal(1), Decimal(10)), Tier(Decimal(100), Decimal(8)))
    amount, lowest = Decimal(quantity), Decimal(floor) if floor is not None else None
    bare = ResolvedPrice(UUID(int=2), amount, Decimal(0), terms, price_list, tiers, rules, lowest)
    return ResolvedPrice(UUID(int=2), amount, bare.at(amount), terms, price_list, tiers, rules, lowest)


_rates = st.decimals("0.01", "1", places=2)
_amounts = st.decimals("0.01", "12", places=2)
_some_rule = st.builds(
    lambda name, rate, amount, is_rate, quantity: Rule(
        UUID(int=name), f"R{name}", rate if is_rate else None, None if is_rate else amount, quantity, None
    ),
    st.integers(1, 99),
    _rates,
    _amounts,
    st.booleans(),
    st.one_of(st.none(), st.decimals("1", "300", places=0)),
)


@given(
    st.lists(_some_rule, max_size=5, unique_by=lambda found: found.id),
    st.sampled_from(Stacking.values),
    st.decimals("0", "1", places=2),
    st.one_of(st.none(), st.decimals("0", "12", places=2)),
    st.decimals("1", "400", places=0),
)
def test_the_steps_lead_to_the_price(
    rules: list[Rule], stacking: str, most: Decimal, floor: Decimal | None, quantity: Decimal
) -> None:
    price = resolved(
        *rules, stacking=stacking, most=str(most), floor=None if floor is None else str(floor), quantity=str(quantity)
    )
    explained = explain(price)
    assert explained.unit_price == price.unit_price
    applied = [step for step in explained.rules if step.verdict == Verdict.APPLIED]
    running = explained.list_price
    for step in applied:
        assert step.before == running
        running = step.after
    assert explained.limit is not None or round(running, 6) == round(price.unit_price, 6)
    assert len(applied) <= 1 or stacking == Stacking.CASCADE
    assert for_buyer(explained).unit_price == price.unit_price


def test_each_verdict() -> None:
    explained = explain(resolved(rule("a", "0.05"), rule("bb", "0.1"), rule("ccc", "0.2", quantity="500")))
    assert [(step.rule.name, step.verdict) for step in explained.rules] == [
        ("a", Verdict.OUTDONE),
        ("bb", Verdict.APPLIED),
        ("ccc", Verdict.NOT_REACHED),
    ]
    assert (explained.tier.min_quantity, explained.list_price, explained.unit_price) == (
        Decimal(100),
        Decimal(8),
        Decimal("7.2"),
    )
    assert summary(for_buyer(explained), "H87") == "Tarif Secret, from 100 pieces, −10%"


@pytest.mark.parametrize(
    ("price", "limit", "unit_price"),
    [
        (resolved(rule("a", "0.5"), floor="6"), Limit.FLOOR, "6"),
        (resolved(rule("a", "0.5"), floor="9"), Limit.FLOOR, "8"),
        (resolved(rule("a", "0.5"), most="0.1"), Limit.POLICY, "7.2"),
        (resolved(rule("a", amount="50")), Limit.ZERO, "0"),
        (resolved(rule("a", "0.1"), floor="6"), None, "7.2"),
    ],
)
def test_what_kept_a_discount_from_going_further(price: ResolvedPrice, limit: Limit | None, unit_price: str) -> None:
    explained = explain(price)
    assert (explained.limit, explained.unit_price) == (limit, Decimal(unit_price))


def test_the_supplier_reads_cost_and_margin() -> None:
    explained = explain(resolved(rule("Promo", "0.5"), floor="6"), cost=Decimal("4.5"))
    assert margin_facts(explained) == (("Cost", "€4.50"), ("Margin per unit", "€1.50"), ("Margin rate", "25%"))
    texts = " ".join(f"{step.text} {step.note} {step.price_text}" for step in price_steps(explained, "H87"))
    for word in ("Promo", "floor", "€6.00", "€4.00", "given to the customer group"):
        assert word in texts


@pytest.mark.parametrize("secret", ["Promo", "Outdone", "floor", "highest", "€4.00", "€4.50", "margin", "better"])
def test_the_buyer_never_reads(secret: str) -> None:
    price = resolved(rule("Promo", "0.5"), rule("Outdone", "0.3"), rule("Later", "0.6", quantity="900"), floor="6")
    explained = for_buyer(explain(price, cost=Decimal("4.5")))
    texts = " ".join(str(step) for step in price_steps(explained, "H87")) + summary(explained, "H87")
    assert secret.lower() not in texts.lower()
    assert margin_facts(explained) == ()
    assert "Discount −25%" in texts, "what was really taken off"
    assert "from 900 pieces" in texts, "what a larger order would reach"


def test_a_dated_rate_is_said() -> None:
    since = datetime(2026, 11, 3, 8, tzinfo=UTC)
    price_list = ListInForce(
        UUID(int=1), "US list", 4, is_net=True, conversion=Conversion("USD", Decimal("0.9"), since)
    )
    terms = Terms("EUR", Stacking.BEST, Decimal(1), (price_list,), ())
    price = ResolvedPrice(
        UUID(int=2), Decimal(1), Decimal(9), terms, price_list, (Tier(Decimal(1), Decimal(9)),), (), None
    )
    texts = [(step.text, step.note) for step in price_steps(explain(price), "H87")]
    assert texts[0] == ("Price list US list", "for everybody; net, without further discounts")
    assert texts[1] == ("1 USD is 0.9 EUR", "rate since 3 Nov 2026 09:00")
