"""A pack in a request: its options travel to the supplier, the quote prices it, the order reserves what is in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from html import unescape
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from catalog.models import Product, VisibilityRule
from core.scope import PLATFORM
from core.tenancy import use_tenant
from inventory.models import Stock
from orders.models import Order, OrderComponent
from rfq.models import Invitation, QuoteLine, QuoteVersion, RFQLine
from rfq.versions import is_intact
from tests.catalog.test_packs import SET, acting, make
from tests.rfq.test_negotiation import accept, offer_of, request_for
from tests.world import World

Open = Callable[..., Any]


@pytest.fixture
def market(world: World, browser: Open) -> Any:
    make(world, SET)
    return browser("localhost", world.delmas.admin)


def text_of(answer: Any) -> str:
    return unescape(answer.content.decode())


def key_of(world: World, choice: str = "A1-B1") -> str:
    return f"{world.acme.id.hex}:{world.acme.variants['VN-1001'].hex}:{choice}"


def form(world: World, **changes: Any) -> dict[str, Any]:
    values = {
        "title": "Kits",
        "deadline": "2099-01-01",
        "currency": "EUR",
        "suppliers": [world.acme.id.hex, world.bolt.id.hex],
        "line-description": "Cap screw M8×40 A4",
        "line-quantity": "4",
        "line-unit": "H87",
        "line-code": "VN-1001",
        "line-requested_on": "",
        "line-pack": key_of(world),
    }
    return values | changes


def asked(world: World) -> RFQLine:
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        return RFQLine.objects.get()


def test_a_set_is_asked_for_quoted_and_ordered(world: World, market: Any, browser: Open) -> None:
    shop = browser(world.acme.host, world.delmas.admin)
    page = text_of(shop.get("/catalog/configure/VN-1001/?asked=1&chosen=A1&chosen=B1"))
    assert quote(urlencode({"line": key_of(world)}), safe="") in page, "the way to the request"
    html = text_of(market.get(f"/rfqs/new/?{urlencode({'line': key_of(world)})}"))
    assert f'name="line-pack" value="{key_of(world)}"' in html
    assert "VN-1001-A1-B1" in html
    sent = market.post("/rfqs/new/", form(world, price="0.01"))
    assert sent.status_code == 303
    line = asked(world)
    assert line.pack is not None
    assert "0.62" not in str(line.pack), "the supplier's prices do not travel to others"
    with use_tenant(world.acme.scope, party="tenant"):
        invitation_id = Invitation.objects.get().id
    portal = browser(world.acme.host, world.acme.owner)
    html = text_of(portal.get(f"/portal/rfqs/{invitation_id}/"))
    assert "10 pieces × Cap screw M8×50 A4" in html
    assert 'value="37.8"' in html, "the customer's price of the set is proposed"
    assert "8 in stock" in html
    version_id = offer_of(world.acme, line.rfq_id, "36.500000")
    assert "10 pieces × Lock nut M8 A2" in text_of(market.get(f"/rfqs/{line.rfq_id}/"))
    order_id = accept(world.delmas, version_id)
    with use_tenant(world.acme):
        order = Order.objects.get(pk=order_id)
        ordered = order.lines.get()
        assert (ordered.reference, ordered.net_amount) == ("VN-1001-A1-B1", Decimal("146.00"))
        parts = [(row.sku, row.quantity, row.reserved_quantity) for row in OrderComponent.objects.order_by("position")]
        assert parts == [(sku, Decimal(40), Decimal(40)) for sku in ("VN-1002", "VN-1003")]
        assert Stock.objects.get(variant__sku="VN-1001").reserved == 0
        assert order.total_amount == Decimal("175.20")


def test_another_supplier_offers_its_own_words_for_it(world: World, market: Any) -> None:
    market.post("/rfqs/new/", form(world))
    line = asked(world)
    offer_of(world.bolt, line.rfq_id, "40")
    with use_tenant(world.bolt.scope, party="tenant"):
        quoted = QuoteLine.objects.get()
        assert quoted.pack is None, "its article of the same reference is no pack"


def test_what_is_asked_for_is_part_of_what_was_signed(world: World, market: Any) -> None:
    market.post("/rfqs/new/", form(world))
    version_id = offer_of(world.acme, asked(world).rfq_id, "36.5")
    with use_tenant(world.acme.scope, party="tenant"):
        version, lines = QuoteVersion.objects.get(pk=version_id), list(QuoteLine.objects.all())
        assert is_intact(version, lines)
        assert lines[0].pack is not None
        lines[0].pack = {**lines[0].pack, "digest": "0" * 16}
        assert not is_intact(version, lines)


def test_a_set_without_its_options_is_no_article_of_ours(world: World, market: Any) -> None:
    rfq_id = request_for(world.delmas, world.acme)
    offer_of(world.acme, rfq_id, "0.4", None)
    with use_tenant(world.acme.scope, party="tenant"):
        quoted = QuoteLine.objects.get(position=1)
        assert (quoted.variant_id, quoted.sku, quoted.pack) == (None, "", None)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"line-quantity": "1.5"}, "Whole packs only."),
        ({"line-pack": "A2-B1"}, "This pack cannot be had as it was chosen."),
        ({"line-pack": "x:y:z"}, "This pack cannot be had as it was chosen."),
    ],
)
def test_what_cannot_be_had_is_said_at_its_line(world: World, market: Any, changes: dict[str, str], said: str) -> None:
    if changes.get("line-pack") == "A2-B1":
        changes = {"line-pack": key_of(world, "A2-B1")}
    answer = market.post("/rfqs/new/", form(world, **changes))
    assert answer.status_code == 422
    assert said in text_of(answer)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert not RFQLine.objects.exists()


def test_a_pack_with_hidden_goods_cannot_be_asked_for(world: World, market: Any) -> None:
    with acting(world):
        VisibilityRule.objects.create(product=Product.objects.get(code="VN-1002"), is_visible=False)
    html = text_of(market.get(f"/rfqs/new/?{urlencode({'line': key_of(world)})}"))
    assert re.search(r'name="line-pack" value="[^"]', html) is None
    assert "M8×50" not in html
    assert market.post("/rfqs/new/", form(world)).status_code == 422
