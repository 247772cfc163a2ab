"""Packs: what can be chosen, what it costs, how it is kept; kits and sets built by their supplier."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import ChoiceRefused
from catalog.models import Product, Variant, VisibilityRule
from catalog.packs.models import Pack, PackOption, PackRule, RuleKind
from catalog.packs.plans import Group, Option, Part, Plan, Rule, Surcharge, check, price
from catalog.packs.queries import pack_plan, plans_of, staff_plan
from catalog.packs.services import GroupData, OptionData, PackData, PartData, RuleData, dissolve_pack, save_pack
from catalog.packs.snapshots import PackSnapshot, snapshot
from catalog.queries import variants_by_id
from catalog.visibility import UNRESTRICTED
from core.errors import InvalidInput, NotAllowed, NotFound
from core.tenancy import use_tenant
from customers.queries import customer_of
from pricing.queries import price_context, unit_prices
from tests.counting import statements
from tests.world import World

SCREW, NUT, CABLE = UUID(int=1), UUID(int=2), UUID(int=3)
PRICES = {SCREW: Decimal("0.125"), NUT: Decimal(2), CABLE: Decimal("10.005")}


def option(code: str, part: Part | None = None, **surcharge: str) -> Option:
    values = {name: Decimal(value) for name, value in surcharge.items()}
    return Option(code, f"Option {code}", "", part, Surcharge(**values))


#: One colour of two, and up to two services.
MACHINE = Plan(
    variant_id=UUID(int=9),
    sku="MACHINE",
    parts=(Part(SCREW, Decimal(10)),),
    groups=(
        Group("A", "Couleur", "Colour", 1, 1, (option("A1"), option("A2", Part(NUT, Decimal(1)), amount="5"))),
        Group(
            "B",
            "Services",
            "Services",
            0,
            2,
            (option("B1", amount="120"), option("B2", Part(SCREW, Decimal(2)), rate="0.1"), option("B3")),
        ),
    ),
    rules=(
        Rule(RuleKind.EXCLUDES, "A1", "B1"),
        Rule(RuleKind.REQUIRES, "B2", "B3"),
        Rule(RuleKind.PRICES, "A2", "B3", Surcharge(amount=Decimal("-1.5"))),
    ),
)


@pytest.mark.parametrize(
    ("chosen", "codes"),
    [
        ({"A1"}, []),
        ({"A2", "B1"}, []),
        ({"A2", "B2", "B3"}, []),
        (set(), ["A"]),
        ({"A1", "A2"}, ["A"]),
        ({"A1", "B1"}, ["A1"]),
        ({"A1", "B2"}, ["B2"]),
        ({"A2", "B1", "B2", "B3"}, ["B"]),
        ({"A1", "C9"}, ["C9"]),
        ({"B1", "B2"}, ["A", "B2"]),
    ],
)
def test_a_choice_is_checked(chosen: set[str], codes: list[str]) -> None:
    assert [problem.code for problem in check(MACHINE, chosen)] == codes


@pytest.mark.parametrize(
    ("chosen", "net"),
    [
        ({"A1"}, "1.25"),
        ({"A2"}, "8.25"),  # the nut, and 5 more
        ({"A2", "B1"}, "128.25"),
        ({"A1", "B2", "B3"}, "1.65"),  # 12 screws are 1.50, and a tenth of it
        ({"A2", "B3"}, "6.75"),  # together they cost 1.50 less
    ],
)
def test_goods_and_surcharges_make_the_price(chosen: set[str], net: str) -> None:
    assert price(MACHINE, chosen, lambda _wanted: PRICES, currency="EUR").net == Decimal(net)


def test_prices_are_asked_for_all_packs_together() -> None:
    asked: dict[UUID, Decimal] = {}

    def resolve(wanted: Any) -> dict[UUID, Decimal]:
        asked.update(wanted)
        return PRICES

    found = price(MACHINE, {"A1", "B2", "B3"}, resolve, currency="EUR", quantity=Decimal(100))
    assert asked == {SCREW: Decimal(1200)}
    assert found.lines[0].quantity == 12  # of one pack


def test_what_has_no_price_makes_the_pack_on_request() -> None:
    found = price(MACHINE, {"A2"}, lambda _wanted: {SCREW: Decimal(1)}, currency="EUR")
    assert (found.net, [line.unit_price for line in found.lines]) == (None, [Decimal(1), None])


def test_an_amount_in_another_currency_is_never_added() -> None:
    assert price(MACHINE, {"A1"}, lambda _wanted: PRICES, currency="CHF").net is not None
    assert price(MACHINE, {"A2"}, lambda _wanted: PRICES, currency="CHF").net is None


def test_a_reference_is_the_same_however_it_was_chosen() -> None:
    assert MACHINE.reference({"B3", "A2", "B1"}) == MACHINE.reference({"A2", "B1", "B3"}) == "MACHINE-A2-B1-B3"
    assert MACHINE.reference(set()) == "MACHINE"


cents = st.decimals("-50", "50", places=2)


@given(st.sets(st.sampled_from(sorted(MACHINE.options()))), st.dictionaries(st.sampled_from([SCREW, NUT]), cents))
def test_a_price_is_the_sum_of_what_is_said_of_it(chosen: set[str], prices: dict[UUID, Decimal]) -> None:
    found = price(
        MACHINE, chosen, lambda wanted: {key: abs(prices.get(key, Decimal(1))) for key in wanted}, currency="EUR"
    )
    said = sum((line.net for line in found.lines), Decimal(0)) + sum((s.net for s in found.surcharges), Decimal(0))
    assert found.net == max(said, Decimal(0))


# --- In the database -------------------------------------------------------------------------------------------------
KIT = PackData("fixed", parts=(PartData("VN-1002", Decimal(4)), PartData("VN-1003", Decimal(4))))
SET = PackData(
    "configured",
    parts=(PartData("VN-1002", Decimal(10)),),
    groups=(GroupData("A", "Écrou", "Nut", 1, 1), GroupData("B", "Services", "", 0, 2)),
    options=(
        OptionData("A1", "Frein", "Lock", sku="VN-1003", quantity=Decimal(10), is_default=True),
        OptionData("A2", "Sans"),
        OptionData("B1", "Montage", "Assembly", surcharge=Surcharge(amount=Decimal(35))),
        OptionData("B2", "Gravure", "Engraving", surcharge=Surcharge(rate=Decimal("0.1"))),
    ),
    rules=(
        RuleData("A2", "excludes", "B1"),
        RuleData("B2", "requires", "B1"),
        RuleData("A1", "prices", "B1", Surcharge(amount=Decimal(-5))),
    ),
)


def acting(world: World) -> Any:
    return use_tenant(world.acme.scope, party="tenant")


def make(world: World, data: PackData, sku: str = "VN-1001") -> None:
    with acting(world):
        save_pack(variant_id=world.acme.variants[sku], data=data, actor=world.acme.staff)


def test_a_set_is_stored_and_read_as_it_was_described(world: World) -> None:
    make(world, KIT)
    make(world, SET)
    with acting(world):
        with statements() as captured:
            plan = pack_plan("VN-1001", UNRESTRICTED)
        assert len(captured) == 5
        assert plan is not None
        assert plan.parts == (Part(world.acme.variants["VN-1002"], Decimal(10)),)
        assert list(plan.options()) == ["A1", "A2", "B1", "B2"]
        assert plan.defaults() == {"A1"}
        assert [(rule.kind, rule.code, rule.other) for rule in plan.rules] == [
            ("excludes", "A2", "B1"),
            ("requires", "B2", "B1"),
            ("prices", "A1", "B1"),
        ]
        assert plan.rules[2].surcharge == Surcharge(amount=Decimal(-5))
        found = staff_plan(world.acme.variants["VN-1001"])
        assert found is not None
        assert found == ("configured", plan)
        assert pack_plan("VN-1002", UNRESTRICTED) is None
        dissolve_pack(variant_id=world.acme.variants["VN-1001"], actor=world.acme.staff)
        assert not PackOption.objects.exists()
        assert not PackRule.objects.exists()
        with pytest.raises(NotFound):
            dissolve_pack(variant_id=world.acme.variants["VN-1001"], actor=world.acme.staff)


def changed(table: str, place: int, **values: Any) -> PackData:
    """The set with one row different."""
    rows = list(getattr(SET, table))
    row = rows[place]
    rows[place] = type(row)(**{name: values.get(name, getattr(row, name)) for name in row.__slots__})
    tables = {name: getattr(SET, name) for name in ("parts", "groups", "options", "rules")}
    return PackData("configured", **{**tables, table: tuple(rows)})


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (PackData("other"), "kind"),
        (PackData("fixed"), "parts-sku-0"),
        (PackData("fixed", SET.parts, SET.groups), "kind"),
        (changed("parts", 0, sku="nothing"), "parts-sku-0"),
        (changed("parts", 0, sku="VN-1001"), "parts-sku-0"),  # itself
        (changed("parts", 0, quantity=Decimal(0)), "parts-quantity-0"),
        (PackData("fixed", (*KIT.parts, KIT.parts[0])), "parts-sku-2"),
        (changed("groups", 1, code="b"), "groups-code-1"),
        (changed("groups", 1, code="A"), "groups-code-1"),
        (changed("groups", 0, name_fr=" ", name_en=""), "groups-name_fr-0"),
        (changed("groups", 0, minimum=2), "groups-maximum-0"),
        (changed("groups", 0, minimum=3, maximum=3), "groups-code-0"),  # of two options
        (changed("options", 1, code="C1"), "options-code-1"),
        (changed("options", 1, code="A1"), "options-code-1"),
        (changed("options", 0, sku="nothing"), "options-sku-0"),
        (changed("options", 2, surcharge=Surcharge(Decimal(1), Decimal(1))), "options-rate-2"),
        (changed("options", 2, surcharge=Surcharge(rate=Decimal(-2))), "options-rate-2"),
        (changed("options", 1, is_default=True), "groups-code-0"),  # two of one
        (changed("rules", 0, other="Z1"), "rules-other-0"),
        (changed("rules", 0, other="A2"), "rules-other-0"),
        (changed("rules", 0, kind="prices"), "rules-amount-0"),
        (changed("rules", 2, kind="requires"), "rules-amount-2"),
        (changed("rules", 1, code="B1", other="A2"), "options-code-2"),  # requires what excludes it
    ],
)
def test_a_pack_that_cannot_be_is_refused_at_its_field_and_nothing_changes(
    world: World, data: PackData, field: str
) -> None:
    make(world, KIT)
    with pytest.raises(InvalidInput) as refused:
        make(world, data)
    assert refused.value.field == field
    with acting(world):
        assert Pack.objects.get().kind == "fixed"
        assert Pack.objects.get().parts.count() == 2


def test_packs_do_not_hold_packs(world: World) -> None:
    make(world, KIT)
    with pytest.raises(InvalidInput):
        make(world, PackData("fixed", (PartData("VN-1001", Decimal(1)),)), sku="VN-1004")
    with pytest.raises(InvalidInput):
        make(world, PackData("fixed", (PartData("VN-1004", Decimal(1)),)), sku="VN-1003")


@pytest.mark.parametrize(("sku", "field"), [("VN-1002", "parts-sku-0"), ("VN-1003", "options-sku-0")])
def test_a_pack_has_one_rate_of_vat(world: World, sku: str, field: str) -> None:
    with acting(world):
        Variant.objects.filter(sku=sku).update(tax_rate=Decimal("0.055"))
    with pytest.raises(InvalidInput, match="VAT rate") as refused:
        make(world, SET)
    assert refused.value.field == field
    with acting(world):
        assert not Pack.objects.exists()


def test_what_a_customer_may_not_see_is_in_no_plan(world: World) -> None:
    hidden = changed("rules", 1, code="B2", other="A1")  # engraving needs the nut
    make(world, hidden)
    with acting(world):
        customer = customer_of(world.delmas.id)
        assert customer is not None
        VisibilityRule.objects.create(product=Product.objects.get(code="VN-1003"), is_visible=False)
        customer = customer_of(world.delmas.id)
        assert customer is not None
        with statements() as captured:
            plan = pack_plan("VN-1001", customer.view)
        assert len(captured) == 6
        assert plan is not None
        assert list(plan.options()) == ["A2", "B1"], "not the nut, nor what needs it"
        assert [(rule.code, rule.other) for rule in plan.rules] == [("A2", "B1")]
        VisibilityRule.objects.create(product=Product.objects.get(code="VN-1002"), is_visible=False)
        customer = customer_of(world.delmas.id)
        assert customer is not None
        assert pack_plan("VN-1001", customer.view) is None, "a part that is always in it"
        assert plans_of([world.acme.variants["VN-1001"]], customer.view) == {}


def test_plans_of_many_packs_take_as_many_statements_as_of_one(world: World) -> None:
    make(world, SET)
    make(world, KIT, sku="VN-1004")
    ids = [world.acme.variants[sku] for sku in ("VN-1001", "VN-1004", "VN-1005")]
    with acting(world), statements() as captured:
        assert set(plans_of(ids, UNRESTRICTED)) == set(ids[:2])
    assert len(captured) == 5


def test_a_digest_changes_with_what_a_choice_consists_of() -> None:
    chosen = {"A2", "B1"}
    before = MACHINE.digest(chosen)
    assert before == MACHINE.digest({"B1", "A2"})
    assert before != MACHINE.digest({"A2"})
    more = replace(MACHINE, parts=(Part(SCREW, Decimal(11)),))
    assert more.digest(chosen) != before
    assert replace(MACHINE, parts=(Part(SCREW, Decimal("10.0000")),)).digest(chosen) == before
    assert replace(MACHINE, rules=()).digest(chosen) == before, "only what is in it counts"


def test_only_the_supplier_builds_packs(world: World) -> None:
    for actor in (world.delmas.buyer, world.bolt.staff):
        with acting(world), pytest.raises(NotAllowed):
            save_pack(variant_id=world.acme.variants["VN-1001"], data=KIT, actor=actor)
    with acting(world):
        assert not Pack.objects.exists()


def test_a_pack_that_is_not_seen_is_none(world: World) -> None:
    make(world, KIT)
    with acting(world):
        VisibilityRule.objects.create(product=Product.objects.get(code="VN-1001"), is_visible=False)
        customer = customer_of(world.delmas.id)
        assert customer is not None
        assert pack_plan("VN-1001", customer.view) is None
        Variant.objects.filter(sku="VN-1001").update(state="draft")
        assert pack_plan("VN-1001", UNRESTRICTED) is None


def test_a_snapshot_keeps_what_was_chosen_at_the_buyer_s_prices(world: World) -> None:
    make(world, SET)
    with acting(world):
        plan, customer = pack_plan("VN-1001", UNRESTRICTED), customer_of(world.delmas.id)
        assert plan is not None
        assert customer is not None
        context = price_context(customer)
        chosen = {"A1", "B1"}
        found = price(plan, chosen, lambda wanted: unit_prices(context, wanted), currency=customer.currency)
        variants = variants_by_id((plan.variant_id, *plan.components(chosen)))
        kept = snapshot(plan, chosen, found, variants)
        assert kept.reference == "VN-1001-A1-B1"
        assert kept.net == Decimal("6.20") + Decimal("1.60") + 35 - 5
        assert [(line.sku, int(line.quantity)) for line in kept.lines] == [("VN-1002", 10), ("VN-1003", 10)]
        assert kept.surcharges == ((("B1",), Decimal(35)), (("A1", "B1"), Decimal(-5)))
        assert PackSnapshot.from_json(json.loads(json.dumps(kept.as_json()))) == kept
        with pytest.raises(ChoiceRefused, match="needs"):
            snapshot(plan, {"A1", "B2"}, found, variants)
