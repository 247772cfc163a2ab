"""Orders that wait and do not come from a cart: an accepted offer, a recurring order's day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from accounts.queries import addresses_of
from accounts.spending import services as spending
from accounts.spending.models import ApprovalRule
from accounts.spending.rules import Predicate
from accounts.spending.services import TierData
from core.actor import Actor
from core.errors import IllegalMove, Refused
from core.tenancy import use_tenant
from customers.queries import require_approved
from orders.approvals import services as approvals
from orders.approvals.errors import ApprovalNeeded, NothingToApprove
from orders.approvals.models import ApprovalRequest
from orders.approvals.queries import request_page
from orders.enums import ApprovalState, Frequency, OrderSource, RunState
from orders.lines import NewLine
from orders.models import Order
from orders.purchase_lists import services as lists
from orders.purchase_lists.services import ListLine
from orders.quotes import accept_quote, ask_to_accept
from orders.recurring import running
from orders.recurring import services as recurring
from orders.recurring.models import RecurringRun
from orders.recurring.queries import runs_of
from orders.recurring.schedule import Schedule
from orders.recurring.services import Wanted
from rfq import offers
from rfq.enums import VersionState
from rfq.models import Award, Invitation, QuoteVersion
from tests.orders.buying_company import approve, member
from tests.rfq.test_awarding import answer
from tests.rfq.test_currencies import DOLLARS, grant, sells_in
from tests.rfq.test_negotiation import offer_of, request_for
from tests.world import World

MONDAY = date(2027, 1, 4)


@dataclass
class Team:
    world: World
    buyer: Actor
    approver: Actor

    def scope(self) -> use_tenant:
        """What pages of the supplier's storefront run in."""
        return use_tenant(self.world.acme.scope, company_id=self.world.delmas.id)


@pytest.fixture
def team(world: World) -> Team:
    buyer, approver = member(world, "Julien"), member(world, "Chloé", "approver")
    found = Team(world, buyer, approver)
    with found.scope():
        tiers = [TierData(user_ids=[approver.require_user()])]
        spending.add_rule(name="All", predicate=Predicate(), tiers=tiers, actor=world.delmas.buyer)
    return found


def _offered(team: Team) -> UUID:
    rfq_id = request_for(team.world.delmas, team.world.acme, team.world.bolt)
    return offer_of(team.world.acme, rfq_id, "0.38", "6.40", freight="85.00")


def _request(key: UUID) -> ApprovalRequest:
    return ApprovalRequest.objects.get(pk=key)


def test_an_offer_that_needs_an_approval_waits_and_becomes_the_order_as_offered(team: Team) -> None:
    version_id = _offered(team)
    with team.scope():
        with pytest.raises(ApprovalNeeded):
            accept_quote(version_id=version_id, actor=team.buyer)
        assert QuoteVersion.objects.get(pk=version_id).state == VersionState.SENT
        asked = ask_to_accept(version_id=version_id, actor=team.buyer, po_number="PO-9")
        assert ask_to_accept(version_id=version_id, actor=team.buyer, po_number="PO-9") == asked
        request = _request(asked)
        assert (request.net_amount, request.line_count) == (Decimal("3585.00"), 3)
        assert request.frozen_until == QuoteVersion.objects.get(pk=version_id).valid_until
        page = request_page(team.buyer, asked, limit=50)
        assert (page.may_withdraw, page.may_change) == (True, False)
        with pytest.raises(IllegalMove):
            approvals.change(request_id=asked, actor=team.buyer, customer=require_approved(team.buyer))
        (decision,) = approve(_request(asked), team.approver)
        order = Order.objects.get()
        assert (decision.order_id, order.source, order.po_number) == (order.pk, OrderSource.QUOTE, "PO-9")
        assert (order.net_amount, order.quote_version_id) == (Decimal("3585.00"), version_id)
        assert order.placed_by_id == team.buyer.user_id
        assert Award.objects.get().order_id == order.pk
        assert QuoteVersion.objects.get(pk=version_id).state == VersionState.ORDERED


def test_an_offer_in_another_currency_than_a_limit_waits_and_is_ordered_in_its_own(team: Team) -> None:
    world = team.world
    sells_in(world.acme, "USD")
    grant(world.acme, "delmas", "USD")
    rfq_id = request_for(world.delmas, world.acme)
    version_id = answer(world.acme, rfq_id, *DOLLARS, currency="USD")
    with team.scope():
        for rule in ApprovalRule.objects.all():
            spending.remove_rule(rule_id=rule.pk, actor=world.delmas.buyer)
        tiers = [TierData(user_ids=[team.approver.require_user()])]
        predicate = Predicate(minimum=Decimal(1_000_000), currency="EUR")
        spending.add_rule(name="Huge", predicate=predicate, tiers=tiers, actor=world.delmas.buyer)
        with pytest.raises(ApprovalNeeded):
            accept_quote(version_id=version_id, actor=team.buyer)
        asked = ask_to_accept(version_id=version_id, actor=team.buyer)
        assert (_request(asked).currency, _request(asked).net_amount) == ("USD", Decimal(3850))
        approve(_request(asked), team.approver)
        order = Order.objects.get()
        assert (order.currency, order.net_amount) == ("USD", Decimal(3850))


def test_an_offer_that_is_gone_by_then_leaves_the_request_waiting(team: Team) -> None:
    version_id = _offered(team)
    with team.scope():
        asked = ask_to_accept(version_id=version_id, actor=team.buyer)
    with use_tenant(team.world.acme.scope, party="tenant"):
        invitation_id = Invitation.objects.values_list("pk", flat=True).get()
        offers.decline(invitation_id=invitation_id, reason="Sold out", actor=team.world.acme.staff)
    with team.scope():
        with pytest.raises(Refused):
            approve(_request(asked), team.approver)
        assert _request(asked).state == ApprovalState.PENDING
        assert not Order.objects.exists()
        assert not Award.objects.exists()


def test_what_needs_no_approval_is_not_asked_for(team: Team) -> None:
    version_id = _offered(team)
    with team.scope():
        for rule in ApprovalRule.objects.all():
            spending.remove_rule(rule_id=rule.pk, actor=team.world.delmas.buyer)
        with pytest.raises(NothingToApprove):
            ask_to_accept(version_id=version_id, actor=team.buyer)


def _recurring(team: Team, skus: Sequence[str] = ("VN-1001",)) -> UUID:
    customer = require_approved(team.buyer)
    list_id = lists.create_list(actor=team.buyer, customer=customer, name="Weekly")
    lines = [ListLine(NewLine(team.world.acme.variants[sku], "", Decimal(400))) for sku in skus]
    lists.add_lines(actor=team.buyer, customer=customer, list_id=list_id, lines=lines)
    address_id = addresses_of(team.world.delmas.id)[0].id
    wanted = Wanted(list_id, Schedule(Frequency.WEEKS, 1, MONDAY), address_id)
    return recurring.create(actor=team.buyer, customer=customer, wanted=wanted, today=date(2026, 12, 31))


def test_a_recurring_order_that_needs_an_approval_waits_for_it(team: Team) -> None:
    with team.scope():
        recurring_id = _recurring(team)
    with use_tenant(team.world.acme.scope, party="tenant"):
        for _time in range(2):
            for key in running.due(today=MONDAY):
                running.run(recurring_id=key, today=MONDAY)
        run = RecurringRun.objects.get()
        assert (run.state, run.order_id) == (RunState.WAITING, None)
    with team.scope():
        (row,) = runs_of(team.buyer, require_approved(team.buyer), recurring_id)
        request = ApprovalRequest.objects.get()
        assert row.approval_id == request.pk
        assert (request.requester_id, request.source) == (team.buyer.user_id, OrderSource.RECURRING)
        approve(request, team.approver)
        assert Order.objects.get().source == OrderSource.RECURRING
