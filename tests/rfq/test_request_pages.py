"""A request's pages: drafts, terms, more time, what is reckoned with, the sheet of an award; the supplier's fields."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import UUID

import python_calamine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.queries import require_approved
from orders import carts
from orders.models import Order
from orders.purchase_lists import services as lists
from orders.purchase_lists.services import ListLine
from orders.wishes import NewLine as Wish
from rfq.enums import RFQState, VersionState
from rfq.models import RFQ, Assessment, Invitation, QuoteLine, QuoteVersion, RFQLine, RFQPrivate, RFQTarget
from tests.rfq.test_awarding import _two_offers
from tests.rfq.test_negotiation import offer_of, request_for
from tests.rfq.test_rfq_pages import _form
from tests.world import World

MOST_STATEMENTS = 16  # of a comparison's page, all in
DAY = (timezone.localdate() + timedelta(days=20)).isoformat()


def test_a_draft_is_kept_gone_on_with_and_sent(world: World, browser: Any) -> None:
    buyer = browser("localhost", world.delmas.admin)
    said = {
        "line-target": ["0.35", ""],
        "line-tells_target": ["", ""],
        "line-equivalent": ["0", "1"],
        "line-question": ["Filetage ?", ""],
        "incoterm": "DAP",
        "incoterm_place": "Arras",
        "term": "days_eom:45",
        "validity_days": "30",
        "is_sealed": "on",
        "capital_rate": "4.2",
        "private_note": "Budget 2000",
    }
    kept = buyer.post("/rfqs/new/", _form(world, **said, suppliers=[], keep="1"))
    assert kept.status_code == 303, kept.content.decode()
    page = buyer.get(kept["Location"]).content.decode()
    for text in ("0.35", "Filetage ?", "Arras", "Budget 2000", 'value="4.2"'):
        assert text in page
    draft = kept["Location"].rpartition("=")[2]
    assert f"?draft={draft}" in buyer.get("/rfqs/").content.decode()
    assert buyer.get(f"/rfqs/{UUID(draft)}/").status_code == 303
    sent = buyer.post("/rfqs/new/", _form(world, **said, draft=draft))
    assert sent["Location"] == f"/rfqs/{UUID(draft)}/"
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        rfq, line = RFQ.objects.get(), RFQLine.objects.get()
        assert (rfq.state, rfq.incoterm, rfq.term_days, rfq.validity_days) == (RFQState.OPEN, "DAP", 45, 30)
        assert (rfq.is_sealed, rfq.may_split) == (True, False)
        assert (line.question, line.takes_equivalent, line.target_price) == ("Filetage ?", False, None)
        assert RFQTarget.objects.get().price == Decimal("0.35")
        assert RFQPrivate.objects.get().capital_rate == Decimal("0.042")
    supplier = browser(world.acme.host, world.acme.owner)
    with use_tenant(world.acme.scope, party="tenant"):
        invitation_id = Invitation.objects.get().id
    portal = supplier.get(f"/portal/rfqs/{invitation_id}/").content.decode()
    assert "DAP Arras" in portal
    assert "45 days end of month" in portal
    assert "Budget 2000" not in portal
    assert "0.35" not in portal
    again = buyer.get(f"/rfqs/new/?again={draft}").content.decode()
    assert "Filetage ?" in again
    assert buyer.post(f"/rfqs/{UUID(draft)}/drop/").status_code == 409


def test_wrong_wishes_are_said_at_their_field(world: World, browser: Any) -> None:
    buyer = browser("localhost", world.delmas.admin)
    for changes in ({"line-target": ["1,2,3", ""]}, {"capital_rate": "x"}, {"validity_days": "0"}, {"term": "net:90"}):
        assert buyer.post("/rfqs/new/", _form(world, **changes)).status_code == 422, changes


def test_a_request_gets_time_ends_and_begins_again(world: World, browser: Any) -> None:
    path = f"/rfqs/{request_for(world.delmas, world.acme)}/"
    buyer = browser("localhost", world.delmas.admin)
    assert buyer.post(f"{path}change/", {"act": "extend", "deadline": "x"}).status_code == 422
    assert buyer.post(f"{path}change/", {"act": "extend", "deadline": DAY}).status_code == 303
    refused = buyer.post(f"{path}change/", {"act": "close", "reason": ""})
    assert (refused.status_code, "Say why" in refused.content.decode()) == (422, True)
    assert buyer.post(f"{path}change/", {"act": "close", "reason": "Reporté"}).status_code == 303
    assert "Closed" in buyer.get(path).content.decode()
    assert buyer.post(f"{path}change/", {"act": "reopen", "deadline": DAY, "reason": "Repris"}).status_code == 303
    assert buyer.post(f"{path}change/", {"act": "explode"}).status_code == 404


def test_the_whole_cost_is_reckoned_with_the_buyers_own_figures(world: World, browser: Any) -> None:
    rfq_id, _acme, _bolt = _two_offers(world)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        keys = dict(Invitation.objects.values_list("tenant__slug", "pk"))
    buyer, path = browser("localhost", world.delmas.admin), f"/rfqs/{rfq_id}/"
    assert "€3,585.00" in buyer.get(path).content.decode()
    data = {"capital_rate": "12", f"freight-{keys['bolt'].hex}": "", f"duty-{keys['bolt'].hex}": "10"}
    assert buyer.post(f"{path}reckon/", data).status_code == 303
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert Assessment.objects.get().duty_rate == Decimal("0.1")
    page = buyer.get(path).content.decode()
    assert "€360.00" in page, "10 % of 3,600"
    assert "12.0%" in page or "12%" in page
    for wrong in ({"capital_rate": "120"}, {"capital_rate": "x"}, {"capital_rate": "4", f"freight-{rfq_id.hex}": "1"}):
        assert buyer.post(f"{path}reckon/", wrong).status_code in (404, 422)
    technical = buyer.get(f"{path}?view=technical").content.decode()
    assert "€" not in technical.split('id="answers"')[1].split("</table>")[0]
    with use_tenant(world.bolt.scope, party="tenant"):
        assert not Assessment.objects.exists()


def test_lines_are_awarded_on_the_sheet(world: World, browser: Any) -> None:
    rfq_id, _acme, _bolt = _two_offers(world)
    buyer, path = browser("localhost", world.delmas.admin), f"/rfqs/{rfq_id}/award/"
    page = buyer.get(path).content.decode()
    data = {
        "version": re.findall(r'name="version" value="([0-9a-f]{32})"', page),
        **{name: _selected(page, name) for name in _selects(page)},
        "po_number": "PO-11",
    }
    counted = buyer.post(path, {**data, "count": "1"})
    assert counted.status_code == 200
    assert buyer.post(path, {**data, f"qty-{_selects(page)[0][5:]}": "x"}).status_code == 422
    assert buyer.post(path, {**data, "version": data["version"][:1]}).status_code == 409
    refused = buyer.post(path, {"version": data["version"]})
    assert (refused.status_code, "Choose at least one" in refused.content.decode()) == (422, True)
    assert buyer.post(path, data).status_code == 303
    assert buyer.post(path, data).status_code == 303, "sent twice, ordered once"
    assert "2 orders are placed" in buyer.get(f"/rfqs/{rfq_id}/").content.decode()
    for tenant, net in ((world.acme, Decimal(1685)), (world.bolt, Decimal(1850))):
        with use_tenant(tenant):
            assert (Order.objects.get().po_number, Order.objects.get().net_amount) == ("PO-11", net)


def _selected(page: str, name: str) -> str:
    return str(re.findall(rf'name="{name}".*?value="([0-9a-f]{{32}})" selected', page, re.DOTALL)[0])


def _selects(page: str) -> list[str]:
    return re.findall(r'name="(line-[0-9a-f]{32})"', page)


def test_the_comparison_leaves_as_a_workbook(world: World, browser: Any) -> None:
    rfq_id, _acme, _bolt = _two_offers(world)
    answer = browser("localhost", world.delmas.admin).get(f"/rfqs/{rfq_id}/export.xlsx")
    rows = python_calamine.CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert [row[9] for row in rows[1:]] == [0.38, 0.37, 6.4, 7]


def test_a_supplier_answers_with_tiers_and_an_alternative_and_takes_it_back(world: World, browser: Any) -> None:
    rfq_id = request_for(world.delmas, world.acme)
    with use_tenant(world.acme.scope, party="tenant"):
        invitation_id = Invitation.objects.get(rfq_id=rfq_id).id
    supplier, path = browser(world.acme.host, world.acme.owner), f"/portal/rfqs/{invitation_id}/"
    page = supplier.get(path).content.decode()
    key, second = (name[6:] for name in re.findall(r'name="(price-[0-9a-f]{32})"', page))
    data = {
        f"sku-{key}": "VN-1001",
        f"price-{key}": "0.38",
        f"tier-0-{key}": "10000",
        f"tierprice-0-{key}": "0.352",
        f"setup-{key}": "120.50",
        f"remark-{key}": "Certificat 3.1",
        f"other-name-1-{key}": "Vis TH M8×40",
        f"other-price-1-{key}": "0.31",
        f"price-{second}": "",
        "freight": "85",
        "valid_on": DAY,
        "incoterm": "DAP",
        "incoterm_place": "Arras",
    }
    for name, text in (("tierprice-0", ""), ("setup", "x"), ("sku", "NO-SUCH"), ("tier-0", "5000")):
        assert supplier.post(path, {**data, f"{name}-{key}": text}).status_code == 422, name
    assert supplier.post(path, data).status_code == 303
    with use_tenant(world.acme.scope, party="tenant"):
        version, lines = QuoteVersion.objects.get(), list(QuoteLine.objects.order_by("position", "option"))
        assert (version.incoterm, version.net_amount) == ("DAP", Decimal("2020.5"))
        assert [(line.kind, line.name) for line in lines] == [
            ("as_asked", "Vis CHC M8×40 inox A4"),
            ("alternative", "Vis TH M8×40"),
            ("not_available", "Plan 4471-B : équerre pliée 3 mm"),
        ]
        assert lines[0].tiers == [["10000", "0.352"]]
    buyers = browser("localhost", world.delmas.admin).get(f"/rfqs/{rfq_id}/").content.decode()
    for text in ("from 10,000: €0.352", "Certificat 3.1", "Vis TH M8×40", "€120.50 once"):
        assert text in buyers
    shown = supplier.get(path).content.decode()
    assert 'value="0.352"' in shown
    assert supplier.post(f"{path}withdraw/", {"withdraw_reason": ""}).status_code == 422
    assert supplier.post(f"{path}withdraw/", {"withdraw_reason": "Erreur"}).status_code == 303
    with use_tenant(world.acme.scope, party="tenant"):
        assert QuoteVersion.objects.get().state == VersionState.WITHDRAWN


def test_statements_of_a_comparison_do_not_grow_with_lines_or_suppliers(world: World, browser: Any) -> None:
    buyer = browser("localhost", world.delmas.admin)
    counts = []
    for tenants in ((world.acme,), (world.acme, world.bolt)):
        rfq_id = request_for(world.delmas, *tenants)
        for tenant in tenants:
            offer_of(tenant, rfq_id, "0.38", "6.40")
        buyer.get(f"/rfqs/{rfq_id}/")
        with CaptureQueriesContext(connection) as captured:
            buyer.get(f"/rfqs/{rfq_id}/")
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert counts[0] <= MOST_STATEMENTS


def test_a_request_begins_with_a_cart_or_a_purchase_list(world: World, browser: Any) -> None:
    variants = world.acme.variants
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        customer = require_approved(world.delmas.buyer)
        wishes = [Wish(variants["VN-1001"], "", Decimal(700)), Wish(variants["VN-1003"], "XBX", Decimal(3))]
        carts.add_lines(actor=world.delmas.buyer, customer=customer, lines=wishes)
        list_id = lists.create_list(actor=world.delmas.buyer, customer=customer, name="Atelier")
        lists.add_lines(
            actor=world.delmas.buyer, customer=customer, list_id=list_id, lines=[ListLine(wish) for wish in wishes]
        )
    shop = browser(world.acme.host, world.delmas.admin)
    for page, name in (("/cart/", "cart"), (f"/lists/{list_id}/", "list")):
        assert f"%3F{name}%3D{world.acme.id.hex}" in shop.get(page).content.decode()
    for query in (f"cart={world.acme.id.hex}", f"list={world.acme.id.hex}:{list_id.hex}"):
        page = browser("localhost", world.delmas.admin).get(f"/rfqs/new/?{query}").content.decode()
        assert re.findall(r'name="line-quantity"[^>]*value="(\d+)"', page) == ["700", "3"], query
        assert re.search(rf'value="{world.acme.id.hex}"[^>]* checked', page), "its supplier is asked"
        other = browser("localhost", world.lecomte.admin).get(f"/rfqs/new/?{query}").content.decode()
        assert 'value="700"' not in other
    for wrong in ("cart=x", f"list={world.acme.id.hex}", f"list={world.acme.id.hex}:{world.acme.id.hex}", "list=:"):
        assert browser("localhost", world.delmas.admin).get(f"/rfqs/new/?{wrong}").status_code == 200
