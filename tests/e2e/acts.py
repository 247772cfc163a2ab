"""What people do in a page, whoever they are."""

from __future__ import annotations

import re
from collections.abc import Mapping

from playwright.sync_api import Locator, Page, expect

from devkit import procs

_HOLD_THE_FIRST_ANSWER = """() => {
  const ask = window.fetch;
  const released = new Promise((resolve) => { window.release = resolve; });
  let asked = 0;
  window.fetch = async (...wish) => {
    const answer = await ask(...wish);
    asked += 1;
    document.body.dataset.asked = String(asked);
    if (asked === 1) await released;
    return answer;
  };
}"""
_FETCH_ANEW = """(live) => new Promise((resolve) => {
  document.addEventListener("htmx:after:swap", resolve, { once: true });
  const topic = live.dataset.liveTopics.split(" ")[0];
  document.body.dispatchEvent(new CustomEvent(`live:${topic}`, { bubbles: true }));
})"""
PATIENCE = 30  # seconds, for what comes in the background


def fill_in(form: Locator, values: Mapping[str, str]) -> None:
    """Type, pick or tick in the fields of these names; a select takes the text of an option."""
    for name, value in values.items():
        field = form.locator(f"[name='{name}']")
        if field.evaluate("element => element.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)


def press(place: Page | Locator, name: str) -> None:
    """Press the button with this text, and wait for the page that answers."""
    send(place.get_by_role("button", name=name))


def send(button: Locator) -> None:
    """Press a button that sends a form, and wait for the page that answers."""
    with button.page.expect_navigation():
        button.click()


def follow(place: Page | Locator, name: str) -> None:
    """Follow the link with this text."""
    place.get_by_role("link", name=name).first.click()


def expect_to_fit(page: Page, width: int) -> None:
    """The page, once it has come, is not wider than its window."""
    page.wait_for_load_state("domcontentloaded")
    page.wait_for_function("width => document.documentElement?.scrollWidth <= width", arg=width)


def row(place: Page | Locator, text: str) -> Locator:
    """The row of a table that says so."""
    return place.get_by_role("row").filter(has_text=text).first


def come_back_until(page: Page, text: str) -> None:
    """Load the page again until it says so."""

    def says() -> bool:
        page.reload()
        return text in page.locator("main").inner_text()

    assert procs.wait_until(says, PATIENCE, pause=0.2), page.locator("main").inner_text()


def amount(text: str) -> str:
    """The first amount of money in an English text."""
    found = re.search(r"€[\d,]+(?:\.\d+)?", text)
    assert found, text
    return found[0]


def mark_the_page(page: Page) -> None:
    """Leave something in the page that a reload would lose."""
    page.evaluate("window.isStillTheSamePage = true")


def assert_not_reloaded(page: Page) -> None:
    assert page.evaluate("window.isStillTheSamePage") is True


def search_for(page: Page, text: str) -> None:
    """Type into the search box of the page's head and press Enter."""
    page.locator("#search").fill(text)
    page.locator("#search").press("Enter")
    expect(page).to_have_url(re.compile(r"[?&]q="))


def fetch_anew(live: Locator) -> None:
    """Tell this live part of the page that something has changed, and wait until what came stands in the page."""
    live.evaluate(_FETCH_ANEW)


def hold_the_first_answer(page: Page) -> None:
    """From now on, the first fragment that the page asks for arrives when ``let_it_come`` says so: a slow network."""
    page.evaluate(_HOLD_THE_FIRST_ANSWER)


def until_asked(page: Page, times: int) -> None:
    """Wait until the server has answered so many questions since the first was held."""
    expect(page.locator("body")).to_have_attribute("data-asked", str(times))


def let_it_come(page: Page) -> None:
    page.evaluate("window.release()")
