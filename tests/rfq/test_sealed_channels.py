"""A supplier learns nothing of the others of a sealed request: two worlds that differ only in what the others do.

In one the supplier was asked alone and nobody else does anything; in the other three more were asked, who look, ask,
offer, withdraw and decline. Page by page, header by header, letter by letter, row by row and frame by frame both must
be the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from asgiref.sync import sync_to_async
from django.core import mail
from django.db import transaction
from django.utils import timezone

from core import live, outbox
from core.ids import uuid7
from core.scope import OPERATOR, PLATFORM
from core.tenancy import use_tenant
from notifications.centre.writing import NOTICES
from notifications.models import Notification
from rfq import closing, offers
from rfq.models import RFQ, Invitation, QuoteVersion, RFQLine
from rfq.services import counter_offer
from rfq.talk import presence, questions
from tests import cache_keys
from tests.api.test_orders_api import client_of
from tests.api.test_quotes_api import own_key
from tests.rfq.channels import Supplier
from tests.rfq.test_negotiation import offer_of, request_for
from tests.rfq.test_requests import _invitation
from tests.rfq.test_talk import ask, offer_with, publish
from tests.tenancy.test_topic_leaks import END, Socket, _run, _say
from tests.world import TenantWorld, World, _tenant

MINUTE = timedelta(minutes=1)


@pytest.fixture
def rivals(world: World) -> list[TenantWorld]:
    with use_tenant(PLATFORM):
        return [world.bolt, _tenant("cordier", "Cordier Fixations"), _tenant("dubreuil", "Dubreuil Métaux")]


@pytest.fixture(autouse=True)
def _one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sockets use the connection whose transaction is rolled back."""
    monkeypatch.setattr("channels.db.close_old_connections", lambda: None)


@pytest.fixture(autouse=True)
def _hosts_stay_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hosts are asked for once, and not anew after seconds of the real clock: statements are counted."""
    monkeypatch.setattr("tenants.directory._SECONDS", 3600.0)


@dataclass
class Story:
    """One course of events: A's own part is the same in every world, and the others do something in one of them."""

    world: World
    rivals: list[TenantWorld]
    is_noisy: bool
    answers: bool
    browser: Any
    api: Any
    clock: Any
    seen: dict[str, Any] = field(default_factory=dict)

    def begin(self) -> None:
        """The request is sent, and A has looked at it."""
        acme = self.world.acme
        asked = [acme, *(self.rivals if self.is_noisy else ())]
        self.start = timezone.now()
        deadline = self.start + timedelta(hours=1)
        self.rfq_id = request_for(self.world.delmas, *asked, is_sealed=True, deadline_at=deadline)
        outbox.drain()
        self.supplier = Supplier(acme, self.browser, self.api, _invitation(acme, self.rfq_id))
        self._look("asked")

    def go_on(self) -> None:
        """From the first questions to what is said when the request is over."""
        self._others(self._they_answer)
        self._look("others have answered")
        question_id = ask(self.world.acme, self.rfq_id)
        if self.answers:
            offer_of(self.world.acme, self.rfq_id, "0.41", "6.10")
        self._others(self._they_think_again)
        self._look("others have thought again")
        publish(self.world.delmas, self.rfq_id, question_id)
        self._look("all were told")
        self._refusals("before the deadline")
        self.clock.shift(timedelta(hours=2))
        with use_tenant(OPERATOR):  # passed by the clock of the database as well, which does not travel
            RFQ.objects.filter(pk=self.rfq_id).update(deadline_at=self.start - timedelta(hours=1))
            closing.pass_deadlines()
        self._look("the deadline has passed")
        self._others(self._they_negotiate)
        self._look("others negotiate")
        self._refusals("after the deadline")
        with use_tenant(PLATFORM, company_id=self.world.delmas.id):
            closing.close_rfq(rfq_id=self.rfq_id, actor=self.world.delmas.buyer, reason="Projet reporté")
        self._look("it is over")

    def _others(self, act: Callable[[], None]) -> None:
        if self.is_noisy:
            act()

    def _look(self, at: str) -> None:
        outbox.drain()
        self.clock.shift(MINUTE)
        self.seen |= self.supplier.everything(at)

    def _refusals(self, at: str) -> None:
        """A rival's invitation is answered as one that is not there; what A may not do, in the same words."""
        key = uuid7()
        if self.is_noisy:
            key = _invitation(self.rivals[0], self.rfq_id)
        for path in ("", "questions/", "trail/", "presence/"):
            self.seen[f"{at}: foreign page {path}"] = _said(self.browser.get(f"/portal/rfqs/{key}/{path}"))
        foreign, own = f"/api/v1/supplier/rfqs/{key}/", f"/api/v1/supplier/rfqs/{self.supplier.invitation_id}/"
        for name, root in (("foreign", foreign), ("own", own)):
            for path, body in (
                ("decline/", {"reason": ""}),
                ("withdraw/", {"reason": ""}),
                ("questions/", {"text": ""}),
            ):
                answer = self.api.post(
                    f"{root}{path}", body, content_type="application/json", headers={"idempotency-key": uuid7().hex}
                )
                self.seen[f"{at}: {name} api {path}"] = _said(answer)
        portal = f"/portal/rfqs/{self.supplier.invitation_id}/"
        for path, data in (
            ("withdraw/", {"reason": ""}),
            ("", {"valid_on": "2020-01-01"}),
            ("questions/", {"text": ""}),
        ):
            self.seen[f"{at}: refused {path}"] = _said(self.browser.post(f"{portal}{path}", data))

    def _they_answer(self) -> None:
        bolt, cordier, dubreuil = self.rivals
        for tenant in self.rivals:
            with use_tenant(tenant.scope, party="tenant"):
                invitation_id = _invitation(tenant, self.rfq_id)
                offers.mark_viewed(invitation_id=invitation_id, actor=tenant.staff)
                offers.begin(invitation_id=invitation_id, actor=tenant.staff)
                presence.at_supplier(tenant.staff, invitation_id, is_writing=True)
        ask(bolt, self.rfq_id, "Question de Bolt ?")
        question_id, delmas = ask(cordier, self.rfq_id, "Question de Cordier ?"), self.world.delmas
        with use_tenant(PLATFORM, company_id=delmas.id):
            questions.answer(rfq_id=self.rfq_id, question_id=question_id, text="Oui.", actor=delmas.buyer)
        offer_of(bolt, self.rfq_id, "0.333333", "5.55")
        offer_with(cordier, self.rfq_id, ("fiche.pdf", b"%PDF-1.4\n%%EOF\n"))
        offer_of(dubreuil, self.rfq_id, "0.222222", None, freight="77.77")

    def _they_think_again(self) -> None:
        bolt, cordier, dubreuil = self.rivals
        offer_of(bolt, self.rfq_id, "0.111111", "5.05")
        for tenant, end in ((cordier, offers.withdraw), (dubreuil, offers.decline)):
            with use_tenant(tenant.scope, party="tenant"):
                end(invitation_id=_invitation(tenant, self.rfq_id), reason="Trop petit pour nous", actor=tenant.staff)

    def _they_negotiate(self) -> None:
        bolt, delmas = self.rivals[0], self.world.delmas
        with use_tenant(PLATFORM, company_id=delmas.id):
            offered = QuoteVersion.objects.get(rfq_id=self.rfq_id, tenant_id=bolt.id, state="sent")
            counter_offer(version_id=offered.pk, lines={}, message="Mieux ?", actor=delmas.buyer)
        offer_of(bolt, self.rfq_id, "0.101010", "4.95")


@pytest.mark.parametrize("answers", [True, False], ids=["A offers", "A does not offer"])
def test_two_worlds_that_differ_in_the_others_are_one_to_a_supplier(
    world: World, rivals: list[TenantWorld], browser: Any, *, answers: bool
) -> None:
    outbox.drain()
    with use_tenant(OPERATOR):
        Notification.objects.all().delete()
    own, api = browser(world.acme.host, world.acme.owner), client_of(world.acme, own_key(world.acme))
    start = timezone.now().replace(second=0, microsecond=0)
    quiet, noisy = (_told(Story(world, rivals, noise, answers, own, api, None), start) for noise in (False, True))
    assert quiet["frames"], "A hears of what concerns it"
    assert quiet["it is over: letters"], "and is written to"
    different = {name for name in quiet if noisy[name] != quiet[name]}
    for name in sorted(different):
        assert noisy[name] == quiet[name], f"{name}, and {sorted(different)}"
    assert quiet.keys() == noisy.keys()
    text = str(noisy).lower()
    assert not [word for word in ("bolt", "cordier", "dubreuil", "0.333333", "77.77", "5.05") if word in text]


def _said(answer: Any) -> tuple[int, int, bytes]:
    """A refusal: its status, and all that it says; of a page how long it is, as it has a form's token in it."""
    is_page = answer.headers.get("Content-Type", "").startswith("text/html")
    return answer.status_code, len(answer.content), b"" if is_page else answer.content


def _told(story: Story, start: datetime) -> dict[str, Any]:
    """Let a story happen in a world of its own: what A has read, and the frames that its socket got."""
    cache_keys.renew()
    mail.outbox.clear()
    point = transaction.savepoint()
    try:
        with time_machine.travel(start, tick=False) as story.clock:
            story.begin()
            story.seen["frames"] = _run(lambda: _frames(story))
    finally:
        transaction.savepoint_rollback(point)
    return story.seen


async def _frames(story: Story) -> list[str]:
    """The frames of a page of the request that is open at A all the time, in their order."""
    world, rfq_id = story.world.acme, story.rfq_id
    topics = [live.topic("rfq", rfq_id), live.topic("presence", rfq_id), "rfqs", "todo", NOTICES, END]
    cookie = f"session={story.browser.client.cookies['session'].value}"
    headers = {"host": world.host, "origin": f"http://{world.host}", "cookie": cookie}
    socket = Socket(",".join(topics), "portal", [(name.encode(), value.encode()) for name, value in headers.items()])
    assert await socket.connect() is True
    await socket.receive()
    await sync_to_async(story.go_on)()
    await _say(lambda name: live.tenant_group(world.id, name), END)
    frames: list[str] = []
    while (frame := await socket.receive()) != {"topic": END}:
        frames.append(str(frame).replace(rfq_id.hex, "(request)"))
    await socket.disconnect()
    return frames


def test_keys_do_not_say_how_many_were_asked(world: World, rivals: list[TenantWorld]) -> None:
    """Keys of one millisecond count up: an invitation's must not, or its distance to a line's would be its place."""
    rfq_id = request_for(world.delmas, world.acme, *rivals, is_sealed=True)
    with use_tenant(OPERATOR):
        asked = list(Invitation.objects.filter(rfq_id=rfq_id))
        moments = {row.created_at for row in asked}
        others = [rfq_id, *RFQLine.objects.filter(rfq_id=rfq_id).values_list("pk", flat=True)]
        assert moments == {RFQ.objects.get(pk=rfq_id).sent_at}
    places = [_place(row.pk) for row in asked]
    assert len(asked) == len(rivals) + 1
    for index, place in enumerate(places):
        near = [*map(_place, others), *places[:index], *places[index + 1 :]]
        assert min(abs(place - other) for other in near) > 10_000


def _place(key: UUID) -> int:
    """Where a key stands within its millisecond, without the lowest bits."""
    return (key.int >> 64 & 0xFFF) << 30 | (key.int >> 32 & 0x3FFFFFFF)
