"""Requests and quotes through the pages of both sides."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.utils import timezone

from core.actor import system
from core.scope import PLATFORM
from core.tenancy import use_tenant
from orders.models import Order
from rfq.models import RFQ, Invitation, QuoteVersion
from tenants.enums import TenantState
from tenants.services import change_state
from tests.rfq.test_negotiation import offer_of, request_for
from tests.world import World


def _form(world: World, **changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "title": "Châssis ligne 3",
        "suppliers": [world.acme.id.hex, world.bolt.id.hex],
        "deadline": (timezone.localdate() + timedelta(days=5)).isoformat(),
        "currency": "EUR",
        "line-description": ["Vis CHC M8×40 inox A4", ""],
        "line-code": ["VN-1001", ""],
        "line-quantity": ["5000", ""],
        "line-unit": ["H87", "H87"],
        "line-requested_on": ["", ""],
    }
    return {**values, **changes}


def test_ask_answer_counter_accept(world: World, browser: Any) -> None:
    buyer = browser("localhost", world.delmas.admin)
    sent = buyer.post("/rfqs/new/", _form(world))
    assert sent.status_code == 303, sent.content.decode()
    path = sent["Location"]
    supplier = browser(world.acme.host, world.acme.owner)
    assert "Châssis ligne 3" in supplier.get("/portal/rfqs/").content.decode()
    with use_tenant(world.acme.scope, party="tenant"):
        invitation_id = Invitation.objects.get().id
    portal = f"/portal/rfqs/{invitation_id}/"
    draft = supplier.get(portal).content.decode()
    assert 'value="0.4"' in draft, "the buyer's tier price is proposed"
    name = re.search(r'name="(price-[0-9a-f]{32})"', draft)
    assert name is not None
    valid_on = (timezone.localdate() + timedelta(days=9)).isoformat()
    offer = {name[1]: "0.38", "freight": "85.00", "valid_on": valid_on, "message": "Franco"}
    assert supplier.post(portal, offer).status_code == 303
    html = buyer.get(path).content.decode()
    assert "€0.38" in html
    assert "€1,985.00" in html
    negotiation = f"{path}{invitation_id}/"
    page = buyer.get(negotiation).content.decode()
    version = re.search(r'name="version" value="([0-9a-f]{32})"', page)
    price = re.search(r'name="(price-[0-9a-f]{32})"', page)
    assert version is not None
    assert price is not None
    counter = buyer.post(f"{negotiation}counter/", {"version": version[1], price[1]: "0.36", "message": "20 000/an"})
    assert counter.status_code == 303
    assert "€0.36" in supplier.get(portal).content.decode()
    assert buyer.post(f"{negotiation}accept/", {"version": version[1]}).status_code == 409
    assert supplier.post(portal, {**offer, name[1]: "0.365"}).status_code == 303
    version = re.search(r'name="version" value="([0-9a-f]{32})"', buyer.get(negotiation).content.decode())
    assert version is not None
    assert buyer.post(f"{negotiation}accept/", {"version": version[1], "po_number": "PO-5"}).status_code == 303
    assert "Awarded" in buyer.get(path).content.decode()
    with use_tenant(world.acme):
        assert f"{Order.objects.get().net_amount:.2f}" == "1910.00"


def test_wrong_lines_are_said_and_nothing_is_sent(world: World, browser: Any) -> None:
    buyer = browser("localhost", world.delmas.admin)
    wrong: tuple[dict[str, Any], ...] = (
        {"line-quantity": ["1.000", ""]},
        {"line-quantity": ["-1", ""]},
        {"line-description": ["", ""]},
        {"suppliers": []},
        {"deadline": "2020-01-01"},
        {"title": ""},
    )
    for changes in wrong:
        assert buyer.post("/rfqs/new/", _form(world, **changes)).status_code == 422, changes
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert RFQ.objects.count() == 0


def test_wrong_offers_are_said_at_their_line(world: World, browser: Any) -> None:
    rfq_id = request_for(world.delmas, world.acme)
    with use_tenant(world.acme.scope, party="tenant"):
        invitation_id = Invitation.objects.get(rfq_id=rfq_id).id
    supplier = browser(world.acme.host, world.acme.owner)
    page = supplier.get(f"/portal/rfqs/{invitation_id}/").content.decode()
    name = re.search(r'name="(price-[0-9a-f]{32})"', page)
    assert name is not None
    answer = supplier.post(f"/portal/rfqs/{invitation_id}/", {name[1]: "1,250", "valid_on": "2030-01-01"})
    assert answer.status_code == 422
    assert "1,250" in answer.content.decode()
    with use_tenant(world.acme.scope, party="tenant"):
        assert QuoteVersion.objects.count() == 0


def test_nobody_else_sees_a_request(world: World, browser: Any) -> None:
    rfq_id = request_for(world.delmas, world.acme)
    offer_of(world.acme, rfq_id, "0.38", None)
    with use_tenant(world.acme.scope, party="tenant"):
        invitation_id = Invitation.objects.get(rfq_id=rfq_id).id
    assert browser("localhost", world.lecomte.admin).get(f"/rfqs/{rfq_id}/").status_code == 404
    assert browser("localhost").get(f"/rfqs/{rfq_id}/").status_code == 303
    assert browser(world.bolt.host, world.bolt.owner).get(f"/portal/rfqs/{invitation_id}/").status_code == 404
    assert browser(world.acme.host, world.delmas.admin).get(f"/portal/rfqs/{invitation_id}/").status_code == 404
    assert "Châssis" not in browser(world.bolt.host, world.bolt.owner).get("/portal/rfqs/").content.decode()


def test_a_closed_supplier_is_not_read_from_through_an_address(world: World, browser: Any) -> None:
    page = f"/rfqs/new/?line={world.bolt.id.hex}:{world.bolt.variants['VN-1001'].hex}"
    buyer = browser("localhost", world.delmas.admin)
    assert "Cap screw M8×40 A4" in buyer.get(page).text
    with use_tenant(PLATFORM):
        change_state(tenant_id=world.bolt.id, to=TenantState.SUSPENDED, actor=system("tests"), reason="test")
    assert "Cap screw M8×40 A4" not in buyer.get(page).text
