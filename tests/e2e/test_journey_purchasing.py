"""One cart over three suppliers: one of them refuses, nothing is ordered anywhere; repaired, all is ordered at once."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.acts import expect_to_fit, press, row
from tests.e2e.people import People, fresh_mark

pytestmark = pytest.mark.browser
BUYER = "claire@delmas.example"
GOODS = (("visserie-nord", "VN-10120", "200"), ("lumen", "LU-10100", "10"), ("securivet", "SV-10100", "10"))
TOO_MANY = "400000"  # far beyond the credit


def _fill(person: People, width: int) -> None:
    for shop, sku, quantity in GOODS:
        page = person(BUYER, shop=shop, start=f"/catalog/p/{sku}/", width=width)
        page.locator("#quantity").fill(quantity)
        press(page.locator("#cart-form"), "Add to cart")


def _order(page: Page) -> None:
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name=re.compile("Order for")).click()


@pytest.mark.parametrize("width", [1440, 360])
def test_a_refusal_is_repaired_and_three_orders_are_one_purchase(person: People, width: int) -> None:
    _fill(person, width)
    number = f"ACHAT-{fresh_mark()}"
    person.may_see(409, 422)
    page = person(BUYER, start="/cart/", width=width)
    screws = page.get_by_role("textbox", name=re.compile("VN-10120"))
    screws.fill(TOO_MANY)
    press(page, "Update")
    page.locator("[name=po_number]").fill(number)
    _order(page)
    expect(page.locator("[id^=refusal-]").first).to_be_visible()
    expect(page.locator("[name=po_number]")).to_have_value(number)
    expect_to_fit(page, width)
    screws.fill("200")
    press(page, "Update")
    page.locator("[name=po_number]").fill(number)
    _order(page)
    expect(page).to_have_url(re.compile("/purchases/"))
    for name in ("Visserie Nord", "Lumen Électricité", "Sécurivêt"):
        expect(row(page, name)).to_be_visible()
    expect_to_fit(page, width)
    shop = person(BUYER, shop="lumen", start="/orders/", width=width)
    expect(row(shop, number)).to_be_visible()
