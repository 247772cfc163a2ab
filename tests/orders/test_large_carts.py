"""Carts of thousands of lines: paged, and as many statements as for ten."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from accounts.queries import addresses_of
from catalog.models import Variant
from catalog.rows import CatalogRow
from catalog.services import upsert
from core.actor import Actor
from core.tenancy import use_tenant
from customers.queries import require_approved
from frontend.storefront.cart.basket import PER_PAGE, basket_of
from frontend.storefront.cart.csv_export import cart_csv
from orders import carts, drafts, services
from orders.lines import NewLine
from orders.models import Order
from orders.services import Delivery
from payments.models import CreditAccount
from pricing.models import PriceList
from pricing.services import NewPrice, PriceSet, set_prices
from tests.counting import statements
from tests.world import World

LINES = 1000


@pytest.fixture
def goods(world: World) -> list[UUID]:
    """A thousand articles: 0.01, 0.02 … each."""
    clerk = Actor(kind="system", name="Clerk")
    with use_tenant(world.acme):
        rows = [CatalogRow(sku=f"XL-{n:04}", name_en=f"Part {n}") for n in range(LINES)]
        ids = upsert(rows=rows, actor=clerk, announce_change=False).ids
        base = PriceList.objects.get(is_base=True)
        prices = {ids[f"XL-{n:04}"]: PriceSet((NewPrice(Decimal(1), Decimal(n + 1) / 100),)) for n in range(LINES)}
        set_prices(price_list_id=base.pk, prices=prices, actor=clerk)
        CreditAccount.objects.update(limit_amount=10**6)
        return [ids[f"XL-{n:04}"] for n in range(LINES)]


def _wishes(goods: list[UUID], count: int) -> list[NewLine]:
    return [NewLine(key, "", Decimal(2)) for key in goods[:count]]


def test_statements_do_not_grow_with_the_cart(world: World, goods: list[UUID]) -> None:
    def count(lines: int) -> list[int]:
        counted = []
        with statements() as texts:
            carts.add_lines(actor=actor, customer=customer, lines=_wishes(goods, lines))
        counted.append(len(texts))
        with statements() as texts:
            basket = basket_of(actor, customer)
        counted.append(len(texts))
        assert basket.gross == Decimal(lines * (lines + 1)) / 100 * Decimal("1.2")
        with statements() as texts:
            assert cart_csv(actor, customer).count("\r\n") == lines + 1
        counted.append(len(texts))
        some = dict(carts.wishes_of(actor, customer)[:10])
        with statements() as texts:
            changes = {key: (wish.unit_code, Decimal(3)) for key, wish in some.items()}
            carts.set_quantities(actor=actor, customer=customer, quantities=changes)
        counted.append(len(texts))
        total = basket_of(actor, customer).gross
        with statements() as texts:
            order_id = services.checkout(actor=actor, customer=customer, delivery=delivery, expected_total=total)
        counted.append(len(texts))
        assert Order.objects.get(pk=order_id).lines.count() == lines
        with statements() as texts:
            services.cancel(order_id=order_id, actor=actor)
        return [*counted, len(texts)]

    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        actor, customer = world.delmas.buyer, require_approved(world.delmas.buyer)
        delivery = Delivery(addresses_of(world.delmas.id)[0].id)
        assert count(10) == count(LINES)


def test_a_large_cart_has_pages_and_shows_what_is_wrong(world: World, goods: list[UUID], browser: Any) -> None:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        actor = world.delmas.buyer
        carts.add_lines(actor=actor, customer=require_approved(actor), lines=_wishes(goods, LINES))
    page = browser(world.acme.host, world.delmas.admin)
    html = page.get("/cart/").content.decode()
    assert html.count('name="unit-') == PER_PAGE
    assert "€12,012.00" in html, "the total is that of all lines"
    assert "1000 lines" in html
    assert "XL-0999" in page.get("/cart/?page=20").content.decode()
    with use_tenant(world.acme):
        Variant.objects.filter(pk=goods[777]).update(state="archived")
    html = page.get("/cart/").content.decode()
    assert "1 line to correct" in html
    assert "XL-0777" in page.get("/cart/?show=wrong").content.decode()
    checkout = page.get("/checkout/").content.decode()
    assert "€11,993.33" in checkout
    assert " disabled" in checkout


def test_the_carts_file_is_read_again_by_the_quick_order(world: World, goods: list[UUID], browser: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        carts.add_lines(
            actor=world.delmas.buyer,
            customer=require_approved(world.delmas.buyer),
            lines=[*_wishes(goods, 60), NewLine(world.acme.variants["VN-1003"], "XBX", Decimal(3))],
        )
    for language in ("en", "fr"):
        page = browser(world.acme.host, world.delmas.admin, language=language)
        answer = page.get("/cart/download/")
        assert answer["Content-Type"].startswith("text/csv")
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
        assert len(rows) == 62
        assert rows[-1][0] == "VN-1003"
        page.post("/quick-order/", {"clear": "1"})
        sent = {"pasted": "", "file": SimpleUploadedFile("cart.csv", answer.content), "check": "1"}
        assert page.post("/quick-order/", sent).status_code == 303
        with use_tenant(world.acme.scope, company_id=world.delmas.id):
            customer = require_approved(world.delmas.buyer)
            assert drafts.counts_of(world.delmas.buyer, customer) == drafts.Counts(61, 61, 0, 0)
        assert 'value="3"' in page.get("/quick-order/?page=2").content.decode()


def test_a_large_cart_is_counted_and_not_added_up_in_the_header(world: World, goods: list[UUID], browser: Any) -> None:
    actor, shop = world.delmas.buyer, browser(world.acme.host, world.delmas.admin)

    def add(count: int) -> carts.CartSum:
        with use_tenant(world.acme.scope, company_id=world.delmas.id):
            customer = require_approved(actor)
            carts.clear(actor=actor, customer=customer)
            carts.add_lines(actor=actor, customer=customer, lines=_wishes(goods, count))
            with statements() as texts:
                total = carts.cart_sum(actor, customer)
            assert len(texts) == (2 if total.net is not None else 1)
            assert total.count == carts.line_count(actor, customer) == count
            return total

    assert add(carts.ADDED_UP).net == Decimal("402.00")
    assert "Cart · 200 lines · €402.00<" in shop.get("/again/").content.decode()
    assert add(carts.ADDED_UP + 1).net is None
    html = shop.get("/again/").content.decode()
    assert "Cart · 201 lines<" in html
    assert "406.02" in shop.get("/cart/").content.decode(), "the cart's own page adds it up"


def test_a_large_order_is_paged_and_ordered_again(world: World, goods: list[UUID], browser: Any) -> None:
    actor = world.delmas.buyer
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        customer = require_approved(actor)
        lines = _wishes(goods, 260)
        order_id = services.place_order(actor=actor, customer=customer, lines=lines, delivery_address={})
    shop = browser(world.acme.host, world.delmas.admin)
    html = shop.get(f"/orders/{order_id}/").content.decode()
    assert html.count('<tr id="line-') == PER_PAGE
    last = shop.get(f"/orders/{order_id}/", data={"page": "6"}).content.decode()
    assert last.count('<tr id="line-') == 10
    assert "251–260 of 260" in last
    assert f"/orders/{order_id}/?page=6" in last, "what refreshes itself stays on its page"
    assert html.count('name="quantity-') == 0
    assert shop.post(f"/orders/{order_id}/again/").headers["Location"] == "/cart/"
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        assert carts.line_count(actor, customer) == 260
