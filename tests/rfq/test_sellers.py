"""Suppliers to ask by what they sell: as many as have goods that the buyer may see, and no more than may be asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from catalog.models import Category
from catalog.outline import forget_outline
from catalog.visibility import Target
from catalog.visibility_rules import save_visibility_rule
from core.ids import uuid7
from core.scope import PLATFORM
from core.tenancy import use_tenant
from marketplace.taxonomy import load_taxonomy
from rfq.asking import MOST_SUPPLIERS, NewLine, NewRFQ, save_draft, send_rfq
from rfq.errors import TooManySuppliers
from rfq.models import RFQ, Invitation
from tests.counting import statements
from tests.marketplace.market import share
from tests.marketplace.test_taxonomy import index, map_category
from tests.rfq.test_rfq_pages import _form
from tests.world import BOT, World

SCREWS, NUTS = "fasteners/screws", "fasteners/nuts"


@pytest.fixture
def market(world: World) -> Iterator[World]:
    """Acme sells screws and nuts, Bolt screws."""
    load_taxonomy()
    map_category(world.acme, vis=SCREWS, ecrous=NUTS)
    map_category(world.bolt, vis=SCREWS)
    share(world)
    index(world.acme, world.bolt)
    yield world
    forget_outline()


def offered(page: str) -> dict[str, bool]:
    """The suppliers that the page offers, with how much they sell, and whether they are ticked."""
    part = page[page.index("Suppliers to ask") : page.index("Note for all suppliers")]
    boxes = re.findall(r'<input type="checkbox" name="suppliers"([^>]*)>\s*([^<]+)', part)
    return {text.strip(): "checked" in attributes for attributes, text in boxes}


def test_suppliers_are_found_by_what_they_sell_ticked_and_asked(market: World, browser: Any) -> None:
    buyer = browser("localhost", market.delmas.admin)
    by_name = offered(buyer.get("/rfqs/new/").text)
    assert len(by_name) > 1
    assert not any("–" in name for name in by_name)
    page = buyer.post("/rfqs/new/", _form(market, title="", suppliers=[], node=NUTS, find="1"))
    assert page.status_code == 200
    assert "1 supplier sells it: Fasteners › Nuts" in page.text
    assert "to correct" not in page.text, "it is not finished, and not wrong"
    assert list(offered(page.text).values()) == [False]
    assert 'value="Vis CHC M8×40 inox A4"' in page.text
    page = buyer.post("/rfqs/new/", _form(market, suppliers=[market.bolt.id.hex], node=NUTS, find="1"))
    assert sorted(offered(page.text).values()) == [False, True], "whoever is ticked stays"
    page = buyer.post("/rfqs/new/", _form(market, suppliers=[], node=SCREWS, tick="1"))
    assert list(offered(page.text).values()) == [True, True]
    assert all(re.search(r" – \d+ products?$", name) for name in offered(page.text))
    ticked = re.findall(r'name="suppliers" value="([0-9a-f]{32})"[^>]* checked', page.text)
    assert buyer.post("/rfqs/new/", _form(market, suppliers=ticked, node=SCREWS)).status_code == 303
    with use_tenant(PLATFORM, company_id=market.delmas.id):
        assert {row.tenant_id for row in Invitation.objects.all()} == {market.acme.id, market.bolt.id}


def test_goods_that_the_buyer_may_not_see_name_no_supplier(market: World, browser: Any) -> None:
    with use_tenant(market.acme.scope, party="tenant"):
        save_visibility_rule(
            target=Target.CATEGORY,
            target_id=Category.objects.get(path="ecrous").pk,
            is_visible=False,
            customer_id=market.acme.customers["delmas"],
            actor=BOT,
        )
    for company, count in ((market.delmas, 0), (market.lecomte, 1)):
        for act in ("find", "tick"):
            page = browser("localhost", company.admin).post(
                "/rfqs/new/", _form(market, suppliers=[], node=NUTS, **{act: "1"})
            )
            assert len(offered(page.text)) == count, (company.name, act)
        assert f"{count} supplier" in page.text


def test_what_is_no_category_finds_nobody_and_loses_nothing(market: World, browser: Any) -> None:
    buyer = browser("localhost", market.delmas.admin)
    for wrong in ("nonsense", "fasteners|x", "'\""):
        for act in ("find", "tick"):
            page = buyer.post("/rfqs/new/", _form(market, suppliers=[], node=wrong, **{act: "1"}))
            assert page.status_code == 200
            assert set(offered(page.text).values()) == {False}
    assert buyer.post("/rfqs/new/", _form(market, node="nonsense")).status_code == 422


def test_more_sellers_need_no_more_statements(market: World, browser: Any) -> None:
    buyer, counts = browser("localhost", market.delmas.admin), []
    buyer.get(f"/rfqs/new/?node={NUTS}")
    for node in (NUTS, SCREWS):
        with statements() as seen:
            page = buyer.get(f"/rfqs/new/?node={node}").text
        counts.append((len(offered(page)), len(seen)))
    assert [sellers for sellers, _statements in counts] == [1, 2]
    assert counts[0][1] == counts[1][1]


def test_a_request_goes_to_so_many_suppliers_at_most(world: World) -> None:
    many = [world.acme.id, *(uuid7() for _n in range(MOST_SUPPLIERS))]
    data = NewRFQ("Tout", timezone.now() + timedelta(days=1), (NewLine("Vis", Decimal(1)),), many)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        draft_id = save_draft(data=data, actor=world.delmas.buyer)
        for draft in (None, draft_id):
            with pytest.raises(TooManySuppliers):
                send_rfq(data=data, actor=world.delmas.buyer, draft_id=draft)
        assert RFQ.objects.get().state == "draft"
        assert not Invitation.objects.exists()
