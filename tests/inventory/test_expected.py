"""Goods that are expected on a day: what is promised of them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.queries import addresses_of
from core.tenancy import use_tenant
from customers.queries import require_approved
from frontend.goods import stock_text
from frontend.storefront.cart.wording import stock_for
from inventory.models import Stock
from inventory.queries import Availability, availability, made_to_order, stock_of_pack
from orders import carts, services
from orders.lines import NewLine
from orders.models import Order
from orders.services import Delivery
from tests.world import World

SKU = "VN-1001"


def in_days(count: int) -> date:
    return timezone.localdate() + timedelta(days=count)


def held(on_hand: int, lead: int, restock_on: date | None) -> Availability:
    return Availability(Stock().pk, Decimal(on_hand), lead, restock_on)


def test_a_day_that_has_passed_is_promised_to_nobody(world: World) -> None:
    with use_tenant(world.acme.scope):
        ids = [world.acme.variants[sku] for sku in (SKU, "VN-1002", "VN-1003")]
        for key, days in zip(ids, (-1, 0, 30), strict=True):
            Stock.objects.filter(variant=key).update(on_hand=0, lead_time_days=5, restock_on=in_days(days))
        found = availability(ids)
        assert [found[key].restock_on for key in ids] == [None, in_days(0), in_days(30)]
        assert made_to_order(ids) == {ids[0]}


@pytest.mark.parametrize(
    ("stock", "text", "note"),
    [
        (held(0, 2, date(2031, 3, 4)), "back on", ""),
        (held(9, 2, date(2031, 3, 4)), "9 in stock", "more on"),
        (held(9, 2, None), "9 in stock", "more within 2 days"),
        (held(4, 2, date(2031, 3, 4)), "4 in stock", "other 3 on"),
    ],
)
def test_the_day_stands_where_the_lead_time_would(stock: Availability, text: str, note: str) -> None:
    shown = stock_for(stock, Decimal(7)) if stock.available == 4 else stock_text(stock)
    assert (shown.text[: len(text)], shown.note[: len(note)] if note else shown.note) == (text, note)


def test_an_order_of_more_than_there_is_leaves_when_more_has_come(world: World) -> None:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        actor, customer = world.delmas.buyer, require_approved(world.delmas.buyer)
        Stock.objects.filter(variant=world.acme.variants[SKU]).update(on_hand=10, restock_on=in_days(30))

        def days(quantity: int) -> int:
            wish = NewLine(world.acme.variants[SKU], "", Decimal(quantity))
            carts.add_lines(actor=actor, customer=customer, lines=[wish])
            delivery = Delivery(addresses_of(world.delmas.id)[0].id)
            key = services.checkout(actor=actor, customer=customer, delivery=delivery)
            return Order.objects.get(pk=key).lines.get().lead_time_days

        assert [days(5), days(6)] == [2, 30]


@pytest.mark.parametrize(
    ("rods", "nuts", "expected"),
    [
        ((0, 0, in_days(9)), (0, 0, in_days(5)), in_days(9)),
        ((0, 0, in_days(9)), (50, 3, None), in_days(9)),
        ((0, 0, in_days(9)), (0, 3, None), in_days(9)),
        ((0, 0, in_days(9)), (0, 0, None), None),
        ((50, 0, in_days(9)), (0, 0, None), None),
    ],
)
def test_a_kit_is_back_when_all_that_is_missing_is(
    rods: tuple[int, int, date | None], nuts: tuple[int, int, date | None], expected: date | None
) -> None:
    stocks = {key: held(*values) for key, values in ((Stock().pk, rods), (Stock().pk, nuts))}
    found = stock_of_pack(Stock().pk, dict.fromkeys(stocks, Decimal(2)), stocks)
    assert found is not None
    assert (found.available, found.restock_on) == (Decimal(0), expected)
