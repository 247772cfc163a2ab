"""The pages on which a buyer changes an order and a supplier cancels a part of one, without JavaScript."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.tenancy import use_tenant
from orders import fulfilment
from orders.models import Order, OrderLine
from tests.orders.test_amending import place
from tests.world import World


@pytest.fixture
def order(world: World) -> UUID:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        return place(world, ("VN-1001", 400, ""), ("VN-1003", 200, "")).pk


def _fields(world: World, order_id: UUID, *quantities: str) -> dict[str, str]:
    with use_tenant(world.acme):
        keys = [key.hex for key in OrderLine.objects.filter(order_id=order_id).values_list("pk", flat=True)]
    return {f"line-{key}": text for key, text in zip(keys, quantities, strict=True)}


def _now(world: World, order_id: UUID) -> Order:
    with use_tenant(world.acme):
        return Order.objects.get(pk=order_id)


def test_a_change_is_shown_before_it_is_saved(world: World, browser: Any, order: UUID) -> None:
    shop = browser(world.acme.host, world.delmas.admin)
    page = shop.get(f"/orders/{order}/change/")
    assert 'name="version" value="1"' in page.content.decode()
    fields = {**_fields(world, order, "600", "0"), "version": "1", "po_number": "PO-2", "address": ""}
    shown = shop.post(f"/orders/{order}/change/", fields)
    text = shown.content.decode()
    assert shown.status_code == 200
    assert re.search(r"<del>€0\.50*</del> → <b>€0\.40*</b>", text)
    assert "removed" in text
    assert _now(world, order).version == 1
    assert shop.post(f"/orders/{order}/change/", {**fields, "step": "save"}).status_code == 303
    assert (_now(world, order).version, _now(world, order).po_number) == (2, "PO-2")
    earlier = shop.get(f"/orders/{order}/earlier/").content.decode()
    assert "VN-1003" in earlier
    assert "PO-1" in earlier


def test_who_is_second_is_shown_both(world: World, browser: Any, order: UUID) -> None:
    shop = browser(world.acme.host, world.delmas.admin)
    fields = {**_fields(world, order, "500", "200"), "version": "1", "po_number": "PO-1", "step": "save"}
    assert shop.post(f"/orders/{order}/change/", fields).status_code == 303
    second = shop.post(f"/orders/{order}/change/", {**fields, "po_number": "PO-MINE"})
    assert second.status_code == 409
    text = second.content.decode()
    assert 'name="version" value="2"' in text
    assert "PO-MINE" in text
    assert _now(world, order).po_number == "PO-1"


def test_what_is_wrong_is_said_at_its_line(world: World, browser: Any, order: UUID) -> None:
    shop = browser(world.acme.host, world.delmas.admin)
    for typed, said in (("abc", "This is not a number."), ("1.5", "in multiples of")):
        answer = shop.post(f"/orders/{order}/change/", {**_fields(world, order, typed, "200"), "version": "1"})
        assert answer.status_code == 422
        assert said in answer.content.decode()
    assert _now(world, order).version == 1


def test_the_supplier_cancels_a_part_and_the_buyer_is_told(
    world: World, browser: Any, order: UUID, drain: Any, mailoutbox: list[Any]
) -> None:
    with use_tenant(world.acme.scope, party="tenant"):
        fulfilment.confirm_order(order_id=order, actor=world.acme.staff)
    portal = browser(world.acme.host, world.acme.owner)
    path = f"/portal/orders/{order}/cut/"
    assert portal.get(path).status_code == 200
    without = portal.post(path, _fields(world, order, "10", ""))
    assert without.status_code == 422
    too_much = portal.post(path, {**_fields(world, order, "401", ""), "reason": "Broken"})
    assert "Only 400 of this line" in too_much.content.decode()
    drain()
    mailoutbox.clear()
    assert portal.post(path, {**_fields(world, order, "100", ""), "reason": "Broken machine"}).status_code == 303
    drain()
    (letter,) = mailoutbox
    assert letter.to == [world.delmas.admin.email]
    assert "Broken machine" in letter.body
    assert "400 → 300" in letter.body
    assert "Broken machine" in portal.get(f"/portal/orders/{order}/").content.decode()


def test_a_change_tells_the_supplier_who_cannot_confirm_the_old_order(
    world: World, browser: Any, order: UUID, drain: Any, mailoutbox: list[Any]
) -> None:
    portal, shop = browser(world.acme.host, world.acme.owner), browser(world.acme.host, world.delmas.admin)
    drain()
    mailoutbox.clear()
    shop.post(f"/orders/{order}/change/", {**_fields(world, order, "300", "200"), "version": "1", "step": "save"})
    drain()
    assert [letter.to for letter in mailoutbox] == [[world.acme.owner.email]]
    portal.post(f"/portal/orders/{order}/confirm/", {"version": "1"})
    assert _now(world, order).state == "placed"
    portal.post(f"/portal/orders/{order}/confirm/", {"version": "2"})
    assert _now(world, order).state == "confirmed"


def test_the_page_asks_as_much_for_many_lines(world: World, browser: Any) -> None:
    shop = browser(world.acme.host, world.delmas.admin)

    def count(*skus: str) -> int:
        with use_tenant(world.acme.scope, company_id=world.delmas.id):
            order = place(world, *((sku, 10, "") for sku in skus)).pk
        with CaptureQueriesContext(connection) as seen:
            shop.get(f"/orders/{order}/change/")
        return len(seen)

    count("VN-1001")
    assert count("VN-1001") == count("VN-1001", "VN-1002", "VN-1003", "VN-1004")
