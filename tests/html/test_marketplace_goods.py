"""Goods that several suppliers sell: one row in lists, one page with their offers, at own prices or none."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest

from catalog.enums import VariantState
from catalog.models import Brand, OrderUnit, Product, Variant
from catalog.visibility import Target
from catalog.visibility_rules import save_visibility_rule
from core.actor import system
from core.ids import uuid7
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.models import Customer
from customers.queries import require_approved
from frontend.marketplace.home import found
from inventory.models import Stock
from orders import carts
from orders.models import Cart
from pricing.models import Price, PriceList
from tenants.enums import TenantState
from tenants.services import change_state
from tests.counting import statements
from tests.marketplace.market import GTIN, LONGER, NUT, SCREW, WASHER, name_goods, publish, screw_id, share
from tests.world import BOT, CompanyWorld, TenantWorld, World

Open = Callable[..., Any]
HOST = "localhost"


@pytest.fixture
def market(world: World) -> World:
    """Bolt sells the screw for 0.4 by the ten, Acme for 0.5 (0.4 from 500, to Lecomte for 0.45)."""
    with use_tenant(world.bolt.scope):
        variant_id = world.bolt.variants[SCREW]
        Price.objects.filter(variant_id=variant_id, min_quantity=1).update(unit_price="0.43")
        Price.objects.filter(variant_id=variant_id, min_quantity=500).update(unit_price="0.41")
        OrderUnit.objects.filter(variant_id=variant_id, is_base=True).update(minimum=10, multiple=10)
        Stock.objects.filter(variant_id=variant_id).update(on_hand=0, lead_time_days=9)
    share(world)
    return world


def text_of(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.status_code
    return str(response.content.decode())


def goods_path(**query: str) -> str:
    return f"/goods/{screw_id()}/" + (f"?{urlencode(query)}" if query else "")


def line(tenant: TenantWorld, sku: str = SCREW) -> str:
    return f"{tenant.id.hex}:{tenant.variants[sku].hex}"


def rows_of(html: str) -> list[str]:
    """The rows of the table of offers, without tags."""
    rows = re.findall(r'<tr id="o-.*?</tr>', html, flags=re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]


def in_cart(tenant: TenantWorld, company: CompanyWorld, sku: str = SCREW) -> list[Decimal]:
    with use_tenant(tenant.scope, company_id=company.id):
        wishes = carts.wishes_of(company.buyer, require_approved(company.buyer))
        return [wish.quantity for _id, wish in wishes if wish.variant_id == tenant.variants[sku]]


# --- The list --------------------------------------------------------------------------------------------------------
def test_goods_of_two_suppliers_are_one_row(market: World, browser: Open) -> None:
    html = text_of(browser(HOST, market.delmas.admin).get("/search/", data={"q": GTIN}))
    assert "1 product, 2 offers" in html
    assert html.count('class="c-name"') == 1
    assert ">2 suppliers</b>" in html
    assert "Acme Visserie, Bolt Électricité" in html or "Bolt Électricité, Acme Visserie" in html
    assert "<b>from €0.430</b>" in html
    assert "lowest at Bolt Électricité" in html
    assert f'href="{goods_path()}"' in html
    both = re.search(r'name="line" value="([^"]+)"', html)
    assert both is not None
    assert set(both[1].split(",")) == {line(market.acme), line(market.bolt)}


def tallies(html: str, field: str) -> dict[str, str]:
    """The numbers beside the boxes of a filter, by their values."""
    found = re.findall(rf'name="{field}" value="([^"]+)"[^>]*>\s*<span>[^<]*</span> <span class="tally">([^<]+)<', html)
    return dict(found)


def test_the_numbers_beside_filters_are_those_of_the_rows_that_they_give(market: World, browser: Open) -> None:
    visitor = browser(HOST)
    html = text_of(visitor.get("/search/"))
    assert "the same product of two suppliers counts once" in html
    brands = tallies(html, "f-brand")
    assert "Inoxal" in brands
    for brand, count in brands.items():
        assert text_of(visitor.get("/search/", data={"f-brand": brand})).count('class="c-name"') == int(count), brand
    chosen = text_of(visitor.get("/search/", data={"q": GTIN, "supplier": str(market.bolt.id)}))
    assert set(tallies(chosen, "supplier").values()) == {"1"}, "each of the two sells the one product"


def test_all_products_count_goods_and_offers(market: World, browser: Open) -> None:
    html = text_of(browser(HOST).get("/search/"))
    assert "8 products, 10 offers" in html
    assert html.count('class="c-name"') == 8
    assert "€" not in html


def test_a_row_says_at_how_many_suppliers_there_is_a_price(market: World, browser: Open) -> None:
    html = text_of(browser(HOST, market.lecomte.admin).get("/search/", data={"q": GTIN}))
    assert "<b>€0.450</b>" in html
    assert "your price at 1 of 2 suppliers" in html
    assert "0.430" not in html


def test_a_supplier_filter_leaves_its_offer_only(market: World, browser: Open) -> None:
    html = text_of(
        browser(HOST, market.delmas.admin).get("/search/", data={"q": GTIN, "supplier": str(market.acme.id)})
    )
    assert "1 product<" in html
    assert "<b>€0.500</b>" in html
    assert "2 suppliers" not in html


def test_the_stock_filter_leaves_offers_that_are_there(market: World, browser: Open) -> None:
    html = text_of(browser(HOST, market.delmas.admin).get("/search/", data={"q": GTIN, "stock": "1"}))
    assert "<b>€0.500</b>" in html
    assert "0.430" not in html


def order_of(html: str) -> list[str]:
    return re.findall(r'<td class="c-name"><a href="[^"]*"><b>([^<]+)</b>', html)


def test_own_prices_of_all_suppliers_make_one_order(market: World, browser: Open) -> None:
    name_goods(market.bolt, WASHER, part_number="B-W")
    with use_tenant(market.bolt.scope):
        Price.objects.filter(variant_id=market.bolt.variants[WASHER]).update(unit_price="9")
        Variant.objects.filter(sku=WASHER).update(name_en="Dear washer", name_fr="Rondelle")
    publish(market.bolt)
    client = browser(HOST, market.delmas.admin)
    names = order_of(text_of(client.get("/search/", data={"sort": "price"})))
    assert names[:4] == ["Washer M8 A4", "Lock nut M8 A2", "Cap screw M8×40 A4", "Cap screw M8×50 A4"]
    assert names[-1] == "Dear washer"
    assert order_of(text_of(client.get("/search/", data={"sort": "-price"}))) == names


def test_suppliers_without_a_price_come_after_the_others_and_it_is_said(market: World, browser: Open) -> None:
    with use_tenant(market.bolt.scope):
        Variant.objects.filter(sku=WASHER).update(name_en="Only elsewhere", name_fr="Ailleurs")
    name_goods(market.bolt, WASHER, part_number="B-W")
    publish(market.bolt)
    client = browser(HOST, market.lecomte.admin)
    html = text_of(client.get("/search/", data={"sort": "price"}))
    priced = ["Washer M8 A4", "Lock nut M8 A2", "Cap screw M8×40 A4", "Cap screw M8×50 A4", "Threaded rod M8 1 m A4"]
    assert order_of(html)[:5] == priced
    assert "Only elsewhere" in order_of(html)[5:]
    assert "no price without an account come after" in html
    assert "no price without an account come after" not in text_of(client.get("/search/"))


def test_own_price_bounds_hold_over_all_suppliers(market: World, browser: Open) -> None:
    client = browser(HOST, market.delmas.admin)
    html = text_of(client.get("/search/", data={"price_min": "0.42", "price_max": "0.44"}))
    assert order_of(html) == ["Cap screw M8×40 A4"]
    assert "<b>€0.430</b>" in html
    lecomte = browser(HOST, market.lecomte.admin)
    assert order_of(text_of(lecomte.get("/search/", data={"price_min": "0.42", "price_max": "0.44"}))) == []
    assert order_of(text_of(lecomte.get("/search/", data={"price_min": "0.44", "price_max": "0.46"}))) == [
        "Cap screw M8×40 A4"
    ]
    visitor = text_of(browser(HOST).get("/search/", data={"price_min": "0.42", "price_max": "0.44"}))
    assert "8 products" in visitor


def test_other_currencies_do_not_stand_in_the_same_order(market: World, browser: Open) -> None:
    with use_tenant(market.bolt.scope):
        Customer.objects.filter(pk=market.bolt.customers["delmas"]).update(currency="CHF")
        PriceList.objects.filter(is_base=True).update(currency="CHF")
    publish(market.bolt)
    html = text_of(browser(HOST, market.delmas.admin).get("/search/", data={"sort": "price", "q": GTIN}))
    assert "<b>€0.500</b>" in html
    page = text_of(browser(HOST, market.delmas.admin).get(goods_path()))
    assert "CHF" in page
    assert "different currencies" in page
    assert "lowest" not in page


def test_goods_come_once_over_all_pages(market: World, browser: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(found, "PER_PAGE", 3)
    client = browser(HOST)
    pages = [order_of(text_of(client.get("/search/", data={"sort": "name", "page": str(n)}))) for n in (1, 2, 3)]
    assert [len(page) for page in pages] == [3, 3, 2]
    names = [name for page in pages for name in page]
    assert names.count("Cap screw M8×40 A4") == 1
    assert names.count("Cap screw M8×50 A4") == 2  # nothing says that these are the same


def test_statements_do_not_grow_with_rows_or_goods(market: World, browser: Open) -> None:
    client = browser(HOST, market.delmas.admin)
    counts = []
    for query in ({"q": GTIN}, {"q": "VN-100"}):
        client.get("/search/", data=query)
        with statements() as texts:
            client.get("/search/", data=query)
        counts.append(len(texts))
    assert counts[0] == counts[1]


# --- The page --------------------------------------------------------------------------------------------------------
def test_offers_of_the_page_at_own_prices(market: World, browser: Open) -> None:
    html = text_of(browser(HOST, market.delmas.admin).get(goods_path()))
    bolt, acme = rows_of(html)
    for text in (
        "Bolt Électricité",
        "€0.430",
        "✓ lowest",
        "from 500: €0.410",
        "€4.30 for 10 pieces",
        "min. 10",
        "9 days",
    ):
        assert text in bolt
    for text in ("Acme Visserie", "€0.500", "from 500: €0.400", "€0.50 for 1 piece", "4,200 in stock", "from stock"):
        assert text in acme
    assert "lowest" not in acme
    assert GTIN in html
    assert "Delivery costs are not known" in html


def test_prices_are_for_the_quantity_asked_rounded_to_what_can_be_ordered(market: World, browser: Open) -> None:
    acme, bolt = rows_of(text_of(browser(HOST, market.delmas.admin).get(goods_path(quantity="505"))))
    assert "€0.400" in acme
    assert "lowest" in acme
    assert "€202.00 for 505 pieces" in acme
    assert "€0.410" in bolt
    assert "€209.10 for 510 pieces" in bolt
    assert "from 500" not in acme + bolt


def test_columns_sort_by_links_and_nothing_comes_last(market: World, browser: Open) -> None:
    client = browser(HOST, market.delmas.admin)

    def first(sort: str, who: Any = client) -> str:
        return rows_of(text_of(who.get(goods_path(sort=sort))))[0]

    assert "Acme" in first("supplier")
    assert "Bolt" in first("-supplier")
    assert "Bolt" in first("price")
    assert "Acme" in first("-price")
    assert "Acme" in first("total")
    assert "Acme" in first("minimum")
    assert "Bolt" in first("-minimum")
    assert "Bolt" in first("stock")
    assert "Acme" in first("-stock")
    assert "Acme" in first("lead")
    assert "Bolt" in first("nonsense")
    html = text_of(client.get(goods_path(sort="price", quantity="20")))
    assert re.search(r'aria-sort="ascending">\s*<a class="sort" href="[^"]*sort=-price', html)
    assert "quantity=20" in html
    lecomte = browser(HOST, market.lecomte.admin)
    for sort in ("price", "-price"):
        assert "Acme" in first(sort, lecomte)


def test_a_quantity_that_is_none_is_said_at_its_field(market: World, browser: Open) -> None:
    html = text_of(browser(HOST, market.delmas.admin).get(goods_path(quantity="many")), 422)
    assert "“many” is not a quantity." in html
    assert 'aria-invalid="true"' in html
    assert "€0.430" in html
    for odd in ("0", "-3", "1e9", "99999999999999"):
        text_of(browser(HOST).get(goods_path(quantity=odd)), 422)


def test_without_an_account_there_is_the_way_to_one_and_no_price(market: World, browser: Open) -> None:
    visitor = text_of(browser(HOST).get(goods_path(quantity="500")))
    assert "€" not in visitor
    assert visitor.count("Prices are shown to approved customers.") == 2
    assert visitor.count('href="/sign-in/?next=%2Fgoods%2F') >= 2
    lecomte = text_of(browser(HOST, market.lecomte.admin).get(goods_path()))
    assert "€0.450" in lecomte
    assert "0.43" not in lecomte
    assert f"/go/{market.bolt.id}/?next=%2Faccount%2Frequest%2F" in lecomte


def test_offers_go_into_that_suppliers_cart(market: World, browser: Open) -> None:
    client = browser(HOST, market.delmas.admin)
    answer = client.post(f"/goods/{screw_id()}/cart/?quantity=20", {"line": line(market.bolt), "quantity": "20"})
    assert answer.status_code == 303
    assert answer["Location"] == goods_path(quantity="20")
    assert "It is in your cart at Bolt Électricité." in text_of(client.get(answer["Location"]))
    assert in_cart(market.bolt, market.delmas) == [20]
    assert in_cart(market.acme, market.delmas) == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [("15", "multiple"), ("1,5 0", "not a quantity"), ("", "not a quantity"), ("0", "no quantity")],
)
def test_a_quantity_that_cannot_be_ordered_is_said_at_its_offer(
    market: World, browser: Open, typed: str, said: str
) -> None:
    client = browser(HOST, market.delmas.admin)
    html = text_of(client.post(f"/goods/{screw_id()}/cart/", {"line": line(market.bolt), "quantity": typed}), 422)
    bolt = next(row for row in rows_of(html) if "Bolt" in row)
    acme = next(row for row in rows_of(html) if "Acme" in row)
    assert said in bolt or "10" in bolt
    assert 'class="error"' in html
    assert said not in acme
    assert in_cart(market.bolt, market.delmas) == []


def test_only_these_goods_and_only_with_an_account(market: World, browser: Open) -> None:
    path = f"/goods/{screw_id()}/cart/"
    delmas, lecomte = browser(HOST, market.delmas.admin), browser(HOST, market.lecomte.admin)
    for odd in (line(market.acme, LONGER), "x:y", "", f"{line(market.acme)},{line(market.bolt)}"):
        assert delmas.post(path, {"line": odd, "quantity": "10"}).status_code == 404
    assert lecomte.post(path, {"line": line(market.bolt), "quantity": "10"}).status_code == 404
    assert browser(HOST).post(path, {"line": line(market.bolt), "quantity": "10"}).status_code == 303
    for tenant in (market.acme, market.bolt):
        with use_tenant(tenant.scope):
            assert not Cart.objects.exists()


def test_an_onlooker_sees_prices_and_cannot_order(market: World, browser: Open) -> None:
    client = browser(HOST, market.delmas.viewer)
    html = text_of(client.get(goods_path()))
    assert "€0.430" in html
    assert "Add to cart" not in html
    assert "Request a quote" not in html
    refused = client.post(f"/goods/{screw_id()}/cart/", {"line": line(market.bolt), "quantity": "10"})
    assert refused.status_code >= 400
    with use_tenant(market.bolt.scope):
        assert not Cart.objects.exists()


def test_ticked_goods_are_compared_offer_by_offer_and_asked_for_as_one_line(market: World, browser: Open) -> None:
    client = browser(HOST, market.delmas.admin)
    ticked = urlencode([("line", f"{line(market.acme)},{line(market.bolt)}")])
    html = text_of(client.get(f"/compare/?{ticked}"))
    assert html.count('<th scope="col" role="columnheader">') == 2
    nuts = f"{line(market.acme, NUT)},{line(market.bolt, NUT)}"
    html = text_of(client.get(f"/rfqs/new/?{ticked}&{urlencode([('line', nuts)])}"))
    assert html.count(f'value="{GTIN}"') == 1
    assert html.count('value="Cap screw M8×40 A4"') == 1
    assert html.count('value="FX 777-8"') + html.count('value="fx7778"') == 1
    for tenant in (market.acme, market.bolt):
        assert re.search(rf'value="{tenant.id.hex}"[^>]*checked', html)


def test_the_same_barcode_under_another_brand_is_said(market: World, browser: Open) -> None:
    with use_tenant(market.bolt.scope):
        other = Brand.objects.create(slug="autre", name="Autre")
        Product.objects.filter(code=SCREW).update(brand=other)
    publish(market.bolt)
    html = text_of(browser(HOST, market.delmas.admin).get(goods_path()))
    assert len(rows_of(html)) == 1
    assert "the same barcode to goods of Autre" in html
    (href,) = re.findall(r'href="(/goods/[0-9a-f-]+/)">See these goods', html)
    assert "Bolt" in rows_of(text_of(browser(HOST, market.delmas.admin).get(href)))[0]
    with use_tenant(market.bolt.scope, party="tenant"):
        save_visibility_rule(
            target=Target.BRAND,
            target_id=Brand.objects.get(slug="autre").pk,
            is_visible=False,
            customer_id=market.bolt.customers["delmas"],
            actor=BOT,
        )
    assert "Autre" not in text_of(browser(HOST, market.delmas.admin).get(goods_path()))
    assert "Autre" in text_of(browser(HOST, market.lecomte.admin).get(goods_path()))


def test_other_units_are_said_and_not_compared(market: World, browser: Open) -> None:
    with use_tenant(market.bolt.scope):
        rows = OrderUnit.objects.filter(variant_id=market.bolt.variants[SCREW])
        rows.filter(code="XBX").delete()
        rows.filter(is_base=True).update(code="CEN")
    html = text_of(browser(HOST, market.delmas.admin).get(goods_path()))
    assert "count in different units" in html
    assert "lowest" not in html


def test_french(market: World, browser: Open) -> None:
    html = text_of(browser(HOST, market.delmas.admin, language="fr").get(goods_path(quantity="500")))
    assert "Vis CHC M8×40 inox A4" in html
    assert "0,400\xa0€" in html


# --- What must not be seen -------------------------------------------------------------------------------------------
def appears(market: World, browser: Open, who: CompanyWorld | None, tenant: TenantWorld) -> set[str]:
    """The new doors in which a supplier's screw shows."""
    client = browser(HOST, who.admin) if who else browser(HOST)
    doors = set()
    if tenant.variants[SCREW].hex in client.get("/search/", data={"q": GTIN}).content.decode():
        doors.add("list")
    answer = client.get(goods_path())
    if answer.status_code == 200 and tenant.variants[SCREW].hex in answer.content.decode():
        doors.add("page")
    data = {"line": line(tenant), "quantity": "10"}
    if who and client.post(f"/goods/{screw_id()}/cart/", data).status_code == 303:
        doors.add("cart")
    return doors


EVERYWHERE = {"list", "page", "cart"}


@pytest.mark.parametrize("state", [VariantState.DRAFT, VariantState.ARCHIVED])
def test_drafts_and_archived_goods_appear_nowhere(market: World, browser: Open, state: VariantState) -> None:
    assert appears(market, browser, market.delmas, market.acme) == EVERYWHERE
    with use_tenant(market.acme.scope):
        Variant.objects.filter(sku=SCREW).update(state=state)
    assert appears(market, browser, market.delmas, market.acme) == set()  # neither table nor index know it yet
    publish(market.acme)
    assert appears(market, browser, market.delmas, market.acme) == set()
    html = text_of(browser(HOST, market.delmas.admin).get("/search/", data={"q": GTIN}))
    assert "1 product<" in html


def test_goods_hidden_from_a_customer_appear_nowhere_for_it(market: World, browser: Open) -> None:
    with use_tenant(market.acme.scope, party="tenant"):
        save_visibility_rule(
            target=Target.PRODUCT,
            target_id=Product.objects.get(code=SCREW).pk,
            is_visible=False,
            customer_id=market.acme.customers["delmas"],
            actor=BOT,
        )
    assert appears(market, browser, market.delmas, market.acme) == set()
    assert appears(market, browser, market.lecomte, market.acme) == EVERYWHERE
    html = text_of(browser(HOST, market.delmas.admin).get("/search/"))
    assert "8 products, 9 offers" in html
    assert "8 products, 10 offers" in text_of(browser(HOST, market.lecomte.admin).get("/search/"))


def test_goods_hidden_from_visitors_appear_nowhere_without_an_account(market: World, browser: Open) -> None:
    with use_tenant(market.acme.scope, party="tenant"):
        save_visibility_rule(
            target=Target.BRAND, target_id=Brand.objects.get(slug="inoxal").pk, is_visible=False, actor=BOT
        )
    publish(market.acme)
    assert appears(market, browser, None, market.acme) == set()
    assert appears(market, browser, market.nouvelle, market.acme) == set()
    assert appears(market, browser, None, market.bolt) == {"list", "page"}


def test_a_suspended_supplier_appears_nowhere(market: World, browser: Open) -> None:
    with use_tenant(PLATFORM):
        change_state(tenant_id=market.bolt.id, to=TenantState.SUSPENDED, actor=system("tests"), reason="test")
    assert appears(market, browser, market.delmas, market.bolt) == set()
    assert "Bolt" not in text_of(browser(HOST, market.delmas.admin).get(goods_path()))
    with use_tenant(market.acme.scope):
        Variant.objects.filter(sku=SCREW).update(state=VariantState.ARCHIVED)
    assert browser(HOST).get(goods_path()).status_code == 404


def test_goods_that_nobody_sells_do_not_exist(market: World, browser: Open) -> None:
    assert browser(HOST).get(f"/goods/{uuid7()}/").status_code == 404
    assert browser(HOST).get("/goods/x/").status_code == 404


def test_another_companys_price_appears_nowhere(market: World, browser: Open) -> None:
    for who, seen, never in (
        (market.delmas.admin, "0.500", "0.450"),
        (market.lecomte.admin, "0.450", "0.500"),
        (market.delmas.admin, "0.500", "0.450"),
    ):
        client = browser(HOST, who)
        for path in (goods_path(), f"/search/?{urlencode({'q': GTIN, 'supplier': str(market.acme.id)})}"):
            html = text_of(client.get(path))
            assert seen in html
            assert never not in html


def test_statements_of_the_page_grow_with_suppliers_only(
    market: World, browser: Open, drain: Callable[[], int]
) -> None:
    client = browser(HOST, market.delmas.admin)

    def count() -> int:
        client.get(goods_path())
        with statements() as texts:
            client.get(goods_path())
        return len(texts)

    two = count()
    for tenant in (market.acme, market.bolt):
        name_goods(tenant, LONGER, gtin=GTIN)
    publish(market.acme, market.bolt)
    assert len(rows_of(text_of(client.get(goods_path())))) == 4
    assert count() == two
    with use_tenant(PLATFORM):
        change_state(tenant_id=market.bolt.id, to=TenantState.SUSPENDED, actor=system("tests"), reason="test")
    drain()
    assert two - count() == 4
