"""Discount rules, policy, exchange rates, costs: what is refused, and that what held before can still be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.utils import timezone

from catalog.models import Brand
from core.errors import InvalidInput, NotAllowed
from pricing.enums import Stacking
from pricing.errors import PastIsFixed, RuleEnded, RuleNotFound
from pricing.models import DiscountRule, VariantCost
from pricing.parties import Party
from pricing.queries import PriceContext, resolve
from pricing.rules import RuleData, current_rules, end_rule, save_rule
from pricing.services import NewPrice, PriceSet, create_list, ensure_base_list, set_prices
from pricing.settings import Cost, Policy, costs_of, end_rate, policy_now, save_policy, set_costs, set_rate
from tests.counting import statements
from tests.world import BOT, World, acting

DAY = timedelta(days=1)
START = datetime(2027, 3, 1, 9, tzinfo=UTC)
TEN = RuleData("Ten", rate=Decimal("0.1"), min_quantity=Decimal(10))


@pytest.fixture(autouse=True)
def acme(world: World):
    with acting((world.acme.scope, {"party": "tenant"})), time_machine.travel(START, tick=True):
        yield


def paid(world: World, quantity: int = 10, at: datetime | None = None, currency: str = "EUR") -> str:
    variant_id = world.acme.variants["VN-1001"]
    context = PriceContext(world.acme.customers["delmas"], None, currency)
    found = resolve(context, {variant_id: Decimal(quantity)}, at).get(variant_id)
    return f"{found.unit_price.normalize():f}" if found else "-"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"rate": None}, "rate"),
        ({"amount": Decimal(1)}, "rate"),
        ({"rate": Decimal("1.1")}, "rate"),
        ({"rate": Decimal(0)}, "rate"),
        ({"rate": None, "amount": Decimal(-1), "currency": "EUR"}, "amount"),
        ({"rate": None, "amount": Decimal(1)}, "currency"),
        ({"min_amount": Decimal(1)}, "currency"),
        ({"min_quantity": Decimal(0)}, "min_quantity"),
        ({"min_years": 0}, "min_years"),
        ({"min_quantity": None}, "name"),
        ({"valid_to": START - DAY}, "valid_to"),
        ({"party": Party(customer_id=UUID(int=1), group_id=UUID(int=2))}, "group_id"),
        ({"family_id": UUID(int=1)}, "family"),
        ({"family_id": UUID(int=1), "brand_id": UUID(int=2)}, "brand"),
    ],
)
def test_what_contradicts_itself_is_refused_at_its_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        save_rule(data=replace(TEN, **change), actor=BOT)
    assert refusal.value.field == field
    assert not DiscountRule.objects.exists()


def test_a_change_is_a_new_version_and_the_past_answers_as_before(world: World) -> None:
    none = timezone.now()
    key = save_rule(data=TEN, actor=BOT)
    first = timezone.now()
    with time_machine.travel(START + DAY, tick=True):
        assert save_rule(data=replace(TEN, rate=Decimal("0.2")), key=key, actor=BOT) == key
        second = timezone.now()
    with time_machine.travel(START + 2 * DAY, tick=True):
        end_rule(key=key, actor=BOT)
        moments = (none, first, second, timezone.now())
        assert [paid(world, at=at) for at in moments] == ["0.5", "0.45", "0.4", "0.5"]
        assert DiscountRule.objects.filter(key=key).count() == 2
        with pytest.raises(RuleEnded):
            end_rule(key=key, actor=BOT)
        with pytest.raises(RuleEnded):
            save_rule(data=TEN, key=key, actor=BOT)


def test_a_change_from_a_later_day_waits_for_it(world: World) -> None:
    key = save_rule(data=TEN, actor=BOT)
    save_rule(data=replace(TEN, rate=Decimal("0.3"), valid_from=START + 5 * DAY), key=key, actor=BOT)
    assert [paid(world, at=START + days * DAY) for days in (1, 6)] == ["0.45", "0.35"]
    save_rule(data=replace(TEN, rate=Decimal("0.4")), key=key, actor=BOT)
    assert [paid(world, at=START + days * DAY) for days in (1, 6)] == ["0.3", "0.3"], "what was planned never begins"
    assert [row.rate for row in current_rules()] == [Decimal("0.4")]


def test_a_rule_cannot_begin_in_the_past() -> None:
    with pytest.raises(PastIsFixed):
        save_rule(data=replace(TEN, valid_from=START - DAY), actor=BOT)
    key = save_rule(data=TEN, actor=BOT)
    with pytest.raises(PastIsFixed):
        save_rule(data=replace(TEN, valid_from=START - DAY), key=key, actor=BOT)
    with pytest.raises(RuleNotFound):
        save_rule(data=TEN, key=UUID(int=1), actor=BOT)


def test_goods_are_named_by_what_exists(world: World) -> None:
    brand = Brand.objects.get(slug="inoxal")
    save_rule(data=replace(TEN, brand_id=brand.pk, party=Party(customer_id=world.acme.customers["delmas"])), actor=BOT)
    assert paid(world) == "0.45"
    assert [row.brand.name for row in current_rules() if row.brand] == ["Inoxal"]


def test_only_staff_may(world: World) -> None:
    buyer = world.delmas.buyer
    for call in (
        lambda: save_rule(data=TEN, actor=buyer),
        lambda: end_rule(key=UUID(int=1), actor=buyer),
        lambda: save_policy(policy=Policy(), actor=buyer),
        lambda: set_rate(source="USD", target="EUR", rate=Decimal(1), actor=buyer),
        lambda: end_rate(source="USD", target="EUR", actor=world.bolt.staff),
        lambda: set_costs(costs={}, currency="EUR", actor=buyer),
    ):
        with pytest.raises(NotAllowed):
            call()


def test_the_policy_of_last_week_is_last_weeks(world: World) -> None:
    save_rule(data=TEN, actor=BOT)
    save_rule(data=replace(TEN, name="Again", position=1), actor=BOT)
    before = timezone.now()
    with time_machine.travel(START + DAY, tick=True):
        save_policy(policy=Policy(Stacking.CASCADE, Decimal("0.15")), actor=BOT)
        assert policy_now() == Policy(Stacking.CASCADE, Decimal("0.15"))
        assert [paid(world, at=at) for at in (before, timezone.now())] == ["0.45", "0.425"]
    with pytest.raises(InvalidInput):
        save_policy(policy=Policy("none"), actor=BOT)
    with pytest.raises(InvalidInput):
        save_policy(policy=Policy(max_discount_rate=Decimal(2)), actor=BOT)


def test_a_rate_is_dated(world: World) -> None:
    before = timezone.now()
    with time_machine.travel(START + DAY, tick=True):
        set_rate(source="EUR", target="USD", rate=Decimal("1.1"), actor=BOT)
        first = timezone.now()
    with time_machine.travel(START + 2 * DAY, tick=True):
        set_rate(source="EUR", target="USD", rate=Decimal("1.2"), actor=BOT)
        second = timezone.now()
        end_rate(source="EUR", target="USD", actor=BOT)
        moments = (before, first, second, timezone.now())
        assert [paid(world, 1, at, "USD") for at in moments] == ["-", "0.55", "0.6", "-"]


@pytest.mark.parametrize(
    ("source", "target", "rate", "field"),
    [
        ("eur", "USD", "1", "source"),
        ("EUR", "US", "1", "target"),
        ("EUR", "EUR", "1", "target"),
        ("EUR", "USD", "0", "rate"),
    ],
)
def test_a_rate_that_means_nothing_is_refused(source: str, target: str, rate: str, field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        set_rate(source=source, target=target, rate=Decimal(rate), actor=BOT)
    assert refusal.value.field == field


def test_floors_hold_from_when_they_are_set(world: World) -> None:
    variants = world.acme.variants
    save_rule(data=replace(TEN, rate=Decimal("0.5")), actor=BOT)
    before = timezone.now()
    with time_machine.travel(START + DAY, tick=True):
        cost = Cost(Decimal("0.2"), Decimal("0.3"))
        assert set_costs(costs={variants["VN-1001"]: cost}, currency="EUR", actor=BOT) == 1
        assert set_costs(costs={variants["VN-1001"]: cost}, currency="EUR", actor=BOT) == 0
        assert [paid(world, at=at) for at in (before, timezone.now())] == ["0.25", "0.3"]
        assert costs_of([variants["VN-1001"]]) == {(variants["VN-1001"], "EUR"): cost}
        set_costs(costs={variants["VN-1001"]: Cost()}, currency="EUR", actor=BOT)
        assert paid(world) == "0.25"
        assert VariantCost.objects.count() == 1


def test_costs_of_many_are_a_few_statements(world: World) -> None:
    cost = Cost(Decimal(1), Decimal(2))
    with statements() as captured:
        set_costs(costs=dict.fromkeys(world.acme.variants.values(), cost), currency="EUR", actor=BOT)
    assert len(captured) <= 6, captured
    with pytest.raises(InvalidInput) as refusal:
        set_costs(costs={world.acme.variants["VN-1001"]: Cost(Decimal(-1))}, currency="EUR", actor=BOT)
    assert refusal.value.field == str(world.acme.variants["VN-1001"])


def test_a_list_in_another_currency_counts_before_conversion(world: World) -> None:
    set_rate(source="EUR", target="USD", rate=Decimal(2), actor=BOT)
    assert paid(world, 1, currency="USD") == "1"
    prices = {world.acme.variants["VN-1001"]: PriceSet((NewPrice(Decimal(1), Decimal("0.9")),))}
    set_prices(price_list_id=ensure_base_list(currency="USD"), prices=prices, actor=BOT)
    assert paid(world, 1, currency="USD") == "0.9"
    create_list(code="unused", name="Unused", actor=BOT)
