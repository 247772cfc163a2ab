"""The cart's pages as a buyer uses them, with and without JavaScript."""

from __future__ import annotations

import re
from typing import Any

from core.tenancy import use_tenant
from customers.queries import require_approved
from orders import carts
from orders.models import Order
from tests.world import World


def _add(page: Any, world: World, **quantities: str) -> Any:
    fields = {f"quantity-{world.acme.variants[sku.replace('_', '-')].hex}": q for sku, q in quantities.items()}
    return page.post("/cart/lines/", {**fields, "unit_price": "0.01", "next": "/cart/"})


def test_from_the_cart_to_an_order(world: World, browser: Any) -> None:
    page = browser(world.acme.host, world.delmas.admin)
    assert _add(page, world, VN_1001="200", VN_1003="400").status_code == 303
    html = page.get("/cart/").content.decode()
    assert "€164.00" in html
    assert "€196.80" in html, "the posted price counts for nothing"
    checkout = page.get("/checkout/").content.decode()
    expected = re.search(r'name="expected_total" value="([\d.]+)"', checkout)
    address = re.search(r'name="address" value="([0-9a-f]{32})"', checkout)
    assert expected is not None
    assert address is not None
    cart = re.search(r'name="cart" value="([0-9a-f]{32})"', checkout)
    assert cart is not None
    data = {"address": address[1], "po_number": "PO-42", "expected_total": expected[1], "cart": cart[1]}
    done = page.post("/checkout/", data)
    assert done.status_code == 303
    assert "/orders/" in done["Location"]
    again = page.post("/checkout/", data)
    assert again["Location"] == done["Location"], "sent twice, ordered once"
    with use_tenant(world.acme):
        order = Order.objects.get()
        assert (order.po_number, f"{order.total_amount:.2f}") == ("PO-42", "196.80")


def test_french_pages_speak_french_numbers(world: World, browser: Any) -> None:
    page = browser(world.acme.host, world.delmas.admin, language="fr")
    _add(page, world, VN_1001="5000")
    assert "2\u202f000,00\u00a0€" in page.get("/cart/").content.decode()


def test_wrong_quantities_are_said_and_nothing_is_added(world: World, browser: Any) -> None:
    page = browser(world.acme.host, world.delmas.admin)
    for text in ("1.000", "abc", "-3", "1,5"):
        answer = _add(page, world, VN_1001=text, VN_1003="10")
        assert answer.status_code == 422, text
    assert "empty" in page.get("/cart/").content.decode()


def test_a_changed_price_is_shown_and_nothing_is_ordered(world: World, browser: Any) -> None:
    page = browser(world.acme.host, world.delmas.admin)
    _add(page, world, VN_1001="10")
    address = re.search(r'name="address" value="([0-9a-f]{32})"', page.get("/checkout/").content.decode())
    assert address is not None
    answer = page.post("/checkout/", {"address": address[1], "expected_total": "1.00"})
    assert answer.status_code == 409
    with use_tenant(world.acme):
        assert Order.objects.count() == 0


def test_too_little_credit_is_explained(world: World, browser: Any) -> None:
    page = browser(world.acme.host, world.lecomte.admin)
    _add(page, world, VN_1005="200")
    checkout = page.get("/checkout/").content.decode()
    address = re.search(r'name="address" value="([0-9a-f]{32})"', checkout)
    assert address is not None
    answer = page.post("/checkout/", {"address": address[1]})
    assert answer.status_code == 422
    assert "€407.20" in answer.content.decode()


def test_lines_change_and_go(world: World, browser: Any) -> None:
    page = browser(world.acme.host, world.delmas.admin)
    _add(page, world, VN_1001="10", VN_1003="20")
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        pairs = carts.wishes_of(world.delmas.buyer, require_approved(world.delmas.buyer))
    first, second = (line_id.hex for line_id, _wish in pairs)
    fields = {f"quantity-{first}": "2", f"unit-{first}": "XBX", f"quantity-{second}": "20", f"unit-{second}": "H87"}
    assert page.post("/cart/update/", {**fields, "remove": second}).status_code == 303
    html = page.get("/cart/").content.decode()
    assert "€100.00" in html
    assert "VN-1003" not in html
    assert page.post("/cart/update/", {f"quantity-{first}": "x", f"unit-{first}": "XBX"}).status_code == 422


def test_others_do_not_see_a_cart(world: World, browser: Any) -> None:
    page = browser(world.acme.host, world.delmas.admin)
    _add(page, world, VN_1001="10")
    assert "VN-1001" not in browser(world.acme.host, world.lecomte.admin).get("/cart/").content.decode()
    assert browser(world.acme.host).get("/cart/").status_code == 303
    assert browser(world.acme.host, world.nouvelle.admin).get("/cart/").status_code == 403
    assert browser(world.acme.host, world.delmas.viewer).post("/cart/lines/", {}).status_code == 303
    assert _add(browser(world.acme.host, world.delmas.viewer), world, VN_1001="1").status_code == 403
