"""An award becomes an agreement: all or nothing, once, named by its version, under the rules of approvals."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.utils import timezone

from accounts.spending import services as spending
from accounts.spending.rules import Predicate
from accounts.spending.services import TierData
from agreements.errors import AlreadyAgreed, InvalidPeriod, NotAgreeable
from agreements.models import Agreement, AgreementLine
from agreements.services import Period
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.enums import CustomerState
from customers.models import Customer
from marketplace.models import Document
from marketplace.queries import DocumentFilter, documents_of_company
from orders.approvals.models import ApprovalRequest
from orders.approvals.queries import request_page
from orders.models import Order
from orders.quotes import AccountNeeded, Awarded, AwardRefused, Part, accept_quote, award_parts
from payments import credit
from rfq.asking import NewLine
from rfq.enums import RFQState, VersionState
from rfq.errors import MayNotBuy, NotOnTheTable
from rfq.models import RFQ, Award, QuoteVersion
from tests.agreements.signed import line, period, signed
from tests.orders.buying_company import approve, member
from tests.rfq.test_awarding import line_of
from tests.rfq.test_negotiation import offer_of, request_for
from tests.world import CompanyWorld, World

GOODS = (
    NewLine("Vis CHC M8×40 inox A4", Decimal(5000), part_number="VN-1001"),
    NewLine("Écrou frein M8 inox A2", Decimal(2000), part_number="VN-1003"),
)


def award(company: CompanyWorld, *parts: Part, within: Period | None = None, **more: Any) -> Awarded:
    with use_tenant(PLATFORM, company_id=company.id):
        return award_parts(
            parts=parts, actor=more.pop("actor", company.buyer), po_number="PO-7", period=within or period(), **more
        )


def offered(world: World, *, freight: str = "0") -> tuple[UUID, UUID]:
    """A request for two articles to acme, and its answer."""
    rfq_id = request_for(world.delmas, world.acme, lines=GOODS)
    return rfq_id, offer_of(world.acme, rfq_id, "0.38", "0.11", freight=freight)


def nothing_happened(world: World, version_id: UUID) -> None:
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert QuoteVersion.objects.get(pk=version_id).state == VersionState.SENT
        assert not Award.objects.exists()
    for tenant in (world.acme, world.bolt):
        with use_tenant(tenant.scope, party="tenant"):
            assert not Agreement.objects.exists()


def test_an_award_becomes_an_agreement(world: World) -> None:
    _rfq_id, version_id = offered(world, freight="85")
    awarded = award(world.delmas, Part(version_id), closes=True)
    assert not awarded.orders
    with use_tenant(world.acme.scope, party="tenant"):
        found = Agreement.objects.get()
        assert awarded.agreements == {world.acme.id: found.pk}
        assert (found.state, found.net_amount, found.freight_amount) == ("active", Decimal(2120), Decimal(85))
        assert list(found.transitions.values_list("to_state", flat=True)) == ["draft", "active"]
        assert found.quote_version_id == version_id
        assert found.content_hash == QuoteVersion.objects.get(pk=version_id).content_hash
        assert [(row.sku, row.unit_price, row.committed_quantity) for row in found.lines.all()] == [
            ("VN-1001", Decimal("0.38"), Decimal(5000)),
            ("VN-1003", Decimal("0.11"), Decimal(2000)),
        ]
        assert not Order.objects.exists()
        assert credit.status(world.acme.customers["delmas"]).reserved == 0
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        row = Award.objects.get()
        assert (row.order_id, row.agreement_id) == (None, found.pk)
        assert RFQ.objects.get().state == RFQState.AWARDED
        document = Document.objects.get(kind="agreement")
        assert (document.object_id, document.number, document.amount) == (found.pk, found.number, Decimal(2120))
        for days, text in ((0, "Active"), (366, "Over")):
            with time_machine.travel(timezone.now() + timedelta(days=days)):
                (shown,) = documents_of_company(world.delmas.buyer, DocumentFilter(kind="agreement")).rows
                assert shown.state_text == text
    with use_tenant(PLATFORM, company_id=world.lecomte.id):
        assert not Document.objects.filter(kind="agreement").exists()


def test_sent_twice_it_is_signed_once(world: World) -> None:
    _rfq_id, version_id = offered(world)
    first = award(world.delmas, Part(version_id))
    assert award(world.delmas, Part(version_id)).agreements == first.agreements
    with use_tenant(PLATFORM, company_id=world.delmas.id), pytest.raises(NotOnTheTable):
        accept_quote(version_id=version_id, actor=world.delmas.buyer)
    with use_tenant(world.acme.scope, party="tenant"):
        assert Agreement.objects.count() == 1
        assert not Order.objects.exists()


def test_an_ordered_version_becomes_no_agreement(world: World) -> None:
    _rfq_id, version_id = offered(world)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        order_id = accept_quote(version_id=version_id, actor=world.delmas.buyer)
    again = award(world.delmas, Part(version_id))
    assert (again.orders, again.agreements) == ({world.acme.id: order_id}, {})


def test_lines_of_two_suppliers_become_two_agreements_or_none(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme, world.bolt, lines=GOODS)
    acme, bolt = offer_of(world.acme, rfq_id, "0.38", "0.11"), offer_of(world.bolt, rfq_id, "0.37", "0.12")
    parts = (
        Part(acme, {line_of(world.delmas, acme, 2): Decimal(2500)}),
        Part(bolt, {line_of(world.delmas, bolt, 1): None}),
    )
    with use_tenant(world.bolt.scope, party="tenant"):
        Customer.objects.update(state=CustomerState.BLOCKED)
    with pytest.raises(AwardRefused) as refused:
        award(world.delmas, *parts)
    assert set(refused.value.refusals) == {bolt}
    assert isinstance(refused.value.refusals[bolt], AccountNeeded)
    nothing_happened(world, acme)
    with use_tenant(world.bolt.scope, party="tenant"):
        Customer.objects.update(state=CustomerState.APPROVED)
    assert set(award(world.delmas, *parts).agreements) == {world.acme.id, world.bolt.id}
    with use_tenant(world.acme.scope, party="tenant"):
        assert AgreementLine.objects.get().committed_quantity == 2500


def test_what_cannot_be_agreed_is_refused_whole(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme)  # its second line is free text
    version_id = offer_of(world.acme, rfq_id, "0.38", "6.40")
    for within, refusal in (
        (period(), NotAgreeable),
        (Period(timezone.localdate() - timedelta(days=1), timezone.localdate()), InvalidPeriod),
    ):
        with pytest.raises(AwardRefused) as refused:
            award(world.delmas, Part(version_id), within=within)
        assert isinstance(refused.value.refusals[version_id], refusal)
    nothing_happened(world, version_id)
    signed(world.acme, world.delmas, line(world.acme, "VN-1001", "0.4", 10))
    with pytest.raises(AwardRefused) as refused:
        award(world.delmas, Part(version_id, {line_of(world.delmas, version_id, 1): None}))
    assert isinstance(refused.value.refusals[version_id], AlreadyAgreed)


def test_who_may_not_buy_agrees_on_nothing(world: World) -> None:
    _rfq_id, version_id = offered(world)
    with pytest.raises(AwardRefused) as refused:
        award(world.delmas, Part(version_id), actor=world.delmas.onlooker)
    assert isinstance(refused.value.refusals[version_id], MayNotBuy)
    nothing_happened(world, version_id)


def test_an_agreement_needs_the_approval_that_its_order_would(world: World) -> None:
    buyer, approver = member(world, "Julien"), member(world, "Chloé", "approver")
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        tiers = [TierData(user_ids=[approver.require_user()])]
        spending.add_rule(name="All", predicate=Predicate(), tiers=tiers, actor=world.delmas.buyer)
    _rfq_id, version_id = offered(world)
    today = timezone.localdate()
    awarded = award(world.delmas, Part(version_id), actor=buyer, closes=True)
    assert not awarded.agreements
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        assert not Agreement.objects.exists()
        request = ApprovalRequest.objects.get()
        assert request.pk == awarded.requests[world.acme.id]
        page = request_page(approver, request.pk, limit=5)
        assert page.period == Period(today, today + timedelta(days=365)), "the approver sees for how long"
        with time_machine.travel(timezone.now() + timedelta(days=2)):
            (decision,) = approve(request, approver)
        found = Agreement.objects.get()
        assert (decision.order_id, decision.agreement_id) == (None, found.pk)
        assert (found.starts_on, found.ends_on) == (today + timedelta(days=2), today + timedelta(days=365))
        assert found.signed_by_id == buyer.user_id
        assert ApprovalRequest.objects.get().agreement_id == found.pk
        assert not Order.objects.exists()
