"""A buyer orders more than the limit: two people approve, one after the other, and the order is placed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.acts import expect_to_fit, press, row
from tests.e2e.people import People

pytestmark = pytest.mark.browser
SHOP, NUMBER = "visserie-nord", "PO-LIMIT"


def _ask(buyer: Page) -> str:
    """Check out far more than the limit of one order; answers the address of what waits."""
    buyer.goto("/catalog/p/VN-10113/")
    buyer.locator("#quantity").fill("16000")
    press(buyer.locator("#cart-form"), "Add to cart")
    buyer.goto("/checkout/")
    expect(buyer.locator("#approval")).to_contain_text("Hélène Roux")
    buyer.locator("[name=po_number]").fill(NUMBER)
    buyer.get_by_role("radio").first.check()
    buyer.get_by_role("button", name=re.compile("Ask for approval of")).click()
    expect(buyer.locator("main")).to_contain_text("Waits for approval by Hélène Roux")
    return buyer.url


def _approve(approver: Page) -> None:
    row(approver, "Julien Petit").get_by_role("link").first.click()
    approver.locator("#decide").get_by_role("button", name="Approve").click()


def test_above_the_limit_an_order_is_approved_twice_and_placed(person: People) -> None:
    buyer = person("julien@delmas.example", shop=SHOP, width=360)
    first = person("helene@delmas.example", shop=SHOP, start="/notifications/", width=360)
    told = first.get_by_role("button", name=re.compile("Julien Petit waits for your approval"))
    expect(told).to_have_count(0)
    href = _ask(buyer)
    expect(told).to_be_visible()  # her page heard of it
    expect(first.locator("#bell .count")).to_be_visible()
    expect_to_fit(first, 360)
    told.click()
    first.locator("#decide").get_by_role("button", name="Approve").click()
    expect(first.locator("main")).not_to_contain_text("Julien Petit")
    expect_to_fit(first, 360)
    second = person("claire@delmas.example", shop=SHOP, start="/approvals/")
    _approve(second)
    expect(second).to_have_url(re.compile("/orders/"))
    buyer.goto(href)
    expect(buyer.locator("main")).to_contain_text("Approved and ordered")
    buyer.goto("/orders/")
    expect(row(buyer, NUMBER)).to_be_visible()
