"""An award that waits for its approval is known on the request's pages, and no other award of the same passes it by."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.utils import timezone

from accounts.permissions import Permission
from accounts.spending import services as spending
from accounts.spending.models import ApprovalRule
from agreements.services import Period
from core.actor import Actor
from core.errors import NotAllowed, NotFound
from core.scope import PLATFORM
from core.tenancy import use_tenant
from orders.approvals import services as approvals
from orders.approvals.models import ApprovalRequest
from orders.approvals.of_offers import withdraw_award
from orders.models import Order
from orders.quotes import AwardRefused, Part, accept_quote, ask_to_accept, award_parts
from rfq.enums import VersionState
from rfq.errors import AwardWaits
from rfq.models import QuoteVersion
from rfq.pending.models import PendingAward
from rfq.pending.queries import pending_awards
from tests.orders.buying_company import approve, member
from tests.orders.test_approval_origins import Team, team
from tests.rfq.test_awarding import line_of
from tests.rfq.test_negotiation import offer_of, request_for

__all__ = ["team"]


def _two(team: Team) -> tuple[UUID, UUID, UUID]:
    world = team.world
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    acme = offer_of(world.acme, rfq_id, "0.38", "6.40", freight="85")
    return rfq_id, acme, offer_of(world.bolt, rfq_id, "0.37", "7")


def _ask(team: Team, version_id: UUID, actor: Actor | None = None, **said: Any) -> UUID:
    with use_tenant(PLATFORM, company_id=team.world.delmas.id):
        return ask_to_accept(version_id=version_id, actor=actor or team.buyer, **said)


def _award(team: Team, version_id: UUID, *positions: int, actor: Actor | None = None, **said: Any) -> UUID:
    """The approval that these lines of an offer wait for. Raises AwardWaits."""
    picks = {line_of(team.world.delmas, version_id, position): None for position in positions}
    with use_tenant(PLATFORM, company_id=team.world.delmas.id):
        try:
            (request_id,) = award_parts(
                parts=[Part(version_id, picks)], actor=actor or team.buyer, **said
            ).requests.values()
        except AwardRefused as refused:
            raise refused.refusals[version_id] from refused
    return request_id


def _free(team: Team) -> Actor:
    """A colleague whose orders need no approval."""
    with team.scope():
        spending.remove_rule(rule_id=_rule(), actor=team.world.delmas.buyer)
    return member(team.world, "Ada")


def _rule() -> UUID:
    return ApprovalRule.objects.values_list("pk", flat=True).get()


def test_another_award_of_the_same_offer_is_refused_and_the_same_one_is_the_one_that_waits(team: Team) -> None:
    _rfq_id, acme, _bolt = _two(team)
    asked = _award(team, acme, 1, po_number="PO-1")
    assert _award(team, acme, 1, po_number="PO-1") == asked
    later = Period(timezone.localdate(), timezone.localdate() + timedelta(days=90))
    for positions, said in (
        ((2,), {"po_number": "PO-1"}),
        ((1, 2), {"po_number": "PO-1"}),
        ((1,), {"po_number": "PO-2"}),
        ((1,), {"po_number": "PO-1", "period": later}),
        ((1,), {"po_number": "PO-1", "closes": True}),
    ):
        with pytest.raises(AwardWaits) as refused:
            _award(team, acme, *positions, **said)
        assert (refused.value.status, "€1,985.00" in str(refused.value)) == (409, True)
    with pytest.raises(AwardWaits):
        _ask(team, acme)
    with team.scope():
        assert ApprovalRequest.objects.count() == 1


def test_other_quantities_are_another_award(team: Team) -> None:
    _rfq_id, acme, _bolt = _two(team)
    line = line_of(team.world.delmas, acme, 1)
    asked = _award(team, acme, 1)
    with use_tenant(PLATFORM, company_id=team.world.delmas.id):
        for quantity, refusals in ((Decimal(5000), 0), (Decimal(6000), 1)):
            part = Part(acme, {line: quantity})
            if refusals:
                with pytest.raises(AwardRefused):
                    award_parts(parts=[part], actor=team.buyer)
            else:
                assert award_parts(parts=[part], actor=team.buyer).requests == {team.world.acme.id: asked}


def test_lines_that_wait_go_to_nobody_else_and_other_lines_may(team: Team) -> None:
    _rfq_id, acme, bolt = _two(team)
    asked = _award(team, acme, 1)
    with pytest.raises(AwardWaits):
        _award(team, bolt, 1)
    with pytest.raises(AwardWaits):
        _award(team, bolt, 2, closes=True)
    other = _award(team, bolt, 2)
    for tenant, request_id in ((team.world.acme, asked), (team.world.bolt, other)):
        with use_tenant(tenant.scope, company_id=team.world.delmas.id):
            approve(ApprovalRequest.objects.get(pk=request_id), team.approver)
            assert Order.objects.count() == 1
    with use_tenant(PLATFORM, company_id=team.world.delmas.id):
        assert not PendingAward.objects.exists()


def test_who_needs_no_approval_does_not_pass_by_what_waits(team: Team) -> None:
    _rfq_id, acme, bolt = _two(team)
    asked = _ask(team, acme)
    free = _free(team)
    with use_tenant(PLATFORM, company_id=team.world.delmas.id):
        for version_id in (acme, bolt):
            with pytest.raises(AwardWaits):
                accept_quote(version_id=version_id, actor=free)
    with team.scope():
        assert not Order.objects.exists()
        approve(ApprovalRequest.objects.get(pk=asked), team.approver)
        assert Order.objects.get().net_amount == Decimal(3585)


@pytest.mark.parametrize("end", ["withdrawn", "rejected", "expired", "outdated"])
def test_what_waits_no_longer_keeps_nobody(team: Team, end: str) -> None:
    rfq_id, acme, bolt = _two(team)
    asked = _ask(team, acme)
    if end == "withdrawn":
        with use_tenant(PLATFORM, company_id=team.world.delmas.id):
            with pytest.raises(NotAllowed):
                withdraw_award(rfq_id=rfq_id, request_id=asked, actor=team.approver)
            withdraw_award(rfq_id=rfq_id, request_id=asked, actor=team.buyer)
            with pytest.raises(NotFound):
                withdraw_award(rfq_id=rfq_id, request_id=asked, actor=team.buyer)
    elif end == "rejected":
        with team.scope():
            request = ApprovalRequest.objects.get(pk=asked)
            approvals.decide(
                request_id=asked, actor=team.approver, approve=False, digest=request.digest, reason="Too dear"
            )
    elif end == "expired":
        with use_tenant(PLATFORM, company_id=team.world.delmas.id):
            valid = QuoteVersion.objects.get(pk=acme).valid_until
        with time_machine.travel(valid, tick=False), use_tenant(team.world.acme.scope, party="tenant"):
            approvals.look_after()
    else:
        acme = offer_of(team.world.acme, rfq_id, "0.36", "6.40")
    _ask(team, bolt)
    with use_tenant(PLATFORM, company_id=team.world.delmas.id):
        assert PendingAward.objects.count() == (2 if end == "outdated" else 1)
        assert QuoteVersion.objects.get(pk=acme).state == VersionState.SENT


def test_the_pages_say_what_waits_and_take_it_back(team: Team, browser: Any) -> None:
    rfq_id, acme, _bolt = _two(team)
    asked = _award(team, acme, 1)
    buyer, path = browser("localhost", team.buyer), f"/rfqs/{rfq_id}/"
    with use_tenant(PLATFORM, company_id=team.world.delmas.id):
        invitation_id = QuoteVersion.objects.get(pk=acme).quote.invitation_id
    for page in (path, f"{path}award/", f"{path}{invitation_id}/"):
        html = buyer.get(page).content.decode()
        assert "waits for its approval" in html, page
        assert f"/approvals/{asked}/" in html, page
        assert "€1,985.00 net" in html, page
        assert 'value="withdraw"' in html, page
    assert "€" not in buyer.get(f"{path}?view=technical").content.decode().split('id="answers"')[1].split("</table>")[0]
    sheet = buyer.get(f"{path}award/").content.decode()
    assert "Waits for its approval: Acme" in re.sub(r"<[^>]+>", "", sheet)
    assert len(re.findall(r'name="line-', sheet)) == 1, "the line that waits is not to choose"
    others = browser("localhost", team.world.delmas.admin).get(path).content.decode()
    assert ("waits for its approval" in others, 'value="withdraw"' in others) == (True, False)
    data = {"act": "withdraw", "approval": asked.hex}
    assert browser("localhost", team.world.lecomte.admin).post(f"{path}change/", data).status_code == 404
    assert browser("localhost", team.world.delmas.admin).post(f"{path}change/", data).status_code == 403
    assert buyer.post(f"{path}change/", {**data, "approval": "x"}).status_code == 404
    assert buyer.post(f"{path}change/", data).status_code == 303
    assert "waits for its approval" not in buyer.get(path).content.decode()


def test_a_second_award_on_the_pages_says_what_waits(team: Team, browser: Any) -> None:
    rfq_id, acme, bolt = _two(team)
    _ask(team, acme, po_number="PO-1")
    buyer = browser("localhost", team.buyer)
    with use_tenant(PLATFORM, company_id=team.world.delmas.id):
        places = {row.pk: row.quote.invitation_id for row in QuoteVersion.objects.select_related("quote")}
    for version_id, po_number, status in ((acme, "PO-1", 303), (acme, "PO-2", 409), (bolt, "PO-1", 409)):
        data = {"version": version_id.hex, "po_number": po_number}
        answer = buyer.post(f"/rfqs/{rfq_id}/{places[version_id]}/accept/", data)
        assert answer.status_code == status, (version_id, po_number)
        assert status == 303 or "€3,585.00" in answer.content.decode()


def test_a_unit_finds_the_approvals_that_it_may_see(team: Team, browser: Any) -> None:
    rfq_id, acme, _bolt = _two(team)
    asked = _award(team, acme, 1)
    stranger = replace(
        team.buyer, user_id=team.approver.user_id, unit_ids=frozenset({rfq_id}), permissions=frozenset(Permission)
    )
    with use_tenant(PLATFORM, company_id=team.world.delmas.id):
        (found,) = pending_awards(rfq_id, stranger)
        assert (found.request_id, found.may_look, found.may_withdraw) == (asked, False, False)
