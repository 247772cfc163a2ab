"""Letters about requests for quotation: who hears of what, once, and nothing of any other supplier."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import time_machine
from django.utils import timezone

from core.scope import OPERATOR, PLATFORM
from core.tenancy import use_tenant
from notifications.models import Notification
from orders.quotes import accept_quote
from rfq import closing, offers, services
from rfq.enums import RFQState, VersionState
from rfq.models import RFQ, Invitation, QuoteVersion
from rfq.trail.models import DeadlineChange, RFQReminder
from rfq.trail.reminders import remind
from tests.counting import statements
from tests.rfq.test_negotiation import offer_of, request_for
from tests.world import World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def _to(mailbox: Any, email: str) -> list[Any]:
    return [letter for letter in mailbox if letter.to == [email]]


def _reminded() -> int:
    with use_tenant(OPERATOR):
        return remind()


def test_each_supplier_is_told_of_a_new_request_once_and_of_no_other_supplier(
    quiet: World, drain: Any, mailoutbox: Any
) -> None:
    world = quiet
    rfq_id = request_for(world.delmas, world.acme, world.bolt, is_sealed=True)
    drain()
    drain()
    assert sorted(letter.to[0] for letter in mailoutbox) == sorted([world.acme.owner.email, world.bolt.owner.email])
    (letter,) = _to(mailoutbox, world.acme.owner.email)
    with use_tenant(world.acme.scope, party="tenant"):
        invitation_id = Invitation.objects.get(rfq_id=rfq_id).id
    assert f"http://acme.localhost/portal/rfqs/{invitation_id}/" in letter.body
    assert "Châssis ligne 3" in letter.body
    with use_tenant(world.acme.scope, party="tenant"):
        entry = Notification.objects.get(user_id=world.acme.owner.id)
    assert (entry.kind, entry.reader, entry.words["company"]) == ("request_received", "staff", "Ateliers Delmas")


def test_no_letter_or_entry_about_a_sealed_request_names_another_supplier(
    quiet: World, drain: Any, mailoutbox: Any
) -> None:
    world, buyer = quiet, quiet.delmas.buyer
    rfq_id = request_for(world.delmas, world.acme, world.bolt, is_sealed=True)
    later = timezone.now() + 10 * DAY
    offer_of(world.bolt, rfq_id, "0.11", "2.22")
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        closing.extend(rfq_id=rfq_id, deadline_at=later, actor=buyer, reason="POURQUOI-1")
        closing.close_rfq(rfq_id=rfq_id, actor=buyer, reason="POURQUOI-2")
        closing.reopen(rfq_id=rfq_id, deadline_at=later, actor=buyer, reason="POURQUOI-3")
        closing.cancel_rfq(rfq_id=rfq_id, actor=buyer, reason="POURQUOI-4")
    drain()
    letters = _to(mailoutbox, world.acme.owner.email)
    assert len(letters) == 5
    for number, letter in enumerate(letters[1:], 1):
        assert f"POURQUOI-{number}" in letter.body
    said = " ".join(str(letter.message()) + letter.body for letter in letters).lower()
    with use_tenant(OPERATOR):
        entries = Notification.objects.filter(user_id=world.acme.owner.id)
        kinds = {entry.kind for entry in entries}
        said += " ".join(f"{entry.words} {entry.path}" for entry in entries).lower()
    assert kinds >= {"request_extended", "request_reopened", "request_closed", "request_cancelled"}
    assert all(word not in said for word in ("bolt", "2,22", "0,11", str(world.bolt.id)))


def test_one_that_ends_twice_is_told_twice(quiet: World, drain: Any, mailoutbox: Any) -> None:
    world, buyer = quiet, quiet.delmas.buyer
    rfq_id = request_for(world.delmas, world.acme)
    for _time in range(2):
        with use_tenant(PLATFORM, company_id=world.delmas.id):
            closing.cancel_rfq(rfq_id=rfq_id, actor=buyer, reason="Reporté")
            closing.reopen(rfq_id=rfq_id, deadline_at=timezone.now() + DAY, actor=buyer, reason="Encore")
    drain()
    kinds = [letter.subject for letter in _to(mailoutbox, world.acme.owner.email)]
    assert len(kinds) == 5


def test_who_declined_hears_nothing_of_the_end_and_the_loser_not_who_won(
    quiet: World, drain: Any, mailoutbox: Any
) -> None:
    world = quiet
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    version_id = offer_of(world.acme, rfq_id, "0.38", "6.40")
    offer_of(world.bolt, rfq_id, "0.39", None)
    drain()
    mailoutbox.clear()
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        accept_quote(version_id=version_id, actor=world.delmas.buyer)
    drain()
    (lost,) = _to(mailoutbox, world.bolt.owner.email)
    assert "acme" not in (lost.body + lost.subject).lower()
    other = request_for(world.delmas, world.acme, world.bolt)
    with use_tenant(world.bolt.scope, party="tenant"):
        offers.decline(invitation_id=Invitation.objects.get(rfq_id=other).id, reason="Non", actor=world.bolt.staff)
    drain()
    mailoutbox.clear()
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        closing.cancel_rfq(rfq_id=other, actor=world.delmas.buyer, reason="Reporté")
    drain()
    assert [letter.to for letter in mailoutbox] == [[world.acme.owner.email]]


def test_a_counter_offer_is_told_to_its_supplier_only(quiet: World, drain: Any, mailoutbox: Any) -> None:
    world = quiet
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    version_id = offer_of(world.acme, rfq_id, "0.38", "6.40")
    drain()
    mailoutbox.clear()
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        services.counter_offer(version_id=version_id, lines={}, message="Moins", actor=world.delmas.buyer)
    drain()
    assert [letter.to for letter in mailoutbox] == [[world.acme.owner.email]]


def test_who_has_not_answered_is_reminded_a_day_before_once(quiet: World, drain: Any, mailoutbox: Any) -> None:
    world = quiet
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    offer_of(world.bolt, rfq_id, "0.39", "6.50")
    drain()
    mailoutbox.clear()
    assert _reminded() == 0
    with time_machine.travel(timezone.now() + 2 * DAY + HOUR):
        assert _reminded() == 1
        assert _reminded() == 0
        drain()
        assert [letter.to for letter in mailoutbox] == [[world.acme.owner.email]]
        assert "bolt" not in mailoutbox[0].body.lower()
        # More time is told by its own letter; a day before the new deadline there is another reminder.
        with use_tenant(PLATFORM, company_id=world.delmas.id):
            until = RFQ.objects.get(pk=rfq_id).deadline_at + 3 * DAY
            closing.extend(rfq_id=rfq_id, deadline_at=until, actor=world.delmas.buyer)
    with time_machine.travel(until - 2 * HOUR):
        assert _reminded() == 1
    with use_tenant(world.acme.scope, party="tenant"):
        assert DeadlineChange.objects.count() == 1
        assert RFQReminder.objects.count() == 0, "reminders are the operator's alone"
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert RFQReminder.objects.count() == 0


def test_a_request_with_less_than_a_day_needs_no_reminder(quiet: World) -> None:
    request_for(quiet.delmas, quiet.acme, deadline_at=timezone.now() + 5 * HOUR)
    assert _reminded() == 0


def test_an_answer_in_between_is_not_reminded_of(quiet: World, drain: Any, mailoutbox: Any) -> None:
    world = quiet
    rfq_id = request_for(world.delmas, world.acme)
    with time_machine.travel(timezone.now() + 2 * DAY + HOUR):
        assert _reminded() == 1
        offer_of(world.acme, rfq_id, "0.38", "6.40")
        drain()
    subjects = [letter.subject for letter in _to(mailoutbox, world.acme.owner.email)]
    assert len(subjects) == 1, "only that there is a request"


def test_both_sides_are_reminded_before_an_offer_expires(quiet: World, drain: Any, mailoutbox: Any) -> None:
    world = quiet
    rfq_id = request_for(world.delmas, world.acme)
    version_id = offer_of(world.acme, rfq_id, "0.38", "6.40", days=5)
    drain()
    mailoutbox.clear()
    with time_machine.travel(timezone.now() + 3 * DAY + HOUR):
        assert _reminded() == 2
        assert _reminded() == 0
        drain()
    assert sorted(letter.to[0] for letter in mailoutbox) == sorted([world.acme.owner.email, world.delmas.admin.email])
    (buyers,) = _to(mailoutbox, world.delmas.admin.email)
    assert f"http://localhost/rfqs/{rfq_id}/" in buyers.body
    with use_tenant(OPERATOR):
        assert QuoteVersion.objects.get(pk=version_id).state == VersionState.SENT, "a reminder decides nothing"


def test_the_buyer_of_a_sealed_request_is_told_nothing_of_validity_before_the_deadline(
    quiet: World, drain: Any, mailoutbox: Any
) -> None:
    world = quiet
    rfq_id = request_for(world.delmas, world.acme, is_sealed=True, deadline_at=timezone.now() + 4 * DAY)
    offer_of(world.acme, rfq_id, "0.38", "6.40", days=5)
    drain()
    mailoutbox.clear()
    start = timezone.now()
    with time_machine.travel(start + 3 * DAY + HOUR):
        assert _reminded() == 1
        drain()
        assert [letter.to for letter in mailoutbox] == [[world.acme.owner.email]]
    with time_machine.travel(start + 4 * DAY + HOUR):
        closing_count = _reminded()
    assert closing_count == 1, "once it is open, the buyer is"
    with use_tenant(OPERATOR):
        assert RFQ.objects.get(pk=rfq_id).state == RFQState.OPEN


def test_reminding_looks_with_the_same_statements_however_many_there_are(quiet: World) -> None:
    request_for(quiet.delmas, quiet.acme)
    with use_tenant(OPERATOR), statements() as one:
        remind()
    for _time in range(3):
        request_for(quiet.delmas, quiet.acme, quiet.bolt)
    with use_tenant(OPERATOR), statements() as many:
        remind()
    assert len(one) == len(many) == 3
