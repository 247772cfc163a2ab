"""A checkout that is sent again, from the same page, another tab or after a lost answer, is one order."""

from __future__ import annotations

import re
from typing import Any

import pytest

from core.tenancy import use_tenant
from inventory.models import Stock, StockMovement
from orders.models import Cart, Order
from payments.models import CreditEntry
from tests.world import World


def add(page: Any, world: World, sku: str, quantity: int) -> None:
    form = {f"quantity-{world.acme.variants[sku].hex}": str(quantity), "next": "/cart/"}
    assert page.post("/cart/lines/", form).status_code == 303


def form_of(page: Any) -> dict[str, str]:
    """What the checkout page would send."""
    html = page.get("/checkout/").content.decode()
    found = {}
    for name in ("cart", "version", "expected_total", "address"):
        field = re.search(rf'name="{name}" value="([^"]+)"', html)
        assert field is not None, name
        found[name] = field[1]
    return found


def assert_ordered_once(world: World, sku: str, quantity: int) -> None:
    """One order, one reservation in each ledger, and nothing more taken from the stock."""
    with use_tenant(world.acme):
        order = Order.objects.get()
        assert order.transitions.count() == 1
        assert StockMovement.objects.get(reference=str(order.pk)).quantity == quantity
        assert CreditEntry.objects.get(order_id=order.pk).reserved_delta == order.total_amount
        assert CreditEntry.objects.filter(kind="reserve").count() == 1
        assert Stock.objects.get(variant_id=world.acme.variants[sku]).reserved == quantity


def test_the_same_form_twice(world: World, browser: Any) -> None:
    page = browser(world.acme.host, world.delmas.admin)
    add(page, world, "VN-1002", 10)
    form = form_of(page)
    first, second = page.post("/checkout/", form), page.post("/checkout/", form)
    assert (first.status_code, second.status_code) == (303, 303)
    assert second["Location"] == first["Location"]
    assert_ordered_once(world, "VN-1002", 10)


def test_two_tabs_with_the_same_cart(world: World, browser: Any) -> None:
    """Whatever was typed in the second one: the cart has become the first one's order."""
    page, other = (browser(world.acme.host, world.delmas.admin) for _tab in range(2))
    add(page, world, "VN-1002", 10)
    form, others = form_of(page), form_of(other)
    first = page.post("/checkout/", {**form, "po_number": "PO-1"})
    second = other.post("/checkout/", {**others, "po_number": "PO-2"})
    assert second["Location"] == first["Location"]
    assert_ordered_once(world, "VN-1002", 10)
    with use_tenant(world.acme):
        assert Order.objects.get().po_number == "PO-1"


def test_a_lost_answer_and_another_try_by_hand(world: World, browser: Any) -> None:
    """The page that is opened anew says that there is nothing to order, and the order is among the orders."""
    page = browser(world.acme.host, world.delmas.admin)
    add(page, world, "VN-1002", 10)
    page.post("/checkout/", form_of(page))
    assert page.get("/checkout/")["Location"] == "/cart/"
    with use_tenant(world.acme):
        number = Order.objects.get().number
    assert number in page.get("/orders/").content.decode()


def test_a_try_after_a_lost_answer_leaves_the_next_cart_alone(world: World, browser: Any) -> None:
    page = browser(world.acme.host, world.delmas.admin)
    add(page, world, "VN-1002", 10)
    form = form_of(page)
    first = page.post("/checkout/", form)
    add(page, world, "VN-1003", 20)
    again = page.post("/checkout/", form)
    assert again["Location"] == first["Location"]
    assert_ordered_once(world, "VN-1002", 10)
    with use_tenant(world.acme):
        assert Cart.objects.get(is_open=True).lines.count() == 1
    assert page.post("/checkout/", form_of(page))["Location"] != first["Location"]
    with use_tenant(world.acme):
        assert Order.objects.count() == 2


def test_a_page_that_was_shown_before_the_cart_grew_orders_nothing(world: World, browser: Any) -> None:
    page, other = (browser(world.acme.host, world.delmas.admin) for _tab in range(2))
    add(page, world, "VN-1002", 10)
    form = form_of(page)
    add(other, world, "VN-1002", 5)
    assert page.post("/checkout/", form).status_code == 409
    with use_tenant(world.acme):
        assert not Order.objects.exists()
        assert Cart.objects.get(is_open=True).lines.get().quantity == 15


@pytest.mark.parametrize("fields", [("cart", "address"), ("address",)])
def test_a_cart_that_another_tab_has_emptied_was_not_ordered(world: World, browser: Any, fields: Any) -> None:
    """And nobody is told that it was."""
    page, other = (browser(world.acme.host, world.delmas.admin) for _tab in range(2))
    add(page, world, "VN-1002", 10)
    form = form_of(page)
    other.post("/cart/clear/")
    answer = page.post("/checkout/", {name: form[name] for name in fields})
    assert (answer.status_code, answer["Location"]) == (303, "/cart/")
    text = page.get("/cart/").content.decode()
    assert "There is nothing to order." in text
    assert "ordered already" not in text
    with use_tenant(world.acme):
        assert not Order.objects.exists()


def test_a_form_of_somebody_elses_cart_orders_nothing(world: World, browser: Any) -> None:
    page, stranger = (browser(world.acme.host, company.admin) for company in (world.delmas, world.lecomte))
    add(page, world, "VN-1002", 10)
    form = form_of(page)
    add(stranger, world, "VN-1002", 10)
    own = form_of(stranger)
    first = page.post("/checkout/", form)
    answer = stranger.post("/checkout/", {**own, "cart": form["cart"]})
    assert answer["Location"] == "/cart/"
    assert first["Location"] != answer["Location"]
    assert_ordered_once(world, "VN-1002", 10)
