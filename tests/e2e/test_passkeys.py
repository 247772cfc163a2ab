"""A passkey in a real browser with a virtual authenticator: made, then used alone and as second factor."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.acts import fill_in, follow, press
from tests.e2e.people import People, fresh_mark
from tests.e2e.test_journey_joining import registration

pytestmark = pytest.mark.browser

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def give_authenticator(page: Page) -> None:
    """The browser has a device that says yes to everything."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})


def test_a_passkey_is_made_and_signs_in(person: People) -> None:
    person.may_see(403)  # a page that one signs out of may still be asking for its socket
    typed = registration(fresh_mark())
    buyer = person(shop="visserie-nord", start="/register/", width=360)
    fill_in(buyer.locator("main form"), typed)
    press(buyer, "Ask for an account")
    buyer.goto("/security/passkeys/")
    give_authenticator(buyer)
    fill_in(buyer.locator("main form"), {"name": "Ordinateur"})
    press(buyer, "Add a passkey")
    expect(buyer.locator("main li code")).to_have_count(10)
    follow(buyer.locator("main"), "Continue")
    expect(buyer.locator("#passkeys")).to_contain_text("Ordinateur")

    buyer.context.clear_cookies()
    buyer.goto("/sign-in/?next=/company/")
    follow(buyer, "Sign in with a passkey")
    press(buyer, "Use a passkey")
    expect(buyer).to_have_url(re.compile("/company/$"))

    buyer.context.clear_cookies()
    buyer.goto("/sign-in/?next=/security/")
    fill_in(buyer.locator("main form"), {"username": typed["email"], "password": typed["password"]})
    press(buyer.locator("main form"), "Sign in")
    follow(buyer, "Use a passkey")
    press(buyer, "Use a passkey")
    expect(buyer.locator("#sessions")).to_contain_text("This session")
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert buyer.evaluate(overflow) <= 0
