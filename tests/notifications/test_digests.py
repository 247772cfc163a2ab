"""The daily digest and the weekly reminder: one letter each, whatever the scheduler does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import CompanyUser
from core import outbox
from core.models import OutboxEvent
from core.scope import OPERATOR, PLATFORM
from core.tenancy import use_tenant
from notifications.centre import digests, preferences, reminders, services
from notifications.enums import Channel, Group
from notifications.kinds import KINDS
from notifications.models import Digest, Notification, Reminder
from orders.models import Order
from tests.notifications.test_letters import html_part, placed_order, shipped_order

PARIS = ZoneInfo("Europe/Paris")
#: A Monday.
MORNING = datetime(2027, 1, 4, 7, 5, tzinfo=PARIS)
EVERYTHING: dict[Group, Channel] = dict.fromkeys((group for group in Group if group != Group.REMINDERS), Channel.DIGEST)


def _news_came(at):
    with use_tenant(OPERATOR):
        Notification.objects.update(created_at=at)


def _run(now):
    """What the scheduler does."""
    for user_id in digests.due(now=now):
        digests.gather(user_id=user_id, now=now)
    outbox.drain()


@pytest.fixture
def waiting(quiet, drain, mailoutbox):
    """Delmas's administrator has news of an order and an invoice waiting since the evening before."""
    preferences.choose(user_id=quiet.delmas.admin.id, channels=EVERYTHING)
    shipped_order(quiet)
    drain()
    assert quiet.delmas.admin.email not in [mail.to[0] for mail in mailoutbox]
    mailoutbox.clear()
    _news_came(MORNING - timedelta(hours=12))
    return quiet


def test_one_letter_a_day_has_what_came_until_its_hour(waiting, mailoutbox):
    _run(MORNING - timedelta(minutes=10))
    assert mailoutbox == [], "not before the hour"
    for minutes in (0, 10, 60 * 15):
        _run(MORNING + timedelta(minutes=minutes))
    (letter,) = mailoutbox
    assert letter.to == [waiting.delmas.admin.email]
    assert "Acme Visserie" in letter.body
    with use_tenant(waiting.acme.scope):
        assert Order.objects.values_list("number", flat=True).get() in letter.body
    assert "http://acme.localhost/notifications/" in letter.body
    assert "<li>" in html_part(letter)
    _run(MORNING + timedelta(days=1))
    assert len(mailoutbox) == 1, "nothing new, no letter"


def test_after_days_without_a_scheduler_one_letter_has_all(waiting, drain, mailoutbox):
    placed_order(waiting)
    drain()
    mailoutbox.clear()
    _news_came(MORNING - timedelta(days=3))
    _run(MORNING + timedelta(hours=9))
    assert len(mailoutbox) == 1
    with use_tenant(OPERATOR):
        assert not Notification.objects.filter(for_digest=True, digest=None).exists()


def test_what_came_after_the_hour_is_the_next_days(waiting, mailoutbox):
    _news_came(MORNING + timedelta(hours=1))
    _run(MORNING + timedelta(hours=2))
    assert mailoutbox == []
    _run(MORNING + timedelta(days=1))
    assert len(mailoutbox) == 1


@pytest.mark.parametrize("why", ["read", "off", "left"])
def test_a_digest_leaves_out_what_is_over(waiting, mailoutbox, why):
    admin = waiting.delmas.admin
    if why == "read":
        with use_tenant(waiting.acme.scope, company_id=waiting.delmas.id):
            services.mark_read(actor=waiting.delmas.buyer)
    elif why == "off":
        preferences.choose(user_id=admin.id, channels=dict.fromkeys(EVERYTHING, Channel.NONE))
    else:
        with use_tenant(PLATFORM):
            CompanyUser.objects.filter(user_id=admin.id).delete()
    _run(MORNING)
    assert mailoutbox == []


def test_a_request_for_an_approval_does_not_wait_for_the_digest(quiet):
    user_id = quiet.delmas.admin.id
    preferences.choose(user_id=user_id, channels=EVERYTHING)
    assert preferences.channels_of([user_id], KINDS["approval_asked"]) == {user_id: Channel.NOW}
    assert preferences.channels_of([user_id], KINDS["approval_approved"]) == {user_id: Channel.DIGEST}
    preferences.choose(user_id=user_id, channels={Group.APPROVALS: Channel.NONE})
    assert preferences.channels_of([user_id], KINDS["approval_asked"]) == {user_id: Channel.NONE}


def test_two_schedulers_at_once_gather_once(committed_world):
    world = committed_world
    outbox.drain()
    preferences.choose(user_id=world.delmas.admin.id, channels=EVERYTHING)
    placed_order(world)
    outbox.drain()
    _news_came(MORNING - timedelta(hours=12))

    def beat(_number):
        try:
            with use_tenant(PLATFORM):
                digests.gather(user_id=world.delmas.admin.id, now=MORNING)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(beat, range(8)))
    with use_tenant(PLATFORM):
        assert Digest.objects.count() == 1
        assert OutboxEvent.objects.filter(name="notifications.DigestGathered").count() == 1


def _bought_weekly(world):
    """An article that Delmas ordered from Acme every week, the last time nine days ago."""
    for days in (30, 23, 16, 9):
        order_id = placed_order(world)
        with use_tenant(world.acme.scope):
            Order.objects.filter(pk=order_id).update(placed_at=timezone.now() - timedelta(days=days))


def _remind(world, now):
    with use_tenant(world.acme.scope, party="tenant"):
        for one in reminders.due(now=now):
            reminders.remind(user_id=one.user_id, company_id=one.company_id, now=now)
    outbox.drain()


def test_who_asked_for_it_is_reminded_once_a_week_of_what_is_due(quiet, drain, mailoutbox):
    _bought_weekly(quiet)
    drain()
    mailoutbox.clear()
    noon = timezone.localtime().replace(hour=12)
    _remind(quiet, noon)
    assert mailoutbox == [], "nobody asked for it"
    for person in (quiet.delmas.admin, quiet.delmas.viewer):
        preferences.choose(user_id=person.id, channels={Group.REMINDERS: Channel.WEEKLY})
    _remind(quiet, noon)
    _remind(quiet, noon)
    (letter,) = mailoutbox
    assert letter.to == [quiet.delmas.admin.email], "a viewer orders nothing"
    assert "VN-1001" in letter.body
    assert "http://acme.localhost/again/?again=due" in letter.body
    assert "List-Unsubscribe" in letter.extra_headers
    _remind(quiet, noon + timedelta(days=7))
    with use_tenant(PLATFORM):
        assert Reminder.objects.filter(user_id=quiet.delmas.admin.id).count() == 2
