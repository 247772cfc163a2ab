"""A company's system reads what the offers to its request cost in all, as the page reckons it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from core.scope import PLATFORM
from core.tenancy import use_tenant
from rfq.comparison import comparison
from rfq.conditions import Conditions
from rfq.costs import reckon
from rfq.models import RFQ, Invitation
from rfq.offers import OfferLine
from tests.api.test_marketplace_api import ROOT, check, client_of
from tests.counting import statements
from tests.rfq.test_awarding import answer
from tests.rfq.test_currencies import counts, sells_in
from tests.rfq.test_negotiation import offer_of, request_for
from tests.world import World


def _compared(world: World, rfq_id: UUID) -> dict[str, Any]:
    found = client_of(world.delmas).get(f"{ROOT}{rfq_id}/comparison/")
    assert found.status_code == 200, found.content
    body: dict[str, Any] = found.json()
    check("ComparisonResult", body)
    return body


def _line(price: str, **said: Any) -> OfferLine:
    return OfferLine(Decimal(price), 5, **said)


def test_the_parts_are_those_of_the_page(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    terms = Conditions("EXW", "Lille", "net", 60)
    lines = _line("0.38", setup=Decimal(40)), _line("6.40")
    version_id = answer(world.acme, rfq_id, *lines, freight="10", conditions=terms)
    offer_of(world.bolt, rfq_id, "0.3", None)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        fetched = Invitation.objects.get(rfq_id=rfq_id, tenant_id=world.acme.id).pk
        said = {fetched: (Decimal(25), Decimal("0.1"))}
        reckon(rfq_id=rfq_id, capital_rate=Decimal("0.0365"), by_invitation=said, actor=world.delmas.buyer)
        page = comparison(world.delmas.buyer, rfq_id)
    body = _compared(world, rfq_id)
    first, second = sorted(body["offers"], key=lambda one: one["supplier_id"] != str(world.acme.id))
    assert first["cost"] == {
        "goods": "3500.00",
        "setup": "40.00",
        "freight": "10.00",
        "own_freight": "25.00",
        "duty": "357.50",
        "payment": "-21.00",
        "total": "3911.50",
    }
    assert (first["version_id"], first["is_complete"], first["is_best"]) == (str(version_id), True, True)
    assert (second["is_complete"], second["is_best"], second["takes_orders"]) == (False, False, True)
    assert page.best_text == "€3,911.50"
    assert len({line["version_id"] for line in body["cheapest_split"]["lines"]}) == 2


def test_another_currency_costs_nothing_that_nobody_has_said(world: World) -> None:
    sells_in(world.bolt, "USD")
    rfq_id = request_for(world.delmas, world.bolt)
    answer(world.bolt, rfq_id, _line("1"), _line("2"), currency="USD")
    (offer,) = _compared(world, rfq_id)["offers"]
    assert (offer["currency"], offer["rate"], offer["cost"], offer["is_best"]) == ("USD", None, None, False)
    counts(world.delmas, rfq_id, USD="0.5")
    (offer,) = _compared(world, rfq_id)["offers"]
    assert (offer["rate"], offer["cost"]["total"], offer["is_best"]) == ("0.5", "2750.00", True)


def test_a_sealed_offer_is_not_compared_before_the_deadline(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme, is_sealed=True)
    offer_of(world.acme, rfq_id, "0.38", "6.40")
    body = _compared(world, rfq_id)
    assert (body["offers"], body["cheapest_split"]) == ([], None)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        RFQ.objects.filter(pk=rfq_id).update(deadline_at=timezone.now() - timedelta(hours=1))
    assert len(_compared(world, rfq_id)["offers"]) == 1


def test_another_company_and_more_suppliers(world: World) -> None:
    counted = []
    for tenants in ((world.acme,), (world.acme, world.bolt)):
        rfq_id = request_for(world.delmas, *tenants)
        for tenant in tenants:
            offer_of(tenant, rfq_id, "0.38", "6.40")
        api = client_of(world.delmas)
        api.get(f"{ROOT}{rfq_id}/comparison/")
        with statements() as asked:
            api.get(f"{ROOT}{rfq_id}/comparison/")
        counted.append(len(asked))
        assert client_of(world.lecomte).get(f"{ROOT}{rfq_id}/comparison/").status_code == 404
    assert counted[0] == counted[1]
