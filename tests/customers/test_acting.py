"""Ordering on behalf: only the supplier's own salespeople, only there, visibly, traced, and no more than ordering."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from accounts.enums import CompanyRole, StaffRole
from accounts.models import CompanyUser, StaffMembership
from accounts.permissions import Permission
from accounts.services import add_staff, create_user
from accounts.spending import services as spending
from accounts.spending.enums import CeilingPeriod
from accounts.spending.rules import Predicate
from accounts.spending.services import CeilingData, TierData
from core.errors import NotAllowed, NotFound
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers import acting
from customers.middleware import ACTING_SESSION_KEY
from customers.models import ActingEntry, ActingSession
from customers.services import block_customer
from orders.approvals.models import ApprovalRequest
from orders.models import Cart, Order
from pricing.services import NewPrice, PriceSet, assign_list, create_list, set_prices
from tests.orders.test_sent_twice import form_of
from tests.world import PASSWORD, Person, World


@pytest.fixture
def shop(world: World, browser: Any) -> Any:
    """The supplier's owner in the browser, ordering for Delmas."""
    seller = browser(world.acme.host, world.acme.owner)
    answer = seller.post(f"/portal/customers/{world.acme.customers['delmas']}/act/")
    assert (answer.status_code, answer["Location"]) == (303, "/")
    return seller


def _order(world: World, shop: Any) -> Order:
    shop.post("/cart/lines/", {f"quantity-{world.acme.variants['VN-1001'].hex}": "600"})
    answer = shop.post("/checkout/", {**form_of(shop), "po_number": "BEHALF-1"})
    assert answer.status_code == 303, answer.content.decode()[:3000]
    with use_tenant(world.acme.scope, party="tenant"):
        order: Order = Order.objects.get(po_number="BEHALF-1")
        return order


def test_an_order_is_placed_at_the_customers_prices_and_says_who_placed_it(world: World, shop: Any) -> None:
    with use_tenant(world.acme.scope, party="tenant"):
        list_id = create_list(code="delmas", name="Delmas", actor=world.acme.staff)
        own = {world.acme.variants["VN-1001"]: PriceSet((NewPrice(Decimal(1), Decimal("0.31")),))}
        set_prices(price_list_id=list_id, prices=own, actor=world.acme.staff)
        assign_list(price_list_id=list_id, customer_id=world.acme.customers["delmas"], actor=world.acme.staff)
    order = _order(world, shop)
    assert order.company_id == world.delmas.id
    assert order.placed_by_name == f"{world.acme.owner.name} ({world.acme.name})"
    with use_tenant(world.acme.scope):
        line = order.lines.get()
        assert line.unit_price == Decimal("0.31")
        done = list(ActingEntry.objects.values_list("kind", "text"))
    assert ("ordered", order.number) in done
    assert ("changed", "/cart/lines/") in done


def test_every_page_says_so_until_it_is_finished(world: World, shop: Any) -> None:
    for path in ("/", "/catalog/", "/cart/", "/orders/", "/company/"):
        assert f"{world.acme.owner.name} ({world.acme.name}) orders for {world.delmas.name}." in _text(shop, path)
    assert "orders for" not in _text(shop, "/portal/"), "in the portal one is oneself"
    answer = shop.post("/company/on-behalf/finish/")
    assert answer["Location"] == f"/portal/customers/{world.acme.customers['delmas']}/"
    assert "orders for" not in _text(shop, "/")
    assert shop.post("/company/on-behalf/finish/").status_code == 404


def test_the_company_reads_what_was_done(world: World, shop: Any, browser: Any) -> None:
    order = _order(world, shop)
    page = _text(browser(world.acme.host, world.delmas.admin), "/company/on-behalf/")
    assert world.acme.owner.name in page
    assert order.number in page
    assert world.acme.owner.name not in _text(browser(world.acme.host, world.lecomte.admin), "/company/on-behalf/")


def test_nothing_but_ordering_is_allowed(world: World, shop: Any) -> None:
    assert not acting.PERMISSIONS & {Permission.APPROVE, Permission.PAY_INVOICES}
    assert not {permission for permission in acting.PERMISSIONS if permission.startswith("manage")}
    assert shop.get("/company/api-keys/").status_code == 404
    assert shop.post("/company/addresses/", {"label": "x"}).status_code in {403, 422}
    assert shop.get("/recurring/new/").status_code == 403, "nobody would be there on its days"


def test_it_is_worth_nothing_elsewhere(world: World, shop: Any, browser: Any) -> None:
    """The cookie on another supplier's host, or in the hands of somebody else of the staff, acts for nobody."""
    with use_tenant(world.acme.scope, party="tenant"):
        session_id = ActingSession.objects.values_list("pk", flat=True).get()
    other = browser(world.bolt.host, world.bolt.owner)
    _carry(other, session_id)
    assert "orders for" not in _text(other, "/")
    with use_tenant(PLATFORM):
        colleague = create_user(email="sales@acme.example", password=PASSWORD, name="Colleague")
        add_staff(tenant_id=world.acme.id, user_id=colleague, role=StaffRole.OWNER)
    for person in (world.lecomte.admin, Person(colleague, "sales@acme.example", "Colleague")):
        stranger = browser(world.acme.host, person)
        _carry(stranger, session_id)
        page = _text(stranger, "/")
        assert "orders for" not in page
        assert world.delmas.name not in page


@pytest.mark.parametrize("end", ["expired", "left", "logistics", "blocked"])
def test_it_ends_with_its_time_the_job_and_the_account(world: World, shop: Any, end: str) -> None:
    with use_tenant(world.acme.scope, party="tenant"):
        if end == "expired":
            ActingSession.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        if end == "blocked":
            block_customer(customer_id=world.acme.customers["delmas"], reason="x", actor=world.acme.staff)
    with use_tenant(PLATFORM):
        memberships = StaffMembership.objects.filter(user_id=world.acme.owner.id)
        if end == "left":
            memberships.delete()
        if end == "logistics":
            memberships.update(role=StaffRole.LOGISTICS)
    assert "orders for" not in _text(shop, "/")
    assert shop.get("/cart/").status_code in {303, 403, 404}
    with use_tenant(world.acme.scope, party="tenant"):
        assert not Cart.objects.filter(user_id=world.acme.owner.id).exists()


def test_one_is_a_buyer_of_that_company_only(world: World, shop: Any) -> None:
    """Even who also buys for a company of its own orders for the one that the banner names."""
    with use_tenant(PLATFORM):
        CompanyUser.objects.create(
            user_id=world.acme.owner.id, company_id=world.lecomte.id, role=CompanyRole.ADMINISTRATOR
        )
    assert _order(world, shop).company_id == world.delmas.id


def test_who_may_begin(world: World) -> None:
    customer_id = world.acme.customers["delmas"]
    with use_tenant(world.acme.scope, party="tenant"):
        for actor in (world.delmas.buyer, world.bolt.staff, replace(world.acme.staff, role=StaffRole.LOGISTICS)):
            with pytest.raises(NotAllowed):
                acting.begin(customer_id=customer_id, actor=actor)
        block_customer(customer_id=customer_id, reason="x", actor=world.acme.staff)
        with pytest.raises(NotFound):
            acting.begin(customer_id=customer_id, actor=world.acme.staff)


def test_one_session_at_a_time(world: World) -> None:
    with use_tenant(world.acme.scope, party="tenant"):
        for name in ("delmas", "lecomte"):
            acting.begin(customer_id=world.acme.customers[name], actor=world.acme.staff)
        opened = ActingSession.objects.filter(ended_at=None)
        assert [session.customer_id for session in opened] == [world.acme.customers["lecomte"]]


@pytest.mark.parametrize("limit", ["rule", "ceiling"])
def test_orders_on_behalf_are_judged_as_a_buyers(world: World, shop: Any, limit: str) -> None:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        if limit == "rule":
            tiers = [TierData(user_ids=[world.delmas.admin.id])]
            predicate = Predicate(role=CompanyRole.BUYER)
            spending.add_rule(name="Buyers", predicate=predicate, tiers=tiers, actor=world.delmas.buyer)
        else:
            data = CeilingData(period=CeilingPeriod.ORDER, amount=Decimal(100), role=CompanyRole.BUYER)
            spending.add_ceiling(data=data, actor=world.delmas.buyer)
    shop.post("/cart/lines/", {f"quantity-{world.acme.variants['VN-1001'].hex}": "600"})
    shop.post("/checkout/", {**form_of(shop), "po_number": "BEHALF-1"})
    with use_tenant(world.acme.scope, party="tenant"):
        assert not Order.objects.exists()
        assert ApprovalRequest.objects.get().requester_id == world.acme.owner.id


def _text(client: Any, path: str) -> str:
    return str(client.get(path).content.decode())


def _carry(client: Any, session_id: UUID) -> None:
    """Claim to act in a session of somebody else."""
    with use_tenant(PLATFORM):
        session = client.client.session
        session[ACTING_SESSION_KEY] = session_id.hex
        session.save()
