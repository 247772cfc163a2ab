"""A cost centre of a site is chosen there and below, and neither seen nor taken elsewhere, at every door."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from accounts.enums import CompanyRole
from accounts.errors import UnitInUse
from accounts.identity import buyer_actor
from accounts.models import CompanyUser, User
from accounts.people import Position, change_member
from accounts.queries import addresses_of
from accounts.spending import services as spending
from accounts.spending.errors import CostCentreUnknown
from accounts.spending.models import CostCentre, SpendingEntry
from accounts.spending.queries import cost_centre_choices
from accounts.units import UnitData, add_unit, remove_unit
from core.actor import Actor
from core.errors import NotFound
from core.ids import uuid7
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.queries import require_approved
from marketplace.purchases.services import place_purchase
from orders.amending import services as amending
from orders.amending.services import Change
from orders.approvals.asking import ask
from orders.models import Order
from orders.services import Delivery, OrderDetails
from tests.conftest import BrowserFactory
from tests.marketplace import purchasing
from tests.orders.buying_company import fill, member, order
from tests.orders.test_sent_twice import form_of
from tests.world import World


@dataclass
class Sites:
    """North with a workshop, and south; a cost centre of north, and one of the whole company."""

    north: UUID
    workshop: UUID
    south: UUID
    centre: UUID


@pytest.fixture
def sites(world: World) -> Sites:
    admin = world.delmas.buyer
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        north = add_unit(data=UnitData("North"), actor=admin)
        workshop = add_unit(data=UnitData("Workshop", parent_id=north), actor=admin)
        south = add_unit(data=UnitData("South"), actor=admin)
        spending.add_cost_centre(code="ALL", name="Everybody", actor=admin)
        centre = spending.add_cost_centre(code="NORTH", name="Of north", actor=admin, unit_id=north)
    return Sites(north, workshop, south, centre)


def _at(world: World, unit_id: UUID | None) -> Actor:
    """A buyer of a site."""
    actor = member(world, "Karim")
    with use_tenant(PLATFORM):
        row = CompanyUser.objects.get(company_id=world.delmas.id, user_id=actor.require_user())
        change_member(member_id=row.pk, position=Position(CompanyRole.BUYER, unit_id=unit_id), actor=world.delmas.buyer)
        return buyer_actor(User.objects.get(pk=actor.require_user()), company_id=world.delmas.id)


@pytest.mark.parametrize("place", ["north", "workshop", "company", "south", "behalf"])
def test_a_site_and_those_below_it_choose_its_cost_centre(world: World, sites: Sites, place: str) -> None:
    sees = place not in ("south", "behalf")
    buyer = _at(world, getattr(sites, place, None))
    if place == "behalf":
        buyer = replace(buyer, acting_id=uuid7())
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        choices = cost_centre_choices(buyer, world.delmas.id)
        assert choices is not None
        assert [code for code, _text in choices] == (["ALL", "NORTH"] if sees else ["ALL"])
        cart_id = fill(world, replace(buyer, acting_id=None))
        if sees:
            order(world, buyer, cost_centre="north", cart_id=cart_id)
            assert SpendingEntry.objects.get().cost_centre_id == sites.centre
            return
        for door in (order, _asked):
            with pytest.raises(CostCentreUnknown) as refused:
                door(world, buyer, cost_centre="NORTH", cart_id=cart_id)
            assert refused.value.field == "cost_centre_code"
        assert not Order.objects.exists()


def _asked(world: World, buyer: Actor, *, cost_centre: str, cart_id: UUID) -> None:
    ask(
        actor=buyer,
        customer=require_approved(buyer),
        delivery=_delivery(world),
        details=OrderDetails(cost_centre_code=cost_centre),
        cart_id=cart_id,
    )


def _delivery(world: World) -> Delivery:
    return Delivery(address_id=addresses_of(world.delmas.id)[0].id)


def test_posted_by_hand_it_is_refused_at_its_field(world: World, sites: Sites, browser: BrowserFactory) -> None:
    buyer = _at(world, sites.south)
    with use_tenant(PLATFORM):
        user = User.objects.get(pk=buyer.require_user())
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        fill(world, buyer)
    shop, market = browser(world.acme.host, user), browser("localhost", user)
    for page, path in ((shop, "/checkout/"), (market, "/cart/")):
        html = page.get(path).content.decode()
        assert "ALL · Everybody" in html
        assert "NORTH" not in html
    answer = shop.post("/checkout/", {**form_of(shop), "cost_centre_code": "NORTH"})
    _assert_refused_at_field(answer)
    fields = re.findall(r'name="((?:cart-|expected-|address)[0-9a-f]*)" value="([^"]+)"', html)
    _assert_refused_at_field(market.post("/cart/", {**dict(fields), "order": "1", "cost_centre_code": "NORTH"}))
    with use_tenant(world.acme.scope):
        assert not Order.objects.exists()


def _assert_refused_at_field(answer: Any) -> None:
    assert answer.status_code == 422
    assert 'id="f-cost_centre_code-error"' in answer.content.decode()


def test_one_purchase_books_all_its_orders_to_the_cost_centre(world: World, sites: Sites) -> None:
    parts = [purchasing.fill(world, tenant) for tenant in (world.acme, world.bolt)]
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        buyer = world.delmas.buyer
        place_purchase(
            actor=buyer, parts=parts, delivery=_delivery(world), details=OrderDetails(cost_centre_code="NORTH")
        )
        assert set(SpendingEntry.objects.values_list("cost_centre_id", flat=True)) == {sites.centre}
        assert SpendingEntry.objects.count() == 2


def test_an_order_keeps_its_cost_centre_when_somebody_else_changes_it(world: World, sites: Sites) -> None:
    """What was booked when it was ordered is not asked again, also where the cost centre is another site's by now."""
    buyer = _at(world, sites.south)
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        key = order(world, buyer, cost_centre="ALL", cart_id=fill(world, buyer))
        CostCentre.objects.filter(code="ALL").update(unit_id=sites.north)
        line = Order.objects.get(pk=key).lines.get()
        amending.amend(order_id=key, change=Change({line.pk: Decimal(800)}), version=1, actor=buyer)
        assert sum(SpendingEntry.objects.values_list("amount", flat=True)) == Order.objects.get().net_amount > 200


def test_administrators_say_whose_it_is(world: World, sites: Sites, browser: BrowserFactory) -> None:
    page = browser(world.acme.host, world.delmas.admin)
    form = {"do": "centre", "code": "SOUTH", "name": "Of south", "unit": sites.south.hex}
    assert page.post("/company/spending/", {**form, "unit": uuid7().hex}).status_code == 422
    assert page.post("/company/spending/", form).status_code == 303
    assert "South" in page.get("/company/spending/").content.decode()
    path = f"/company/spending/cost-centres/{sites.centre}/"
    assert page.post(path, {"do": "unit", "unit": uuid7().hex}).status_code == 422
    assert page.post(path, {"do": "unit", "unit": ""}).status_code == 303
    with use_tenant(PLATFORM):
        assert dict(CostCentre.objects.values_list("code", "unit_id")) == {
            "ALL": None,
            "NORTH": None,
            "SOUTH": sites.south,
        }
        with pytest.raises(NotFound):
            spending.give_cost_centre(cost_centre_id=sites.centre, unit_id=uuid7(), actor=world.delmas.buyer)


def test_a_site_with_a_cost_centre_is_not_removed(world: World, sites: Sites) -> None:
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        remove_unit(unit_id=sites.workshop, actor=world.delmas.buyer)
        with pytest.raises(UnitInUse):
            remove_unit(unit_id=sites.north, actor=world.delmas.buyer)
