"""The supplier's page of a large order: paged, and one parcel takes lines of any page."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from accounts.queries import addresses_of
from catalog.rows import CatalogRow
from catalog.services import upsert
from core.actor import Actor
from core.tenancy import use_tenant
from customers.queries import require_approved
from frontend.portal.orders.forms import PER_PAGE, field_name
from inventory.counting import Count, set_counts
from orders import carts, services
from orders.fulfilment import confirm_order
from orders.lines import NewLine
from orders.models import Order, OrderLine
from orders.services import Delivery
from payments.models import CreditAccount
from pricing.models import PriceList
from pricing.services import NewPrice, PriceSet, set_prices
from tests.counting import statements
from tests.world import World

LINES = 2 * PER_PAGE + 20


@pytest.fixture
def goods(world: World) -> list[UUID]:
    clerk = Actor(kind="system", name="Clerk")
    with use_tenant(world.acme):
        rows = [CatalogRow(sku=f"XL-{n:04}", name_en=f"Part {n}") for n in range(LINES)]
        ids = list(upsert(rows=rows, actor=clerk, announce_change=False).ids.values())
        base = PriceList.objects.get(is_base=True)
        one = PriceSet((NewPrice(Decimal(1), Decimal(1)),))
        set_prices(price_list_id=base.pk, prices=dict.fromkeys(ids, one), actor=clerk)
        set_counts(counts=dict.fromkeys(ids, Count(Decimal(100))), reference="inventory")
        CreditAccount.objects.update(limit_amount=10**6)
    return ids


def placed(world: World, goods: list[UUID]) -> tuple[UUID, list[UUID]]:
    """A confirmed order and its lines in their order."""
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        actor, customer = world.delmas.buyer, require_approved(world.delmas.buyer)
        lines = [NewLine(key, "", Decimal(2)) for key in goods]
        carts.add_lines(actor=actor, customer=customer, lines=lines)
        order_id = services.checkout(
            actor=actor,
            customer=customer,
            delivery=Delivery(addresses_of(world.delmas.id)[0].id),
            expected_total=Decimal(len(goods) * 2) * Decimal("1.2"),
        )
    with use_tenant(world.acme.scope, party="tenant"):
        confirm_order(order_id=order_id, actor=world.acme.staff)
        return order_id, [line.pk for line in Order.objects.get(pk=order_id).lines.all()]


def shown(html: str) -> int:
    return len(re.findall(r'<input class="q"', html))


def test_lines_and_parcel_have_pages(world: World, goods: list[UUID], browser: Any) -> None:
    order_id, keys = placed(world, goods)
    staff, href = browser(world.acme.host, world.acme.owner), f"/portal/orders/{order_id}/"
    html = staff.get(href).content.decode()
    assert shown(html) == PER_PAGE
    assert html.count("<tr") <= 2 * PER_PAGE + 5
    assert f'href="{href}?page=2"' in html
    last = staff.get(f"{href}?page=3").content.decode()
    assert f"XL-{LINES - 1:04}" in last.split('id="order"')[1]
    assert "XL-0000" not in last.split('id="order"')[1]
    # what is typed is carried from page to page
    first, middle = field_name(keys[0]), field_name(keys[PER_PAGE + 1])
    turned = staff.post(f"{href}ship/", {first: "1", "carrier": "Geodis", "turn": "2"})
    html = turned.content.decode()
    assert (turned.status_code, shown(html)) == (200, PER_PAGE)
    assert f'<input type="hidden" name="{first}" value="1">' in html
    assert 'value="Geodis"' in html
    assert f'href="{href}?page=2"' in html, "other pages are those of the order"
    assert f'name="{middle}"' in html
    # a wrong quantity is shown on its page
    refused = staff.post(f"{href}ship/", {first: "1", middle: "x", "carrier": "Geodis"})
    assert refused.status_code == 422
    assert f'id="id_{middle}-error"' in refused.content.decode()
    refused = staff.post(f"{href}ship/", {first: "1", middle: "3", "carrier": "Geodis"})
    assert refused.status_code == 422
    assert f'id="id_{middle}-error"' in refused.content.decode()
    assert staff.post(f"{href}ship/", {first: "1", middle: "2", "carrier": "Geodis"}).status_code == 303
    with use_tenant(world.acme.scope, party="tenant"):
        sent = dict(OrderLine.objects.filter(shipped_quantity__gt=0).values_list("pk", "shipped_quantity"))
    assert sent == {keys[0]: 1, keys[PER_PAGE + 1]: 2}
    assert staff.post(f"{href}ship/", {"turn": "9" * 9}).status_code == 200


def test_statements_do_not_grow_with_the_order(world: World, goods: list[UUID], browser: Any) -> None:
    staff, counts = browser(world.acme.host, world.acme.owner), []
    for lines in (10, LINES):
        order_id, _keys = placed(world, goods[:lines])
        staff.get(f"/portal/orders/{order_id}/")
        with statements() as asked:
            assert staff.get(f"/portal/orders/{order_id}/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
