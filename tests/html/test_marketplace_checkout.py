"""The marketplace's cart as a checkout: how each supplier delivers and is paid, what is said to all of them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.enums import CompanyRole
from core.tenancy import use_tenant
from orders.models import Order
from tests.html.test_marketplace_cart import form_of
from tests.marketplace.purchasing import assert_nothing_placed, fill
from tests.orders.buying_company import member, two_steps
from tests.orders.test_order_terms import decide
from tests.world import World

DAY = timezone.localdate() + timedelta(days=30)
SAID = {"po_number": "PO-7", "project": "Ligne 3", "requested_on": DAY.isoformat(), "note": "Quai B"}


@pytest.fixture
def page(world: World, browser: Any) -> Any:
    fill(world, world.acme)
    fill(world, world.bolt)
    return browser("localhost", world.delmas.admin)


def test_what_is_said_is_said_to_all_and_methods_to_each(world: World, page: Any) -> None:
    decide(world, delivery_methods=("carrier", "collect"), payment_methods=("account", "transfer"))
    html = page.get("/cart/").content.decode()
    assert "Collected by the customer" in html
    names = {name: f"{world.acme.id.hex}-{name}" for name in ("delivery_method", "payment_method")}
    assert f'name="{world.bolt.id.hex}-delivery_method"' not in html, "there is no choice at Bolt"
    chosen = {names["delivery_method"]: "collect", names["payment_method"]: "transfer"}
    first = page.post("/cart/", {**form_of(page), **chosen, **SAID})
    shown = first.content.decode()
    assert re.search(r'value="collect"[^>]* checked', shown), "a new sum does not lose what was chosen"
    expected = dict(re.findall(r'name="(expected-[0-9a-f]+)" value="([^"]*)"', shown))
    answer = page.post("/cart/", {**form_of(page), **expected, **chosen, **SAID, "order": "1"})
    assert answer.status_code == 303, answer.content.decode()
    for tenant, methods in ((world.acme, ("collect", "transfer")), (world.bolt, ("carrier", "account"))):
        with use_tenant(tenant.scope):
            order = Order.objects.get()
        assert (order.delivery_method, order.payment_method) == methods
        assert (order.po_number, order.project, order.requested_on, order.note) == ("PO-7", "Ligne 3", DAY, "Quai B")


def test_a_method_that_a_supplier_does_not_offer_is_refused_there(world: World, page: Any) -> None:
    answer = page.post("/cart/", {**form_of(page), f"{world.bolt.id.hex}-delivery_method": "collect", "order": "1"})
    assert answer.status_code == 422
    assert f'id="refusal-{world.bolt.id.hex}"' in answer.content.decode()
    assert_nothing_placed(world)


def test_a_day_that_has_passed_is_said_at_its_field(world: World, page: Any) -> None:
    answer = page.post("/cart/", {**form_of(page), **SAID, "requested_on": "2020-01-02", "order": "1"})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert 'id="f-requested_on-error"' in html
    assert 'value="PO-7"' in html
    assert_nothing_placed(world)


def test_a_supplier_that_needs_a_reference_says_so(world: World, page: Any) -> None:
    decide(world, po_required=True)
    answer = page.post("/cart/", {**form_of(page), "order": "1"})
    html = answer.content.decode()
    assert f'id="refusal-{world.acme.id.hex}"' in html
    assert f'id="refusal-{world.bolt.id.hex}"' not in html
    assert_nothing_placed(world)


def test_what_is_due_when_is_shown_for_each_supplier(world: World, page: Any) -> None:
    html = page.get("/cart/").content.decode()
    assert html.count("What is due when<span") == 2
    assert html.count("Credit left") >= 2


def test_an_approval_that_is_needed_is_said_with_the_way_to_it(world: World, page: Any) -> None:
    chief, director = (member(world, name, CompanyRole.APPROVER) for name in ("chief", "director"))
    two_steps(world, chief, director, minimum="1")
    html = page.get("/cart/").content.decode()
    assert html.count("Needs an approval") == 2
    assert f"/go/{world.acme.id}/?next=%2Fcheckout%2F" in html
    assert page.post("/cart/", {**form_of(page), "order": "1"}).status_code != 303
    assert_nothing_placed(world)
