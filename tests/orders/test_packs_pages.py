"""Packs on the pages: configured, put into the cart, chosen again, ordered, seen on both sides, ordered again."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from html import unescape
from typing import Any

import pytest

from catalog.models import Product, VisibilityRule
from catalog.queries import listed_variants
from core.tenancy import use_tenant
from customers.queries import require_approved
from frontend.storefront.catalog.rows import own_prices
from integrations.api.representations import products
from inventory.models import Stock
from orders.models import CartLine, Order, OrderLine
from pricing.models import Price
from search import indexing
from search.listprices import list_prices
from tests.catalog.test_packs import KIT, SET, acting, make
from tests.counting import statements
from tests.orders.test_packs import packed  # noqa: F401  # a fixture
from tests.world import World

Open = Callable[..., Any]
CONFIGURE, PUT = "/catalog/configure/VN-1001/", "/cart/packs/VN-1001/"


def text_of(answer: Any) -> str:
    return unescape(answer.content.decode())


def fields_of(html: str, form: str) -> dict[str, Any]:
    """What a form of the page sends; names that occur more than once as lists."""
    found: dict[str, Any] = {}
    body = html.split(form, 1)[1].split("</form>", 1)[0]
    for tag in re.findall(r"<input[^>]*>", body):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name is not None and name[1] != "csrfmiddlewaretoken":
            found.setdefault(name[1], []).append(value[1] if value else "")
    return {name: values if len(values) > 1 else values[0] for name, values in found.items()}


def test_a_set_goes_from_its_page_to_the_order_on_both_sides(packed: World, browser: Open) -> None:  # noqa: F811
    page = browser(packed.acme.host, packed.delmas.admin)
    html = text_of(page.get(f"{CONFIGURE}?asked=1&chosen-A=A1&chosen=B1"))
    assert "8 in stock" in html
    sent = fields_of(html, 'id="pack-order"')
    assert sent["chosen"] == ["A1", "B1"]
    assert page.post(PUT, {**sent, "quantity": "2", "unit_price": "0.01", "net": "1"}).status_code == 303
    html = text_of(page.get("/cart/"))
    assert "VN-1001-A1-B1" in html
    assert "20 pieces × Cap screw M8×50 A4" in html
    assert "€75.60" in html, "the posted price counts for nothing"
    again = re.search(r'href="([^"]+)">Change the options', html)
    assert again is not None
    html = text_of(page.get(again[1]))
    assert "Change the cart" in html
    changed = re.sub("chosen=B1&", "", again[1])
    sent = fields_of(text_of(page.get(changed)), 'id="pack-order"')
    assert (sent["chosen"], sent["quantity"]) == ("A1", "2")
    assert page.post(PUT, {**sent, "quantity": "3"}).status_code == 303
    html = text_of(page.get("/cart/"))
    assert "VN-1001-A1-B1" not in html
    assert "€23.40" in html
    checkout = text_of(page.get("/checkout/"))
    assert "30 pieces × Lock nut M8 A2" in checkout
    address = re.search(r'name="address" value="([0-9a-f]{32})"', checkout)
    assert address is not None
    sent = fields_of(checkout, 'id="checkout-form"')
    done = page.post("/checkout/", {**sent, "address": address[1]})
    assert done.status_code == 303
    order = text_of(page.get(done["Location"]))
    assert "VN-1001-A1" in order
    assert "30 pieces × Cap screw M8×50 A4" in order
    with use_tenant(packed.acme):
        order_id = Order.objects.get().pk
    staff = browser(packed.acme.host, packed.acme.owner)
    assert staff.post(f"/portal/orders/{order_id}/confirm/").status_code == 303
    portal = text_of(staff.get(f"/portal/orders/{order_id}/"))
    assert "30 pieces × Lock nut M8 A2" in portal.split("Ship this parcel")[0], "what is to be picked"


def _placed(page: Any) -> str:
    checkout = text_of(page.get("/checkout/"))
    address = re.search(r'name="address" value="([0-9a-f]{32})"', checkout)
    assert address is not None
    done = page.post("/checkout/", {**fields_of(checkout, 'id="checkout-form"'), "address": address[1]})
    assert done.status_code == 303
    return str(done["Location"])


def test_ordering_again_asks_again_about_each_choice(packed: World, browser: Open) -> None:  # noqa: F811
    page = browser(packed.acme.host, packed.delmas.admin)
    for choice in (["A1", "B1"], ["A2"]):
        assert page.post(PUT, {"chosen": choice, "quantity": "2", "unit": "H87"}).status_code == 303
    path = f"{_placed(page).partition('?')[0]}again/"
    html = text_of(page.get(path))
    assert "VN-1001-A1-B1" in html
    assert html.count('name="take"') == 2
    assert page.post(path)["Location"] == "/cart/"
    with use_tenant(packed.acme):
        rows = CartLine.objects.filter(cart__is_open=True).values_list("choice", "quantity")
        assert sorted(rows) == [("A1-B1", Decimal(2)), ("A2", Decimal(2))]
    page.post("/cart/clear/")
    make(packed, replace(SET, options=(*SET.options[:2], replace(SET.options[2], name_fr="Peinture"), SET.options[3])))
    answer = page.post(path)
    assert answer["Location"] == f"{path}?left=1"
    html = text_of(page.get(answer["Location"]))
    assert "consists of something else" in html
    assert "/catalog/configure/VN-1001/?asked=1&chosen=A1&chosen=B1" in html
    with use_tenant(packed.acme):
        assert CartLine.objects.get(cart__is_open=True).choice == "A2"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"chosen": ["A2", "B1"], "quantity": "1"}, "does not go with"),
        ({"chosen": ["A1", "Z9"], "quantity": "1"}, "There is no option Z9."),
        ({"chosen": ["A1"], "quantity": "x"}, "is not a quantity"),
        ({"chosen": ["A1"], "quantity": "0"}, "this is no quantity"),
        ({"chosen": ["A1"], "quantity": "1", "unit": "KGM"}, "not sold in this unit"),
        ({"chosen": ["A1"], "quantity": "1", "digest": "0" * 16}, "consists of something else"),
        ({"quantity": "1"}, "choose at least one"),
    ],
)
def test_what_cannot_be_is_said_on_the_page(
    packed: World,  # noqa: F811
    browser: Open,
    sent: dict[str, Any],
    said: str,
) -> None:
    page = browser(packed.acme.host, packed.delmas.admin)
    answer = page.post(PUT, sent)
    assert answer.status_code == 422
    assert said in text_of(answer)
    with use_tenant(packed.acme):
        assert not CartLine.objects.exists()


def test_who_may_not_order_or_see_puts_nothing_into_a_cart(packed: World, browser: Open) -> None:  # noqa: F811
    sent = {"chosen": "A1", "quantity": "1"}
    assert browser(packed.acme.host).post(PUT, sent).status_code == 303  # to sign in
    assert browser(packed.acme.host, packed.delmas.viewer).post(PUT, sent).status_code == 403
    assert browser(packed.acme.host, packed.nouvelle.admin).post(PUT, sent).status_code == 403
    viewer = text_of(browser(packed.acme.host, packed.delmas.viewer).get(CONFIGURE))
    assert 'id="pack-order"' not in viewer
    page = browser(packed.acme.host, packed.delmas.admin)
    assert page.post("/cart/packs/VN-1002/", sent).status_code == 404, "no pack"
    with acting(packed):
        VisibilityRule.objects.create(product=Product.objects.get(code="VN-1003"), is_visible=False)
    html = text_of(page.get(f"{CONFIGURE}?asked=1&chosen=A1"))
    assert "Lock nut" not in html
    assert "VN-1003" not in html
    assert page.post(PUT, sent).status_code == 422
    with acting(packed):
        VisibilityRule.objects.create(product=Product.objects.get(code="VN-1002"), is_visible=False)
    assert page.get(CONFIGURE).status_code == 404
    assert page.post(PUT, sent).status_code == 404
    with use_tenant(packed.acme):
        assert not CartLine.objects.exists()


def test_a_cart_with_a_hidden_part_does_not_name_it(packed: World, browser: Open) -> None:  # noqa: F811
    page = browser(packed.acme.host, packed.delmas.admin)
    page.post(PUT, {"chosen": ["A1"], "quantity": "1"})
    with acting(packed):
        VisibilityRule.objects.create(product=Product.objects.get(code="VN-1002"), is_visible=False)
    html = text_of(page.get("/cart/"))
    assert "cannot be ordered as it is" in html
    assert "M8×50" not in html
    assert "Change the options" not in html


def test_what_the_pack_s_own_variant_costs_is_shown_and_sold_nowhere(packed: World, browser: Open) -> None:  # noqa: F811
    html = text_of(browser(packed.acme.host, packed.delmas.admin).get("/catalog/p/VN-1001/"))
    assert "It costs what is in it" in html
    assert "€0.50" not in html
    assert 'id="cart-form"' not in html
    assert "Contents and options" in html
    pack, plain = (packed.acme.variants[sku] for sku in ("VN-1001", "VN-1002"))
    with use_tenant(packed.acme.scope, company_id=packed.delmas.id):
        customer = require_approved(packed.delmas.buyer)
        listed = listed_variants([pack, plain], customer.view)
        assert own_prices(listed, customer).keys() == {plain}
        assert list_prices([pack, plain]).keys() == {plain}
        prices = {product["sku"]: product["price"] for product in products([*listed.values()], customer)}
    assert prices["VN-1001"] is None
    assert prices["VN-1002"] is not None


def test_the_file_of_the_cart_says_what_is_in_a_pack(packed: World, browser: Open) -> None:  # noqa: F811
    page = browser(packed.acme.host, packed.delmas.admin)
    page.post(PUT, {"chosen": ["A1", "B1"], "quantity": "2"})
    content = page.get("/cart/download/").content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(content), delimiter=";")
    assert (row["Reference"], row["Quantity"], row["Net"]) == ("VN-1001", "2", "75.6")
    assert row["Contents"] == "VN-1001-A1-B1: 20 pieces VN-1002, 20 pieces VN-1003"


def test_pages_take_as_many_statements_for_many_packs_as_for_one(packed: World, browser: Open) -> None:  # noqa: F811
    page = browser(packed.acme.host, packed.delmas.admin)
    counts = []
    for choices in (["A1"], ["A2"]), (["A1", "B1"], ["A1", "B1", "B2"]):
        for chosen in choices:
            page.post(PUT, {"chosen": chosen, "quantity": "1"})
        page.get("/cart/")
        with statements() as cart:
            page.get("/cart/")
        with statements() as checkout:
            page.get("/checkout/")
        counts.append((len(cart), len(checkout)))
    assert counts[0] == counts[1]
    path = _placed(page)
    with use_tenant(packed.acme):
        assert OrderLine.objects.count() == 4
    page.get(path)
    with statements() as order:
        page.get(path)
    assert not any("orders_ordercomponent" in text for text in order), "the snapshot says it"


def test_lists_say_of_a_pack_that_it_is_priced_by_what_is_in_it(packed: World, browser: Open) -> None:  # noqa: F811
    with use_tenant(packed.acme):
        Price.objects.filter(variant__sku="VN-1003").delete()
        indexing.rebuild_shop(tenant_id=packed.acme.id)
    html = text_of(browser(packed.acme.host, packed.delmas.admin).get("/catalog/"))
    for sku in ("VN-1001", "VN-1004"):
        row = re.findall(rf'<tr id="p-{packed.acme.variants[sku].hex}">.*?</tr>', html, re.DOTALL)[0]
        assert f'href="/catalog/configure/{sku}/">Price by composition' in row
        assert "price on request" not in row
    nut = re.findall(rf'<tr id="p-{packed.acme.variants["VN-1003"].hex}">.*?</tr>', html, re.DOTALL)[0]
    assert "price on request" in nut
    assert "/catalog/configure/" not in nut


def test_lists_show_what_a_kit_costs_and_how_many_there_are(packed: World, browser: Open) -> None:  # noqa: F811
    with use_tenant(packed.acme):
        indexing.rebuild_shop(tenant_id=packed.acme.id)
        Stock.objects.filter(variant__sku="VN-1003").update(on_hand=44)
    page = browser(packed.acme.host, packed.delmas.admin)

    def row_of(html: str) -> str:
        key = packed.acme.variants["VN-1004"].hex
        return str(re.findall(rf'<tr id="p-{key}">.*?</tr>', html, re.DOTALL)[0])

    def asked() -> int:
        page.get("/catalog/")  # what is cached is cached
        with statements() as found:
            page.get("/catalog/")
        return len(found)

    row = row_of(text_of(page.get("/catalog/")))
    assert "8 in stock" in row
    assert "Price by composition" not in row
    price = re.search(r"<b>(€[0-9.,]+)</b>", row)
    assert price is not None
    key = packed.acme.variants["VN-1004"].hex
    page.post("/cart/lines/", {f"quantity-{key}": "1", f"unit-{key}": ""})
    assert price[1] in text_of(page.get("/cart/"))
    before = asked()
    make(packed, KIT)  # what was a set is another kit
    with use_tenant(packed.acme):
        indexing.rebuild_shop(tenant_id=packed.acme.id)
    assert asked() == before


def test_the_marketplace_leads_to_where_a_pack_is_priced(packed: World, browser: Open) -> None:  # noqa: F811
    line = f"{packed.acme.id.hex}:{packed.acme.variants['VN-1001'].hex}"
    html = text_of(browser("localhost", packed.delmas.admin).get(f"/compare/?line={line}"))
    assert "Price by composition" in html
    assert "?next=%2Fcatalog%2Fconfigure%2FVN-1001%2F" in html
    assert "rice on request" not in html
