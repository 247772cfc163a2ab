"""Reminders from a buyer's own rhythm, the most-ordered page by site, and a past order or invoice ordered again."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from accounts.enums import UnitKind
from accounts.models import BusinessUnit, CompanyUser
from accounts.permissions import Permission
from catalog.models import Relation, Variant
from core.ids import uuid7
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.queries import require_approved
from orders import carts
from orders.bought import Habit, bought, bought_count
from orders.fulfilment import confirm_order, ship
from orders.models import Order, OrderLine
from payments.models import Invoice
from tests.counting import statements
from tests.orders.test_order_again import _order, _rows
from tests.world import World

SKUS = ("VN-1001", "VN-1002", "VN-1003", "VN-1005")


@pytest.fixture
def shop(world: World, browser: Any) -> Any:
    return browser(world.acme.host, world.delmas.admin)


def _on(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(9)))


def _ordered(world: World, sku: str, days: Sequence[date], unit: UUID | None = None) -> None:
    """One order by the service; the others are copies of it on other days."""
    first = _order(world, world.delmas, (sku, 10, ""))
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        line = first.lines.get()
        for number, day in enumerate(days):
            if number:
                first.pk, first.number, first._state.adding = uuid7(), f"COPY-{uuid7().hex[-12:]}", True
                first.save(force_insert=True)
                line.pk, line.order_id, line._state.adding = uuid7(), first.pk, True
                line.save(force_insert=True)
            Order.objects.filter(pk=first.pk).update(
                placed_at=_on(day), unit_id=unit, unit_name="North" if unit else ""
            )


def oracle(days: Sequence[date], today: date) -> date | None:
    """Since when goods are due that were ordered on these days, in plain Python."""
    known = sorted(set(days))
    if len(known) < 3:
        return None
    gaps = [(later - earlier).days for earlier, later in pairwise(known)]
    due_on = known[-1] + timedelta(days=math.ceil(median(gaps)))
    return due_on if due_on <= today else None


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_due_is_what_plain_python_says(world: World, seed: int) -> None:
    chance, today = random.Random(seed), date(2026, 6, 30)
    days = {
        sku: [today - timedelta(days=chance.randrange(0, 120)) for _n in range(chance.randrange(1, 7))] for sku in SKUS
    }
    for sku, ordered in days.items():
        _ordered(world, sku, ordered)
    expected = {sku: oracle(ordered, today) for sku, ordered in days.items()}
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        customer = require_approved(world.delmas.buyer)
        found = {item.sku: item.due_on for item in bought(customer, Habit.DUE, limit=50, today=today)}
        assert found == {sku: due_on for sku, due_on in expected.items() if due_on}
        assert bought_count(customer, Habit.DUE, today=today) == len(found)


def test_due_begins_on_its_day_and_two_orders_of_a_day_are_no_rhythm(world: World) -> None:
    start = date(2026, 3, 2)
    _ordered(world, "VN-1001", [start, start + timedelta(days=7), start + timedelta(days=14)])
    _ordered(world, "VN-1003", [start, start, start + timedelta(days=7)])
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        customer = require_approved(world.delmas.buyer)
        assert bought(customer, Habit.DUE, limit=9, today=start + timedelta(days=20)) == []
        (item,) = bought(customer, Habit.DUE, limit=9, today=start + timedelta(days=21))
    assert (item.sku, item.every_days, item.due_on) == ("VN-1001", 7, start + timedelta(days=21))


def test_reminders_are_on_the_desk_and_one_statement_whatever_was_ordered(world: World, shop: Any) -> None:
    today = timezone.localdate()
    assert "Nothing is due" in shop.get("/again/", data={"again": "due"}).content.decode()
    counts = []
    for sku in ("VN-1001", "VN-1003"):
        _ordered(world, sku, [today - timedelta(days=days) for days in (40, 30, 20)])
        with use_tenant(world.acme.scope, company_id=world.delmas.id):
            customer = require_approved(world.delmas.buyer)
            with statements() as texts:
                found = bought(customer, Habit.DUE, limit=50)
            counts.append((len(found), len(texts)))
    assert counts == [(1, 1), (2, 1)]
    html = shop.get("/").content.decode()
    assert 'href="/again/?again=due"' in html
    page = shop.get("/again/", data={"again": "due"}).content.decode()
    assert set(_rows(page)) == {"VN-1001", "VN-1003"}
    assert "ordered every 10 days" in page
    assert "due since" in shop.get("/again/", data={"again": "most"}).content.decode()


def _site(world: World, name: str) -> BusinessUnit:
    key = uuid7()
    with use_tenant(PLATFORM):
        return BusinessUnit.objects.create(
            id=key, company_id=world.delmas.id, kind=UnitKind.SITE, name=name, path=f"{key.hex}/"
        )


def test_most_ordered_by_site_with_the_last_price(world: World, shop: Any, browser: Any) -> None:
    north, south = _site(world, "North"), _site(world, "South")
    _ordered(world, "VN-1001", [date(2026, 3, 2), date(2026, 3, 9)], unit=north.pk)
    _ordered(world, "VN-1003", [date(2026, 4, 2)], unit=south.pk)
    with use_tenant(world.acme):
        OrderLine.objects.filter(sku="VN-1001").update(unit_price="0.123")
    whole = shop.get("/again/", data={"again": "most"}).content.decode()
    assert _rows(whole) == ["VN-1001", "VN-1003"]
    assert "then €0.123" in whole
    one = shop.get("/again/", data={"again": "most", "site": south.pk.hex}).content.decode()
    assert _rows(one) == ["VN-1003"]
    with use_tenant(PLATFORM):
        CompanyUser.objects.filter(user_id=world.delmas.viewer.id).update(unit=south)
    assert Permission.SEE_ALL_SITES not in world.delmas.onlooker.permissions
    mate = browser(world.acme.host, world.delmas.viewer)
    for asked in ({}, {"site": north.pk.hex}):
        assert _rows(mate.get("/again/", data={"again": "most", **asked}).content.decode()) == ["VN-1003"]
    with use_tenant(world.acme):
        hidden = Order.objects.filter(unit_id=north.pk).values_list("pk", flat=True)[0]
    assert mate.get(f"/orders/{hidden}/again/").status_code == 404


def _cart(world: World) -> dict[str, Decimal]:
    names = {key: sku for sku, key in world.acme.variants.items()}
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        wishes = carts.wishes_of(world.delmas.buyer, require_approved(world.delmas.buyer))
    return {names[wish.variant_id]: wish.quantity for _id, wish in wishes}


def test_all_of_a_page_goes_into_the_cart(world: World, shop: Any) -> None:
    screw, nut = (world.acme.variants[sku].hex for sku in ("VN-1001", "VN-1003"))
    fields = {"ticked": "1", "all": "1", f"quantity-{screw}": "40", f"quantity-{nut}": "3", "take": [screw]}
    assert shop.post("/cart/lines/", fields).status_code == 303
    assert _cart(world) == {"VN-1001": Decimal(40), "VN-1003": Decimal(3)}


def test_an_order_again_offers_the_replacement_of_what_is_no_longer_sold(world: World, shop: Any) -> None:
    """By one click, as many as were ordered, in a quantity that the replacement is sold in."""
    order = _order(world, world.delmas, ("VN-1001", 95, ""), ("VN-1003", 2, "XBX"))
    old, new = world.acme.variants["VN-1001"], world.acme.variants["VN-1002"]
    with use_tenant(world.acme):
        Variant.objects.filter(pk=old).update(state="archived")
        Relation.objects.create(variant_id=old, other_id=new, kind="replacement")
        Variant.objects.get(pk=new).units.filter(is_base=True).update(minimum=50, multiple=50)
    html = shop.get(f"/orders/{order.pk}/again/").content.decode()
    assert _rows(html) == ["VN-1001", "VN-1003"]
    with use_tenant(world.acme):
        keys = dict(order.lines.values_list("sku", "pk"))
    gone = html.partition(f'id="again-{keys["VN-1001"].hex}"')[2].partition("</tr>")[0]
    assert 'href="/catalog/p/VN-1002/"' in gone
    assert 'name="take"' not in gone
    button = re.search(r'<button[^>]*form="instead-form"[^>]*name="([^"]+)" value="([^"]+)"', gone)
    assert button is not None
    assert button.groups() == ("instead", keys["VN-1001"].hex)
    assert shop.post(f"/orders/{order.pk}/again/", {button[1]: button[2]}).status_code == 303
    assert _cart(world) == {"VN-1002": Decimal(100)}
    kept = html.partition(f'id="again-{keys["VN-1003"].hex}"')[2].partition("</tr>")[0]
    assert " checked" in kept
    assert 'value="2"' in kept


def test_an_invoice_leads_to_its_order_again_for_who_may_order(world: World, shop: Any, browser: Any) -> None:
    order = _order(world, world.delmas, ("VN-1001", 10, ""))
    with use_tenant(world.acme.scope, party="tenant"):
        confirm_order(order_id=order.pk, actor=world.acme.staff)
        quantities = {order.lines.get().pk: Decimal(10)}
        ship(order_id=order.pk, quantities=quantities, tracking_number="T", actor=world.acme.staff)
        invoice = Invoice.objects.get(order_id=order.pk)
    link = f'href="/orders/{order.pk}/again/"'
    assert link in shop.get(f"/invoices/{invoice.pk}/").content.decode()
    assert link in shop.get(f"/orders/{order.pk}/").content.decode()
    onlooker = browser(world.acme.host, world.delmas.viewer)
    assert link not in onlooker.get(f"/invoices/{invoice.pk}/").content.decode()
