"""Packs in the API: ordered by their options, told with what is in them."""

from __future__ import annotations

from typing import Any

import pytest

from core.tenancy import use_tenant
from inventory.models import Stock
from orders.models import Order
from tests.api.test_orders_api import client_of, key_of, send
from tests.catalog.test_packs import SET, make
from tests.orders.test_packs import KIT_OF_FIVE
from tests.world import World


@pytest.fixture
def api(world: World) -> Any:
    make(world, SET)
    return client_of(world.acme, key_of(world.acme, world.delmas))


def test_a_set_is_ordered_by_its_options_and_says_what_is_in_it(api: Any, world: World) -> None:
    line = {"sku": "VN-1001", "quantity": "2", "options": ["B1", "A1"]}
    order = send(api, {"lines": [line, {"sku": "VN-1003", "quantity": "5"}]}).json()
    first, second = order["lines"]
    assert (first["sku"], first["unit_price"], first["net_amount"]) == ("VN-1001", "37.8", "75.60")
    assert second["pack"] is None
    pack = first["pack"]
    assert pack["reference"] == "VN-1001-A1-B1"
    assert pack["options"] == [
        {"code": "A1", "name_fr": "Frein", "name_en": "Lock"},
        {"code": "B1", "name_fr": "Montage", "name_en": "Assembly"},
    ]
    assert [(row["sku"], row["unit"], row["quantity"]) for row in pack["components"]] == [
        ("VN-1002", "H87", "20"),
        ("VN-1003", "H87", "20"),
    ]
    with use_tenant(world.acme):
        assert Stock.objects.get(variant__sku="VN-1003").reserved == 25


@pytest.mark.parametrize(
    ("sku", "options", "code"),
    [
        ("VN-1001", [], "configure"),
        ("VN-1001", ["A2", "B1"], "configure"),
        ("VN-1003", ["A1"], "pack_unavailable"),
        ("VN-1001", ["<b>"], "invalid"),
    ],
)
def test_a_choice_that_cannot_be_is_named_at_its_line(
    api: Any, world: World, sku: str, options: list[str], code: str
) -> None:
    good = {"sku": "VN-1002", "quantity": "1"}
    answer = send(api, {"lines": [good, {"sku": sku, "quantity": "1", "options": options}]})
    assert answer.status_code in {400, 422}
    (problem,) = answer.json()["errors"]
    assert problem["pointer"].startswith("/lines/1")
    assert problem["code"] == code
    with use_tenant(world.acme):
        assert not Order.objects.exists()


def test_a_kit_is_listed_with_the_price_and_the_stock_of_what_is_in_it(api: Any, world: World) -> None:
    make(world, KIT_OF_FIVE, sku="VN-1004")
    with use_tenant(world.acme):
        Stock.objects.filter(variant__sku="VN-1003").update(on_hand=44)
    items = {item["sku"]: item for item in api.get("/api/v1/products/").json()["items"]}
    assert (items["VN-1001"]["price"], items["VN-1001"]["availability"]) == (None, None), "it depends on what is chosen"
    kit = items["VN-1004"]
    order = send(api, {"lines": [{"sku": "VN-1004", "quantity": "1"}]}).json()
    assert kit["price"]["unit_price"] == order["lines"][0]["unit_price"]
    assert kit["price"]["tiers"][0] == {"min_quantity": "1", "unit_price": kit["price"]["unit_price"]}
    assert kit["availability"]["available"] == "8"
    assert api.get("/api/v1/products/VN-1004/").json()["price"] == kit["price"]
