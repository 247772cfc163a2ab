"""Goods come back: the buyer asks, the supplier accepts, enters them and credits; less is to pay."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from devkit.walk import delivering
from devkit.walk.journey import Journey
from devkit.walk.supplying import OWNER_PASSWORD
from tests.e2e.acts import come_back_until, expect_to_fit, fill_in, follow, press
from tests.e2e.people import People

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1440, 360])
def test_a_return_with_a_credit_note(person: People, order: Journey, width: int) -> None:
    for step in (delivering.confirm, delivering.ship_first, delivering.ship_rest):
        step(order)
    slug, company = order.fact("slug"), order.fact("company")
    buyer = person(order.fact("buyer email"), shop=slug, password=order.password, start="/orders/", width=width)
    seller = person(
        order.fact("supplier email"), shop=slug, password=OWNER_PASSWORD, start="/portal/returns/", width=width
    )

    person.may_see(422)
    follow(buyer.locator("main"), "CO-")
    buyer.wait_for_url("**/orders/*-*/")
    follow(buyer, "Send goods back")
    form = buyer.locator("form.stack")
    press(form, "Ask for the return")
    expect(form).to_contain_text("Choose a credit note or a replacement.")
    form.locator("input.q").first.fill("100")
    form.locator("select").first.select_option(label="Damaged")
    fill_in(form, {"wish": "Credit note", "note": "Dented on arrival"})
    press(form, "Ask for the return")
    expect(buyer.locator("main")).to_contain_text("The supplier decides about this return.")
    expect_to_fit(buyer, width)
    its_page = buyer.url

    come_back_until(seller, company)
    follow(seller.locator("main"), "RE-")
    press(seller, "Accept")
    seller.locator("input[name^='restock-']").first.fill("60")
    seller.locator("input[name^='scrap-']").first.fill("40")
    press(seller, "Enter the goods")
    press(seller, "Issue the credit note")
    expect_to_fit(seller, width)
    expect(seller.locator("main")).to_contain_text("Settled")

    buyer.goto(its_page)
    expect(buyer.locator("main")).to_contain_text("Settled")
    follow(buyer.locator("main"), "Credit note AV-")
    expect(buyer.locator("main")).to_contain_text("Taken off the invoice")
    follow(buyer.locator("main"), "Invoice FA-")
    totals = buyer.locator(".dl-sums")
    expect(totals).to_contain_text("Credit note AV-")
    expect_to_fit(buyer, width)
