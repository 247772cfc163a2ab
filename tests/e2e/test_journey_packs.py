"""A set is configured, put into the cart, chosen again and ordered; both sides see what is in it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.acts import follow, press
from tests.e2e.people import People

pytestmark = pytest.mark.browser

REFERENCE = "VN-SET-M8-A1-B1-B2"


def configure(buyer: Page) -> None:
    """A set with washers, assembled, two of them."""
    buyer.get_by_role("checkbox", name="Flat washers").check()
    expect(buyer.locator("#sum code")).to_have_text("VN-SET-M8-A1-B1")
    buyer.get_by_role("textbox", name=re.compile("Quantity of")).fill("2")
    buyer.get_by_role("checkbox", name="Assembled").check()
    expect(buyer.locator("#sum code")).to_have_text(REFERENCE)
    expect(buyer.get_by_role("textbox", name=f"Quantity of {REFERENCE}")).to_have_value("2")
    press(buyer.locator("#pack-order"), "Add to cart")


def news(page: Page) -> None:
    """Something has changed: the order is fetched again."""
    topic = page.locator("main [data-live-topics][data-htmx-powered]").first.get_attribute("data-live-topics") or ""
    with page.expect_response(lambda answer: "/orders/" in answer.url):
        page.evaluate("topic => document.body.dispatchEvent(new CustomEvent(`live:${topic}`))", topic.split()[0])
    page.wait_for_timeout(300)


@pytest.mark.parametrize("width", [1440, 360])
def test_a_set_goes_from_its_options_to_both_sides_of_an_order(person: People, width: int) -> None:
    buyer = person("ines@batinord.example", shop="visserie-nord", start="/catalog/p/VN-SET-M8/", width=width)
    follow(buyer, "Contents and options")
    configure(buyer)
    expect(buyer.get_by_text(f"{REFERENCE} is in the cart.")).to_be_visible()
    line = buyer.locator("#cart-form tbody tr", has_text=REFERENCE)
    line.locator("summary", has_text="articles in it").click()
    expect(line).to_contain_text(re.compile("400 pieces × .*washer"))
    line.get_by_role("link", name="Change the options").click()
    expect(buyer.get_by_role("checkbox", name="Assembled")).to_be_checked()
    buyer.get_by_role("checkbox", name="Assembled").uncheck()
    expect(buyer.locator("#sum code")).to_have_text("VN-SET-M8-A1-B1")
    press(buyer.locator("#pack-order"), "Change the cart")
    expect(buyer.locator("#cart-form tbody tr", has_text=REFERENCE)).to_have_count(0)
    expect(buyer.locator("#cart-form tbody tr", has_text="VN-SET-M8-A1-B1")).to_have_count(1)
    press(buyer, "Check out")
    buyer.get_by_role("radio").first.check()
    buyer.get_by_role("button", name=re.compile("Order for")).click()
    expect(buyer.locator("main")).to_contain_text("Thank you, your order is placed.")
    ordered = buyer.locator("#order tbody tr", has_text="VN-SET-M8-A1-B1")
    ordered.locator("summary").click()
    expect(ordered).to_contain_text("200 pieces")
    news(buyer)
    expect(ordered.locator("details")).to_have_attribute("open", "")
    path = re.sub(r"^.*/orders/([0-9a-f-]+)/.*$", r"\1", buyer.url)
    seller = person("paul@visserie-nord.example", shop="visserie-nord", start=f"/portal/orders/{path}/", width=width)
    sold = seller.locator("#order tbody tr", has_text="VN-SET-M8-A1-B1")
    sold.locator("summary").click()
    expect(sold).to_contain_text("400 pieces")
