"""Lines of one request that go to several sites: asked for, read by suppliers, compared, awarded, asked again."""

from __future__ import annotations

import re
from dataclasses import asdict
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
import python_calamine

from accounts.addresses import AddressData, add_address, remove_address
from accounts.queries import addresses_of
from core.ids import uuid7
from core.scope import PLATFORM
from core.tenancy import use_tenant
from integrations.api.quotes.representations import invitation_detail
from orders.models import Order, OrderLine
from rfq.asking import NewLine
from rfq.exchange import asked
from rfq.models import Invitation, RFQLine
from rfq.trail.audit import trail_for_buyer, trail_for_supplier
from tests.api.test_marketplace_api import body, client_of, send
from tests.rfq.test_awarding import _split, award
from tests.rfq.test_negotiation import ADDRESS, accept, offer_of, request_for
from tests.rfq.test_rfq_pages import _form
from tests.world import CompanyWorld, World

LILLE = AddressData("Quai nord", "1 rue de Lille", "59000", "Lille")
LINES = (
    NewLine("Vis CHC M8×40 inox A4", Decimal(5000), part_number="VN-1001"),
    NewLine("Équerre", Decimal(250), delivery_address=asdict(LILLE)),
)


def _site(company: CompanyWorld) -> UUID:
    with use_tenant(PLATFORM):
        return add_address(company_id=company.id, data=LILLE, actor=company.buyer)


def _usual(company: CompanyWorld) -> UUID:
    with use_tenant(PLATFORM):
        return addresses_of(company.id)[0].id


def _two(world: World, **changes: Any) -> dict[str, Any]:
    lines = {
        "line-description": ["Vis CHC M8×40 inox A4", "Équerre"],
        "line-code": ["VN-1001", ""],
        "line-quantity": ["5000", "250"],
    }
    return _form(world, **lines, **changes)


def test_a_line_goes_to_a_site_of_its_own(world: World, browser: Any) -> None:
    site, buyer = _site(world.delmas), browser("localhost", world.delmas.admin)
    usual = _usual(world.delmas)
    assert f'<option value="{site.hex}"' in buyer.get("/rfqs/new/").text
    said = _two(world, **{"line-address": [usual.hex, site.hex], "address": usual.hex})
    sent = buyer.post("/rfqs/new/", said)
    assert sent.status_code == 303, sent.text
    rfq_id = UUID(sent["Location"].split("/")[2])
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        first, second = RFQLine.objects.filter(rfq_id=rfq_id)
        assert (first.delivery_address, second.delivery_address) == (None, asdict(LILLE)), (
            "the request's is not said twice"
        )
    with use_tenant(world.acme.scope, party="tenant"):
        invitation_id = Invitation.objects.get(rfq_id=rfq_id).id
        lines = invitation_detail(asked(world.acme.staff, invitation_id), None)["lines"]
        assert [line["delivery_address"] for line in lines] == [None, asdict(LILLE)]
    portal = browser(world.acme.host, world.acme.owner).get(f"/portal/rfqs/{invitation_id}/").text
    assert portal.count("to 1 rue de Lille, 59000, Lille") == 1
    offer_of(world.acme, rfq_id, "0.38", "6.40")
    for path in (f"/rfqs/{rfq_id}/", f"/rfqs/{rfq_id}/award/", f"/rfqs/{rfq_id}/{invitation_id}/"):
        assert "59000, Lille" in buyer.get(path).text, path
    sheet = buyer.get(f"/rfqs/{rfq_id}/export.xlsx").content
    rows = python_calamine.CalamineWorkbook.from_filelike(BytesIO(sheet)).get_sheet_by_index(0).to_python()
    assert [str(row[-1]).rpartition(", ")[2] for row in rows] == ["Deliver to", "Arras", "Lille"]
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        told = [entry.what for entry in trail_for_buyer(world.delmas.buyer, rfq_id).entries]
        assert "12 rue des Forges, 62000, Arras (1) · 1 rue de Lille, 59000, Lille (2)" in told
    with use_tenant(world.acme.scope, party="tenant"):
        assert [e.what for e in trail_for_supplier(world.acme.staff, invitation_id).entries if "Lille" in e.what]


def test_asking_again_finds_the_site_in_the_book_or_says_that_it_is_gone(world: World, browser: Any) -> None:
    site, buyer = _site(world.delmas), browser("localhost", world.delmas.admin)
    rfq_id = request_for(world.delmas, world.acme, lines=LINES, delivery_address=asdict(LILLE))
    elsewhere = request_for(world.delmas, world.acme, lines=LINES)
    page = buyer.get(f"/rfqs/new/?again={elsewhere.hex}").text
    assert len(re.findall(rf'<option value="{site.hex}" selected', page)) == 1
    page = buyer.get(f"/rfqs/new/?again={rfq_id.hex}").text
    header = page[page.index('name="address"') : page.index('name="suppliers"')]
    assert re.search(rf'value="{site.hex}"\s+selected', header), "the request's own place is taken over"
    with use_tenant(PLATFORM):
        remove_address(company_id=world.delmas.id, address_id=site, actor=world.delmas.buyer)
    assert "no longer in your address book" in buyer.get(f"/rfqs/new/?again={elsewhere.hex}").text


def test_another_companys_address_is_none(world: World, browser: Any) -> None:
    foreign, own = _site(world.lecomte), _usual(world.delmas)
    buyer = browser("localhost", world.delmas.admin)
    for wrong in (foreign.hex, "x"):
        answer = buyer.post("/rfqs/new/", _two(world, **{"line-address": ["", wrong], "address": own.hex}))
        assert (answer.status_code, "not in your address book" in answer.text) == (422, True)
        assert "rue de Lille" not in answer.text
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert not RFQLine.objects.exists()


def test_an_award_delivers_each_line_where_it_was_asked_for(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme, lines=LINES)
    order_id = accept(world.delmas, offer_of(world.acme, rfq_id, "0.38", "6.40", freight="85"))
    with use_tenant(world.acme):
        assert Order.objects.get(pk=order_id).delivery_address == ADDRESS
        rows = OrderLine.objects.filter(order_id=order_id).order_by("position")
        assert [row.address for row in rows] == [None, asdict(LILLE), None], "transport goes with the order"


@pytest.mark.parametrize("is_whole", [True, False])
def test_an_order_that_goes_to_one_site_goes_there_as_a_whole(world: World, is_whole: bool) -> None:  # noqa: FBT001
    rfq_id = request_for(world.delmas, world.acme, world.bolt, lines=LINES)
    acme = offer_of(world.acme, rfq_id, None if is_whole else "0.38", "6.40")
    bolt = offer_of(world.bolt, rfq_id, "0.37", "7")
    if is_whole:
        order_id = accept(world.delmas, acme)
    else:
        order_id = award(world.delmas, *_split(world, acme, bolt)).orders[world.acme.id]
    with use_tenant(world.acme):
        order = Order.objects.get(pk=order_id)
        assert (order.delivery_address, order.lines.get().address) == (asdict(LILLE), None)


def test_a_companys_system_names_a_site_for_a_line(world: World) -> None:
    api, data = client_of(world.delmas), body(world)
    data["lines"][1]["delivery_address"] = asdict(LILLE)
    sent = send(api, "put", f"rfqs/{uuid7()}/", data)
    assert sent.status_code == 201, sent.content
    assert [line["delivery_address"] for line in sent.json()["lines"]] == [None, asdict(LILLE)]
    data["lines"][1]["delivery_address"] = {"street": "1 rue de Lille"}
    refused = send(api, "put", f"rfqs/{uuid7()}/", data)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"].startswith("/lines/1/delivery_address")
