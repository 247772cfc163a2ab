"""The buyer's desk: what was ordered last and most, negotiated prices, what waits; ticked lines go into the cart."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from catalog.models import Relation, Variant
from core.tenancy import use_tenant
from customers.queries import require_approved
from frontend.storefront.catalog.again import Asked, again_rows
from orders import carts, services
from orders.bought import Habit, bought, bought_count
from orders.lines import NewLine
from orders.models import Order
from pricing.models import Price, PriceList, PriceListAssignment
from pricing.negotiated import negotiated_goods
from pricing.queries import price_context, resolve
from tests.counting import statements
from tests.world import CompanyWorld, World


@pytest.fixture
def shop(world: World, browser: Any) -> Any:
    return browser(world.acme.host, world.delmas.admin)


def _order(world: World, company: CompanyWorld, *lines: tuple[str, int, str], days_ago: int = 0) -> Order:
    with use_tenant(world.acme.scope, company_id=company.id):
        wishes = [NewLine(world.acme.variants[sku], unit, Decimal(quantity)) for sku, quantity, unit in lines]
        order_id = services.place_order(
            actor=company.buyer, customer=require_approved(company.buyer), lines=wishes, delivery_address={}
        )
        Order.objects.filter(pk=order_id).update(placed_at=timezone.now() - timedelta(days=days_ago))
        return Order.objects.get(pk=order_id)


@pytest.fixture
def history(world: World) -> World:
    """Delmas: the screw three times, the nut once and last, by the box; Lecomte something else; one is cancelled."""
    for days in (30, 20, 10):
        _order(world, world.delmas, ("VN-1001", 100 + days, ""), days_ago=days)
    _order(world, world.delmas, ("VN-1003", 3, "XBX"), days_ago=1)
    cancelled = _order(world, world.delmas, ("VN-1005", 5, ""))
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        services.cancel(order_id=cancelled.id, actor=world.delmas.buyer)
    _order(world, world.lecomte, ("VN-1002", 7, ""))
    return world


def _rows(html: str) -> list[str]:
    return re.findall(r'id="again-[0-9a-f]{32}".*?<code>([^<]+)</code>', html, re.DOTALL)


def test_last_and_most_ordered_are_the_companys_own(history: World) -> None:
    with use_tenant(history.acme.scope, company_id=history.delmas.id):
        customer = require_approved(history.delmas.buyer)
        last = bought(customer, Habit.LAST, limit=10)
        most = bought(customer, Habit.MOST, limit=10)
        assert [item.sku for item in last] == ["VN-1003", "VN-1001"]
        assert [(item.sku, item.order_count) for item in most] == [("VN-1001", 3), ("VN-1003", 1)]
        assert (most[0].quantity, most[0].unit_code) == (Decimal(110), "H87"), "of the last order, not of the first"
        assert (last[0].quantity, last[0].base_quantity) == (Decimal(3), Decimal(600))
        assert bought_count(customer) == 2
        assert [item.sku for item in bought(customer, Habit.LAST, limit=1, offset=1)] == ["VN-1001"]


def test_the_page_shows_todays_own_price_for_the_last_quantity(history: World, browser: Any) -> None:
    _order(history, history.lecomte, ("VN-1001", 200, ""))
    html = browser(history.acme.host, history.lecomte.admin).get("/again/").content.decode()
    assert _rows(html) == ["VN-1001", "VN-1002"]
    assert "<b>€0.330</b>" in html, "the tier of 200 in the own list"
    assert re.search(r'name="quantity-[0-9a-f]+"[^>]* value="200"', html)


def test_the_last_unit_is_offered_again(history: World, shop: Any) -> None:
    html = shop.get("/again/").content.decode()
    key = history.acme.variants["VN-1003"].hex
    row = html.partition(f'id="again-{key}"')[2].partition("</tr>")[0]
    assert 'value="3"' in row
    assert re.search(r'<option value="XBX"[^>]* selected', row)
    assert "3 boxes" in row


def test_only_what_is_ticked_goes_into_the_cart(history: World, shop: Any) -> None:
    screw, nut = (history.acme.variants[sku].hex for sku in ("VN-1001", "VN-1003"))
    fields = {"ticked": "1", f"quantity-{screw}": "40", f"unit-{screw}": "H87", f"quantity-{nut}": "3"}
    assert shop.post("/cart/lines/", {**fields, "take": [screw]}).status_code == 303
    with use_tenant(history.acme.scope, company_id=history.delmas.id):
        buyer = history.delmas.buyer
        wishes = [wish for _id, wish in carts.wishes_of(buyer, require_approved(buyer))]
    assert [(wish.variant_id.hex, wish.quantity) for wish in wishes] == [(screw, Decimal(40))]
    answer = shop.post("/cart/lines/", fields, follow=True)
    assert "tick the articles that you need" in answer.content.decode()
    with use_tenant(history.acme.scope, company_id=history.delmas.id):
        assert carts.line_count(buyer, require_approved(buyer)) == 1


def test_what_is_no_longer_sold_is_shown_with_its_replacement_and_cannot_be_bought(history: World, shop: Any) -> None:
    old, new = history.acme.variants["VN-1001"], history.acme.variants["VN-1003"]
    with use_tenant(history.acme):
        Variant.objects.filter(pk=old).update(state="archived")
        Relation.objects.create(variant_id=old, other_id=new, kind="replacement")
    html = shop.get("/again/").content.decode()
    row = html.partition(f'id="again-{old.hex}"')[2].partition("</tr>")[0]
    assert "no longer sold" in row
    assert 'href="/catalog/p/VN-1003/"' in row
    assert "<input" not in row
    assert "/catalog/p/VN-1001/" not in row


def test_negotiated_goods_are_those_of_lists_that_are_not_everybodys(world: World) -> None:
    with use_tenant(world.acme.scope):
        everybody = PriceList.objects.create(code="all", name="Promotion")
        PriceListAssignment.objects.create(price_list=everybody)
        Price.objects.create(price_list=everybody, variant_id=world.acme.variants["VN-1002"], unit_price="0.6")
    own = {}
    for company in (world.delmas, world.lecomte):
        with use_tenant(world.acme.scope, company_id=company.id):
            customer = require_approved(company.buyer)
            keys = list(negotiated_goods(price_context(customer), customer.view))
            own[company.name] = {sku for sku, key in world.acme.variants.items() if key in keys}
            prices = resolve(price_context(customer), dict.fromkeys(world.acme.variants.values(), Decimal(1)))
            assert set(keys) == {key for key, price in prices.items() if price.price_list.level < 4}
    assert own == {"Ateliers Delmas": set(), "Garage Lecomte": {"VN-1001"}}


def test_a_list_in_another_currency_gives_way_to_everybodys(world: World) -> None:
    with use_tenant(world.acme.scope):
        from pricing.models import ExchangeRate

        ExchangeRate.objects.create(source="USD", target="EUR", rate="0.9")
        dollars = PriceList.objects.create(code="usd", name="USD", currency="USD", is_agreement=True)
        PriceListAssignment.objects.create(price_list=dollars, customer_id=world.acme.customers["delmas"])
        for sku in ("VN-1001", "VN-1002"):
            Price.objects.create(price_list=dollars, variant_id=world.acme.variants[sku], unit_price="0.2")
        Price.objects.filter(price_list__is_base=True, variant_id=world.acme.variants["VN-1002"]).delete()
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        customer = require_approved(world.delmas.buyer)
        keys = list(negotiated_goods(price_context(customer), customer.view))
    assert keys == [world.acme.variants["VN-1002"]]


def test_the_desk_says_what_waits_and_what_to_do(history: World, shop: Any, browser: Any) -> None:
    html = shop.get("/").content.decode()
    assert _rows(html) == ["VN-1003", "VN-1001"]
    assert _rows(shop.get("/", data={"again": "most"}).content.decode()) == ["VN-1001", "VN-1003"]
    assert "Orders under way" in html
    assert "No negotiated prices yet" in shop.get("/", data={"again": "own"}).content.decode()
    onlooker = browser(history.acme.host, history.delmas.viewer).get("/again/").content.decode()
    assert _rows(onlooker) == ["VN-1003", "VN-1001"]
    assert 'name="take"' not in onlooker
    assert browser(history.acme.host, history.nouvelle.admin).get("/again/").status_code == 404


def test_statements_do_not_grow_with_what_was_ordered(world: World) -> None:
    counts = []
    for skus in (("VN-1001",), ("VN-1002", "VN-1003", "VN-1005")):
        _order(world, world.delmas, *((sku, 1, "") for sku in skus))
        with use_tenant(world.acme.scope, company_id=world.delmas.id):
            customer = require_approved(world.delmas.buyer)
            again_rows(Asked(customer, "last"), limit=50)  # what is remembered is remembered
            with statements() as texts:
                rows = again_rows(Asked(customer, "last"), limit=50)
            counts.append((len(rows), len(texts)))
    assert counts == [(1, 4), (4, 4)]
