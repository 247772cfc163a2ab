"""The marketplace's cart: lines of all suppliers on one page, changed and ordered there."""

from __future__ import annotations

import re
from typing import Any

import pytest

from catalog.enums import VariantState
from catalog.models import Variant
from core.scope import PLATFORM
from core.tenancy import use_tenant
from inventory.models import Stock
from marketplace.models import Purchase
from orders.models import CartLine, Order
from tests.counting import statements
from tests.marketplace.purchasing import assert_nothing_placed, fill
from tests.world import World


@pytest.fixture
def page(world: World, browser: Any) -> Any:
    return browser("localhost", world.delmas.admin)


def form_of(page: Any) -> dict[str, str]:
    """What the page would send."""
    html = page.get("/cart/").content.decode()
    found = dict(re.findall(r'<input type="hidden" name="((?:cart|expected|shown)-[0-9a-f]+)" value="([^"]*)"', html))
    found |= dict(re.findall(r'<input[^>]* name="(quantity-[0-9a-f]+)"[^>]* value="([^"]*)"', html))
    address = re.search(r'name="address" value="([0-9a-f]+)"', html)
    assert address is not None
    return found | {"address": address[1]}


def test_everything_is_ordered_from_one_page(world: World, page: Any) -> None:
    fill(world, world.acme)
    fill(world, world.bolt)
    form = form_of(page)
    assert len([name for name in form if name.startswith("quantity-")]) == 2
    answers = [page.post("/cart/", {**form, "order": "1", "po_number": "PO-5"}) for _sent in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0]["Location"] == answers[1]["Location"], "sent twice it is one purchase"
    html = page.get(answers[0]["Location"]).content.decode()
    for tenant in (world.acme, world.bolt):
        assert tenant.name in html
        with use_tenant(tenant.scope):
            order = Order.objects.get()
            assert order.number in html
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        number = Purchase.objects.get().number
    assert number in page.get("/documents/").content.decode()


def test_the_order_page_names_its_purchase(world: World, page: Any, browser: Any) -> None:
    fill(world, world.acme)
    assert page.post("/cart/", {**form_of(page), "order": "1"}).status_code == 303
    with use_tenant(world.acme.scope):
        order_id = Order.objects.get().pk
    html = browser(world.acme.host, world.delmas.admin).get(f"/orders/{order_id}/").content.decode()
    assert "purchase AC-" in html


def test_a_refused_line_is_shown_and_what_was_typed_stays(world: World, page: Any) -> None:
    fill(world, world.acme)
    fill(world, world.bolt)
    form = {**form_of(page), "po_number": "PO-KEPT"}
    key = world.acme.variants["VN-1002"]
    with use_tenant(world.acme.scope):
        Variant.objects.filter(pk=key).update(state=VariantState.ENDING)
        Stock.objects.filter(variant_id=key).update(on_hand=3, reserved=0)
        line = CartLine.objects.get().pk.hex
    answer = page.post("/cart/", {**form, "order": "1"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="error-{line}"' in html
    assert f'id="refusal-{world.acme.id.hex}"' in html
    assert f'id="refusal-{world.bolt.id.hex}"' not in html
    assert 'value="PO-KEPT"' in html
    assert_nothing_placed(world)
    repaired = page.post("/cart/", {**form, "remove": line})
    assert 'value="PO-KEPT"' in repaired.content.decode(), "what was typed is not lost by a repair"
    assert page.post("/cart/", {**form_of(page), "order": "1"}).status_code == 303
    with use_tenant(world.acme.scope):
        assert not Order.objects.exists()


def test_a_quantity_that_was_changed_is_not_ordered_at_the_old_total(world: World, page: Any) -> None:
    fill(world, world.acme)
    fill(world, world.bolt)
    form = form_of(page)
    name = next(name for name in form if name.startswith("quantity-"))
    answer = page.post("/cart/", {**form, name: "20", "order": "1"})
    assert answer.status_code == 422
    assert "The total has changed" in answer.content.decode()
    with use_tenant(world.bolt.scope):
        assert not Order.objects.exists()
    assert page.post("/cart/", {**form, name: "many"}).status_code == 422


def test_statements_of_the_page_do_not_grow_with_lines(world: World, page: Any) -> None:
    counts = []
    for skus in (("VN-1002",), ("VN-1001", "VN-1003", "VN-1004")):
        for sku in skus:
            fill(world, world.acme, sku, 100)
        page.get("/cart/")
        with statements() as texts:
            assert page.get("/cart/").status_code == 200
        counts.append(len(texts))
    assert counts[0] == counts[1]


def test_a_viewer_has_no_cart(world: World, browser: Any) -> None:
    fill(world, world.acme)
    html = browser("localhost", world.delmas.viewer).get("/cart/").content.decode()
    assert "Your cart is empty" in html
