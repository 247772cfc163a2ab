"""A change of an order escapes none of the supplier's terms: reference, minimum, fee for a small order."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from core.tenancy import use_tenant
from orders.amending import services as amending
from orders.amending.errors import BelowMinimum
from orders.amending.services import Change
from orders.errors import PoNumberMissing
from orders.models import Order, OrderLine, OrderRevision
from payments import credit
from tests.orders.test_amending import amend, lines_of, place, reserved
from tests.orders.test_order_terms import decide
from tests.world import World

FEE = Decimal("12.50")


def _fees(order: Order) -> list[OrderLine]:
    return list(OrderLine.objects.filter(order=order, variant_id=None))


def test_an_order_is_not_changed_to_less_than_the_minimum(world: World) -> None:
    decide(world, order_minimum=Decimal(100))
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order = place(world, ("VN-1001", 1000, ""), ("VN-1005", 2, ""))
        with pytest.raises(BelowMinimum):
            amend(world, order, {"VN-1001": 10})
        order.refresh_from_db()
        assert (order.version, reserved(world, "VN-1001")) == (1, Decimal(1000))
        amend(world, order, {"VN-1001": 900})


def test_what_came_below_the_minimum_otherwise_may_grow(world: World) -> None:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order = place(world, ("VN-1001", 100, ""))
    decide(world, order_minimum=Decimal(1000))
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        amend(world, order, {"VN-1001": 200})
        amend(world, order, {}, version=2, po_number="PO-2")
        with pytest.raises(BelowMinimum):
            amend(world, order, {"VN-1001": 150}, version=3)


def test_an_order_that_becomes_small_gets_the_fee(world: World) -> None:
    decide(world, small_order_below=Decimal(200), small_order_fee=FEE)
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order = place(world, ("VN-1001", 1000, ""))
        assert _fees(order) == []
        line = lines_of(order)["VN-1001"]
        change = Change({line.pk: Decimal(100)})
        plan = amending.plan_amendment(order_id=order.pk, change=change, version=1, actor=world.delmas.buyer)
        assert [(one.sku, one.net_before, one.net_after) for one in plan.changes][1:] == [("", Decimal(0), FEE)]
        assert _fees(order) == [], "only shown"
        amend(world, order, {"VN-1001": 100})
        order.refresh_from_db()
        [fee] = _fees(order)
        assert (fee.net_amount, fee.quantity, fee.shipped_quantity, fee.tax_rate, fee.is_service) == (
            FEE, Decimal(1), Decimal(1), Decimal("0.2"), True,
        )  # fmt: skip
        goods = lines_of(order)["VN-1001"].net_amount
        assert (order.net_amount, order.total_amount) == (goods + FEE, (goods + FEE) * Decimal("1.2"))
        assert order.total_amount == plan.sums.gross
        assert credit.status(order.customer_id).reserved == order.total_amount
        before: Any = OrderRevision.objects.get(order=order).before
        assert [row["sku"] for row in before["lines"]] == ["VN-1001"], "there was no fee before"
        amend(world, order, {"VN-1001": 90}, version=2)
        assert len(_fees(order)) == 1, "once"


def test_an_order_that_is_small_no_more_loses_the_fee(world: World) -> None:
    decide(world, small_order_below=Decimal(200), small_order_fee=FEE)
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order = place(world, ("VN-1001", 100, ""))
        assert [fee.net_amount for fee in _fees(order)] == [FEE]
        amend(world, order, {}, po_number="PO-2")
        assert [fee.net_amount for fee in _fees(order)] == [FEE], "its goods are as before"
        amend(world, order, {"VN-1001": 1000}, version=2)
        order.refresh_from_db()
        assert _fees(order) == []
        assert order.net_amount == lines_of(order)["VN-1001"].net_amount


def test_a_fee_that_stays_due_is_the_one_that_was_agreed(world: World) -> None:
    decide(world, small_order_below=Decimal(200), small_order_fee=FEE)
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order = place(world, ("VN-1001", 100, ""))
    decide(world, small_order_below=Decimal(200), small_order_fee=Decimal(20))
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        amend(world, order, {"VN-1001": 120})
        assert [fee.net_amount for fee in _fees(order)] == [FEE]


def test_a_reference_that_is_needed_is_not_emptied(world: World, browser: Any) -> None:
    decide(world, po_required=True)
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order = place(world, ("VN-1001", 400, ""))
        for empty in ("", "  "):
            with pytest.raises(PoNumberMissing):
                amend(world, order, {"VN-1001": 500}, po_number=empty)
        order.refresh_from_db()
        assert (order.version, order.po_number) == (1, "PO-1")
    page = browser(world.acme.host, world.delmas.admin)
    shown = page.post(f"/orders/{order.pk}/change/", {"version": "1", "po_number": " "})
    assert (shown.status_code, "needs your purchase order number" in shown.content.decode()) == (422, True)


def test_the_page_shows_the_fee_before_it_is_saved(world: World, browser: Any) -> None:
    decide(world, small_order_below=Decimal(200), small_order_fee=FEE)
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order = place(world, ("VN-1001", 1000, ""))
        key = lines_of(order)["VN-1001"].pk.hex
    page = browser(world.acme.host, world.delmas.admin)
    shown = page.post(f"/orders/{order.pk}/change/", {"version": "1", f"line-{key}": "100"}).content.decode()
    assert "Small-order fee" in shown
    assert "€12.50" in shown
