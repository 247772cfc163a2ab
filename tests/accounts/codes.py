"""A code app and a person who has one, for tests."""

from __future__ import annotations

import re
import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from tests.conftest import Browser, BrowserFactory
from tests.world import PASSWORD, Person

_KEY = re.compile(r"<code>([A-Z2-7 ]{32,})</code>")
_SEALED = re.compile(r'name="sealed" value="([^"]+)"')
_RECOVERY = re.compile(r"<code>(\d{4}-\d{4}-\d{4})</code>")


def code_of(key: str, *, steps: int = 0) -> str:
    """What the app shows now, or so many half minutes away."""
    return str(format_hotp_value(hotp_value(key, int(time.time()) // 30 + steps)))


def set_up(browser: Browser, *, target: str = "") -> tuple[str, list[str]]:
    """Set up a code app through the page, with the code of half a minute ago; the key and the recovery codes."""
    page = browser.get(f"/security/code-app/?next={target}").content.decode()
    found, sealed = _KEY.search(page), _SEALED.search(page)
    assert found is not None, page
    assert sealed is not None, page
    key = found[1].replace(" ", "")
    data = {"sealed": sealed[1], "code": code_of(key, steps=-1), "next": target}
    answer = browser.post("/security/code-app/", data)
    assert answer.status_code == 303, answer.content.decode()
    return key, _RECOVERY.findall(browser.get(answer["Location"]).content.decode())


def at_the_question(make: BrowserFactory, host: str, person: Person, target: str = "/security/") -> Browser:
    """A browser whose password was right and which is asked for the second factor."""
    asked: Browser = make(host)
    answer = asked.post("/sign-in/", {"username": person.email, "password": PASSWORD, "next": target})
    assert (answer.status_code, answer["Location"]) == (303, "/sign-in/code/")
    return asked
