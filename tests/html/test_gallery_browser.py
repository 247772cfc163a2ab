"""The gallery of macros in a real browser: accessibility in hostile colours, narrow screens, keys, live updates."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import axe_playwright_python
import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponseBase
from django.test import override_settings
from playwright.sync_api import Browser, Page, expect, sync_playwright

from core.actor import ANONYMOUS
from devkit import browser as chromium

pytestmark = pytest.mark.browser

HOSTILE = ("ffe600", "ffd6e8", "808080", "ff0000")
PAGES = ("/_ui/", "/_ui/console/", "/_ui/errors/404/")
WIDTHS = (1440, 360)
TOPIC = "order-019a0000000000000000000000000000"
AXE = next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js"))
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SETTINGS = {
    "ROOT_URLCONF": "tests.html.gallery_urls",
    "DEBUG": False,
    "MIDDLEWARE": [
        "csp.middleware.CSPMiddleware",
        "frontend.middleware.LanguageMiddleware",
        "django_htmx.middleware.HtmxMiddleware",
        "tests.html.test_gallery_browser.brand",
    ],
}


@dataclass(frozen=True)
class Branded:
    name: str = "Visserie Nord"
    primary: str = "#114b5f"
    accent: str = ""
    radius: int = 8
    logo_url: str = ""


def brand(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """The tenant's colour comes from a cookie here."""

    def middleware(request: Any) -> HttpResponseBase:
        request.tenant = Branded(primary=f"#{request.COOKIES.get('colour', '114b5f')}")
        request.actor = ANONYMOUS
        return get_response(request)

    return middleware


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


class Statics(StaticFilesHandler):
    """Serves static files without DEBUG."""

    def serve(self, request):
        from django.contrib.staticfiles.views import serve

        return serve(request, self.file_path(request.path), insecure=True)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with override_settings(**SETTINGS):
        server = make_server("127.0.0.1", 0, Statics(WSGIHandler()), handler_class=Quiet)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def driven() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        engine = playwright.chromium.launch(executable_path=chromium.find(), args=["--no-sandbox"])
        yield engine
        engine.close()


@pytest.fixture
def open_page(address: str, driven: Browser) -> Iterator[Callable[..., Page]]:
    """A page that fails the test on any script error or breach of the content security policy."""
    contexts = []
    problems: list[str] = []

    def make(path: str = "/_ui/", *, width: int = 1440, height: int = 900, colour: str = "114b5f", **extra) -> Page:
        context = driven.new_context(
            viewport={"width": width, "height": height}, has_touch=width < 500, is_mobile=width < 500, **extra
        )
        contexts.append(context)
        context.add_cookies([{"name": "colour", "value": colour, "url": address}])
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.route_web_socket(lambda url: "/live/" in url, lambda _socket: None)
        page.goto(address + path)
        return page

    yield make
    for context in contexts:
        context.close()
    assert [text for text in problems if "404 (Not Found)" not in text] == []


@pytest.mark.parametrize("colour", HOSTILE)
def test_nothing_is_inaccessible_in_hostile_colours(open_page: Callable[..., Page], colour: str) -> None:
    found = []
    for path in PAGES:
        for width in WIDTHS:
            page = open_page(path, width=width, height=9000 if width < 500 else 4000, colour=colour)
            page.evaluate(AXE.read_text())
            result = page.evaluate("tags => axe.run({runOnly: tags})", TAGS)
            found += [(path, width, item["id"], json.dumps(item["nodes"])[:400]) for item in result["violations"]]
            page.context.close()
    assert found == []


@pytest.mark.parametrize("width", [320, 360, 640, 1024, 1280])
@pytest.mark.parametrize("path", PAGES)
def test_no_page_scrolls_sideways(open_page: Callable[..., Page], path: str, width: int) -> None:
    page = open_page(path, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_first_view_stays_in_its_budget(address: str, driven: Browser) -> None:
    context = driven.new_context()
    page = context.new_page()
    answers = []
    page.on("response", lambda response: answers.append(response.url))
    page.goto(f"{address}/_ui/")
    page.wait_for_load_state("networkidle")
    context.close()
    assert len([url for url in answers if "/live/" not in url]) <= 13  # the entry module's five neighbours included


def test_shortcuts_work_outside_text_fields_and_can_be_switched_off(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.type("a?b")
    assert page.locator("#search").input_value() == "a?b"
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    assert page.locator("#shortcuts").is_visible()
    page.locator("#shortcuts-on").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") != "search"


def test_quantities_move_step_and_survive_a_reload(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.locator("[name=q-1]").fill("300")
    page.locator("[name=q-1]").press("ArrowDown")
    assert page.evaluate("document.activeElement.name") == "q-2"
    page.keyboard.press("Shift+ArrowUp")
    assert page.locator("[name=q-2]").input_value() == "100"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "q-3"
    page.keyboard.type("1 000")
    page.keyboard.press("Shift+ArrowUp")
    assert page.locator("[name=q-3]").input_value() == "1 000"  # ambiguous: left for the server to judge
    page.reload()
    assert [page.locator(f"[name=q-{at}]").input_value() for at in (1, 2, 3)] == ["300", "100", "1 000"]


def test_live_news_reach_the_page_and_a_lost_socket_is_made_good(open_page: Callable[..., Page]) -> None:
    page = open_page()
    sockets = []
    page.route_web_socket(lambda url: "/live/" in url, lambda socket: sockets.append(socket))  # noqa: PLW0108 - playwright marks the handler
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => { window.seen = [];"
        f"document.body.addEventListener('live:{TOPIC}', (event) => window.seen.push(event.detail.id)) }})"
    )
    page.clock.install()
    page.reload()
    state = page.locator("[data-live-state]").first
    expect(page.locator("[data-live-state]").first).to_have_attribute("data-live-state", "on")
    assert f"topics={TOPIC}" in sockets[0].url
    sockets[0].send(json.dumps({"topic": TOPIC, "id": "42"}))
    sockets[0].close()
    expect(page.locator("[data-live-state]").first).to_have_attribute("data-live-state", "poll")
    assert state.inner_text().strip().endswith("Refreshed every 15 s")
    for _second in range(10):  # until it tries again; the new socket opens in real time
        page.clock.run_for(1_000)
        if len(sockets) > 1:
            break
    expect(page.locator("[data-live-state]").first).to_have_attribute("data-live-state", "on")
    assert page.evaluate("window.seen") == [None, "42", None]


def test_a_refused_socket_is_replaced_by_polling(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.route_web_socket(lambda url: "/live/" in url, lambda socket: socket.close())
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => { window.seen = [];"
        f"document.body.addEventListener('live:{TOPIC}', (event) => window.seen.push(event.detail.id)) }})"
    )
    page.clock.install()
    page.reload()
    expect(page.locator("[data-live-state]").first).to_have_attribute("data-live-state", "poll")
    page.clock.run_for(17_000)
    assert page.evaluate("window.seen") == [None]
    page.clock.run_for(17_000)
    assert page.evaluate("window.seen") == [None, None]


def test_filters_open_over_the_whole_phone_without_a_script(address: str, driven: Browser) -> None:
    context = driven.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/_ui/")
    assert not page.locator("#f-thread-m8").is_visible()
    page.get_by_role("button", name="Filtres").click()
    assert page.locator("#f-thread-m8").is_visible()
    page.get_by_role("button", name="Afficher").click()
    assert not page.locator("#f-thread-m8").is_visible()
    context.close()
