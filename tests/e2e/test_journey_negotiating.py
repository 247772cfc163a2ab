"""A request to two suppliers, their offers side by side, a counter-offer, an order at exactly the agreed total."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from playwright.sync_api import Page, expect

from devkit.walk import joining
from devkit.walk.joining import ARTICLE, RESELLER, SEEDED, SEEDED_NAME
from devkit.walk.journey import Journey
from devkit.walk.negotiating import RESELLER_NAME, SPECIAL
from tests.e2e.acts import assert_not_reloaded, fill_in, follow, mark_the_page, press, row, search_for
from tests.e2e.people import People

pytestmark = pytest.mark.browser


@pytest.fixture
def known_buyer(company: Journey) -> Journey:
    """A company with an account at a supplier of the example world, too."""
    seeded_password = "comptoir-demo"
    buyer_password, company.password = company.password, seeded_password
    joining.open_second_account(company)
    company.password = buyer_password
    return company


def ask_two_suppliers(buyer: Page, title: str) -> None:
    """From the marketplace's search: an article of theirs, and a part after a drawing."""
    search_for(buyer, ARTICLE)
    buyer.get_by_role("checkbox", name=f"Choose {ARTICLE} of {SEEDED_NAME}").check()
    press(buyer, "Request a quote")
    form = buyer.locator("#rfq-form")
    expect(form.locator("[name=line-description]").first).to_have_value(ARTICLE)
    fill_in(form, {"title": title, "note": "Livraison en une fois."})
    for supplier in (SEEDED_NAME, RESELLER_NAME):
        form.get_by_role("checkbox", name=supplier).check()
    form.locator("[name=line-quantity]").first.fill("5000")
    form.locator("[name=line-description]").nth(1).fill(SPECIAL)
    form.locator("[name=line-quantity]").nth(1).fill("120")
    press(buyer, "Send the request")
    expect(buyer.get_by_role("heading", level=1)).to_have_text(title)
    expect(buyer.locator("#answers")).to_contain_text("waiting")


def offer(seller: Page, title: str, prices: Sequence[str], freight: str) -> None:
    """Open the request in the portal and answer it; an empty price is not offered."""
    seller.goto("/portal/rfqs/")
    follow(seller, title)
    for field, price in zip(seller.locator("[name^=price-]").all(), prices, strict=True):
        field.fill(price)
    for field in seller.locator("[name^=lead-]").all():
        field.fill("6")
    fill_in(seller.locator("#quote-form"), {"freight": freight, "message": "Avec plaisir."})
    press(seller, "Send the offer")
    expect(seller.locator("main")).to_contain_text("Your offer is sent")


def negotiate(buyer: Page) -> None:
    follow(buyer, f"Negotiate or accept – {SEEDED_NAME}")
    expect(buyer.get_by_role("heading", level=1)).to_have_text(SEEDED_NAME)


def test_two_suppliers_quote_and_one_gets_the_order(person: People, known_buyer: Journey) -> None:
    title, number = f"Châssis {known_buyer.mark}", f"CV-{known_buyer.mark}-2"
    buyer = person(known_buyer.fact("buyer email"), password=known_buyer.password)
    ask_two_suppliers(buyer, title)
    expect(buyer.locator("[data-live-state]").first).to_have_attribute("data-live-state", "on")
    mark_the_page(buyer)

    seller = person("paul@visserie-nord.example", shop=SEEDED)
    offer(seller, title, ["0.55", "6.40"], "45")
    expect(row(buyer, "Whole cost, net")).to_contain_text("€3,563.00")
    offer(person("sophie@quincaillerie-rhone.example", shop=RESELLER), title, ["0.61", ""], "0")
    totals = row(buyer, "Whole cost, net").get_by_role("cell")
    expect(totals.filter(has_text="€3,050.00")).to_contain_text("incomplete")
    expect(totals.filter(has_text="€3,563.00")).to_contain_text("best offer")
    expect(row(buyer, SPECIAL)).to_contain_text("not offered")
    expect(row(buyer, ARTICLE).locator(".is-best")).to_contain_text("€0.55")
    assert_not_reloaded(buyer)

    negotiate(buyer)
    buyer.get_by_role("textbox", name=f"My price for {ARTICLE}").fill("0.49")
    press(buyer, "Send the counter-offer")
    expect(buyer.locator("main")).to_contain_text("Your counter-offer is sent")
    seller.goto("/portal/rfqs/")
    follow(seller, title)
    expect(row(seller, ARTICLE)).to_contain_text("buyer asks for €0.49")
    offer(seller, title, ["0.51", "6.40"], "45")

    expect(row(buyer, ARTICLE)).to_contain_text("€0.51")
    negotiate(buyer)
    expect(buyer.locator("#history")).to_contain_text("€0.49")
    fill_in(buyer.locator("form[action$='/accept/']"), {"po_number": number})
    press(buyer, "Accept for €3,363.00 net")
    expect(buyer.locator("main")).to_contain_text(f"Ordered from {SEEDED_NAME} at the quoted prices.")
    follow(buyer, "See the order")
    expect(buyer).to_have_url(re.compile(rf"//{SEEDED}\..*/orders/"))
    expect(buyer.locator("main")).to_contain_text(number)
    expect(buyer.locator("dl", has_text="Total net")).to_contain_text(re.compile(r"Total net\s*€3,363\.00"))
