"""A second factor: set up, asked for at every door, counted once, and demanded by a company."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as usual_settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser

from accounts.enums import CompanyRole
from accounts.identity import find_active_user
from accounts.models import Company, User
from accounts.security import factors, throttle
from accounts.services import add_company_user
from core.scope import PLATFORM
from core.tenancy import use_tenant
from notifications.consumers import LiveConsumer
from tenants import directory
from tests.accounts.codes import at_the_question, code_of, set_up
from tests.conftest import Browser, BrowserFactory
from tests.world import PASSWORD, World

DOORS = ("/company/", "/account/request/", "/cart/", "/security/", "/portal/", "/security/code-app/")


def signed_in(browser: Browser) -> bool:
    return bool(browser.get("/security/").status_code == 200)


def test_setting_up_ends_other_sessions_shows_codes_once_and_writes(
    world: World, browser: BrowserFactory, drain: Callable[[], int], mailoutbox: Any
) -> None:
    other, here = browser(world.acme.host, world.delmas.admin), browser("localhost", world.delmas.admin)
    page = here.get("/security/code-app/").content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    _key, codes = set_up(here)
    assert (len(codes), len(set(codes))) == (10, 10)
    assert codes[0] not in here.get("/security/recovery-codes/").content.decode()
    assert (signed_in(other), signed_in(here)) == (False, True)
    drain()
    assert mailoutbox[-1].to == [world.delmas.admin.email]


def test_what_is_kept_is_sealed(world: World, browser: BrowserFactory) -> None:
    key, codes = set_up(browser("localhost", world.delmas.admin))
    with use_tenant(PLATFORM):
        kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert [secret in kept for secret in (key, codes[0], codes[0].replace("-", ""))] == [False] * 3


def test_without_the_key_that_sealed_it_a_factor_opens_nothing_and_breaks_nothing(
    world: World, browser: BrowserFactory, settings: Any
) -> None:
    key, codes = set_up(browser("localhost", world.delmas.admin))
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another key that is long enough for this"
    asked = at_the_question(browser, "localhost", world.delmas.admin)
    for code in (code_of(key), codes[0]):
        assert asked.post("/sign-in/code/", {"code": code}).status_code == 422
    settings.SECRET_KEY_FALLBACKS = [old]
    assert asked.post("/sign-in/code/", {"code": code_of(key)}).status_code == 303


@pytest.mark.parametrize("code", ["", "000", "123456789012345678901234567890123", "abcdef"])
def test_a_code_app_is_kept_only_once_it_works(world: World, browser: BrowserFactory, code: str) -> None:
    here = browser("localhost", world.delmas.admin)
    answer = here.post("/security/code-app/", {"sealed": "anything", "code": code})
    assert (answer.status_code, 'id="id_code-error"' in answer.content.decode()) == (422, True)
    with use_tenant(PLATFORM):
        assert not factors.has_second_factor(world.delmas.admin.id)


def test_a_key_of_another_person_is_not_taken(world: World, browser: BrowserFactory) -> None:
    with use_tenant(PLATFORM):
        theirs = factors.new_code_app(_user(world.lecomte.admin.id))
    here = browser("localhost", world.delmas.admin)
    code = code_of(theirs.key.replace(" ", ""))
    assert here.post("/security/code-app/", {"sealed": theirs.sealed, "code": code}).status_code == 422


def test_nothing_opens_before_the_code_came(world: World, browser: BrowserFactory) -> None:
    key, _codes = set_up(browser("localhost", world.acme.owner))
    asked = at_the_question(browser, world.acme.host, world.acme.owner, "/portal/?tab=1")
    for path in DOORS:
        assert asked.get(path)["Location"].startswith("/sign-in/?next="), path
    assert asked.get(f"/go/{world.bolt.id}/")["Location"] == f"http://{world.bolt.host}/", "without a ticket"
    assert asked.get("/api/v1/orders/").status_code == 401
    assert asked.post("/security/sessions/", {"session": "others"})["Location"].startswith("/sign-in/")
    assert asked.post("/sign-in/code/", {"code": "000000"}).status_code == 422
    assert asked.post("/sign-in/code/", {"code": code_of(key)})["Location"] == "/portal/?tab=1"
    assert asked.get("/portal/").status_code == 200


def hears(browser: Browser) -> bool:
    """Whether the websocket of pages would be told of the company's news."""
    tenant = directory.find_by_host(browser.host)
    assert tenant is not None
    with use_tenant(tenant.scope):
        session = browser.client.session
        user = find_active_user(session[SESSION_KEY]) if SESSION_KEY in session else AnonymousUser()
        consumer = LiveConsumer()
        consumer.scope = {"user": user, "session": session, "tenant": tenant}  # type: ignore[typeddict-item,typeddict-unknown-key]
        return consumer._actor("").company_id is not None


def test_a_websocket_opens_only_with_what_the_company_asks_for(world: World, browser: BrowserFactory) -> None:
    member = browser(world.acme.host, world.delmas.viewer)
    assert hears(member)
    with use_tenant(PLATFORM):
        Company.objects.filter(pk=world.delmas.id).update(requires_second_factor=True)
    assert not hears(member)
    set_up(member)
    assert hears(member)
    asked = at_the_question(browser, world.acme.host, world.delmas.viewer)
    assert not hears(asked)


def test_a_session_that_waits_is_not_carried_to_another_host(world: World, browser: BrowserFactory) -> None:
    key, _codes = set_up(browser("localhost", world.delmas.admin))
    asked = at_the_question(browser, world.acme.host, world.delmas.admin)
    elsewhere = browser(world.bolt.host)
    elsewhere.client.cookies["session"] = asked.client.cookies["session"].value
    assert elsewhere.post("/sign-in/code/", {"code": code_of(key)})["Location"] == "/sign-in/?expired=1"
    assert not signed_in(elsewhere)


def test_a_code_counts_once_on_whichever_host(world: World, browser: BrowserFactory) -> None:
    key, codes = set_up(browser("localhost", world.delmas.admin))
    code = code_of(key)
    for used, status in ((code, 303), (code, 422), (codes[0], 303), (codes[0], 422), (code_of(key, steps=-1), 422)):
        host = world.acme.host if status == 303 else world.bolt.host
        asked = at_the_question(browser, host, world.delmas.admin)
        assert asked.post("/sign-in/code/", {"code": used}).status_code == status, used
        assert signed_in(asked) is (status == 303)


def test_the_code_of_the_set_up_does_not_sign_in(world: World, browser: BrowserFactory) -> None:
    key, _codes = set_up(browser("localhost", world.delmas.admin))
    asked = at_the_question(browser, "localhost", world.delmas.admin)
    assert asked.post("/sign-in/code/", {"code": code_of(key, steps=-1)}).status_code == 422


def test_guesses_are_counted_by_axes_and_over_all_addresses(world: World, browser: BrowserFactory) -> None:
    key, _codes = set_up(browser("localhost", world.delmas.admin))
    asked = at_the_question(browser, "localhost", world.delmas.admin)
    for _guess in range(usual_settings.AXES_FAILURE_LIMIT):
        answer = asked.post("/sign-in/code/", {"code": "000001"})
    assert (answer.status_code, answer["Retry-After"]) == (429, "900")
    assert "Too many attempts" in answer.content.decode()
    assert not signed_in(asked)
    while throttle.may_guess(world.delmas.admin.id):
        pass
    elsewhere = at_the_question(browser, world.bolt.host, world.delmas.admin)
    answer = elsewhere.post("/sign-in/code/", {"code": code_of(key)}, REMOTE_ADDR="192.0.2.7")
    assert (answer.status_code, signed_in(elsewhere)) == (422, False), "although the code is right"


def test_a_wait_for_the_code_ends_and_with_another_password(world: World, browser: BrowserFactory) -> None:
    here = browser("localhost", world.delmas.admin)
    key, _codes = set_up(here)
    asked = at_the_question(browser, "localhost", world.delmas.admin)
    here.post("/security/password/", {"password": "a quite new phrase", "again": "a quite new phrase"})
    assert asked.post("/sign-in/code/", {"code": code_of(key)})["Location"] == "/sign-in/?expired=1"


def test_where_one_goes_after_the_code_is_on_this_host(world: World, browser: BrowserFactory) -> None:
    key, _codes = set_up(browser("localhost", world.delmas.admin))
    asked = at_the_question(browser, "localhost", world.delmas.admin, "//evil.example/")
    assert asked.post("/sign-in/code/", {"code": code_of(key)})["Location"] == "/"


def test_a_ticket_carries_what_was_proved_and_no_more(world: World, browser: BrowserFactory) -> None:
    before, here = browser("localhost", world.delmas.admin), browser(world.bolt.host, world.delmas.admin)
    ticket = before.get(f"/go/{world.acme.id}/?next=/security/")["Location"].removeprefix(f"http://{world.acme.host}")
    set_up(here)
    there = browser(world.acme.host)
    assert there.get(ticket)["Location"] == "/sign-in/code/", "issued before there was a factor"
    ticket = here.get(f"/go/{world.acme.id}/?next=/security/")["Location"].removeprefix(f"http://{world.acme.host}")
    assert there.get(ticket)["Location"] == "/security/"
    assert signed_in(there)


def test_a_factor_is_changed_only_with_a_fresh_password(world: World, browser: BrowserFactory) -> None:
    here = browser("localhost", world.delmas.admin)
    set_up(here)
    with use_tenant(PLATFORM):
        session = here.client.session
        session["proved_at"] = time.time() - 16 * 60
        session.save()
    for path in ("/security/code-app/remove/", "/security/recovery-codes/", "/security/code-app/"):
        assert here.post(path)["Location"].startswith("/security/confirm/"), path
    with use_tenant(PLATFORM):
        assert factors.factors_of(world.delmas.admin.id) == factors.Factors(
            has_code_app=True, passkey_count=0, unused_recovery_codes=10
        )
    here.post("/security/confirm/", {"password": PASSWORD})
    assert here.post("/security/code-app/remove/")["Location"] == "/security/"
    with use_tenant(PLATFORM):
        assert factors.factors_of(world.delmas.admin.id) == factors.Factors(
            has_code_app=False, passkey_count=0, unused_recovery_codes=0
        )
    assert signed_in(browser("localhost", world.delmas.admin))


def test_new_recovery_codes_make_those_before_worthless(world: World, browser: BrowserFactory) -> None:
    here = browser("localhost", world.delmas.admin)
    _key, old = set_up(here)
    assert here.post("/security/recovery-codes/")["Location"] == "/security/recovery-codes/"
    page = here.get("/security/recovery-codes/").content.decode()
    assert old[0] not in page
    assert 'download="recovery-codes.txt"' in page
    asked = at_the_question(browser, "localhost", world.delmas.admin)
    assert asked.post("/sign-in/code/", {"code": old[0]}).status_code == 422


def test_a_company_leads_its_members_to_a_second_factor_and_back(world: World, browser: BrowserFactory) -> None:
    admin, member = browser("localhost", world.delmas.admin), browser(world.acme.host, world.delmas.viewer)
    refused = admin.post("/company/security/second-factor/", {"is_required": "on"})
    assert (refused.status_code, "your own second factor first" in refused.content.decode()) == (422, True)
    set_up(admin)
    assert member.get("/company/").status_code == 200
    assert admin.post("/company/security/second-factor/", {"is_required": "on"}).status_code == 303
    assert admin.get("/company/people/").status_code == 200
    led = member.get("/company/?tab=2")["Location"]
    assert led == "/security/required/?next=%2Fcompany%2F%3Ftab%3D2"
    assert world.delmas.name in member.get(led).content.decode()
    assert member.post("/cart/")["Location"].startswith("/security/required/")
    part = member.get("/", headers={"hx-request": "true"})
    assert (part.status_code, part["HX-Redirect"][:19]) == (204, "/security/required/")
    there = browser(world.bolt.host)
    ticket = member.get(f"/go/{world.bolt.id}/")["Location"]
    assert ticket.startswith("/security/required/"), "no way round by another host"
    assert browser(world.bolt.host, world.delmas.viewer).get("/company/")["Location"].startswith("/security/required/")
    _key, codes = set_up(member, target="/company/?tab=2")
    assert len(codes) == 10
    assert member.get("/company/?tab=2").status_code == 200
    assert not signed_in(there)


def test_another_company_that_does_not_ask_is_open(world: World, browser: BrowserFactory) -> None:
    with use_tenant(PLATFORM):
        Company.objects.filter(pk=world.delmas.id).update(requires_second_factor=True)
        add_company_user(company_id=world.lecomte.id, user_id=world.delmas.viewer.id, role=CompanyRole.VIEWER)
    member = browser(world.acme.host, world.delmas.viewer)
    assert member.get("/company/")["Location"].startswith("/security/required/")
    assert member.post("/company/choose/", {"company": world.lecomte.id.hex}).status_code == 303
    assert world.lecomte.name in member.get("/company/").content.decode()


def _user(user_id: Any) -> Any:
    return User.objects.get(pk=user_id)
