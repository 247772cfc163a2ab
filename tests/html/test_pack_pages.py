"""A pack is built by its supplier in tables, and configured by its buyer with plain forms."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from catalog.models import OrderUnit
from catalog.packs.models import Pack
from catalog.packs.queries import staff_plan
from catalog.packs.services import PackData, PartData, save_pack
from core.tenancy import use_tenant
from tests.catalog.test_packs import SET, make
from tests.counting import statements
from tests.world import World

Open = Callable[..., Any]
PATH = "/catalog/configure/VN-1001/"
FORM = {
    "kind": "configured",
    "currency": "eur",
    "parts-sku-0": "VN-1002",
    "parts-quantity-0": "10",
    "groups-code-1": "a",
    "groups-name_fr-1": "Écrou",
    "groups-minimum-1": "1",
    "options-code-0": "a1",
    "options-name_fr-0": "Frein",
    "options-sku-0": "VN-1003",
    "options-quantity-0": "10",
    "options-is_default-0": "on",
    "options-code-2": "A2",
    "options-name_fr-2": "Sans",
    "options-rate-2": "-2.5",
    "rules-code-0": "A1",
    "rules-kind-0": "excludes",
    "rules-other-0": "A2",
}


def build(world: World) -> str:
    return f"/portal/catalog/{world.acme.variants['VN-1001']}/pack/"


def test_a_set_is_built_in_tables(world: World, browser: Open) -> None:
    client = browser(world.acme.host, world.acme.owner)
    assert client.post(build(world), FORM).status_code == 303
    with use_tenant(world.acme.scope):
        found = staff_plan(world.acme.variants["VN-1001"])
    assert found is not None
    kind, plan = found
    assert (kind, plan.currency, list(plan.options())) == ("configured", "EUR", ["A1", "A2"])
    assert (plan.groups[0].minimum, plan.groups[0].maximum) == (1, 1)
    assert plan.options()["A2"].surcharge.rate == Decimal("-0.025")
    html = client.get(build(world)).content.decode()
    assert 'value="VN-1003"' in html
    assert 'value="-2.5"' in html
    assert 'name="options-code-4"' in html  # two options, and three empty rows


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"options-sku-0": "nothing"}, "options-sku-0"),
        ({"options-code-2": "Z1"}, "options-code-2"),  # the third row, the second that says something
        ({"groups-maximum-1": "0"}, "groups-maximum-1"),
        ({"groups-maximum-1": "1.5"}, "groups-maximum-1"),
        ({"parts-quantity-0": "ten"}, "parts-quantity-0"),
        ({"rules-kind-0": "eats"}, "rules-kind-0"),
        ({"kind": "fixed"}, "kind"),
    ],
)
def test_a_wrong_row_is_said_at_its_field(world: World, browser: Open, changes: dict[str, str], field: str) -> None:
    response = browser(world.acme.host, world.acme.owner).post(build(world), FORM | changes)
    assert response.status_code == 422
    assert f'id="id_{field}-error"' in response.content.decode()
    with use_tenant(world.acme.scope):
        assert not Pack.objects.exists()


def test_more_rows_keep_what_was_typed_and_save_nothing(world: World, browser: Open) -> None:
    response = browser(world.acme.host, world.acme.owner).post(build(world), FORM | {"more": "1"})
    html = response.content.decode()
    assert response.status_code == 200
    assert 'name="options-code-7"' in html
    assert 'value="VN-1003"' in html
    with use_tenant(world.acme.scope):
        assert not Pack.objects.exists()


def test_a_pack_becomes_an_ordinary_product_again(world: World, browser: Open) -> None:
    make(world, SET)
    client = browser(world.acme.host, world.acme.owner)
    assert client.post(f"{build(world)}dissolve/").status_code == 303
    assert client.post(f"{build(world)}dissolve/").status_code == 404
    assert browser(world.acme.host).get(PATH).status_code == 404


def text_of(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def test_a_buyer_chooses_and_sees_what_it_costs(world: World, browser: Open) -> None:
    make(world, SET)
    client = browser(world.acme.host, world.delmas.admin)
    html = text_of(client.get(PATH))
    assert "VN-1001-A1" in html  # what is chosen at first
    assert re.search(r'name="chosen-A" value="A1" id="o-A1" checked', html)
    html = text_of(client.get(PATH, data={"asked": "1", "chosen-A": "A1", "chosen": ["B1"]}))
    assert "<code>VN-1001-A1-B1</code>" in html
    assert "€37.80" in html  # 6.20 + 1.60 + 35 − 5
    assert "Lock + Assembly" in html
    assert "-€5.00" in html


def test_a_choice_that_is_not_possible_says_why_and_has_no_price(world: World, browser: Open) -> None:
    make(world, SET)
    client = browser(world.acme.host, world.delmas.admin)
    html = text_of(client.get(PATH, data={"asked": "1", "chosen-A": "A2", "chosen": ["B1", "B2"]}))
    assert html.count("“Sans” does not go with “Assembly”.") == 2  # above, and at its group
    assert 'class="price-large"' not in html
    assert "<code>VN-1001-" not in html
    html = text_of(client.get(PATH, data={"asked": "1", "chosen": "<script>"}))
    assert "Nut: choose at least one." in html
    assert "<script>&" not in html


def test_a_visitor_sees_what_is_in_it_and_no_price(world: World, browser: Open) -> None:
    make(world, SET)
    html = text_of(browser(world.acme.host).get(PATH))
    assert "VN-1002" in html
    assert "€" not in html


def test_a_kit_shows_its_contents_and_its_page_leads_there(world: World, browser: Open) -> None:
    make(world, PackData("fixed", (PartData("VN-1002", Decimal(4)),)))
    client = browser(world.acme.host, world.delmas.admin)
    assert f'href="{PATH}"' in text_of(client.get("/catalog/p/VN-1001/"))
    html = text_of(client.get(PATH))
    assert "€2.48" in html
    assert "Check and price" not in html
    assert "configure" not in text_of(client.get("/catalog/p/VN-1002/"))


def test_statements_do_not_grow_with_options(world: World, browser: Open) -> None:
    client = browser(world.acme.host, world.delmas.admin)
    counts = []
    for data in (PackData("fixed", (PartData("VN-1002", Decimal(4)),)), SET):
        with use_tenant(world.acme.scope, party="tenant"):
            save_pack(variant_id=world.acme.variants["VN-1001"], data=data, actor=world.acme.staff)
        client.get(PATH)
        with statements() as captured:
            text_of(client.get(PATH))
        counts.append(len(captured))
    assert counts[0] == counts[1], captured


def test_a_pack_is_priced_in_the_word_that_it_is_ordered_in(world: World, browser: Open) -> None:
    make(world, SET)
    with use_tenant(world.acme.scope, party="tenant"):
        OrderUnit.objects.filter(variant__sku="VN-1001", is_base=True).update(code="SET")
    html = browser(world.acme.host, world.delmas.admin).get(f"{PATH}?asked=1&chosen-A=A2").content.decode()
    assert ">per set, net<" in html
    assert ">set</option>" in html
    assert "per pack" not in html
