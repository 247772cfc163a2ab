"""Fixtures of the browser suite: one running platform, one Chromium per module, a browser context per person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from devkit import browser
from devkit.walk import buying, joining, supplying
from devkit.walk.journey import Journey
from tests.e2e.people import PATIENCE, People, fresh_mark
from tests.e2e.stack import Stack, running

LAST_WORDS = 4000  # characters of the platform's log
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--host-resolver-rules=MAP *.localhost 127.0.0.1"]


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The platform with its example data; whoever changes something makes a company or supplier of its own first."""
    with running() as platform:
        yield platform


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser. Not longer than a module: its event loop must not be there when tests of other folders run."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        engine = playwright.chromium.launch(executable_path=browser.find(), args=ARGUMENTS)
        yield engine
        engine.close()


@pytest.fixture
def person(chromium: Browser, stack: Stack) -> Iterator[People]:
    """Opens browsers for people; see ``People``."""
    people = People(chromium, stack)
    yield people
    if complaints := people.close():
        said = stack.log[-LAST_WORDS:] if any("was answered 5" in text for text in complaints) else ""
        pytest.fail("\n".join([*complaints, said]))


@pytest.fixture(scope="session")
def shop(stack: Stack) -> Journey:
    """A new supplier with five articles; tests add customers and orders to it."""
    return stack.journey(supplying.STEPS)


@pytest.fixture
def company(shop: Journey) -> Journey:
    """A company that has just asked that supplier for an account; ``password`` is its buyer's."""
    journey = replace(
        shop, people=dict(shop.people), facts=dict(shop.facts), mark=fresh_mark(), password=joining.BUYER_PASSWORD
    )
    joining.register(journey)
    return journey


@pytest.fixture
def customer(company: Journey) -> Journey:
    """The same with its account open: 45 days, 20,000 € of credit."""
    joining.open_account(company)
    return company


@pytest.fixture
def order(customer: Journey) -> Journey:
    """An order of that customer with three lines, just placed."""
    for _title, step in buying.STEPS:
        step(customer)
    return customer
