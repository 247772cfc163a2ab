"""An approver decides from the e-mail: as one person, about one step and content, once, up to the company's limit."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core import signing
from django.utils import timezone

from accounts.models import CompanyUser
from accounts.spending import services as spending
from core.actor import Actor
from core.errors import NotAllowed
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.queries import require_approved
from orders.approvals import services as approvals
from orders.approvals.models import ApprovalDecision, ApprovalRequest
from orders.enums import ApprovalState
from orders.models import Order
from tests.orders.buying_company import asked, member, two_steps
from tests.world import World


@dataclass
class Mailed:
    """An order of 200.00 that waits for Chloé, then Didier; Chloé's letter has come."""

    world: World
    buyer: Actor
    chief: Actor
    director: Actor
    request: ApprovalRequest
    outbox: list[Any]
    drain: Callable[[], int]

    def path(self, actor: Actor) -> str:
        """Of the link in the latest letter to somebody, none where there is no such link."""
        self.drain()
        letter = next(mail for mail in reversed(self.outbox) if mail.to == [actor.email] and "/approvals/" in mail.body)
        found = re.search(r"http\S+/approvals/mail/\S+", letter.body)
        if found:
            assert f'<a href="{found[0]}"' in letter.alternatives[0][0], "one click in the HTML part, too"
        return urlsplit(found[0]).path if found else ""

    def state(self) -> str:
        with use_tenant(self.world.acme):
            return str(ApprovalRequest.objects.get(pk=self.request.pk).state)


@pytest.fixture
def mailed(world: World, drain: Callable[[], int], mailoutbox: list[Any]) -> Mailed:
    buyer, chief, director = (
        member(world, "Julien"),
        member(world, "Chloé", "approver"),
        member(world, "Didier", "approver"),
    )
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        with pytest.raises(NotAllowed):
            spending.allow_mail_approval(amount=Decimal(1000), actor=buyer)
        spending.allow_mail_approval(amount=Decimal(200), actor=world.delmas.buyer)
    two_steps(world, chief, director)
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        request = asked(world, buyer)
    return Mailed(world, buyer, chief, director, request, mailoutbox, drain)


def test_two_people_approve_from_their_letters_and_it_is_placed(mailed: Mailed, browser: Any) -> None:
    page = browser(mailed.world.acme.host)
    for actor in (mailed.chief, mailed.director):
        path = mailed.path(actor)
        shown = page.get(path)
        assert "Julien" in shown.content.decode()
        assert "VN-1001" in shown.content.decode()
        assert "no-store" in shown["Cache-Control"]
        assert mailed.state() == ApprovalState.PENDING, "opening a link decides nothing"
        refused = page.post(path, {"do": "reject"})
        assert (refused.status_code, "Say why" in refused.content.decode()) == (422, True)
        assert page.post(path, {"do": "approve"}).status_code == 200
        for again in (
            page.get(path),
            page.post(path, {"do": "approve"}),
            page.post(path, {"do": "reject", "reason": "x"}),
        ):
            assert again.status_code == 410
    with use_tenant(mailed.world.acme):
        decisions = ApprovalDecision.objects.order_by("decided_at")
        assert list(decisions.values_list("user_id", "by_mail")) == [
            (mailed.chief.user_id, True),
            (mailed.director.user_id, True),
        ]
        assert Order.objects.get().placed_by_id == mailed.buyer.user_id


def test_a_rejection_from_the_letter_tells_who_ordered(mailed: Mailed, browser: Any) -> None:
    browser(mailed.world.acme.host).post(mailed.path(mailed.chief), {"do": "reject", "reason": "Half is enough"})
    assert mailed.state() == ApprovalState.REJECTED
    mailed.drain()
    assert any("Half is enough" in mail.body for mail in mailed.outbox if mail.to == [mailed.buyer.email])


def test_above_the_limit_one_signs_in(mailed: Mailed, browser: Any) -> None:
    path = mailed.path(mailed.chief)
    with use_tenant(PLATFORM, company_id=mailed.world.delmas.id):
        spending.allow_mail_approval(amount=Decimal("199.99"), actor=mailed.world.delmas.buyer)
    page = browser(mailed.world.acme.host)
    for answer in (page.get(path), page.post(path, {"do": "approve"})):
        assert (answer.status_code, answer["Location"]) == (303, f"/approvals/{mailed.request.pk}/")
    assert "/sign-in/" in page.get(f"/approvals/{mailed.request.pk}/")["Location"]
    assert mailed.state() == ApprovalState.PENDING
    with use_tenant(mailed.world.acme.scope, company_id=mailed.world.delmas.id):
        second = asked(mailed.world, mailed.buyer)
    assert mailed.path(mailed.chief) == "", "no such link is sent"
    assert second.pk != mailed.request.pk


@pytest.mark.parametrize("what", ["changed", "withdrawn", "decided", "left", "late", "deposed"])
def test_a_link_is_worth_nothing_any_more(mailed: Mailed, browser: Any, what: str) -> None:
    world, path, now, expected = mailed.world, mailed.path(mailed.chief), timezone.now(), 410
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        match what:
            case "changed":
                customer = require_approved(mailed.buyer)
                approvals.change(request_id=mailed.request.pk, actor=mailed.buyer, customer=customer)
            case "withdrawn":
                approvals.withdraw(request_id=mailed.request.pk, actor=mailed.buyer)
            case "decided":
                digest, key = mailed.request.digest, mailed.request.pk
                approvals.decide(request_id=key, actor=mailed.chief, approve=True, digest=digest)
            case "late":
                now, expected = now + timedelta(days=8), 404
    members = CompanyUser.objects.filter(company_id=world.delmas.id, user_id=mailed.chief.require_user())
    with use_tenant(PLATFORM):
        if what == "left":
            members.delete()
        elif what == "deposed":
            members.update(role="buyer")
    state = mailed.state()
    with time_machine.travel(now, tick=True):
        answer = browser(world.acme.host).post(path, {"do": "approve"})
    assert (answer.status_code, mailed.state()) == (expected, state)
    with use_tenant(world.acme):
        assert not Order.objects.exists()


def test_a_link_is_worth_nothing_elsewhere_or_altered(mailed: Mailed, browser: Any) -> None:
    path = mailed.path(mailed.chief)
    token = path.split("/")[-2]
    assert browser(mailed.world.bolt.host).post(path, {"do": "approve"}).status_code == 404
    page = browser(mailed.world.acme.host)
    values = signing.loads(token, salt="orders.approvals.by_mail")
    of_another_host = signing.dumps([str(mailed.world.bolt.id), *values[1:]], salt="orders.approvals.by_mail")
    values[2] = mailed.director.require_user().hex
    altered = token[:-1] + ("A" if token[-1] != "A" else "B")
    for forged in (of_another_host, altered, signing.dumps(values, salt="other"), "x"):
        assert page.post(f"/approvals/mail/{forged}/", {"do": "approve"}).status_code == 404
    assert mailed.state() == ApprovalState.PENDING


def test_the_company_sets_its_limit(world: World, browser: Any) -> None:
    page = browser(world.acme.host, world.delmas.admin)
    assert page.post("/company/spending/", {"do": "by_mail", "limit": "-1"}).status_code == 422
    assert page.post("/company/spending/", {"do": "by_mail", "limit": "500"}).status_code == 303
    assert 'value="500' in page.get("/company/spending/").content.decode()
