"""A person's sessions: listed with what they were opened from, ended at once, on every host."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from asgiref.sync import async_to_sync, sync_to_async
from channels.layers import get_channel_layer
from django.utils import timezone

from accounts.security.models import UserSession
from core import live
from core.scope import PLATFORM
from core.tenancy import use_tenant
from tests.conftest import Browser, BrowserFactory
from tests.world import PASSWORD, World

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
NEW = "a quite different phrase"


def signed_in(browser: Browser) -> bool:
    return bool(browser.get("/security/").status_code == 200)


def ids(page: str) -> list[str]:
    return re.findall(r'name="session" value="([0-9a-f]{32})"', page)


def test_sessions_of_all_hosts_are_listed_with_what_they_were_opened_from(
    world: World, browser: BrowserFactory
) -> None:
    shop = browser(world.acme.host)
    data = {"username": world.delmas.admin.email, "password": PASSWORD}
    shop.post("/sign-in/", data, headers={"user-agent": FIREFOX})
    browser(world.bolt.host, world.delmas.viewer)
    page = browser("localhost", world.delmas.admin).get("/security/").content.decode()
    assert [text in page for text in (world.acme.host, "Firefox · Linux", "127.0.0.1")] == [True] * 3
    assert len(ids(page)) == 1, "one other; this one has no button to end it from afar"
    assert (page.count("This session"), world.bolt.host in page) == (1, False)


def test_a_session_that_was_ended_is_signed_out_at_its_next_request(world: World, browser: BrowserFactory) -> None:
    shop, platform = browser(world.acme.host, world.delmas.admin), browser("localhost", world.delmas.admin)
    assert signed_in(shop), "the store of this host remembers it now"
    [other] = ids(platform.get("/security/").content.decode())
    assert platform.post("/security/sessions/", {"session": other}).status_code == 303
    assert (signed_in(shop), signed_in(platform)) == (False, True)
    assert shop.get("/company/")["Location"].startswith("/sign-in/")
    assert ids(platform.get("/security/").content.decode()) == []


def test_sockets_of_a_session_that_was_ended_are_told(world: World, browser: BrowserFactory) -> None:
    shop, platform = browser(world.acme.host, world.delmas.admin), browser("localhost", world.delmas.admin)
    [other] = ids(platform.get("/security/").content.decode())

    async def end() -> Any:
        layer: Any = get_channel_layer()
        channel = await layer.new_channel()
        await layer.group_add(live.session_group(shop.client.cookies["session"].value), channel)
        await sync_to_async(platform.post)("/security/sessions/", {"session": other})
        return await asyncio.wait_for(layer.receive(channel), 5)

    assert async_to_sync(end)() == {"type": "live.ended"}


def test_nobody_ends_the_session_of_another(world: World, browser: BrowserFactory) -> None:
    theirs, mine = browser(world.acme.host, world.delmas.admin), browser(world.acme.host, world.lecomte.admin)
    with use_tenant(PLATFORM):
        key = UserSession.objects.get(user_id=world.delmas.admin.id).pk
    assert mine.post("/security/sessions/", {"session": key.hex}).status_code == 404
    assert mine.post("/security/sessions/", {"session": "no id"}).status_code == 404
    assert mine.post("/security/sessions/", {"session": "others"}).status_code == 303
    assert (
        browser(world.acme.host).post("/security/sessions/", {"session": key.hex})["Location"].startswith("/sign-in/")
    )
    assert signed_in(theirs)


def test_all_others_are_ended_and_this_one_stays(world: World, browser: BrowserFactory) -> None:
    others = [browser(host, world.acme.owner) for host in (world.acme.host, world.bolt.host, "localhost")]
    here = browser(world.acme.host, world.acme.owner)
    assert here.post("/security/sessions/", {"session": "others"}).status_code == 303
    assert [signed_in(other) for other in others] == [False] * 3
    assert signed_in(here)
    assert here.get("/portal/").status_code == 200


def test_signing_out_takes_the_session_off_the_list(world: World, browser: BrowserFactory) -> None:
    here, there = browser("localhost", world.delmas.admin), browser(world.acme.host, world.delmas.admin)
    assert len(ids(here.get("/security/").content.decode())) == 1
    there.post("/sign-out/")
    assert ids(here.get("/security/").content.decode()) == []


def test_another_password_signs_out_everybody_else(
    world: World, browser: BrowserFactory, drain: Callable[[], int], mailoutbox: Any
) -> None:
    other, here = browser(world.acme.host, world.delmas.admin), browser("localhost", world.delmas.admin)
    for data, wrong in (
        ({"password": "short", "again": "short"}, "password"),
        ({"password": NEW, "again": "x"}, "again"),
    ):
        answer = here.post("/security/password/", data)
        assert (answer.status_code, f'id="id_{wrong}-error"' in answer.content.decode()) == (422, True)
    before = here.client.cookies["session"].value
    assert here.post("/security/password/", {"password": NEW, "again": NEW})["Location"] == "/security/"
    assert (signed_in(other), signed_in(here)) == (False, True)
    assert here.client.cookies["session"].value != before
    assert "This session" in here.get("/security/").content.decode()
    drain()
    assert (mailoutbox[-1].to, "/security/" in mailoutbox[-1].body) == ([world.delmas.admin.email], True)
    again = browser("localhost")
    assert again.post("/sign-in/", {"username": world.delmas.admin.email, "password": PASSWORD}).status_code == 422
    assert again.post("/sign-in/", {"username": world.delmas.admin.email, "password": NEW}).status_code == 303


def test_a_sign_in_of_a_while_ago_does_not_change_the_password(world: World, browser: BrowserFactory) -> None:
    here = browser("localhost", world.delmas.admin)
    with use_tenant(PLATFORM):
        session = here.client.session
        session["proved_at"] = time.time() - 16 * 60
        session.save()
    answer = here.post("/security/password/", {"password": NEW, "again": NEW})
    assert answer["Location"] == "/security/confirm/?next=%2Fsecurity%2F"
    assert here.post("/security/confirm/", {"password": "wrong"}).status_code == 422
    to_evil = here.post("/security/confirm/", {"password": PASSWORD, "next": "//evil.example/"})
    assert to_evil["Location"] == "/security/"
    assert here.get("/security/password/").status_code == 200


def test_a_sign_in_that_came_from_another_host_is_asked_for_the_password(world: World, browser: BrowserFactory) -> None:
    platform, shop = browser("localhost", world.delmas.admin), browser(world.acme.host)
    jump = platform.get(f"/go/{world.acme.id}/?next=/security/password/")["Location"]
    assert shop.get(jump.removeprefix(f"http://{world.acme.host}"))["Location"] == "/security/password/"
    assert shop.get("/security/password/")["Location"].startswith("/security/confirm/")


def test_last_used_is_written_down_now_and_then(world: World, browser: BrowserFactory) -> None:
    here = browser("localhost", world.delmas.admin)
    long_ago = timezone.now() - timedelta(hours=1)
    with use_tenant(PLATFORM):
        rows = UserSession.objects.filter(user_id=world.delmas.admin.id)
        rows.update(last_used_at=long_ago)
        here.get("/")
        assert rows.get().last_used_at == long_ago
        session = here.client.session
        session["used_at"] = int(long_ago.timestamp())
        session.save()
        here.get("/")
        assert rows.get().last_used_at > long_ago
