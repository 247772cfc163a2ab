"""People with a browser of their own each."""

from __future__ import annotations

import re
import secrets
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, WebSocketRoute, expect

from tests.e2e.stack import Stack

PASSWORD = "comptoir-demo"
PATIENCE = 45_000  # milliseconds, of everything that is waited for: two browsers and all servers share the machine
LOCALES = {"fr": "fr-FR", "en": "en-GB"}
NARROW = 500


class People:
    """``person(email, shop=…)`` opens a browser and signs in; what its console complains of fails the test.

    ``person.may_see(422)`` says which refusals the test means to provoke.
    """

    def __init__(self, chromium: Browser, stack: Stack) -> None:
        self.chromium, self.stack = chromium, stack
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []
        self.expected: set[int] = set()

    def __call__(
        self,
        email: str = "",
        *,
        shop: str = "",
        start: str = "/",
        password: str = PASSWORD,
        lang: str = "en",
        width: int = 1440,
        javascript: bool = True,
        sockets: bool = True,
    ) -> Page:
        """A browser at ``start`` of a shop's host or of the marketplace; signed in when an e-mail is given."""
        page = self._open(self.stack.url(shop=shop), lang=lang, width=width, javascript=javascript, sockets=sockets)
        if email:
            sign_in(page, email, password, start)
            page.context.clear_cookies(name="lang")  # the language chosen in the person's profile
        page.goto(start)
        return page

    def may_see(self, *statuses: int) -> None:
        """Pages of this test may be answered so."""
        self.expected.update(statuses)

    def close(self) -> list[str]:
        """Close every browser; answers what was complained of."""
        for context in self.contexts:
            context.close()
        told = [f"responded with a status of {status} " for status in self.expected]
        told += [f"Unexpected response code: {status}" for status in self.expected]  # of a socket
        return [text for text in self.complaints if not any(known in text for known in told)]

    def _open(self, base_url: str, *, lang: str, width: int, javascript: bool, sockets: bool) -> Page:
        narrow = width < NARROW
        viewport: Any = {"width": width, "height": 740 if narrow else 900}
        context = self.chromium.new_context(
            base_url=base_url,
            locale=LOCALES[lang],
            viewport=viewport,
            is_mobile=narrow,
            has_touch=narrow,
            java_script_enabled=javascript,
        )
        self.contexts.append(context)
        context.set_default_timeout(PATIENCE)
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.complaints.append(f"{error.page and error.page.url}: {error.error}"))
        context.on("response", self._look)
        if not sockets:
            context.route_web_socket(lambda url: "/live/" in url, _close)
        return context.new_page()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"{message.location.get('url')}: {message.text}")

    def _look(self, response: Response) -> None:
        """Without scripts some browsers say nothing about a failed page."""
        if response.status >= 500:
            self.complaints.append(f"{response.url} was answered {response.status}")


def sign_in(page: Page, email: str, password: str, start: str = "/") -> None:
    """Sign in on the page for it, on the way to ``start``."""
    page.goto(f"/sign-in/?next={start}")
    page.locator("[name=username]").fill(email)
    page.locator("[name=password]").fill(password)
    page.locator("main form button").click()
    expect(page).not_to_have_url(re.compile("/sign-in/"))


def _close(socket: WebSocketRoute) -> None:
    socket.close()


def fresh_mark() -> str:
    """Digits for names that nobody has yet. Not from ``random``: every test starts it with the same seed."""
    return f"{secrets.randbelow(10**6):06d}"
