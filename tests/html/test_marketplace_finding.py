"""What a buyer finds on the marketplace: its own numbers, suppliers' words, public prices, and without the engine."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from catalog.enums import AttributeKind
from catalog.models import AttributeDefinition, CustomerPartNumber, OrderUnit, Product, Variant
from catalog.outline import forget_outline
from catalog.visibility import Target
from catalog.visibility_rules import save_public_prices, save_visibility_rule
from core.tenancy import use_tenant
from inventory.models import Stock
from search import synonyms
from search.engine import MARKETPLACE, engine
from tests.counting import statements
from tests.marketplace.market import GTIN, LONGER, NUT, SCREW, WASHER, publish, screw_id, share
from tests.world import BOT, CompanyWorld, TenantWorld, World

Open = Callable[..., Any]
HOST, PATH = "localhost", "/search/"
CARTON = "14006381333938"


@pytest.fixture
def market(world: World) -> World:
    with use_tenant(world.acme.scope):
        OrderUnit.objects.filter(variant_id=world.acme.variants[WASHER], is_base=False).update(gtin=CARTON)
    share(world)
    return world


@pytest.fixture
def without_engine(market: World) -> Iterator[World]:
    """The index is of another version than the code: as when the engine does not answer."""
    engine().drop(MARKETPLACE)
    pointer = engine()._store._folder(MARKETPLACE) / "CURRENT"  # type: ignore[attr-defined]
    pointer.parent.mkdir(parents=True)
    pointer.write_text("s0-from-another-version")
    yield market
    engine().drop(MARKETPLACE)


def text_of(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def picked(html: str) -> list[str]:
    """The rows of the page by their offers."""
    return re.findall(r'name="line" value="([^"]+)"', html)


def offer(tenant: TenantWorld, sku: str) -> str:
    return f"{tenant.id.hex}:{tenant.variants[sku].hex}"


def hide(tenant: TenantWorld, sku: str, company: CompanyWorld | None = None) -> None:
    with use_tenant(tenant.scope, party="tenant"):
        product_id = Product.objects.get(code=sku).pk
        party = {} if company is None else {"customer_id": tenant.customers["delmas"]}
        save_visibility_rule(target=Target.PRODUCT, target_id=product_id, is_visible=False, actor=BOT, **party)


# --- Own numbers, suppliers' words --------------------------------------------------------------------------------
def test_a_company_finds_goods_by_its_own_number_and_nobody_else_does(market: World, browser: Open) -> None:
    with use_tenant(market.acme.scope):
        CustomerPartNumber.objects.create(
            customer_id=market.acme.customers["delmas"],
            variant_id=market.acme.variants[WASHER],
            number="ATELIER-77",
            number_key="atelier77",
        )
    asked = {"q": "ATELIER-77"}
    for query in (asked, {**asked, "suggest": "1"}):
        assert "VN-1004" in text_of(browser(HOST, market.delmas.admin).get(PATH, data=query))
        for other in (browser(HOST, market.lecomte.admin), browser(HOST)):
            assert "VN-1004" not in text_of(other.get(PATH, data=query))
    hide(market.acme, WASHER, market.delmas)
    assert "VN-1004" not in text_of(browser(HOST, market.delmas.admin).get(PATH, data=asked))


def test_the_words_of_a_supplier_count_for_its_customers(market: World, browser: Open) -> None:
    with use_tenant(market.acme.scope, party="tenant"):
        data = synonyms.SynonymData("", ("machintruc",), ("washer", "rondelle"))
        synonyms.save_synonym(data=data, actor=market.acme.staff)
    assert "VN-1004" in text_of(browser(HOST, market.delmas.admin).get(PATH, data={"q": "machintruc"}))


def test_suggestions_show_each_goods_once_and_nothing_that_is_hidden(market: World, browser: Open) -> None:
    visitor, delmas = browser(HOST), browser(HOST, market.delmas.admin)
    assert f'data-suggest="{PATH}?suggest=1"' in text_of(visitor.get("/"))
    html = text_of(visitor.get(PATH, data={"suggest": "1", "q": GTIN}))
    assert html.count('role="option"') == 1
    assert f"/goods/{screw_id()}/" in html
    assert "2 suppliers" in html
    assert ("€" in html, "<html" in html) == (False, False)
    assert "Acme Visserie" in text_of(delmas.get(PATH, data={"suggest": "1", "q": "VN-1004"}))
    hide(market.acme, WASHER, market.delmas)
    html = text_of(delmas.get(PATH, data={"suggest": "1", "q": "VN-1004"}))
    assert ("Acme Visserie" in html, "Bolt" in html) == (False, True)
    assert "option" not in text_of(visitor.get(PATH, data={"suggest": "1", "q": ""}))


# --- Filters ------------------------------------------------------------------------------------------------------
def test_goods_are_filtered_by_when_they_come_and_by_numbers(market: World, browser: Open) -> None:
    for tenant, stock in ((market.acme, {"on_hand": 0, "lead_time_days": 12}), (market.bolt, {"on_hand": 50})):
        with use_tenant(tenant.scope):
            Stock.objects.update_or_create(variant_id=tenant.variants[WASHER], defaults=stock)
    with use_tenant(market.acme.scope):
        AttributeDefinition.objects.create(code="bore", label_fr="Alésage", kind=AttributeKind.NUMBER, unit="mm")
        for sku, bore in ((SCREW, "4"), (LONGER, "12.5")):
            Variant.objects.filter(sku=sku).update(attributes={"bore": bore})
        forget_outline()
    publish(market.acme, market.bolt)
    client = browser(HOST, market.delmas.admin)
    for lead, is_there in (("", True), ("5", False)):
        html = text_of(client.get(PATH, data={"q": "VN-1004", "lead": lead}))
        assert 'name="lead"' in html
        assert (offer(market.acme, WASHER) in html, offer(market.bolt, WASHER) in html) == (is_there, True)
    html = text_of(client.get(PATH, data={"n-bore_min": "10"}))
    assert picked(html) == [offer(market.acme, LONGER)]
    assert re.search(r'name="n-bore_min"[^>]*value="10"|value="10"[^>]*name="n-bore_min"', html)


# --- Public prices ------------------------------------------------------------------------------------------------
def test_public_prices_are_shown_to_who_has_none_of_its_own(market: World, browser: Open) -> None:
    goods, compare = f"/goods/{screw_id()}/", f"/compare/?line={offer(market.acme, SCREW)}"
    pages = (f"{PATH}?q={GTIN}", goods, compare)
    visitor, lecomte = browser(HOST), browser(HOST, market.lecomte.admin)
    assert ["€" in text_of(visitor.get(page)) for page in pages] == [False] * 3
    with use_tenant(market.acme.scope, party="tenant"):
        save_public_prices(are_public=True, actor=BOT)
    for page in pages:
        html = text_of(visitor.get(page))
        assert ("€0.500" in html, "public price" in html, "Sign in" in html) == (True, True, True), page
        assert "Add to cart" not in html
        own = text_of(lecomte.get(page))
        assert ("€0.450" in own, "€0.500" in own, "public price" in own) == (True, False, False), page
    assert "lowest at" not in text_of(visitor.get(pages[0])), "public prices are not held against own ones"


# --- Without the engine -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "skus"),
    [
        (GTIN, {SCREW}),
        (f"0{GTIN}", {SCREW}),
        (CARTON, {WASHER}),
        ("vn 1002", {LONGER}),
        ("VN-1002\0", {LONGER}),
        ("FX 777-8", {NUT}),
        ("lock nut", {NUT}),
        ("ÉCROU", {NUT}),
        ("100%", set()),
    ],
)
def test_without_the_engine_the_database_finds(without_engine: World, browser: Open, text: str, skus: set[str]) -> None:
    world = without_engine
    html = text_of(browser(HOST, world.delmas.admin).get(PATH, data={"q": text}))
    assert "this is a plain list, without filters" in html
    lines = {one for several in picked(html) for one in several.split(",")}
    assert {sku for sku in world.acme.variants if offer(world.acme, sku) in lines} == skus


def test_the_plain_list_shows_nothing_that_is_hidden_and_goods_once(without_engine: World, browser: Open) -> None:
    world = without_engine
    delmas = browser(HOST, world.delmas.admin)
    html = text_of(delmas.get(PATH))
    assert len(picked(html)) == 8, "two of ten variants are the same goods of two suppliers"
    assert "8 products" in html
    hide(world.acme, WASHER, world.delmas)
    html = text_of(delmas.get(PATH, data={"q": "VN-1004"}))
    assert picked(html) == [offer(world.bolt, WASHER)]
    html = text_of(delmas.get(PATH, data={"supplier": str(world.bolt.id)}))
    assert {one.partition(":")[0] for several in picked(html) for one in several.split(",")} == {world.bolt.id.hex}


def test_statements_of_the_plain_list_do_not_grow(without_engine: World, browser: Open) -> None:
    client = browser(HOST)
    counts = []
    for query in ({"q": "VN-1001"}, {}):
        client.get(PATH, data=query)
        with statements() as texts:
            client.get(PATH, data=query)
        counts.append(len(texts))
    assert counts[0] == counts[1]
