"""A form is shown to who may send it: others are refused at once, or read the page without it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from core.tenancy import use_tenant
from customers.queries import require_approved
from orders import fulfilment, services
from orders.lines import NewLine
from orders.models import Order
from tests.orders.test_returns import ask, shipped
from tests.world import World


@pytest.fixture
def order(world: World) -> Order:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        actor, line = world.delmas.buyer, NewLine(world.acme.variants["VN-1001"], "", Decimal(40))
        order_id = services.place_order(
            actor=actor, customer=require_approved(actor), lines=[line], delivery_address={}
        )
        return Order.objects.get(pk=order_id)


def test_who_may_only_look_is_refused_before_the_form(world: World, order: Order, browser: Any) -> None:
    onlooker, buyer = browser(world.acme.host, world.delmas.viewer), browser(world.acme.host, world.delmas.admin)
    for path in (f"/orders/{order.pk}/change/", "/quick-order/", "/recurring/new/"):
        assert buyer.get(path).status_code == 200, path
        assert (onlooker.get(path).status_code, onlooker.post(path).status_code) == (403, 403), path


def test_what_is_useful_to_read_is_shown_without_a_form(world: World, browser: Any) -> None:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        return_id = ask(world, shipped(world, ("VN-1001", 10, "")), {"VN-1001": 5})
    onlooker, buyer = browser(world.acme.host, world.delmas.viewer), browser(world.acme.host, world.delmas.admin)
    for path, action in (
        (f"/returns/{return_id}/", f'action="/returns/{return_id}/"'),
        ("/company/part-numbers/", 'action="/company/part-numbers/"'),
    ):
        assert action in buyer.get(path).content.decode(), path
        page = onlooker.get(path)
        assert (page.status_code, action in page.content.decode()) == (200, False), path
        assert onlooker.post(path, {"step": "withdrawn", "number": "A", "code": "VN-1001"}).status_code == 403, path
    answer = browser(world.bolt.host, world.delmas.viewer).get("/account/request/")
    assert answer.status_code == 200
    assert 'name="message"' not in answer.content.decode()


def test_nothing_leads_to_a_page_that_refuses(world: World, order: Order, browser: Any) -> None:
    onlooker = browser(world.acme.host, world.delmas.viewer)
    with use_tenant(world.acme.scope, party="tenant"):
        fulfilment.confirm_order(order_id=order.pk, actor=world.acme.staff)
    for path in ("/", "/again/?again=due", "/cart/", "/orders/", f"/orders/{order.pk}/", "/lists/"):
        html = onlooker.get(path).content.decode()
        for refused in ('href="/quick-order/"', "/change/", "/recurring/new/"):
            assert refused not in html, (path, refused)
