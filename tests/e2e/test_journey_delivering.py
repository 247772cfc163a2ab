"""An order on its way: the buyer's open page shows every step, with websockets and without; then it is paid."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pytest
from playwright.sync_api import Locator, Page, expect

from devkit.walk.delivering import FIRST, SECOND
from devkit.walk.journey import Journey
from devkit.walk.supplying import OWNER_PASSWORD
from tests.e2e.acts import (
    assert_not_reloaded,
    fetch_anew,
    fill_in,
    follow,
    hold_the_first_answer,
    let_it_come,
    mark_the_page,
    press,
    row,
    send,
    until_asked,
)
from tests.e2e.people import People

pytestmark = pytest.mark.browser

POLL = 17_000  # milliseconds, a little more than a page waits before it asks again


def open_order(person: People, order: Journey, *, sockets: bool = True) -> Page:
    """The buyer's page of the order, marked so that a reload would be noticed."""
    email, slug = order.fact("buyer email"), order.fact("slug")
    page = person(email, shop=slug, password=order.password, start=order.fact("order"), sockets=sockets)
    expect(page.locator("main")).to_contain_text("Nothing has left yet.")
    return page


def open_in_portal(person: People, order: Journey) -> Page:
    """The supplier's page of the same order, found by the buyer's number."""
    slug = order.fact("slug")
    page = person(order.fact("supplier email"), shop=slug, password=OWNER_PASSWORD, start="/portal/orders/")
    follow(row(page, order.fact("po")), "CO-")
    expect(page.locator("main")).to_contain_text(order.fact("company"))
    return page


def ship(seller: Page, quantities: Sequence[str], tracking: str) -> None:
    form = seller.locator("form[action$='/ship/']")
    for field, quantity in zip(form.locator("input.q").all(), quantities, strict=True):
        field.fill(quantity)
    fill_in(form, {"carrier": "Chronopost", "tracking_number": tracking})
    press(form, "Ship this parcel")
    expect(seller.locator("#order")).to_contain_text(tracking)


def report(seller: Page, parcel: int, code: str) -> None:
    """Say in the portal what has happened to a parcel."""
    section = seller.get_by_role("region", name=f"News of Parcel {parcel}")
    send(section.locator(f"button[value={code}]"))
    expect(seller.get_by_role("status").filter(has_text="Recorded")).to_be_visible()


def parcel_of(buyer: Page, tracking: str) -> Locator:
    return buyer.locator("section[id^=parcel-]").filter(has_text=tracking)


def follow_the_delivery(buyer: Page, seller: Page, news_come: Callable[[], None]) -> None:
    """Two parcels leave and arrive; after each step the buyer's page has to show it."""
    press(seller, "Confirm the order")
    news_come()
    expect(buyer.locator("#order-state")).to_contain_text("Confirmed")
    ship(seller, ["200", "150", ""], FIRST)
    news_come()
    expect(parcel_of(buyer, FIRST)).to_contain_text("Chronopost")
    expect(buyer.locator("#order-state")).to_contain_text("Partly shipped")
    ship(seller, ["250", "1000"], SECOND)
    news_come()
    expect(parcel_of(buyer, SECOND)).to_be_visible()
    for number, tracking in enumerate((FIRST, SECOND), 1):
        for code, words in (("handed_over", "Handed over"), ("in_transit", "In transit"), ("delivered", "Delivered")):
            report(seller, number, code)
            news_come()
            expect(parcel_of(buyer, tracking).locator(".card-head .pill")).to_contain_text(words)
    expect(buyer.locator("#order-state")).to_contain_text("Delivered")
    assert_not_reloaded(buyer)


def pay_by_card(buyer: Page, total: str) -> None:
    press(buyer, f"Pay {total} by card")
    expect(buyer.get_by_role("heading", level=1)).to_have_text("Test gateway – no money moves")
    press(buyer, f"Pay {total}")
    expect(buyer.locator("#invoice")).to_contain_text("Thank you, this invoice is paid.")


def test_the_buyers_open_page_shows_each_step_and_then_the_invoice_is_paid(person: People, order: Journey) -> None:
    total = order.fact("total")
    buyer, seller = open_order(person, order), open_in_portal(person, order)
    expect(buyer.locator("[data-live-state]").first).to_have_attribute("data-live-state", "on")
    mark_the_page(buyer)
    follow_the_delivery(buyer, seller, lambda: None)

    follow(buyer.locator("#order"), "Invoice ")
    expect(buyer.locator("#invoice dl").last).to_contain_text(
        re.compile(r"To pay by \d+ \w+ \d{4}\s*" + re.escape(total))
    )
    expect(buyer.locator("#invoice")).to_contain_text("45 days")
    expect(buyer.locator("#invoice-tools")).to_contain_text("Test gateway – no money moves")
    pay_by_card(buyer, total)
    expect(buyer.locator("#invoice-tools")).to_contain_text("Paid")
    expect(buyer.get_by_role("button", name="by card")).to_have_count(0)
    buyer.reload()
    expect(buyer.locator(".conditions")).to_contain_text("€20,000.00")  # the credit is free again


def test_news_that_come_while_the_page_is_asking_are_shown_too(person: People, order: Journey) -> None:
    buyer, seller = open_order(person, order), open_in_portal(person, order)
    expect(buyer.locator("[data-live-state]").first).to_have_attribute("data-live-state", "on")
    buyer.wait_for_load_state("networkidle")
    hold_the_first_answer(buyer)
    press(seller, "Confirm the order")
    until_asked(buyer, 1)
    ship(seller, ["200", "150", ""], FIRST)
    let_it_come(buyer)
    expect(parcel_of(buyer, FIRST)).to_contain_text("Chronopost")
    expect(buyer.locator("#order-state")).to_contain_text("Partly shipped")


def test_without_websockets_the_open_page_asks_again_and_shows_the_same(person: People, order: Journey) -> None:
    buyer, seller = open_order(person, order, sockets=False), open_in_portal(person, order)
    buyer.clock.install()
    buyer.reload()
    expect(buyer.locator("[data-live-state]").first).to_have_attribute("data-live-state", "poll")
    mark_the_page(buyer)
    follow_the_delivery(buyer, seller, lambda: buyer.clock.run_for(POLL))


def test_a_press_counts_though_the_button_is_fetched_anew_meanwhile(person: People, order: Journey) -> None:
    seller, total = open_in_portal(person, order), order.fact("total")
    press(seller, "Confirm the order")
    ship(seller, ["200", "400", "1000"], FIRST)
    buyer = person(order.fact("buyer email"), shop=order.fact("slug"), password=order.password, start="/invoices/")
    follow(buyer.locator("main tbody"), "F")
    expect(buyer.locator("[data-live-state]").first).to_have_attribute("data-live-state", "on")
    buyer.wait_for_load_state("networkidle")
    buyer.get_by_role("button", name=f"Pay {total} by card").hover()
    buyer.mouse.down()
    fetch_anew(buyer.locator("#invoice"))
    with buyer.expect_navigation():
        buyer.mouse.up()
    expect(buyer.get_by_role("heading", level=1)).to_have_text("Test gateway – no money moves")


def test_a_refused_card_leaves_the_invoice_open(person: People, order: Journey) -> None:
    seller, total = open_in_portal(person, order), order.fact("total")
    press(seller, "Confirm the order")
    ship(seller, ["200", "400", "1000"], FIRST)
    buyer = person(order.fact("buyer email"), shop=order.fact("slug"), password=order.password, start="/invoices/")
    follow(buyer.locator("main tbody"), "F")
    press(buyer, f"Pay {total} by card")
    press(buyer, "Refuse the payment")
    expect(buyer.locator("#invoice")).to_contain_text("The payment was refused. Nothing was charged.")
    expect(buyer.get_by_role("button", name=f"Pay {total} by card")).to_be_visible()
    pay_by_card(buyer, total)
