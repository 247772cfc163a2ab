"""The centre's pages: the bell, the list, opening by POST only, and the choice of e-mails."""

from __future__ import annotations

import re

import pytest

from accounts.identity import operator_actor
from accounts.models import User
from accounts.services import create_user
from core.scope import OPERATOR, PLATFORM
from core.tenancy import use_tenant
from notifications.centre import preferences
from notifications.enums import Channel, Group
from notifications.models import Notification
from tests.counting import statements
from tests.notifications.test_letters import placed_order
from tests.world import PASSWORD, Person
from vendors.services import ApplicationData, approve_application, refuse_application, submit_application


def _text(answer):
    assert answer.status_code == 200, answer.status_code
    return re.sub(r"\s+", " ", answer.content.decode())


def _notice(person):
    with use_tenant(OPERATOR):
        return Notification.objects.get(user_id=person.id)


def test_the_bell_counts_and_an_entry_is_read_by_post_only(quiet, drain, browser):
    order_id = placed_order(quiet)
    drain()
    buyer = browser(quiet.acme.host, quiet.delmas.admin)
    page = _text(buyer.get("/notifications/"))
    assert 'id="bell"' in page
    assert '<span class="count">1</span>' in page
    row = _notice(quiet.delmas.admin)
    assert buyer.get(f"/notifications/{row.pk}/").status_code == 405
    assert _notice(quiet.delmas.admin).read_at is None
    answer = buyer.post(f"/notifications/{row.pk}/")
    assert (answer.status_code, answer["Location"]) == (303, f"/orders/{order_id}/")
    assert _notice(quiet.delmas.admin).read_at is not None
    assert '<span class="count">' not in _text(buyer.get("/notifications/bell/"))
    assert "You have read everything." in _text(buyer.get("/notifications/?show=unread"))


def test_from_the_marketplace_an_entry_leads_to_the_suppliers_host(quiet, drain, browser):
    order_id = placed_order(quiet)
    drain()
    buyer = browser("localhost", quiet.delmas.admin)
    assert "Acme Visserie" in _text(buyer.get("/notifications/"))
    answer = buyer.post(f"/notifications/{_notice(quiet.delmas.admin).pk}/")
    assert answer["Location"] == f"/go/{quiet.acme.id}/?next=%2Forders%2F{order_id}%2F"
    there = browser(quiet.bolt.host, quiet.delmas.admin)
    assert "Nothing to deal with" in _text(there.get("/notifications/")), "another supplier's host knows nothing of it"


def test_staff_have_a_centre_in_the_back_office(quiet, drain, browser):
    order_id = placed_order(quiet)
    drain()
    staff = browser(quiet.acme.host, quiet.acme.owner)
    page = _text(staff.get("/portal/notifications/"))
    assert "Ateliers Delmas" in page
    assert 'href="/portal/notifications/"' in page
    assert "Nothing to deal with" in _text(staff.get("/notifications/")), "as a buyer the same person was told nothing"
    staff.post("/portal/notifications/read/", {"subject": order_id.hex})
    assert _notice(quiet.acme.owner).read_at is not None
    assert _notice(quiet.delmas.admin).read_at is None


def test_the_bell_costs_a_page_one_statement(quiet, drain, browser):
    placed_order(quiet)
    drain()
    buyer = browser(quiet.acme.host, quiet.delmas.admin)
    buyer.get("/orders/")
    with statements() as asked:
        buyer.get("/orders/")
    assert len([text for text in asked if "notifications_" in text]) == 1


def test_one_chooses_which_e_mails_one_gets(quiet, browser):
    viewer = browser(quiet.acme.host, quiet.delmas.viewer)
    assert "E-mails you get" in _text(viewer.get("/notifications/preferences/"))
    wanted = {group.value: Channel.NOW.value for group in Group} | {
        "orders": "digest",
        "quotes": "none",
        "reminders": "weekly",
    }
    assert viewer.post("/notifications/preferences/", {**wanted, "orders": "pigeon"}).status_code == 422
    assert viewer.post("/notifications/preferences/", {**wanted, "orders": "weekly"}).status_code == 422
    assert viewer.post("/notifications/preferences/", wanted).status_code == 303
    chosen = preferences.preferences_of(quiet.delmas.viewer.id)
    assert (chosen[Group.ORDERS], chosen[Group.QUOTES], chosen[Group.INVOICES]) == ("digest", "none", "now")


@pytest.mark.parametrize("is_approved", [True, False])
def test_an_applicant_is_told_on_the_marketplace_where_the_new_portal_is(quiet, drain, browser, is_approved):
    with use_tenant(PLATFORM):
        person = Person(
            create_user(email="anne@new.example", password=PASSWORD, name="Anne"), "anne@new.example", "Anne"
        )
        data = ApplicationData("New SAS", "New Shop", "new-shop", "1 rue X", "59000", "Lille", siren="443061841")
        application_id = submit_application(data=data, applicant_id=person.id)
        operator = operator_actor(User.objects.get(pk=quiet.operator.id))
    with use_tenant(OPERATOR):
        if is_approved:
            approve_application(application_id=application_id, actor=operator)
        else:
            refuse_application(application_id=application_id, reason="No", actor=operator)
    drain()
    applicant = browser("localhost", person)
    page = _text(applicant.get("/notifications/"))
    assert ("Your storefront New Shop is approved" in page) is is_approved
    answer = applicant.post(f"/notifications/{_notice(person).pk}/")
    assert re.fullmatch(r"/go/[0-9a-f-]{36}/\?next=/portal/" if is_approved else "/", answer["Location"])
