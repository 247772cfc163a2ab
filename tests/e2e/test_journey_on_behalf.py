"""Somebody of the supplier orders for a customer that has called; the customer reads who did what."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from devkit.walk.journey import Journey
from devkit.walk.supplying import OWNER_PASSWORD
from tests.e2e.acts import expect_to_fit, follow, press, row
from tests.e2e.people import People

pytestmark = pytest.mark.browser


def order_for(seller: Page, number: str) -> None:
    """Two packs of an article, at the customer's price, on its account."""
    expect(seller.get_by_role("region", name="Ordering on behalf")).to_be_visible()
    seller.goto("/catalog/p/BF-1001/")
    seller.locator("#quantity").fill("200")
    press(seller.locator("#cart-form"), "Add to cart")
    seller.goto("/cart/")
    press(seller, "Check out")
    seller.locator("[name=po_number]").fill(number)
    seller.get_by_role("radio").first.check()
    seller.get_by_role("button", name=re.compile("Order for")).click()
    expect(seller.locator("main")).to_contain_text("Thank you, your order is placed.")


@pytest.mark.parametrize("width", [1440, 360])
def test_a_salesperson_orders_on_behalf_of_a_customer(person: People, customer: Journey, width: int) -> None:
    slug, number = customer.fact("slug"), f"TEL-{customer.mark}"
    seller = person(
        customer.fact("supplier email"), shop=slug, password=OWNER_PASSWORD, start="/portal/customers/", width=width
    )
    follow(seller.locator("main"), customer.fact("company"))
    press(seller, "Order on behalf")
    banner = seller.get_by_role("region", name="Ordering on behalf")
    expect(banner).to_contain_text(f"orders for {customer.fact('company')}.")
    order_for(seller, number)
    expect_to_fit(seller, width)
    person.may_see(404)  # the order's page that is being left may ask for news once more
    press(banner, "Finish")
    expect(seller).to_have_url(re.compile("/portal/customers/"))
    seller.goto("/")
    expect(banner).to_have_count(0)

    buyer = person(customer.fact("buyer email"), shop=slug, password=customer.password, start="/orders/", width=width)
    expect(row(buyer, number)).to_be_visible()
    buyer.goto("/company/on-behalf/")
    buyer.locator("summary", has_text="change").first.click()
    expect(buyer.locator("main")).to_contain_text("Ordered")
