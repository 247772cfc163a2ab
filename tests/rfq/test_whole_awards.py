"""What a buyer's page offers can be done: whole awards with choices, and the end of a request with its reason."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.utils import timezone

from core.scope import PLATFORM
from core.tenancy import use_tenant
from orders.models import Order
from rfq import closing
from rfq.abuse.errors import TooManyRequests, TooManyToSupplier
from rfq.enums import LineKind, RFQState
from rfq.errors import ReasonMissing
from rfq.models import RFQ, Invitation, RFQTransition
from rfq.offers import OfferLine
from tests.rfq.test_awarding import _split, _two_offers, answer, award, line_of
from tests.rfq.test_negotiation import offer_of, request_for
from tests.world import CompanyWorld, World

DAY = timedelta(days=1)


def state_of(company: CompanyWorld, rfq_id: UUID) -> str:
    with use_tenant(PLATFORM, company_id=company.id):
        return str(RFQ.objects.get(pk=rfq_id).state)


def invitation_of(company: CompanyWorld, rfq_id: UUID, slug: str) -> UUID:
    with use_tenant(PLATFORM, company_id=company.id):
        return Invitation.objects.get(rfq_id=rfq_id, tenant__slug=slug).id


def sheet_of(page: str) -> dict[str, Any]:
    """The fields of the sheet as they stand."""
    selects = re.findall(r'<select name="(line-[0-9a-f]{32})".*?</select>', page, re.DOTALL)
    found = {}
    for name in selects:
        body = page.split(f'name="{name}"')[1].split("</select>", maxsplit=1)[0]
        found[name] = re.findall(r'value="([0-9a-f]{32})" selected', body)[0]
    return {"version": re.findall(r'name="version" value="([0-9a-f]{32})"', page), **found}


def test_a_request_that_is_not_split_is_awarded_with_its_choices(world: World, browser: Any) -> None:
    rfq_id = request_for(world.delmas, world.acme, world.bolt, may_split=False)
    other = OfferLine(Decimal(7), kind=LineKind.ALTERNATIVE, name="Équerre 4 mm")
    first = OfferLine(Decimal("0.38"), tiers=((Decimal(8000), Decimal("0.35")),))
    acme = answer(world.acme, rfq_id, first, OfferLine(Decimal(6), alternatives=(other,)))
    offer_of(world.bolt, rfq_id, "0.37", "9")
    buyer, path = browser("localhost", world.delmas.admin), f"/rfqs/{rfq_id}/award/"
    assert path in buyer.get(f"/rfqs/{rfq_id}/").text
    page = buyer.get(path).text
    sheet = sheet_of(page)
    assert sheet["version"] == [acme.hex], "the cheapest whole offer"
    assert "Award nothing more" not in page
    lines = [line_of(world.delmas, acme, 1), line_of(world.delmas, acme, 2, option=1)]
    named = [name for name in sheet if name.startswith("line-")]
    assert sheet[named[0]] == lines[0].hex
    taken = {**sheet, named[1]: lines[1].hex, f"qty-{named[0][5:]}": "8000"}
    assert buyer.post(path, {**taken, named[1]: ""}).status_code == 409, "a part of it is no whole"
    assert buyer.post(path, taken).status_code == 303
    assert state_of(world.delmas, rfq_id) == RFQState.AWARDED
    with use_tenant(world.acme):
        assert Order.objects.get().net_amount == Decimal(2800 + 1750)


def test_one_suppliers_offers_are_chosen_alone(world: World, browser: Any) -> None:
    rfq_id, acme, _bolt = _two_offers(world)
    invitation_id = invitation_of(world.delmas, rfq_id, "acme")
    buyer, path = browser("localhost", world.delmas.admin), f"/rfqs/{rfq_id}/award/?from={invitation_id.hex}"
    assert path in buyer.get(f"/rfqs/{rfq_id}/{invitation_id}/").text
    sheet = sheet_of(buyer.get(path).text)
    assert sheet["version"] == [acme.hex]
    assert buyer.post(path, sheet).status_code == 303
    assert state_of(world.delmas, rfq_id) == RFQState.AWARDED
    assert buyer.get(f"/rfqs/{rfq_id}/award/?from=x").status_code == 404
    assert '<select name="line-' not in buyer.get(f"/rfqs/{rfq_id}/award/?from={rfq_id.hex}").text


def test_an_offer_with_an_awarded_line_leads_to_the_sheet(world: World, browser: Any) -> None:
    rfq_id, acme, bolt = _two_offers(world)
    award(world.delmas, _split(world, acme, bolt)[0])
    buyer = browser("localhost", world.delmas.admin)
    page = buyer.get(f"/rfqs/{rfq_id}/{invitation_of(world.delmas, rfq_id, 'bolt')}/").text
    assert "/accept/" not in page
    assert "1 of its lines is awarded already" in page
    path = f"/rfqs/{rfq_id}/award/?from={invitation_of(world.delmas, rfq_id, 'bolt').hex}"
    assert path in page
    assert buyer.post(path, sheet_of(buyer.get(path).text)).status_code == 303
    assert state_of(world.delmas, rfq_id) == RFQState.AWARDED
    won = buyer.get(f"/rfqs/{rfq_id}/{invitation_of(world.delmas, rfq_id, 'acme')}/").text
    assert "Your counter-offer is with the supplier" not in won


def test_a_partly_awarded_request_shows_what_it_can_do(world: World, browser: Any) -> None:
    rfq_id, acme, bolt = _two_offers(world)
    award(world.delmas, _split(world, acme, bolt)[0])
    buyer, path = browser("localhost", world.delmas.admin), f"/rfqs/{rfq_id}/"
    page = buyer.get(path).text
    acts = re.findall(r'name="act" value="(\w+)"', page)
    assert acts == ["close"]
    assert "1 offer is on the table" in page
    assert buyer.post(f"{path}change/", {"act": "cancel", "reason": "x"}).status_code == 409
    assert buyer.post(f"{path}change/", {"act": "close", "reason": "Assez"}).status_code == 303
    assert re.findall(r'name="act" value="(\w+)"', buyer.get(path).text) == ["reopen"]


def test_an_expired_offer_is_not_offered_to_be_accepted(world: World, browser: Any) -> None:
    until = timezone.now() + DAY
    with time_machine.travel(timezone.now() - 2 * DAY):
        rfq_id = request_for(world.delmas, world.acme, world.bolt, deadline_at=until)
        offer_of(world.acme, rfq_id, "0.38", "6.40", days=1)
    buyer, path = browser("localhost", world.delmas.admin), f"/rfqs/{rfq_id}/"
    assert f"{path}award/" not in buyer.get(path).text
    page = buyer.get(f"{path}{invitation_of(world.delmas, rfq_id, 'acme')}/").text
    assert "/accept/" not in page
    assert "This offer was valid until" in page
    assert "/counter/" in page
    offer_of(world.bolt, rfq_id, "0.38", "6.40")
    assert f"{path}award/" in buyer.get(path).text
    assert "/accept/" in buyer.get(f"{path}{invitation_of(world.delmas, rfq_id, 'bolt')}/").text


def test_taking_a_request_back_says_what_ends_and_asks_why(world: World, browser: Any) -> None:
    rfq_id, _acme, _bolt = _two_offers(world)
    buyer, path = browser("localhost", world.delmas.admin), f"/rfqs/{rfq_id}/"
    assert "2 offers are on the table" in buyer.get(path).text
    refused = buyer.post(f"{path}change/", {"act": "cancel", "reason": " "})
    assert (refused.status_code, "Say why" in refused.text) == (422, True)
    assert state_of(world.delmas, rfq_id) == RFQState.OPEN
    assert buyer.post(f"{path}change/", {"act": "cancel", "reason": "Budget gelé"}).status_code == 303
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert RFQTransition.objects.get(to_state=RFQState.CANCELLED).note == "Budget gelé"
        with pytest.raises(ReasonMissing):
            closing.cancel_rfq(rfq_id=request_for(world.delmas, world.acme), actor=world.delmas.buyer, reason="")


def test_asking_again_counts_like_asking(world: World, settings: Any) -> None:
    settings.RFQ_MOST_A_DAY, settings.RFQ_MOST_A_DAY_TO_ONE = 5, 3
    rfq_id, buyer = request_for(world.delmas, world.acme), world.delmas.buyer
    until = timezone.now() + 5 * DAY
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        for _time in range(2):
            closing.cancel_rfq(rfq_id=rfq_id, actor=buyer, reason="Pause")
            closing.reopen(rfq_id=rfq_id, deadline_at=until, actor=buyer, reason="Reprise")
        with pytest.raises(TooManyToSupplier):
            closing.extend(rfq_id=rfq_id, deadline_at=until + DAY, actor=buyer)
        closing.cancel_rfq(rfq_id=rfq_id, actor=buyer, reason="Pause")
        with pytest.raises(TooManyToSupplier):
            closing.reopen(rfq_id=rfq_id, deadline_at=until, actor=buyer, reason="Reprise")
        assert RFQ.objects.get().state == RFQState.CANCELLED
    with pytest.raises(TooManyToSupplier):
        request_for(world.delmas, world.acme)
    other = request_for(world.delmas, world.bolt)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        closing.extend(rfq_id=other, deadline_at=until, actor=buyer)
        with pytest.raises(TooManyRequests):
            closing.extend(rfq_id=other, deadline_at=until + DAY, actor=buyer)
        assert RFQ.objects.get(pk=other).deadline_at == until
    request_for(world.lecomte, world.acme)


def test_the_list_has_pages_states_and_a_search(world: World, browser: Any) -> None:
    keys = [request_for(world.delmas, world.acme, title=f"Besoin {number:03}") for number in range(101)]
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        closing.cancel_rfq(rfq_id=keys[0], actor=world.delmas.buyer, reason="Non")
        number = RFQ.objects.get(pk=keys[7]).number
    buyer = browser("localhost", world.delmas.admin)

    def titles(query: str) -> list[str]:
        return re.findall(r"Besoin (\d{3})", buyer.get(f"/rfqs/{query}").text)

    assert titles("")[:2] == ["100", "099"]
    assert titles("?page=3") == ["000"]
    assert titles("?state=cancelled") == ["000"]
    assert titles(f"?q={number.lower()}") == ["007"]
    assert titles("?q=besoin+042&state=open") == ["042"]
    assert "No request here" in buyer.get("/rfqs/?q=besoin+042&state=expired").text
    assert len(titles("?state=nonsense&page=x&q=%00")) == len(titles(""))
    assert "Besoin 0" not in browser("localhost", world.lecomte.admin).get("/rfqs/?q=Besoin").text
