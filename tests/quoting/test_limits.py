"""Floors of goods and the highest discount: which answers need an approval, and who sets them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from catalog.models import Family, Product, Variant
from core.errors import InvalidInput, NotAllowed, NotFound
from core.tenancy import use_tenant
from pricing.settings import Cost, set_costs
from quoting import limits
from quoting.drafts import judgement_of
from quoting.enums import Breach
from quoting.judging import Judgement
from quoting.limits import FloorData, PolicyData
from quoting.models import Floor, QuotingPolicy
from rfq.asking import NewLine
from rfq.models import Invitation
from rfq.offers import OfferLine
from tests.counting import statements
from tests.quoting.desks import COST, colleague, costs, offer, policy
from tests.rfq.test_negotiation import request_for, verify
from tests.world import BOT, World

ONE = (NewLine("Vis CHC M8×40 inox A4", Decimal(100), part_number="VN-1001"),)


def _judged(world: World, price: str, lines: tuple[NewLine, ...] = ONE, **line: Any) -> Judgement:
    company = line.pop("company", world.delmas)
    rfq_id = request_for(company, world.acme, lines=lines)
    with use_tenant(world.acme.scope, party="tenant"):
        invitation = Invitation.objects.select_related("rfq").get(rfq_id=rfq_id)
        return judgement_of(invitation, offer(rfq_id, *[price] * len(lines), **line))


def _breaches(judged: Judgement) -> list[tuple[str, ...]]:
    return [line.breaches for line in judged.lines]


def _floor(world: World, **values: Any) -> UUID:
    with use_tenant(world.acme.scope, party="tenant"):
        return limits.add_floor(data=FloorData(**values), actor=world.acme.staff)


def _product(world: World, sku: str = "VN-1001") -> UUID:
    with use_tenant(world.acme):
        return Variant.objects.get(sku=sku).product_id


def test_without_limits_nothing_needs_an_approval(world: World) -> None:
    costs(world.acme)
    judged = _judged(world, "0.01")
    assert not judged.needs_approval
    assert judged.lines[0].cost == COST
    assert judged.lines[0].usual_price == Decimal("0.5")
    assert judged.lines[0].discount == Decimal("0.98")


def test_cost_and_margin_of_a_line_and_in_total(world: World) -> None:
    costs(world.acme, VN_1001=Decimal("0.2"), VN_1002=Decimal("0.5"))
    lines = (
        NewLine("VN-1001", Decimal(3), part_number="VN-1001", unit_code="XBX"),
        NewLine("VN-1002", Decimal(10), part_number="VN-1002"),
        NewLine("Plan 4471-B", Decimal(10)),
    )
    judged = _judged(world, "40", lines)
    first, second, third = judged.lines
    assert (first.cost, first.margin, first.margin_rate) == (Decimal(20), Decimal(20), Decimal("0.5"))
    assert (second.cost, second.margin) == (Decimal("0.5"), Decimal("39.5"))
    assert (third.cost, third.margin_rate) == (None, None)
    assert (judged.known_net, judged.known_cost, judged.unknown_count) == (Decimal(520), Decimal(65), 1)
    assert judged.margin_rate == Decimal("0.875")


@pytest.mark.parametrize(
    ("price", "breaches"), [("0.4", ()), ("0.399999", (Breach.BELOW_MARGIN,)), ("0", (Breach.BELOW_MARGIN,))]
)
def test_the_floor_margin_is_kept_to_the_last_decimal(world: World, price: str, breaches: tuple[str, ...]) -> None:
    costs(world.acme, VN_1001=Decimal("0.2"))
    policy(world.acme, floor_margin_rate=Decimal("0.5"))
    assert _breaches(_judged(world, price)) == [breaches]


@pytest.mark.parametrize(("price", "breaches"), [("0.45", ()), ("0.449999", (Breach.ABOVE_DISCOUNT,))])
def test_the_highest_discount_is_against_the_customers_own_price(
    world: World, price: str, breaches: tuple[str, ...]
) -> None:
    policy(world.acme, max_discount_rate=Decimal("0.1"))
    assert _breaches(_judged(world, price)) == [breaches]


def test_a_company_without_an_account_is_measured_by_everybodys_price(world: World) -> None:
    policy(world.acme, max_discount_rate=Decimal("0.1"))
    verify(world.nouvelle)
    judged = _judged(world, "0.44", company=world.nouvelle)
    assert judged.lines[0].usual_price == Decimal("0.5")
    assert _breaches(judged) == [(Breach.ABOVE_DISCOUNT,)]


def test_a_products_floor_comes_before_its_familys_and_that_before_the_one_for_all(world: World) -> None:
    costs(world.acme, VN_1001=Decimal("0.2"), VN_1002=Decimal("0.2"), VN_1003=Decimal("0.2"))
    policy(world.acme, floor_margin_rate=Decimal("0.5"))
    with use_tenant(world.acme):
        family = Family.objects.create(code="vis", name_fr="Vis")
        Product.objects.filter(code__in=("VN-1001", "VN-1002")).update(family=family)
    _floor(world, family_id=family.pk, margin_rate=Decimal("0.2"))
    _floor(world, product_id=_product(world), margin_rate=Decimal("0.9"))
    lines = tuple(NewLine(sku, Decimal(100), part_number=sku) for sku in ("VN-1001", "VN-1002", "VN-1003"))
    assert _breaches(_judged(world, "0.3", lines)) == [(Breach.BELOW_MARGIN,), (), (Breach.BELOW_MARGIN,)]


def test_floor_prices_are_per_base_unit_and_those_of_variants_hold_besides(world: World) -> None:
    _floor(world, product_id=_product(world), unit_price=Decimal("0.3"))
    box = (NewLine("VN-1001", Decimal(2), part_number="VN-1001", unit_code="XBX"),)
    assert _breaches(_judged(world, "30", box)) == [()]
    assert _breaches(_judged(world, "29.99", box)) == [(Breach.BELOW_PRICE,)]
    with use_tenant(world.acme.scope, party="tenant"):
        own = {world.acme.variants["VN-1001"]: Cost(None, Decimal("0.35"))}
        set_costs(costs=own, currency="EUR", actor=BOT)
    assert _breaches(_judged(world, "34.99", box)) == [(Breach.BELOW_PRICE,)]
    assert _breaches(_judged(world, "35", box)) == [()]


def test_what_cannot_be_checked_is_not_kept(world: World) -> None:
    policy(world.acme, floor_margin_rate=Decimal("0.1"))
    assert _breaches(_judged(world, "0.5")) == [(Breach.COST_UNKNOWN,)]
    _floor(world, product_id=_product(world), unit_price=Decimal("0.1"), currency="USD")
    assert _breaches(_judged(world, "0.5")) == [(Breach.COST_UNKNOWN,)]


@pytest.mark.parametrize(
    ("floors", "price", "breaches"),
    [
        ({"EUR": "0.35"}, "0.36", ()),
        ({"USD": "0.35"}, "9", (Breach.COST_UNKNOWN,)),
        ({"USD": "0.35", "EUR": "0.35"}, "0.36", ()),
        ({"USD": "0.35", "EUR": "0.35"}, "0.34", (Breach.BELOW_PRICE,)),
        ({"USD": None}, "0.01", ()),
    ],
)
def test_a_variants_floor_price_in_another_currency_is_not_kept(
    world: World, floors: dict[str, str | None], price: str, breaches: tuple[str, ...]
) -> None:
    for currency, floor in floors.items():
        with use_tenant(world.acme.scope, party="tenant"):
            own = {world.acme.variants["VN-1001"]: Cost(Decimal("0.001"), Decimal(floor) if floor else None)}
            set_costs(costs=own, currency=currency, actor=BOT)
    assert _breaches(_judged(world, price)) == [breaches]


def test_tiers_and_alternatives_are_judged_too(world: World) -> None:
    costs(world.acme, VN_1001=Decimal("0.2"), VN_1002=Decimal("0.3"))
    policy(world.acme, floor_margin_rate=Decimal("0.5"))
    tiers = ((Decimal(1000), Decimal("0.39")),)
    assert _breaches(_judged(world, "0.5", tiers=tiers)) == [(Breach.BELOW_MARGIN,)]
    other = OfferLine(Decimal("0.5"), sku="VN-1002", kind="alternative")
    judged = _judged(world, "0.5", alternatives=(other,))
    assert _breaches(judged) == [(), (Breach.BELOW_MARGIN,)]
    assert judged.known_net == Decimal(50), "sums are of what is offered first"


def test_leaving_the_article_out_does_not_go_around_the_floor(world: World) -> None:
    costs(world.acme, VN_1001=Decimal("0.2"))
    policy(world.acme, floor_margin_rate=Decimal("0.5"), needs_article=True)
    assert _breaches(_judged(world, "0.1", sku="")) == [(Breach.NO_ARTICLE,)]
    assert _breaches(_judged(world, "0.1", sku="VN-9999")) == [(Breach.NO_ARTICLE,)]


def test_judging_costs_the_same_for_any_number_of_lines(world: World) -> None:
    costs(world.acme)
    policy(world.acme, floor_margin_rate=Decimal("0.1"), max_discount_rate=Decimal("0.1"))
    counts = []
    for number in (1, 20):
        lines = tuple(NewLine(f"{n}", Decimal(100 + n), part_number="VN-1001") for n in range(number))
        rfq_id = request_for(world.delmas, world.acme, lines=lines)
        with use_tenant(world.acme.scope, party="tenant"):
            invitation = Invitation.objects.select_related("rfq").get(rfq_id=rfq_id)
            whole = offer(rfq_id, *["0.4"] * number)
            with statements() as asked:
                judgement_of(invitation, whole)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12


def test_only_owners_set_limits(world: World) -> None:
    floor_id = _floor(world, product_id=_product(world), unit_price=Decimal("0.3"))
    actors = (colleague(world.acme, "Léa"), colleague(world.acme, "Luc", "logistics"), world.bolt.staff)
    with use_tenant(world.acme.scope, party="tenant"):
        for actor in (*actors, world.delmas.buyer):
            with pytest.raises(NotAllowed):
                limits.save_policy(data=PolicyData(), actor=actor)
            with pytest.raises(NotAllowed):
                limits.add_floor(data=FloorData(margin_rate=Decimal("0.1")), actor=actor)
            with pytest.raises(NotAllowed):
                limits.remove_floor(floor_id=floor_id, actor=actor)
        assert Floor.objects.count() == 1
        assert QuotingPolicy.objects.count() == 0
    with use_tenant(world.bolt.scope, party="tenant"), pytest.raises(NotFound):
        limits.remove_floor(floor_id=floor_id, actor=world.bolt.staff)
    with use_tenant(world.acme.scope, party="tenant"):
        limits.remove_floor(floor_id=floor_id, actor=world.acme.staff)
        assert Floor.objects.count() == 0


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"floor_margin_rate": Decimal(1)}, "floor_margin_rate"),
        ({"floor_margin_rate": Decimal("-0.1")}, "floor_margin_rate"),
        ({"max_discount_rate": Decimal("1.1")}, "max_discount_rate"),
        ({"max_discount_rate": Decimal("NaN")}, "max_discount_rate"),
        ({"answers_at_once": True}, "at_once_amount"),
        ({"answers_at_once": True, "at_once_amount": Decimal(0)}, "at_once_amount"),
        ({"at_once_amount": Decimal("10.001")}, "at_once_amount"),
        ({"at_once_days": 0}, "at_once_days"),
        ({"at_once_freight": Decimal(-1)}, "at_once_freight"),
    ],
)
def test_wrong_policies(world: World, values: dict[str, Any], field: str) -> None:
    with use_tenant(world.acme.scope, party="tenant"):
        with pytest.raises(InvalidInput) as refusal:
            limits.save_policy(data=PolicyData(**values), actor=world.acme.staff)
        assert refusal.value.field == field
        assert QuotingPolicy.objects.count() == 0


def test_wrong_floors(world: World) -> None:
    product = _product(world)
    _floor(world, product_id=product, margin_rate=Decimal("0.1"))
    cases: tuple[tuple[dict[str, Any], str], ...] = (
        ({"margin_rate": Decimal("0.1")}, "sku"),
        ({"product_id": product}, "margin_rate"),
        ({"product_id": product, "margin_rate": Decimal("0.1")}, "sku"),
        ({"product_id": _product(world, "VN-1002"), "margin_rate": Decimal(2)}, "margin_rate"),
        ({"product_id": _product(world, "VN-1002"), "unit_price": Decimal(-1)}, "unit_price"),
        ({"product_id": UUID(int=1), "margin_rate": Decimal("0.1")}, "sku"),
        ({"family_id": UUID(int=1), "margin_rate": Decimal("0.1")}, "family"),
    )
    for values, field in cases:
        with pytest.raises(InvalidInput) as refusal:
            _floor(world, **values)
        assert refusal.value.field == field, values
