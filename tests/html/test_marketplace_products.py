"""Search over all suppliers and comparison, as visitors and as companies with accounts here and there."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from catalog.enums import VariantState
from catalog.models import Variant
from core.actor import system
from core.scope import PLATFORM
from core.tenancy import use_tenant
from search import indexing
from search.engine import MARKETPLACE, engine
from tenants.enums import TenantState
from tenants.services import change_state
from tests.counting import statements
from tests.world import TenantWorld, World

Open = Callable[..., Any]
HOST = "localhost"


@pytest.fixture
def market(world: World) -> World:
    engine().drop(MARKETPLACE)
    for tenant in (world.acme, world.bolt):
        with use_tenant(tenant.scope):
            indexing.rebuild_shop(tenant_id=tenant.id)
    return world


def text_of(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def line(tenant: TenantWorld, sku: str) -> str:
    return f"{tenant.id.hex}:{tenant.variants[sku].hex}"


def compare_path(*lines: str, **more: str) -> str:
    return f"/compare/?{urlencode([('line', one) for one in lines] + list(more.items()))}"


def test_home_leads_to_suppliers_categories_and_search(market: World, browser: Open) -> None:
    html = text_of(browser(HOST).get("/"))
    for text in (
        "Acme Visserie",
        "Bolt Électricité",
        "Lille",
        "10 offers",
        f"/go/{market.acme.id}/?next=%2F",
        "Apply",
    ):
        assert text in html
    assert 'href="/search/?category=Vis"' in html


def test_a_visitor_sees_all_products_and_no_price(market: World, browser: Open) -> None:
    html = text_of(browser(HOST).get("/search/", data={"q": "VN-1001"}))
    assert "2 products" in html
    assert "€" not in html
    assert html.count('href="/sign-in/?next=%2Fsearch%2F%3Fq%3DVN-1001"') >= 2


def test_a_company_sees_its_own_price_where_it_has_an_account(market: World, browser: Open) -> None:
    html = text_of(browser(HOST, market.lecomte.admin).get("/search/", data={"q": "VN-1001"}))
    assert html.count("€0.450") == 1
    assert html.count("Ask for an account") == 1
    assert f"/go/{market.bolt.id}/?next=%2Faccount%2Frequest%2F" in html
    html = text_of(browser(HOST, market.delmas.admin).get("/search/", data={"q": "VN-1001"}))
    assert html.count("<b>€0.500</b>") == 2


def test_rows_can_be_chosen_for_comparison_and_quotes(market: World, browser: Open) -> None:
    html = text_of(browser(HOST, market.delmas.admin).get("/search/", data={"q": "VN-1001"}))
    assert f'name="line" value="{line(market.acme, "VN-1001")}"' in html
    assert 'action="/compare/"' in html
    assert 'formaction="/rfqs/new/"' in html


def test_filters_by_supplier_category_and_stock(market: World, browser: Open) -> None:
    client = browser(HOST)
    html = text_of(client.get("/search/", data={"supplier": str(market.bolt.id), "category": "Vis", "stock": "1"}))
    assert "2 products" in html
    assert "Acme Visserie</a></td>" not in html
    assert re.search(r'name="supplier" value="[0-9a-f-]+" id="[^"]+" checked>\s*<span>Bolt Électricité', html)
    for odd in ({"supplier": "nonsense"}, {"category": "x|y"}, {"f-nothing": "1"}, {"page": "200"}):
        text_of(client.get("/search/", data=odd))


def test_a_suspended_supplier_is_not_shown_even_before_the_index_knows(market: World, browser: Open) -> None:
    with use_tenant(PLATFORM):
        change_state(tenant_id=market.bolt.id, to=TenantState.SUSPENDED, actor=system("tests"), reason="test")
    html = text_of(browser(HOST).get("/search/"))
    assert "Bolt" not in html
    assert "Bolt" not in text_of(browser(HOST).get(compare_path(line(market.bolt, "VN-1001"))))


def test_statements_grow_with_suppliers_and_not_with_rows(market: World, browser: Open) -> None:
    client = browser(HOST, market.delmas.admin)
    counts = {}
    for name, query in {
        "one": {"q": "VN-1001"},
        "all": {"q": "VN-100"},
        "acme": {"q": "VN-100", "supplier": str(market.acme.id)},
    }.items():
        client.get("/search/", data=query)
        with statements() as texts:
            client.get("/search/", data=query)
        counts[name] = len(texts)
    assert counts["one"] == counts["all"]
    assert counts["all"] - counts["acme"] == 3  # the account there is known from the search
    assert counts["all"] <= 15


def test_comparison_shows_prices_stock_and_differences(market: World, browser: Open) -> None:
    lines = [line(market.acme, "VN-1001"), line(market.bolt, "VN-1001"), line(market.acme, "VN-1002")]
    client = browser(HOST, market.delmas.admin)
    html = text_of(client.get(compare_path(*lines)))
    assert html.count("✓ lowest") == 2
    assert html.count("€0.620") >= 1
    assert "80 in stock" in html
    assert re.search(r'<tr role="row">\s*<th scope="row" role="rowheader">Brand</th>', html)
    label = r'<tr role="row" class="is-diff">\s*<th scope="row" role="rowheader">Supplier '
    assert re.search(rf'{label}<span aria-hidden="true">≠</span>', html)
    assert html.count('name="line"') == 3
    only = text_of(client.get(compare_path(*lines, only="differences")))
    assert '<th scope="row" role="rowheader">Brand' not in only
    assert "not shown" in only


def test_comparison_is_of_own_prices_or_of_none(market: World, browser: Open) -> None:
    lines = [line(market.acme, "VN-1001"), line(market.bolt, "VN-1001")]
    visitor = text_of(browser(HOST).get(compare_path(*lines)))
    assert "€" not in visitor
    lecomte = text_of(browser(HOST, market.lecomte.admin).get(compare_path(*lines)))
    assert "€0.450" in lecomte
    assert "lowest" not in lecomte
    assert "Ask for an account" in lecomte


def test_at_most_five_are_compared_and_nonsense_is_left_out(market: World, browser: Open) -> None:
    lines = [line(tenant, sku) for tenant in (market.acme, market.bolt) for sku in ("VN-1001", "VN-1002", "VN-1003")]
    html = text_of(browser(HOST).get(compare_path(*lines)))
    assert html.count('<th scope="col" role="columnheader">') == 5
    assert "At most 5 products" in html
    with use_tenant(market.acme.scope):
        Variant.objects.filter(sku="VN-1001").update(state=VariantState.ARCHIVED)
    swapped = f"{market.bolt.id.hex}:{market.acme.variants['VN-1002'].hex}"
    html = text_of(browser(HOST).get(compare_path("x", "x:y", lines[0], swapped, lines[1], lines[1])))
    assert html.count('<th scope="col" role="columnheader">') == 1
    assert "Nothing to compare yet" in text_of(browser(HOST).get("/compare/"))


def test_an_onlooker_cannot_ask_for_quotes(market: World, browser: Open) -> None:
    html = text_of(browser(HOST, market.delmas.viewer).get(compare_path(line(market.acme, "VN-1001"))))
    assert "Request a quote" not in html
    assert "€0.500" in html


def test_french_numbers_and_names(market: World, browser: Open) -> None:
    html = text_of(browser(HOST, market.delmas.admin, language="fr").get(compare_path(line(market.acme, "VN-1001"))))
    assert "Vis CHC M8×40 inox A4" in html
    assert "0,500\xa0€" in html
