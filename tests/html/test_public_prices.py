"""What everybody pays is shown to visitors where the supplier says so, and never beside somebody's own price."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from catalog.models import CatalogSettings, Variant
from catalog.visibility_rules import prices_are_public, save_public_prices
from core.actor import ANONYMOUS
from core.errors import Refused
from core.tenancy import use_tenant
from inventory.models import Stock
from pricing.models import DiscountRule, Price, PriceList, PriceListAssignment
from search import indexing
from search.engine import MARKETPLACE, engine
from tests.counting import statements
from tests.html.test_seo import described, text_of
from tests.world import BOT, World

Open = Callable[..., Any]
PAGES = ("/catalog/", "/catalog/p/VN-1001/")


@pytest.fixture
def shop(world: World) -> World:
    engine().drop(MARKETPLACE)
    with use_tenant(world.acme.scope, party="tenant"):
        indexing.rebuild_shop(tenant_id=world.acme.id)
        save_public_prices(are_public=True, actor=BOT)
    return world


@pytest.mark.parametrize("path", PAGES)
def test_visitors_see_what_everybody_pays(shop: World, browser: Open, path: str) -> None:
    html = text_of(browser(shop.acme.host).get(path))
    assert "€0.500" in html
    assert "Public price, excl. VAT" in html
    assert "Prices shown are public prices, excl. VAT." in html
    assert "My net price" not in html
    assert 'name="quantity-' not in html


@pytest.mark.parametrize("path", PAGES)
def test_who_has_own_prices_sees_those_alone(shop: World, browser: Open, path: str) -> None:
    html = text_of(browser(shop.acme.host, shop.lecomte.admin).get(path))
    assert "€0.450" in html
    assert "€0.500" not in html
    assert "ublic price" not in html


@pytest.mark.parametrize("path", PAGES)
def test_elsewhere_nothing_is_public(shop: World, browser: Open, path: str) -> None:
    assert "€" not in text_of(browser(shop.bolt.host).get(path))
    with use_tenant(shop.acme.scope, party="tenant"):
        save_public_prices(are_public=False, actor=BOT)
    html = text_of(browser(shop.acme.host).get(path))
    assert "€" not in html
    assert '"offers"' not in html


def test_without_an_account_one_is_a_visitor_and_told_so(shop: World, browser: Open) -> None:
    html = text_of(browser(shop.acme.host, shop.nouvelle.admin).get("/catalog/"))
    assert "€0.500" in html
    assert "You have no account with Acme Visserie yet." in html


def test_a_list_and_a_discount_for_everybody_count_those_of_somebody_do_not(shop: World, browser: Open) -> None:
    with use_tenant(shop.acme.scope):
        everybodys = PriceList.objects.create(code="web", name="Web", currency="EUR")
        PriceListAssignment.objects.create(price_list=everybodys)
        Price.objects.create(price_list=everybodys, variant_id=shop.acme.variants["VN-1001"], unit_price="0.3")
        DiscountRule.objects.create(name="Spring", rate=Decimal("0.1"))
        DiscountRule.objects.create(name="Delmas", rate=Decimal("0.5"), customer_id=shop.acme.customers["delmas"])
    html = text_of(browser(shop.acme.host).get("/catalog/p/VN-1001/"))
    assert "€0.270" in html


def test_what_has_no_public_price_is_on_request(shop: World, browser: Open) -> None:
    with use_tenant(shop.acme.scope):
        Price.objects.filter(variant__sku="VN-1001").delete()
    client = browser(shop.acme.host)
    page = text_of(client.get("/catalog/p/VN-1001/"))
    assert "Price on request" in page
    assert "offers" not in described(page)["Product"]
    row = re.search(r"<code>VN-1001</code>.*?</tr>", text_of(client.get("/catalog/")), re.DOTALL)
    assert row is not None
    assert "price on request" in row[0]


def test_search_engines_read_the_public_price(shop: World, browser: Open) -> None:
    offer = described(text_of(browser(shop.acme.host).get("/catalog/p/VN-1001/")))["Product"]["offers"]
    assert (offer["price"], offer["priceCurrency"]) == ("0.5", "EUR")
    assert offer["availability"] == "https://schema.org/InStock"
    assert offer["priceSpecification"]["valueAddedTaxIncluded"] is False
    assert offer["priceSpecification"]["referenceQuantity"]["unitCode"] == "H87"
    own = text_of(browser(shop.acme.host, shop.lecomte.admin).get("/catalog/p/VN-1001/"))
    assert "schema.org" not in own
    waits = described(text_of(browser(shop.acme.host).get("/catalog/p/VN-1004/")))["Product"]["offers"]
    assert waits["availability"] == "https://schema.org/BackOrder"


def test_one_statement_more_for_any_number_of_rows(shop: World, browser: Open) -> None:
    client, counts = browser(shop.acme.host), []
    for skus in (("VN-1001",), tuple(shop.acme.variants)):
        with use_tenant(shop.acme.scope):
            Variant.objects.exclude(sku__in=skus).update(state="draft")
            Variant.objects.filter(sku__in=skus).update(state="active")
            Stock.objects.update(on_hand=0)  # what is not there takes one statement more
            indexing.rebuild_shop(tenant_id=shop.acme.id)
        client.get("/catalog/")
        with statements() as captured:
            text_of(client.get("/catalog/"))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_the_supplier_decides(shop: World, browser: Open) -> None:
    staff = browser(shop.acme.host, shop.acme.owner)
    page = text_of(staff.get("/portal/visibility/"))
    assert re.search(r'name="are_public"[^>]*checked', page)
    assert 'href="http://acme.localhost/sitemap.xml"' in page
    for data, public in (({}, False), ({"are_public": "on"}, True)):
        assert staff.post("/portal/visibility/public/", data).status_code == 303
        with use_tenant(shop.acme.scope):
            assert prices_are_public() is public
    with use_tenant(shop.acme.scope, party="tenant"):
        assert CatalogSettings.objects.get().visitors_see, "the other settings stay"
        with pytest.raises(Refused):
            save_public_prices(are_public=False, actor=ANONYMOUS)
        assert prices_are_public()
