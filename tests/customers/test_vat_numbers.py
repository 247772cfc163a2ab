"""A company gives its VAT number later; what a supplier does with one in doubt; asked again at the last approval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from accounts.companies import give_vat_number
from accounts.errors import CompanyExists, InvalidLegalNumber
from accounts.models import Company
from core.actor import Actor
from core.errors import InvalidInput, NotAllowed
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.enums import DoubtfulVat
from customers.models import Customer, SellerVat, VatCheck
from customers.queries import require_approved
from customers.vat.facts import VatFacts
from customers.vat.numbers import give_number
from customers.vat.settings import SellerVatData, seller_vat, set_seller_vat
from customers.vat.taxes import VatId
from orders import fulfilment
from orders.approvals import services as approvals
from orders.approvals.asking import ask_for_lines
from orders.approvals.errors import VatIsAnother
from orders.approvals.models import ApprovalRequest
from orders.enums import OrderSource
from orders.errors import VatNotSeen
from orders.lines import NewLine
from orders.models import Order
from orders.services import OrderDetails, place_order
from tests.orders.buying_company import approve, member, two_steps
from tests.world import World

BELGIAN, DUTCH = "BE0403019261", "NL004495445B01"
BRUSSELS = {"label": "Bruxelles", "street": "1", "postal_code": "1000", "city": "Bruxelles", "country": "BE"}


@pytest.fixture
def foreign(world: World) -> World:
    """Delmas has no SIREN and no VAT number."""
    with use_tenant(PLATFORM):
        Company.objects.filter(pk=world.delmas.id).update(siren="", vat_number="", country="BE")
    for tenant in (world.acme, world.bolt):
        with use_tenant(tenant):
            Customer.objects.filter(company_id=world.delmas.id).update(vat_number="", siren="", country="BE")
    return world


def _numbers(world: World) -> list[str]:
    found: list[str] = []
    for tenant in (world.acme, world.bolt):
        with use_tenant(tenant):
            found += Customer.objects.filter(company_id=world.delmas.id).values_list("vat_number", flat=True)
    return found


def _give(world: World, number: str, actor: Actor | None = None) -> None:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        give_number(number=number, actor=actor or world.delmas.buyer)


# --- The number ------------------------------------------------------------------------------------------------------
def test_a_number_given_later_reaches_every_supplier(foreign: World, drain: Callable[[], int]) -> None:
    before = _numbers(foreign)
    assert set(before) == {""}
    _give(foreign, "be 0403.019.261")
    with use_tenant(foreign.acme):
        assert Customer.objects.get(company_id=foreign.delmas.id).vat_number == BELGIAN, "here at once"
    drain()
    assert _numbers(foreign) == [BELGIAN] * len(before)
    with use_tenant(PLATFORM):
        assert Company.objects.get(pk=foreign.delmas.id).vat_number == BELGIAN


def test_a_number_that_a_supplier_put_there_itself_stays(foreign: World) -> None:
    with use_tenant(foreign.acme):
        Customer.objects.filter(company_id=foreign.delmas.id).update(vat_number=DUTCH)
    _give(foreign, BELGIAN)
    assert DUTCH in _numbers(foreign)


@pytest.mark.parametrize(
    ("number", "refusal"),
    [("", InvalidInput), ("BE0403019262", InvalidLegalNumber), ("FR83404833048", None), ("ZZ1", InvalidLegalNumber)],
)
def test_the_number_is_checked_offline(foreign: World, number: str, refusal: type[Exception] | None) -> None:
    if refusal is None:
        _give(foreign, number)
        return
    with pytest.raises(refusal) as raised:
        _give(foreign, number)
    assert getattr(raised.value, "field", "") == "vat_number"
    assert set(_numbers(foreign)) == {""}


def test_a_french_number_must_belong_to_the_companys_siren(world: World) -> None:
    with pytest.raises(InvalidLegalNumber):
        _give(world, "FR83404833048")


def test_only_who_changes_the_whole_company_gives_it_and_no_two_companies_have_it(foreign: World) -> None:
    of_a_site = replace(foreign.delmas.buyer, unit_ids=frozenset({foreign.delmas.id}))
    for actor in (foreign.delmas.onlooker, of_a_site):
        with pytest.raises(NotAllowed):
            _give(foreign, BELGIAN, actor)
    with use_tenant(PLATFORM, company_id=foreign.lecomte.id):
        Company.objects.filter(pk=foreign.lecomte.id).update(siren="")
        give_vat_number(number=BELGIAN, actor=foreign.lecomte.buyer)
    with pytest.raises(CompanyExists):
        _give(foreign, BELGIAN)
    assert set(_numbers(foreign)) == {""}


def test_the_page_of_the_company_takes_it(foreign: World, browser: Any) -> None:
    shop = browser(foreign.acme.host, foreign.delmas.admin)
    assert 'action="/company/vat/"' in shop.get("/company/").content.decode()
    refused = shop.post("/company/vat/", {"vat_number": "BE0403019262"})
    assert refused.status_code == 422
    assert 'value="BE0403019262"' in refused.content.decode()
    assert shop.post("/company/vat/", {"vat_number": BELGIAN}).status_code == 303
    html = shop.get("/company/").content.decode()
    assert BELGIAN in html
    assert "Not checked yet" in html
    onlooker = browser(foreign.acme.host, foreign.delmas.viewer)
    assert 'action="/company/vat/"' not in onlooker.get("/company/").content.decode()
    assert onlooker.post("/company/vat/", {"vat_number": DUTCH}).status_code == 403


# --- In doubt --------------------------------------------------------------------------------------------------------
def _settle(world: World, doubtful: str) -> None:
    with use_tenant(world.acme.scope, party="tenant"):
        set_seller_vat(data=SellerVatData(doubtful=doubtful), actor=world.acme.staff)


def _known(world: World, number: str, outcome: str = "") -> None:
    with use_tenant(world.acme):
        customer = Customer.objects.get(company_id=world.delmas.id)
        Customer.objects.filter(pk=customer.pk).update(vat_number=number)
        if outcome:
            VatCheck.objects.create(customer=customer, number=number, outcome=outcome, source="vies")


def _order(world: World) -> Order:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        actor, line = world.delmas.buyer, NewLine(world.acme.variants["VN-1001"], "", Decimal(100))
        order_id = place_order(actor=actor, customer=require_approved(actor), lines=[line], delivery_address=BRUSSELS)
        return Order.objects.get(pk=order_id)


@pytest.mark.parametrize(
    ("doubtful", "outcome", "category", "doubt", "is_held"),
    [
        ("taxed", "", "S", "unverified", False),
        ("hold", "", "S", "unverified", True),
        ("accept", "", "K", "", False),
        ("accept", "invalid", "S", "invalid", False),
        ("taxed", "invalid", "S", "invalid", False),
        ("hold", "invalid", "S", "invalid", True),
        ("hold", "valid", "K", "", False),
    ],
)
def test_the_supplier_decides_what_a_number_in_doubt_counts(
    world: World, doubtful: str, outcome: str, category: str, doubt: str, *, is_held: bool
) -> None:
    _known(world, BELGIAN, outcome)
    _settle(world, doubtful)
    order = _order(world)
    with use_tenant(world.acme):
        assert order.lines.get().tax_category == category
    assert (order.vat_doubt, order.vat_held) == (doubt, is_held)


def test_an_order_that_is_held_is_confirmed_by_who_looked_at_it(world: World, browser: Any) -> None:
    _known(world, BELGIAN)
    _settle(world, "hold")
    order = _order(world)
    with use_tenant(world.acme.scope, party="tenant"), pytest.raises(VatNotSeen):
        fulfilment.confirm_order(order_id=order.pk, actor=world.acme.staff)
    staff = browser(world.acme.host, world.acme.owner)
    path = f"/portal/orders/{order.pk}/"
    html = staff.get(path).content.decode()
    assert "The VAT is right: confirm the order" in html
    assert "Look at the VAT of this order first" in staff.post(f"{path}confirm/", follow=True).content.decode()
    assert staff.post(f"{path}confirm/", {"version": "1", "vat_seen": "1"}).status_code == 303
    with use_tenant(world.acme):
        assert Order.objects.get(pk=order.pk).state == "confirmed"


def test_the_setting_is_kept_and_only_the_suppliers_own(world: World, browser: Any) -> None:
    staff = browser(world.acme.host, world.acme.owner)
    assert 'name="doubtful"' in staff.get("/portal/customers/vat/").content.decode()
    with use_tenant(world.acme.scope, party="tenant"):
        with pytest.raises(InvalidInput):
            set_seller_vat(data=SellerVatData(doubtful="perhaps"), actor=world.acme.staff)
        with pytest.raises(NotAllowed):
            set_seller_vat(data=SellerVatData(doubtful="accept"), actor=world.delmas.buyer)
        set_seller_vat(data=SellerVatData(doubtful="hold"), actor=world.acme.staff)
        assert seller_vat().doubtful == "hold"
    with use_tenant(world.bolt):
        assert not SellerVat.objects.filter(doubtful="hold").exists()


def test_what_counts_is_another_thing_than_what_is_known() -> None:
    facts = VatFacts(buyer_number=BELGIAN, vat_id=VatId.UNVERIFIED, doubtful=DoubtfulVat.ACCEPT)
    assert (facts.vat_id, facts.counts_as) == (VatId.UNVERIFIED, VatId.VALID)
    assert replace(facts, vat_id=VatId.INVALID).counts_as == VatId.INVALID


# --- At the last approval --------------------------------------------------------------------------------------------
def test_the_last_approval_asks_about_the_vat_again(world: World) -> None:
    """Between the first step and the last the register has said that the number is no longer valid."""
    buyer, first, last = member(world, "Julien"), member(world, "Chloé", "approver"), member(world, "Léa", "approver")
    two_steps(world, first, last, minimum="10")
    _known(world, BELGIAN, "valid")
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        line = NewLine(world.acme.variants["VN-1001"], "", Decimal(100))
        request_id = ask_for_lines(
            actor=buyer,
            customer=require_approved(buyer),
            lines=[line],
            delivery_address=BRUSSELS,
            details=OrderDetails(),
            source=OrderSource.CART,
        )
        request = ApprovalRequest.objects.get(pk=request_id)
        assert request.total_amount == request.net_amount
        approve(request, first)
    _known(world, BELGIAN, "invalid")
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        with pytest.raises(VatIsAnother):
            approvals.decide(request_id=request_id, actor=last, approve=True, digest=request.digest)
        request.refresh_from_db()
        assert (request.state, Order.objects.count()) == ("pending", 0)
        assert request.steps.filter(done_at=None).count() == 1
    _known(world, BELGIAN, "valid")
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        approve(request, last)
        assert Order.objects.get().tax_amount == 0
