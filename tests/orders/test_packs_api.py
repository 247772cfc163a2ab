"""Packs in the API: ordered by their options, told with what is in them."""

from __future__ import annotations

from typing import Any

import pytest

from core.tenancy import use_tenant
from inventory.models import Stock
from orders.models import Order
from tests.api.test_orders_api import client_of, key_of, send
from tests.catalog.test_packs import SET, make
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
