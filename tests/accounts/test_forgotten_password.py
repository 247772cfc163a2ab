"""A forgotten password: a link by e-mail that works once, for an hour, on its host, worth a password and no more."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import EntryToken, User
from accounts.security import forgotten
from accounts.security.throttle import LINKS_PER_EMAIL
from accounts.services import issue_entry_token
from core.scope import PLATFORM
from core.tenancy import use_tenant
from tests.accounts.codes import code_of, set_up
from tests.accounts.openid import Provider, running
from tests.accounts.test_single_sign_on import connect
from tests.conftest import Browser, BrowserFactory
from tests.world import World

ASK, NEW = "/sign-in/forgotten/", "a quite different phrase"
BOTH = {"password": NEW, "again": NEW}


@pytest.fixture
def letter(drain: Callable[[], int], mailoutbox: Any) -> Callable[..., str]:
    """Ask for a link on a page; the path in the letter."""

    def ask(asked: Browser, email: str, target: str = "/security/") -> str:
        drain()
        before = len(mailoutbox)
        assert asked.post(ASK, {"email": email, "next": target}).status_code == 200
        drain()
        mail = mailoutbox[before]
        assert mail.to == [email.lower()]
        found = re.search(rf"http://{asked.host}(?::\d+)?(/sign-in/\S+)", mail.body)
        assert found is not None, mail.body
        assert found[1].replace("&", "&amp;") in mail.alternatives[0][0]
        return found[1]

    return ask


def works(browser: BrowserFactory, host: str, email: str, password: str) -> bool:
    return bool(browser(host).post("/sign-in/", {"username": email, "password": password}).status_code == 303)


@pytest.mark.parametrize("where", ["acme", "platform"])
def test_a_link_sets_a_password_once_and_ends_every_session(
    world: World, browser: BrowserFactory, letter: Callable[..., str], where: str
) -> None:
    host = world.acme.host if where == "acme" else "localhost"
    others = [browser(name, world.acme.owner) for name in (world.acme.host, "localhost")]
    with use_tenant(PLATFORM):
        issue_entry_token(user_id=world.acme.owner.id, audience="localhost", next_path="/", methods=["password"])
    here = browser(host)
    assert f'href="{ASK}?next=%2Fportal%2F"' in here.get("/sign-in/?next=/portal/").content.decode()
    path = letter(here, world.acme.owner.email.upper())
    page = here.get(path)
    assert (page.status_code, page["Referrer-Policy"]) == (200, "no-referrer")
    for data, wrong in (({"password": "short", "again": "short"}, "password"), ({**BOTH, "again": "x"}, "again")):
        answer = here.post(path, data)
        assert (answer.status_code, f'id="id_{wrong}-error"' in answer.content.decode()) == (422, True)
    answer = here.post(path, BOTH)
    assert (answer.status_code, answer["Location"], here.get("/security/").status_code) == (303, "/security/", 200)
    assert [other.get("/security/").status_code for other in others] == [303, 303]
    with use_tenant(PLATFORM):
        assert not EntryToken.objects.filter(used_at=None).exists(), "a ticket opens no session any more"
    assert works(browser, host, world.acme.owner.email, NEW)
    again = browser(host)
    assert (again.get(path).status_code, again.post(path, {"password": "x" * 12, "again": "x" * 12}).status_code) == (
        404,
        404,
    )
    assert works(browser, host, world.acme.owner.email, NEW)


def test_a_link_that_is_altered_old_or_of_another_host_opens_nothing(
    world: World, browser: BrowserFactory, letter: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    email = world.delmas.admin.email
    path = letter(browser(world.acme.host), email)
    token = path.split("/")[3]
    values = signing.loads(token, salt="accounts.security.forgotten")
    forged = [signing.dumps(values, salt="something else"), token[:-1] + ("A" if token[-1] != "A" else "B"), "x"]
    with use_tenant(PLATFORM):
        viewer = User.objects.get(pk=world.delmas.viewer.id)
    theirs = signing.dumps([values[0], viewer.pk.hex, *values[2:]], salt="accounts.security.forgotten")
    for place in [*(f"/sign-in/reset/{other}/" for other in (*forged, theirs))]:
        assert browser(world.acme.host).post(place, BOTH).status_code == 404
    for host in (world.bolt.host, "localhost"):
        assert (browser(host).get(path).status_code, browser(host).post(path, BOTH).status_code) == (404, 404)
    with monkeypatch.context() as patch:
        patch.setattr(forgotten, "LASTS", timedelta(seconds=-1))
        assert browser(world.acme.host).post(path, BOTH).status_code == 404
    assert not works(browser, "localhost", email, NEW)
    assert browser(world.acme.host).post(path, BOTH).status_code == 303


def test_an_unknown_address_is_answered_alike_and_written_to_nobody(
    world: World, browser: BrowserFactory, drain: Callable[[], int], mailoutbox: Any
) -> None:
    with use_tenant(PLATFORM):
        User.objects.filter(pk=world.delmas.viewer.id).update(is_active=False)
    seen = []
    drain()
    del mailoutbox[:]
    browser(world.acme.host).get(ASK)
    for email in ("nobody@delmas.example", world.delmas.viewer.email, world.delmas.admin.email):
        asked = browser(world.acme.host)
        with CaptureQueriesContext(connection) as queries:
            answer = asked.post(ASK, {"email": email})
        seen.append((answer.status_code, len(queries), email in answer.content.decode()))
    assert set(seen) == {seen[0]}
    drain()
    assert [mail.to for mail in mailoutbox] == [[world.delmas.admin.email]]


def test_asking_again_and_again_is_refused_alike(world: World, browser: BrowserFactory) -> None:
    for email in (world.delmas.admin.email, "nobody@delmas.example"):
        hosts = (world.acme.host, "localhost")
        answers = [browser(hosts[turn % 2]).post(ASK, {"email": email}) for turn in range(LINKS_PER_EMAIL + 1)]
        assert [answer.status_code for answer in answers] == [200] * LINKS_PER_EMAIL + [422]
        assert "Too many attempts" in answers[-1].content.decode()


def test_the_second_factor_is_asked_for_still(
    world: World, browser: BrowserFactory, letter: Callable[..., str]
) -> None:
    key, _codes = set_up(browser("localhost", world.delmas.admin))
    asked = browser(world.acme.host)
    path = letter(asked, world.delmas.admin.email, "/company/")
    assert asked.post(path, BOTH)["Location"] == "/sign-in/code/"
    assert asked.get("/company/")["Location"].startswith("/sign-in/")
    assert asked.post("/sign-in/code/", {"code": "000000"}).status_code == 422
    assert asked.post("/sign-in/code/", {"code": code_of(key)})["Location"] == "/company/"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running() as found:
        yield found


def test_who_must_sign_in_at_the_companys_provider_is_told_so(
    world: World, browser: BrowserFactory, letter: Callable[..., str], provider: Provider
) -> None:
    early = letter(browser("localhost"), world.delmas.viewer.email)
    connect(world, provider)
    answer = browser("localhost").post(early, BOTH)
    assert (answer.status_code, world.delmas.name in answer.content.decode()) == (403, True)
    assert letter(browser("localhost"), world.delmas.viewer.email).startswith("/sign-in/company/")
    with use_tenant(PLATFORM):
        assert not User.objects.get(pk=world.delmas.viewer.id).check_password(NEW)
