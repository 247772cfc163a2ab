"""What a buyer saw at 14:03 last Tuesday, after everything that it depended on has changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
import time_machine

from customers.models import Customer, PaymentTerm
from customers.queries import customer_at, customer_by_id
from customers.segments import save_segment
from customers.services import Conditions, Profile, change_conditions, change_profile, create_group
from pricing import batches
from pricing.enums import Stacking
from pricing.explaining import Verdict, cost_at, explain
from pricing.models import PriceListAssignment
from pricing.parties import Party
from pricing.prices import ResolvedPrice
from pricing.queries import price_context, resolve
from pricing.rules import RuleData, end_rule, save_rule
from pricing.services import NewPrice, PriceSet, assign_list, create_list, set_prices, unassign_list
from pricing.settings import Cost, Policy, save_policy, set_costs
from tests.world import BOT, World, acting

TUESDAY = datetime(2027, 3, 2, 13, 3, tzinfo=UTC)  # 14:03 in Paris
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SKU, QUANTITY = "VN-1001", Decimal(100)


class Shop:
    """What is set up before Tuesday, and the means to change each of it since."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.customer_id = world.acme.customers["delmas"]
        self.variant_id = world.acme.variants[SKU]
        self.term_id = PaymentTerm.objects.get(code="net30").pk
        self.group_id = create_group(name="Grands comptes", actor=BOT)
        self.regroup(self.group_id)
        self.list_id = create_list(code="grands", name="Grands comptes", actor=BOT)
        self.price("0.4")
        assign_list(price_list_id=self.list_id, group_id=self.group_id, actor=BOT)
        change_profile(customer_id=self.customer_id, profile=Profile(naf_code="25.62B"), actor=BOT)
        self.segment_id = save_segment(name="Métal", rules={"sector": ["25"]}, actor=BOT)
        self.rule = RuleData("Métal", rate=Decimal("0.1"), party=Party(segment_id=self.segment_id))
        self.rule = replace(self.rule, min_quantity=Decimal(100))
        self.key = save_rule(data=self.rule, actor=BOT)
        second = RuleData("Volume", rate=Decimal("0.05"), min_quantity=Decimal(50), position=1)
        save_rule(data=second, actor=BOT)
        save_policy(policy=Policy(Stacking.CASCADE), actor=BOT)
        set_costs(costs={self.variant_id: Cost(Decimal("0.2"), Decimal("0.3"))}, currency="EUR", actor=BOT)

    def price(self, text: str) -> None:
        prices = {self.variant_id: PriceSet((NewPrice(Decimal(1), Decimal(text)),))}
        set_prices(price_list_id=self.list_id, prices=prices, actor=BOT)

    def regroup(self, group_id: UUID | None) -> None:
        conditions = Conditions(payment_term_id=self.term_id, group_id=group_id)
        change_conditions(customer_id=self.customer_id, conditions=conditions, actor=BOT)

    def seen(self, at: datetime) -> ResolvedPrice:
        customer = customer_at(self.customer_id, at)
        assert customer is not None
        return resolve(price_context(customer), {self.variant_id: QUANTITY}, at)[self.variant_id]

    # What happens on Wednesday.
    def another_price(self) -> None:
        self.price("0.9")

    def a_batch(self) -> None:
        batch_id = batches.create_batch(name="x", actor=BOT)
        prices = {self.variant_id: PriceSet(())}
        batches.fill_batch(batch_id=batch_id, price_list_id=self.list_id, prices=prices, actor=BOT)
        batches.publish(batch_id=batch_id, actor=BOT)

    def the_list_is_taken_back(self) -> None:
        unassign_list(assignment_id=PriceListAssignment.objects.get(group_id=self.group_id).pk, actor=BOT)

    def an_own_list(self) -> None:
        own = create_list(code="own", name="Own", actor=BOT)
        prices = {self.variant_id: PriceSet((NewPrice(Decimal(1), Decimal(7)),))}
        set_prices(price_list_id=own, prices=prices, actor=BOT)
        assign_list(price_list_id=own, customer_id=self.customer_id, actor=BOT)

    def another_rule(self) -> None:
        save_rule(data=replace(self.rule, rate=Decimal("0.5")), key=self.key, actor=BOT)

    def the_rule_ends(self) -> None:
        end_rule(key=self.key, actor=BOT)

    def another_group(self) -> None:
        self.regroup(None)

    def another_profile(self) -> None:
        change_profile(customer_id=self.customer_id, profile=Profile(naf_code="47.11A"), actor=BOT)

    def the_segment_means_others(self) -> None:
        save_segment(segment_id=self.segment_id, name="Métal", rules={"country": ["BE"]}, actor=BOT)

    def another_policy(self) -> None:
        save_policy(policy=Policy(Stacking.BEST, Decimal("0.01")), actor=BOT)

    def a_higher_floor(self) -> None:
        set_costs(costs={self.variant_id: Cost(Decimal("0.35"), Decimal("0.39"))}, currency="EUR", actor=BOT)


CHANGES = (
    "another_price",
    "a_batch",
    "the_list_is_taken_back",
    "an_own_list",
    "another_rule",
    "the_rule_ends",
    "another_group",
    "another_profile",
    "the_segment_means_others",
    "another_policy",
    "a_higher_floor",
)


@pytest.fixture
def shop(world: World):
    with acting((world.acme.scope, {"party": "tenant"})), time_machine.travel(TUESDAY - HOUR, tick=True):
        yield Shop(world)


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_on_its_own(shop: Shop, name: str) -> None:
    with time_machine.travel(TUESDAY, tick=False):
        live = customer_by_id(shop.customer_id)
        assert live is not None
        then = resolve(price_context(live), {shop.variant_id: QUANTITY})[shop.variant_id]
    assert then.unit_price == Decimal("0.342"), "0.40 from the group's list, less 10 %, less 5 %"
    with time_machine.travel(TUESDAY + DAY, tick=True):
        getattr(shop, name)()
        now = datetime.now(tz=UTC)
        assert shop.seen(now).unit_price != then.unit_price, "the change counts"
        assert shop.seen(TUESDAY).unit_price == then.unit_price
        assert explain(shop.seen(TUESDAY)) == explain(then), "for the same reasons"


def test_all_changes_together_and_the_explanation_of_that_time(shop: Shop) -> None:
    cost = cost_at(shop.variant_id, "EUR", TUESDAY)
    before = explain(shop.seen(TUESDAY), cost)
    with time_machine.travel(TUESDAY + DAY, tick=True):
        for name in CHANGES:
            if name != "the_rule_ends":
                getattr(shop, name)()
        shop.the_rule_ends()
        after = explain(shop.seen(TUESDAY), cost_at(shop.variant_id, "EUR", TUESDAY))
        assert after == before
        assert cost_at(shop.variant_id, "EUR") == Decimal("0.35")
    assert [(step.rule.name, step.verdict) for step in before.rules] == [
        ("Métal", Verdict.APPLIED),
        ("Volume", Verdict.APPLIED),
    ]
    assert (before.price_list.name, before.price_list.level) == ("Grands comptes", 2)
    assert before.margin is not None
    assert before.margin.amount == Decimal("0.142")
    assert Customer.objects.get(pk=shop.customer_id).group_id is None
