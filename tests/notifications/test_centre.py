"""The notification centre: who is told what, once, and who sees it where."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone, translation

from core.models import OutboxDelivery
from core.outbox import drain as hand_out
from core.scope import OPERATOR, PLATFORM
from core.tenancy import use_tenant
from notifications.centre import preferences, queries, services
from notifications.centre.policies import seen_notifications
from notifications.enums import Channel, Group
from notifications.models import Digest, Notification, Reminder, SentMail
from orders.services import cancel
from tests.counting import statements
from tests.notifications.test_letters import placed_order, shipped_order


def rows_of(person):
    with use_tenant(OPERATOR):
        return list(Notification.objects.filter(user_id=person.id).order_by("id"))


def test_news_are_written_once_however_often_the_event_comes(quiet, drain, mailoutbox):
    placed_order(quiet)
    drain()
    with use_tenant(PLATFORM):
        OutboxDelivery.objects.filter(event__name="orders.OrderPlaced").update(
            state=OutboxDelivery.State.DUE, due_at=timezone.now()
        )
        SentMail.objects.all().delete()
    hand_out()
    (row,) = rows_of(quiet.delmas.admin)
    assert (row.kind, row.company_id, row.tenant_id) == ("order_confirmation", quiet.delmas.id, quiet.acme.id)
    (row,) = rows_of(quiet.acme.owner)
    assert (row.kind, row.reader, row.company_id) == ("order_placed", "staff", None)


def test_titles_are_worded_when_they_are_read(quiet, drain):
    shipped_order(quiet)
    drain()
    row = next(row for row in rows_of(quiet.delmas.admin) if row.kind == "invoice_issued")
    with translation.override("en"):
        assert "€60.00" in queries.title_of(row)
    with translation.override("fr"):
        assert "60,00" in queries.title_of(row)
        assert "Facture" in queries.title_of(row)


def test_the_wall_lets_nobody_see_what_is_not_theirs(quiet, drain):
    """Without any filter: other companies, other suppliers and nobody see no row."""
    placed_order(quiet)
    drain()

    def seen(scope, **options):
        with use_tenant(scope, **options):
            return {row.kind for row in Notification.objects.all()}

    assert seen(quiet.acme.scope, company_id=quiet.delmas.id) == {"order_confirmation"}
    assert seen(PLATFORM, company_id=quiet.delmas.id) == {"order_confirmation"}
    assert seen(quiet.acme.scope, party="tenant") == {"order_placed"}
    for scope, options in (
        (quiet.bolt.scope, {"company_id": quiet.delmas.id}),
        (quiet.bolt.scope, {"party": "tenant"}),
        (quiet.acme.scope, {"company_id": quiet.lecomte.id}),
        (PLATFORM, {"company_id": quiet.lecomte.id}),
        (PLATFORM, {}),
        (quiet.acme.scope, {}),
    ):
        assert seen(scope, **options) == set()
    with use_tenant(quiet.acme.scope, company_id=quiet.delmas.id):
        assert not seen_notifications(quiet.delmas.onlooker).exists(), "a colleague's news are the colleague's"


def test_a_tenants_role_neither_writes_nor_deletes_news(quiet):
    with use_tenant(quiet.acme.scope, party="tenant"), connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('notifications_notification', 'INSERT, DELETE')")
        assert cursor.fetchone()[0] is False
        cursor.execute("SELECT has_table_privilege('notifications_preference', 'SELECT')")
        assert cursor.fetchone()[0] is False


def test_the_channel_decides_about_the_letter_and_never_about_the_centre(quiet, drain, mailoutbox):
    buyer, staff = quiet.delmas.admin, quiet.acme.owner
    preferences.choose(user_id=buyer.id, channels={Group.ORDERS: Channel.NONE})
    preferences.choose(user_id=staff.id, channels={Group.ORDERS: Channel.DIGEST, Group.INVOICES: Channel.NONE})
    placed_order(quiet)
    drain()
    assert mailoutbox == []
    assert [row.for_digest for row in rows_of(buyer)] == [False]
    assert [row.for_digest for row in rows_of(staff)] == [True]


def test_a_document_is_one_topic_and_is_read_at_once(quiet, drain, mailoutbox):
    order_id = placed_order(quiet)
    with use_tenant(quiet.acme.scope, party="tenant"):
        cancel(order_id=order_id, actor=quiet.acme.staff, reason="Out of production")
    placed_order(quiet)
    drain()
    buyer = quiet.delmas.buyer
    with use_tenant(quiet.acme.scope, company_id=quiet.delmas.id):
        with statements() as asked:
            topics, total = queries.topics_page(buyer, only_unread=False, limit=20)
        assert len(asked) == 3
        assert total == 2
        assert sorted(len(topic.entries) for topic in topics) == [1, 2]
        with statements() as asked:
            assert queries.unread_count(buyer) == 3
        assert len(asked) == 1
        assert services.mark_read(actor=buyer, subject_id=order_id) == 2
        topics, total = queries.topics_page(buyer, only_unread=True, limit=20)
        assert [topic.unread for topic in topics] == [1]
        assert services.mark_read(actor=buyer) == 1
        assert queries.unread_count(buyer) == 0


@pytest.mark.parametrize(("days", "left"), [(359, 1), (361, 0)])
def test_which_letters_were_sent_is_kept_for_a_year(quiet, days, left):
    at = timezone.now() - timedelta(days=days)
    user, company, tenant = quiet.delmas.admin.id, quiet.delmas.id, quiet.acme.id
    with use_tenant(OPERATOR):
        Digest.objects.create(user_id=user, day=at.date(), created_at=at)
        Reminder.objects.create(user_id=user, company_id=company, tenant_id=tenant, week=at.date(), created_at=at)
    services.forget_old()
    with use_tenant(OPERATOR):
        assert (Digest.objects.count(), Reminder.objects.count()) == (left, left)


@pytest.mark.parametrize(("days", "left"), [(179, 1), (181, 0)])
def test_news_are_kept_half_a_year(quiet, drain, days, left):
    placed_order(quiet)
    drain()
    with use_tenant(OPERATOR):
        Notification.objects.update(created_at=timezone.now() - timedelta(days=days))
    services.forget_old()
    assert len(rows_of(quiet.delmas.admin)) == left
