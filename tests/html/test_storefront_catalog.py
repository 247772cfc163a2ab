"""The catalogue as visitors, customers-to-be and customers see it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from catalog.enums import VariantState
from catalog.models import AttributeDefinition, Category, OrderUnit, Product, Variant
from catalog.outline import forget_outline
from core.tenancy import use_tenant
from customers.models import Customer
from inventory.models import Stock
from pricing.models import Price, PriceList
from search import indexing
from search.engine import MARKETPLACE, engine, index_name
from tests.counting import statements
from tests.world import TenantWorld, World

Open = Callable[..., Any]


def index(tenant: TenantWorld) -> None:
    with use_tenant(tenant.scope):
        indexing.rebuild_shop(tenant_id=tenant.id)


@pytest.fixture
def shop(world: World) -> World:
    engine().drop(MARKETPLACE)
    index(world.acme)
    index(world.bolt)
    return world


def text_of(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def shown_rows(html: str) -> list[str]:
    return re.findall(r"<code>([^<]+)</code>", html)


PAGES = ("/", "/catalog/", "/catalog/p/VN-1001/")


@pytest.mark.parametrize("path", PAGES)
def test_a_visitor_sees_no_price_and_learns_what_to_do(shop: World, browser: Open, path: str) -> None:
    html = text_of(browser(shop.acme.host).get(path))
    assert "€" not in html
    assert "Prices are shown to approved customers." in html
    assert "/sign-in/?next=" in html
    assert 'name="quantity-' not in html


@pytest.mark.parametrize("path", PAGES)
def test_a_company_without_an_account_sees_no_price(shop: World, browser: Open, path: str) -> None:
    html = text_of(browser(shop.acme.host, shop.nouvelle.admin).get(path))
    assert "€" not in html
    assert "You have no account with Acme Visserie yet." in html


def test_each_customer_sees_its_own_price(shop: World, browser: Open) -> None:
    delmas = text_of(browser(shop.acme.host, shop.delmas.admin).get("/catalog/?q=VN-1001"))
    lecomte = text_of(browser(shop.acme.host, shop.lecomte.admin).get("/catalog/?q=VN-1001"))
    assert "<b>€0.500</b>" in delmas
    assert "≥ 500 <b>€0.400</b>" in delmas
    assert "<b>€0.450</b>" in lecomte
    assert "€0.500" not in lecomte


def test_the_total_below_the_list_is_in_the_customer_s_currency(shop: World, browser: Open) -> None:
    assert 'data-currency="EUR"' in text_of(browser(shop.acme.host, shop.delmas.admin).get("/catalog/"))
    with use_tenant(shop.acme.scope):
        Customer.objects.filter(pk=shop.acme.customers["delmas"]).update(currency="CHF")
        PriceList.objects.filter(is_base=True).update(currency="CHF")
    html = text_of(browser(shop.acme.host, shop.delmas.admin).get("/catalog/"))
    assert "CHF" in html.replace('data-currency="CHF"', "")
    assert 'data-currency="CHF"' in html


def test_an_onlooker_sees_prices_and_cannot_order(shop: World, browser: Open) -> None:
    html = text_of(browser(shop.acme.host, shop.delmas.viewer).get("/catalog/"))
    assert "€0.500" in html
    assert 'name="quantity-' not in html
    assert 'id="cart-form"' not in html


def test_a_row_says_what_is_needed_to_order(shop: World, browser: Open) -> None:
    html = text_of(browser(shop.acme.host, shop.delmas.admin).get("/catalog/"))
    key = shop.acme.variants["VN-1001"].hex
    assert f'name="quantity-{key}"' in html
    assert re.search(rf'name="unit-{key}".*?<option value="H87"[^>]*selected>piece</option>', html, re.DOTALL)
    assert "box of 100" in html
    assert "4,200 in stock" in html
    assert "within 12 days" in html
    assert 'action="/cart/lines/"' in html


def test_numbers_and_texts_of_data_follow_the_language(shop: World, browser: Open) -> None:
    english = text_of(browser(shop.acme.host, shop.delmas.admin, language="en").get("/catalog/p/VN-1003/"))
    french = text_of(browser(shop.acme.host, shop.delmas.admin, language="fr").get("/catalog/p/VN-1003/"))
    assert "Lock nut M8 A2" in english
    assert "€0.120" in english
    assert "12,000" in english
    assert "Écrou frein M8 inox A2" in french
    assert "0,120\xa0€" in french
    assert "12\u202f000" in french


def test_search_filters_and_facets(shop: World, browser: Open) -> None:
    with use_tenant(shop.acme.scope):
        AttributeDefinition.objects.create(code="matiere", label_fr="Matière", label_en="Material")
        forget_outline()
    client = browser(shop.acme.host)
    assert "<legend>Material</legend>" in text_of(client.get("/catalog/"))
    html = text_of(client.get("/catalog/", data={"q": "cap scrw m8"}))
    assert shown_rows(html) == ["VN-1001", "VN-1002"]
    html = text_of(client.get("/catalog/", data={"f-brand": ["Fixor"], "stock": "1"}))
    assert shown_rows(html) == ["VN-1003"]
    assert re.search(
        r'name="f-brand" value="Inoxal" id="f-brand-[0-9a-f]{8}">\s*<span>Inoxal</span> <span class="tally">3', html
    )
    assert re.search(r'name="f-brand" value="Fixor" id="[^"]+" checked', html)
    assert 'href="/catalog/?stock=1"' in html  # the chip that removes the brand
    html = text_of(client.get("/catalog/", data={"category": "vis", "sort": "name"}))
    assert shown_rows(html) == ["VN-1001", "VN-1002"]
    assert "<h1>Vis" in html


@pytest.mark.parametrize(
    "query",
    [
        {"f-nothing": ["x"]},
        {"f-in_stock": ["1"], "f-category": ["vis"]},
        {"category": "does/not/exist"},
        {"page": "9999999999"},
        {"page": "-1", "sort": "price", "stock": "2"},
        {"q": "\"') OR 1=1 --" * 50},
        {"f-É": ["x"], "f-": ["y"]},
    ],
)
def test_strange_questions_get_a_page(shop: World, browser: Open, query: dict[str, Any]) -> None:
    text_of(browser(shop.acme.host).get("/catalog/", data=query))


def test_only_who_sees_prices_sorts_by_them(shop: World, browser: Open) -> None:
    visitor = text_of(browser(shop.acme.host).get("/catalog/", data={"sort": "-price"}))
    buyer = text_of(browser(shop.acme.host, shop.delmas.admin).get("/catalog/", data={"sort": "-price"}))
    assert "lowest first" not in visitor
    assert shown_rows(buyer)[0] == "VN-1005"
    assert "Your price, lowest first" in buyer


@pytest.mark.parametrize(
    ("who", "asked", "found"),
    [
        ("delmas", {"price_min": "0,48", "price_max": "0,62"}, ["VN-1001", "VN-1002"]),
        ("lecomte", {"price_min": "0,48", "price_max": "0,62"}, ["VN-1002"]),  # pays 0.45 for the other one
        ("lecomte", {"price_max": "0.45"}, ["VN-1001", "VN-1003", "VN-1004"]),
        ("delmas", {"price_max": "a lot"}, ["VN-1001", "VN-1002", "VN-1003", "VN-1004", "VN-1005"]),
    ],
)
def test_goods_are_filtered_by_the_price_that_the_buyer_pays(
    shop: World, browser: Open, who: str, asked: dict[str, str], found: list[str]
) -> None:
    client = browser(shop.acme.host, getattr(shop, who).admin)
    language = "fr" if "," in str(asked) else "en"
    html = text_of(client.get("/catalog/", data=asked, headers={"Accept-Language": language}))
    assert sorted(shown_rows(html)) == found


def test_a_visitor_cannot_filter_by_price(shop: World, browser: Open) -> None:
    html = text_of(browser(shop.acme.host).get("/catalog/", data={"price_max": "0.1", "bought": "1"}))
    assert len(shown_rows(html)) == 5
    assert "price_min" not in html


def test_htmx_gets_the_rows_and_what_changes_beside_them(shop: World, browser: Open) -> None:
    html = text_of(browser(shop.acme.host).get("/catalog/", data={"stock": "1"}, headers={"HX-Request": "true"}))
    assert "<html" not in html
    assert 'id="results"' in html
    for oob in ("listing-facets", "listing-count", "listing-done"):
        assert f'id="{oob}" hx-swap-oob="true"' in html


def test_nothing_found_offers_a_way_on(shop: World, browser: Open) -> None:
    html = text_of(browser(shop.acme.host).get("/catalog/", data={"q": "zzzz"}))
    assert "Nothing matches" in html
    assert "Whole catalogue" in html


def test_the_list_stands_without_the_engine(shop: World, browser: Open) -> None:
    engine().drop(index_name(shop.acme.id))
    pointer = engine()._store._folder(index_name(shop.acme.id)) / "CURRENT"  # type: ignore[attr-defined]
    pointer.parent.mkdir(parents=True)
    pointer.write_text("s0-from-another-version")
    html = text_of(browser(shop.acme.host, shop.delmas.admin).get("/catalog/", data={"q": "M8x40"}))
    assert "Search is not available at the moment" in html
    html = text_of(browser(shop.acme.host, shop.delmas.admin).get("/catalog/", data={"q": "vis"}))
    assert shown_rows(html) == ["VN-1001", "VN-1002"]
    assert "€0.500" in html
    engine().drop(index_name(shop.acme.id))


def test_a_product_page_has_everything_to_decide(shop: World, browser: Open) -> None:
    html = text_of(browser(shop.acme.host, shop.lecomte.admin).get("/catalog/p/VN-1001/"))
    for text in (
        "Cap screw M8×40 A4",
        "€0.450",
        "from 200 pieces",
        "€0.330",
        "−26.7%",
        "box of 100",
        "€45.00",
        "4,200 in stock",
    ):
        assert text in html
    assert f'name="quantity-{shop.acme.variants["VN-1001"].hex}"' in html


def test_another_way_of_writing_a_reference_leads_to_its_page(shop: World, browser: Open) -> None:
    client = browser(shop.acme.host)
    response = client.get("/catalog/p/vn1001/")
    assert (response.status_code, response["Location"]) == (302, "/catalog/p/VN-1001/")
    assert client.get("/catalog/p/nothing/").status_code == 404


def test_a_reference_may_hold_any_character(shop: World, browser: Open) -> None:
    with use_tenant(shop.acme.scope):
        Variant.objects.filter(sku="VN-1001").update(sku="A/B #1 é?", sku_key="ab1e")
    index(shop.acme)
    client = browser(shop.acme.host)
    (href,) = set(re.findall(r'href="(/catalog/p/A[^"]+)"', text_of(client.get("/catalog/"))))
    assert "A/B #1 é?" in text_of(client.get(href))


def test_what_is_archived_is_gone(shop: World, browser: Open) -> None:
    with use_tenant(shop.acme.scope):
        Variant.objects.filter(sku="VN-1001").update(state=VariantState.ARCHIVED)
    client = browser(shop.acme.host)
    assert client.get("/catalog/p/VN-1001/").status_code == 404
    assert "VN-1001" not in shown_rows(text_of(client.get("/catalog/")))


def test_a_product_of_another_tenant_does_not_exist(shop: World, browser: Open) -> None:
    with use_tenant(shop.bolt.scope):
        Variant.objects.filter(sku="VN-1001").update(sku="ONLY-BOLT", sku_key="onlybolt")
    index(shop.bolt)
    assert browser(shop.bolt.host).get("/catalog/p/ONLY-BOLT/").status_code == 200
    assert browser(shop.acme.host).get("/catalog/p/ONLY-BOLT/").status_code == 404
    assert shown_rows(text_of(browser(shop.acme.host).get("/catalog/", data={"q": "ONLY-BOLT"}))) == []


def test_suggestions(shop: World, browser: Open) -> None:
    html = text_of(browser(shop.acme.host).get("/search/suggest/", data={"q": "lock nu"}))
    assert re.findall(r'data-href="([^"]+)"', html) == ["/catalog/p/VN-1003/"]
    assert "option" not in text_of(browser(shop.acme.host).get("/search/suggest/"))


def more_goods(tenant: TenantWorld, count: int) -> None:
    """Products with prices, units and stock, so that a page is full."""
    with use_tenant(tenant.scope):
        base = PriceList.objects.get(is_base=True)
        category = Category.objects.get(path="vis")
        for number in range(count):
            product = Product.objects.create(code=f"P{number}", name_fr=f"Vis {number}", category=category)
            variant = Variant.objects.create(
                product=product,
                sku=f"P-{number}",
                sku_key=f"p{number}",
                name_fr=f"Vis {number}",
                attributes={"x": str(number)},
            )
            OrderUnit.objects.create(variant=variant, code="H87", factor=1, is_base=True)
            OrderUnit.objects.create(variant=variant, code="XBX", factor=50)
            Price.objects.create(price_list=base, variant=variant, unit_price="1.25")
            Stock.objects.create(variant=variant, on_hand=number)
    index(tenant)


def test_statements_do_not_grow_with_rows(shop: World, browser: Open) -> None:
    client = browser(shop.acme.host, shop.delmas.admin)
    counts = []
    for _size in (5, 50):
        client.get("/catalog/")  # what is cached is cached
        with statements() as texts:
            rows = shown_rows(text_of(client.get("/catalog/")))
        counts.append((len(rows), len(texts)))
        more_goods(shop.acme, 60 if len(counts) == 1 else 0)
    assert [rows for rows, _count in counts] == [5, 50]
    assert counts[0][1] == counts[1][1] <= 10, texts


def test_the_second_page_has_the_rest(shop: World, browser: Open) -> None:
    more_goods(shop.acme, 60)
    client = browser(shop.acme.host)
    first = shown_rows(text_of(client.get("/catalog/", data={"sort": "name"})))
    second = shown_rows(text_of(client.get("/catalog/", data={"sort": "name", "page": "2"})))
    assert len(first) == 50
    assert len(second) == 15
    assert not set(first) & set(second)


def test_a_product_with_many_variants_costs_no_more_statements(shop: World, browser: Open) -> None:
    client = browser(shop.acme.host, shop.delmas.admin)
    with use_tenant(shop.acme.scope):
        Stock.objects.update(on_hand=0)  # what is not there takes one statement more
    counts = []
    for joined in (False, True):
        if joined:
            with use_tenant(shop.acme.scope):
                Variant.objects.update(product_id=Product.objects.get(code="VN-1001").id)
        client.get("/catalog/p/VN-1001/")
        with statements() as texts:
            html = text_of(client.get("/catalog/p/VN-1001/"))
        counts.append(len(texts))
    assert shown_rows(html) == ["VN-1002", "VN-1003", "VN-1004", "VN-1005"]
    assert counts[0] == counts[1] <= 11, texts
