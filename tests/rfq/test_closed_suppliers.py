"""A supplier that is suspended: its offers stay to be read, and nothing is ordered or agreed with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from accounts.spending import services as spending
from accounts.spending.rules import Predicate
from accounts.spending.services import TierData
from agreements.models import Agreement
from core.actor import system
from core.scope import PLATFORM
from core.tenancy import use_tenant
from orders.approvals.models import ApprovalRequest
from orders.errors import SupplierClosed
from orders.models import Order
from orders.quotes import AwardRefused, Part, ask_to_accept, award_parts
from rfq.comparison import comparison
from rfq.models import Award, QuoteVersion
from tenants.enums import TenantState
from tenants.services import change_state
from tests.agreements.signed import period
from tests.orders.buying_company import approve, member
from tests.rfq.test_awarding import award
from tests.rfq.test_negotiation import accept, offer_of, request_for
from tests.world import TenantWorld, World


def _suspend(tenant: TenantWorld, to: TenantState = TenantState.SUSPENDED) -> None:
    with use_tenant(PLATFORM):
        change_state(tenant_id=tenant.id, to=to, actor=system("tests"), reason="test")


def _nothing_happened(world: World, version_id: UUID) -> None:
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert not Award.objects.exists()
        assert QuoteVersion.objects.get(pk=version_id).state == "sent"
    for tenant in (world.acme, world.bolt):
        with use_tenant(tenant.scope, company_id=world.delmas.id):
            assert not Order.objects.exists()
            assert not Agreement.objects.exists()
            assert not ApprovalRequest.objects.exists()


def test_its_offer_is_not_accepted(world: World) -> None:
    version_id = offer_of(world.acme, request_for(world.delmas, world.acme), "0.38", "6.40")
    _suspend(world.acme)
    with pytest.raises(SupplierClosed):
        accept(world.delmas, version_id)
    with use_tenant(PLATFORM, company_id=world.delmas.id), pytest.raises(SupplierClosed):
        ask_to_accept(version_id=version_id, actor=world.delmas.buyer)
    _nothing_happened(world, version_id)
    _suspend(world.acme, TenantState.ACTIVE)
    accept(world.delmas, version_id)


@pytest.mark.parametrize("agrees", [False, True])
def test_an_award_to_several_says_whose_part_it_is(world: World, *, agrees: bool) -> None:
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    open_id, version_id = offer_of(world.acme, rfq_id, "0.38", None), offer_of(world.bolt, rfq_id, None, "7")
    _suspend(world.bolt)
    parts, within = [Part(open_id), Part(version_id)], period() if agrees else None
    with use_tenant(PLATFORM, company_id=world.delmas.id), pytest.raises(AwardRefused) as refused:
        award_parts(parts=parts, actor=world.delmas.buyer, period=within)
    assert isinstance(refused.value.refusals[version_id], SupplierClosed)
    _nothing_happened(world, version_id)
    if not agrees:
        assert award(world.delmas, Part(open_id)).orders


def test_what_waits_for_an_approval_is_not_ordered_either(world: World) -> None:
    buyer, approver = member(world, "Julien"), member(world, "Chloé", "approver")
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        tiers = [TierData(user_ids=[approver.require_user()])]
        spending.add_rule(name="All", predicate=Predicate(), tiers=tiers, actor=world.delmas.buyer)
    version_id = offer_of(world.acme, request_for(world.delmas, world.acme), "0.38", "6.40")
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        ask_to_accept(version_id=version_id, actor=buyer)
    _suspend(world.acme)
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        with pytest.raises(SupplierClosed):
            approve(ApprovalRequest.objects.get(), approver)
        assert not Order.objects.exists()
        assert ApprovalRequest.objects.get().state == "pending"
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert not Award.objects.exists()


def test_its_column_is_marked_and_is_not_the_best(world: World, browser: Any) -> None:
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    offer_of(world.acme, rfq_id, "0.38", "6.40")
    offer_of(world.bolt, rfq_id, "0.3", "5")
    buyer, text = browser("localhost", world.delmas.admin), "takes no orders at the moment"
    assert text not in buyer.get(f"/rfqs/{rfq_id}/").text
    _suspend(world.bolt)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        found = comparison(world.delmas.buyer, rfq_id)
    assert [(one.name, one.is_closed, one.is_best) for one in found.columns] == [
        (world.acme.name, False, True),
        (world.bolt.name, True, False),
    ]
    assert found.split_text == found.best_text, "no line goes to a supplier that takes no orders"
    assert buyer.get(f"/rfqs/{rfq_id}/").text.count(text) == 1
    page = buyer.get(f"/rfqs/{rfq_id}/{found.columns[1].invitation_id}/").text
    assert "This supplier takes no orders at the moment." in page
    sheet = buyer.get(f"/rfqs/{rfq_id}/award/").text
    assert world.bolt.name not in sheet
