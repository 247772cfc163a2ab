"""Back in stock: asked for on a product without stock, told once by e-mail to those who may see it, then over."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import CompanyUser
from catalog.enums import VariantState
from catalog.models import Variant
from catalog.visibility import Target
from catalog.visibility_rules import save_visibility_rule
from core.models import OutboxEvent
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.queries import require_approved
from inventory import alerts
from inventory.counting import Count, set_counts
from inventory.models import Stock, StockAlert
from orders import services
from orders.lines import NewLine
from tests.catalog.test_packs import make
from tests.counting import statements
from tests.orders.test_packs import KIT_OF_FIVE
from tests.world import BOT, CompanyWorld, World

SKU = "VN-1004"  # the washer, of which there is none any more
PATH = "/stock-alerts/"


@pytest.fixture(autouse=True)
def _sold_out(world: World) -> None:
    for on_hand in (1, 0):
        _count(world, on_hand)


def _watch(world: World, company: CompanyWorld, sku: str = SKU) -> None:
    with use_tenant(world.acme.scope, company_id=company.id):
        view = require_approved(company.buyer).view
        alerts.watch(variant_id=world.acme.variants[sku], view=view, actor=company.buyer)


def _count(world: World, on_hand: int, *skus: str) -> None:
    with use_tenant(world.acme.scope, party="tenant"):
        counts = {world.acme.variants[sku]: Count(Decimal(on_hand)) for sku in skus or (SKU,)}
        set_counts(counts=counts, reference="count")


def _told() -> int:
    with use_tenant(PLATFORM):
        return OutboxEvent.objects.filter(name="inventory.BackInStock").count()


def test_who_waits_gets_one_letter_and_then_none(world: World, drain: Callable[[], int], mailoutbox: list[Any]) -> None:
    _watch(world, world.delmas)
    _watch(world, world.delmas)
    drain()
    mailoutbox.clear()
    _count(world, 40)
    drain()
    drain()
    (letter,) = mailoutbox
    assert letter.to == [world.delmas.admin.email]
    assert SKU in letter.body
    assert "http://acme.localhost/stock-alerts/" in letter.body
    _count(world, 0)
    _count(world, 50)
    drain()
    assert len(mailoutbox) == 1, "it is over"
    _count(world, 0)
    _watch(world, world.delmas)
    _count(world, 50)
    drain()
    assert len(mailoutbox) == 2, "asked again, told again"


def test_nobody_waits_and_nothing_is_told(world: World) -> None:
    _count(world, 40)
    assert _told() == 0


def test_goods_that_an_order_gives_back_are_told_of(
    world: World, drain: Callable[[], int], mailoutbox: list[Any]
) -> None:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order_id = services.place_order(
            actor=world.delmas.buyer,
            customer=require_approved(world.delmas.buyer),
            lines=[NewLine(world.acme.variants["VN-1002"], "", Decimal(80))],
            delivery_address={},
        )
    _watch(world, world.lecomte, "VN-1002")
    drain()
    mailoutbox.clear()
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        services.cancel(order_id=order_id, actor=world.delmas.buyer)
    drain()
    assert [letter.to for letter in mailoutbox if "VN-1002" in letter.body] == [[world.lecomte.admin.email]]


def test_several_articles_are_one_letter(world: World, drain: Callable[[], int], mailoutbox: list[Any]) -> None:
    _count(world, 0, SKU, "VN-1003")
    for sku in (SKU, "VN-1003"):
        _watch(world, world.delmas, sku)
    _count(world, 10, SKU, "VN-1003")
    drain()
    (letter,) = [letter for letter in mailoutbox if SKU in letter.body]
    assert "VN-1003" in letter.body
    assert "2" in letter.subject


@pytest.mark.parametrize("hide", ["visibility", "archived", "left the company", "gone again"])
def test_what_may_not_be_seen_or_had_any_more_is_not_told(
    world: World, drain: Callable[[], int], mailoutbox: list[Any], hide: str
) -> None:
    _watch(world, world.delmas)
    _count(world, 40)
    with use_tenant(world.acme.scope, party="tenant"):
        variant = Variant.objects.filter(pk=world.acme.variants[SKU])
        if hide == "visibility":
            save_visibility_rule(
                target=Target.PRODUCT,
                target_id=variant.get().product_id,
                is_visible=False,
                customer_id=world.acme.customers["delmas"],
                actor=BOT,
            )
        if hide == "archived":
            variant.update(state=VariantState.ARCHIVED)
    if hide == "left the company":
        with use_tenant(PLATFORM):
            CompanyUser.objects.filter(company_id=world.delmas.id, user_id=world.delmas.admin.id).delete()
    if hide == "gone again":
        _count(world, 0)
    drain()
    assert [letter for letter in mailoutbox if SKU in letter.body] == []


def test_only_what_is_out_of_stock_and_seen_can_be_waited_for(world: World, browser: Any) -> None:
    shop = browser(world.acme.host, world.delmas.admin)
    html = shop.post(PATH, {"watch": world.acme.variants["VN-1001"].hex}, follow=True).content.decode()
    assert "VN-1001 is in stock: you can order it now." in html
    with use_tenant(world.acme.scope, party="tenant"):
        save_visibility_rule(
            target=Target.PRODUCT,
            target_id=Variant.objects.get(sku=SKU).product_id,
            is_visible=False,
            customer_id=world.acme.customers["delmas"],
            actor=BOT,
        )
    assert shop.post(PATH, {"watch": world.acme.variants[SKU].hex}).status_code == 404
    assert shop.post(PATH, {"watch": "nonsense"}).status_code == 404
    with use_tenant(world.acme):
        assert not StockAlert.objects.exists()


def test_the_pages_ask_show_and_remove(world: World, browser: Any) -> None:
    shop = browser(world.acme.host, world.delmas.admin)
    page = f"/catalog/p/{SKU}/"
    html = shop.get(page).content.decode()
    assert 'name="watch"' in html
    assert 'name="watch"' not in shop.get("/catalog/p/VN-1001/").content.decode()
    assert 'name="watch"' not in browser(world.acme.host).get(page).content.decode()
    answer = shop.post(PATH, {"watch": world.acme.variants[SKU].hex, "next": page})
    assert answer.headers["Location"] == page
    html = shop.get(page).content.decode()
    assert "You will be told when it is back" in html
    assert 'name="watch"' not in html.partition('id="offer"')[2].partition("</section>")[0]
    assert f'id="alert-{world.acme.variants[SKU].hex}"' in shop.get(PATH).content.decode()
    other = browser(world.acme.host, world.lecomte.admin)
    assert "You wait for nothing" in other.get(PATH).content.decode()
    assert other.post(PATH, {"remove": world.acme.variants[SKU].hex}).status_code == 404
    assert shop.post(PATH, {"remove": world.acme.variants[SKU].hex}).status_code == 303
    assert "You wait for nothing" in shop.get(PATH).content.decode()


def test_statements_do_not_grow_with_what_comes_back(world: World) -> None:
    counts = []
    for skus in ((SKU,), ("VN-1002", "VN-1003", "VN-1005")):
        _count(world, 0, *skus)
        for sku in skus:
            _watch(world, world.delmas, sku)
        with statements() as texts:
            _count(world, 9, *skus)
        counts.append(len(texts))
    assert counts[0] == counts[1]


def test_nobody_waits_for_a_pack(world: World, browser: Any) -> None:
    make(world, KIT_OF_FIVE)
    shop = browser(world.acme.host, world.delmas.admin)
    html = shop.post(PATH, {"watch": world.acme.variants["VN-1001"].hex}, follow=True).content.decode()
    assert "VN-1001 is a pack: only the goods in it are in stock or out of it." in html
    with use_tenant(world.acme):
        assert not StockAlert.objects.exists()


def test_nobody_waits_for_what_is_made_to_order(world: World, browser: Any) -> None:
    with use_tenant(world.acme.scope, party="tenant"):
        Stock.objects.filter(variant__sku="VN-1005").update(on_hand=0)  # nothing was counted or taken out: never there
    shop = browser(world.acme.host, world.delmas.admin)
    page = shop.get("/catalog/p/VN-1005/").content.decode()
    assert "made or bought for you" in page
    assert 'name="watch"' not in page
    html = shop.post(PATH, {"watch": world.acme.variants["VN-1005"].hex}, follow=True).content.decode()
    assert "VN-1005 is made or bought when you order it: there is nothing to wait for." in html
    with use_tenant(world.acme):
        assert not StockAlert.objects.exists()
