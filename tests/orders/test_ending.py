"""Goods that are ending: what is in stock is sold, more is refused at its line, with what is left in one click."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from catalog.enums import VariantState
from catalog.models import OrderUnit, Variant
from core.ids import uuid7
from core.tenancy import use_tenant
from customers.queries import require_approved
from integrations.keys import create_key
from inventory.models import Stock
from orders import carts, services
from orders.errors import LinesRefused
from orders.lines import CheckedLine, NewLine, check_lines
from orders.models import Order
from tests.world import World

SKU = "VN-1002"


@pytest.fixture
def ending(world: World) -> World:
    """80 pieces are left, in boxes of 100 before; now there are boxes of 20."""
    with use_tenant(world.acme):
        Variant.objects.filter(pk=world.acme.variants[SKU]).update(state=VariantState.ENDING)
        OrderUnit.objects.filter(variant_id=world.acme.variants[SKU], code="XBX").update(factor=20)
    return world


def _check(world: World, *wishes: tuple[int, str]) -> list[CheckedLine]:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        lines = [NewLine(world.acme.variants[SKU], unit, Decimal(quantity)) for quantity, unit in wishes]
        return check_lines(require_approved(world.delmas.buyer), lines)


def test_as_much_as_there_is_can_be_ordered(ending: World) -> None:
    assert _check(ending, (80, ""))[0].problem is None
    assert _check(ending, (4, "XBX"))[0].problem is None


@pytest.mark.parametrize(
    ("wishes", "nearest"),
    [
        ([(81, "")], [(80,)]),
        ([(5, "XBX")], [(4,)]),
        ([(50, ""), (3, "XBX")], [(20,), (1,)]),
        ([(75, ""), (1, "XBX")], [(60,), ()]),
    ],
)
def test_more_is_refused_with_what_is_left(
    ending: World, wishes: list[tuple[int, str]], nearest: list[tuple[int, ...]]
) -> None:
    problems = [line.problem for line in _check(ending, *wishes)]
    assert [problem.code if problem else "" for problem in problems] == ["sold_out"] * len(wishes)
    assert [problem.nearest if problem else None for problem in problems] == [
        tuple(map(Decimal, values)) for values in nearest
    ]


def test_none_left_and_never_counted_are_said_and_goods_that_go_on_are_back_ordered(ending: World) -> None:
    with use_tenant(ending.acme):
        Stock.objects.filter(variant_id=ending.acme.variants[SKU]).update(reserved=80)
    problem = _check(ending, (1, ""))[0].problem
    assert problem is not None
    assert (problem.message, problem.nearest) == (f"{SKU} is ending, and none is left.", ())
    with use_tenant(ending.acme):
        Stock.objects.filter(variant_id=ending.acme.variants[SKU]).delete()
    assert _check(ending, (1, ""))[0].problem is not None
    with use_tenant(ending.acme):
        Variant.objects.filter(pk=ending.acme.variants[SKU]).update(state=VariantState.ACTIVE)
    assert _check(ending, (1, ""))[0].problem is None


def test_a_cart_that_was_fine_says_so_when_others_were_quicker_and_is_repaired_in_one_click(
    ending: World, browser: Any
) -> None:
    shop = browser(ending.acme.host, ending.delmas.admin)
    key = ending.acme.variants[SKU].hex
    assert shop.post("/cart/lines/", {f"quantity-{key}": "60"}).status_code == 303
    with use_tenant(ending.acme.scope, company_id=ending.lecomte.id):
        services.place_order(
            actor=ending.lecomte.buyer,
            customer=require_approved(ending.lecomte.buyer),
            lines=[NewLine(ending.acme.variants[SKU], "", Decimal(50))],
            delivery_address={},
        )
    html = shop.get("/cart/").content.decode()
    assert "only 30 pieces are left" in html
    assert "1 line to correct" in html
    with use_tenant(ending.acme.scope, company_id=ending.delmas.id):
        buyer = ending.delmas.buyer
        with pytest.raises(LinesRefused):
            services.checkout(actor=buyer, customer=require_approved(buyer), delivery=services.Delivery())
        assert Order.objects.filter(company_id=ending.delmas.id).count() == 0
    fix = re.search(r'name="fix" value="([^"]+)">Take 30', html)
    assert fix is not None
    fields = dict(re.findall(r'name="(quantity-[0-9a-f]+)"[^>]* value="(\d+)"', html))
    assert shop.post("/cart/update/", {**fields, "fix": fix[1]}).status_code == 303
    assert "to correct" not in shop.get("/cart/").content.decode()
    with use_tenant(ending.acme.scope, company_id=ending.delmas.id):
        assert carts.cart_sum(buyer, require_approved(buyer)).net == Decimal("18.60")


def test_the_quick_order_offers_what_is_left(ending: World, browser: Any) -> None:
    page = browser(ending.acme.host, ending.delmas.admin)
    page.post("/quick-order/", {"pasted": f"{SKU};100", "check": "1"})
    html = page.get("/quick-order/").content.decode()
    assert "not enough left" in html
    assert "Take 80 pieces" in html


def test_the_api_names_the_line(ending: World) -> None:
    with use_tenant(ending.acme.scope, company_id=ending.delmas.id):
        key = create_key(key_id=uuid7(), name="ERP", actor=ending.delmas.buyer)
    client = Client(headers={"host": ending.acme.host, "authorization": f"Bearer {key}", "accept-language": "en"})
    body = json.dumps({"po_number": "V", "lines": [{"sku": SKU, "quantity": "81"}]})
    answer = client.post(
        "/api/v1/orders/", body, content_type="application/json", headers={"idempotency-key": str(uuid7())}
    )
    assert answer.status_code == 422
    assert "sold_out" in answer.content.decode()
    assert "only 80 pieces are left" in answer.content.decode()
