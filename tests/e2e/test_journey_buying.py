"""A buyer finds, compares and orders: own prices everywhere, credit kept."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from devkit.walk.journey import Journey
from tests.e2e.acts import (
    amount,
    assert_not_reloaded,
    expect_to_fit,
    follow,
    hold_the_first_answer,
    let_it_come,
    mark_the_page,
    press,
    row,
    search_for,
    until_asked,
)
from tests.e2e.people import People

pytestmark = pytest.mark.browser

ARTICLE = "Socket cap screw M8×40 A4 stainless"
BOTH_SELL = "Socket cap screw M8×40 zinc-plated steel"
THREE_SELL = "Socket cap screw M8×20 zinc-plated steel"
PASTED = "BF-1003;400\nBF-1004\t1000\nBF-10005;50"


def buyer_of(person: People, customer: Journey, start: str = "/") -> Page:
    email, slug = customer.fact("buyer email"), customer.fact("slug")
    return person(email, shop=slug, password=customer.password, start=start)


def test_the_list_shows_the_buyers_own_price_steps_stock_and_lead_time(person: People) -> None:
    claire = person("claire@delmas.example", shop="visserie-nord")
    search_for(claire, "VN-10112")
    article = row(claire.locator("main"), "VN-10112")
    expect(article.locator(".c-price")).to_contain_text("€0.411")
    expect(article.locator(".c-price")).to_contain_text("per piece, net")
    expect(article.locator(".c-tiers")).to_contain_text(re.compile(r"≥ 500\s+€0\.369\s*≥ 2,000\s+€0\.337"))
    expect(article.locator(".c-pack")).to_contain_text("box of 100")
    expect(article.locator(".c-stock")).to_contain_text(re.compile(r"\d+ in stock.*within 2 days", re.DOTALL))
    marc = person("marc@batinord.example", shop="visserie-nord", start="/catalog/?q=VN-10112")
    expect(row(marc.locator("main"), "VN-10112").locator(".c-price")).to_contain_text("€0.459")


def test_a_facet_narrows_the_list_in_place(person: People) -> None:
    claire = person("claire@delmas.example", shop="visserie-nord", start="/catalog/?q=socket+cap+screw")
    expect(claire.locator("#listing-count")).to_have_text("192 references")
    mark_the_page(claire)
    claire.get_by_role("group", name="Thread").get_by_role("checkbox", name="M8").check()
    expect(claire.locator("#listing-count")).to_have_text("32 references")
    claire.get_by_role("group", name="Material").get_by_role("checkbox", name="A4 stainless").check()
    expect(claire.locator("#listing-count")).to_have_text("8 references")
    for text in claire.locator("main tbody .c-name").all_inner_texts():
        assert "M8" in text
        assert "A4 stainless" in text
    assert_not_reloaded(claire)
    claire.reload()  # the address holds the choice
    expect(claire.locator("#listing-count")).to_have_text("8 references")
    follow(claire.get_by_role("list", name="Active filters"), "M8")
    expect(claire.locator("#listing-count")).to_have_text("48 references")


@pytest.mark.parametrize("shop", ["visserie-nord", ""])
def test_facets_that_are_ticked_faster_than_the_list_comes_all_count(person: People, shop: str) -> None:
    path = "/catalog/" if shop else "/search/"
    claire = person("claire@delmas.example", shop=shop, start=f"{path}?q=socket+cap+screw&brand=Inoxal")
    hold_the_first_answer(claire)
    for group, value in (("Thread", "M8"), ("Thread", "M6"), ("Material", "A4 stainless")):
        claire.get_by_role("group", name=group).get_by_role("checkbox", name=value, exact=False).first.check()
    until_asked(claire, 1)
    let_it_come(claire)
    expect(claire.get_by_role("list", name="Active filters").get_by_role("listitem")).to_have_text(
        [re.compile("M6"), re.compile("M8"), re.compile("A4 stainless"), re.compile("clear all")]
    )


def test_a_typo_finds_the_article_all_the_same(person: People) -> None:
    claire = person("claire@delmas.example", shop="visserie-nord")
    search_for(claire, "goujn d'ancrage M12")
    expect(claire.locator("#results tbody tr").first).to_contain_text("Wedge anchor M12")
    expect(claire.locator("#results tbody tr").first.locator(".c-price")).to_contain_text("€")


def test_suggestions_lead_to_an_article(person: People) -> None:
    claire = person("claire@delmas.example", shop="visserie-nord")
    claire.locator("#search").press_sequentially("VN-10104")
    claire.get_by_role("option", name="VN-10104").click()
    expect(claire).to_have_url(re.compile("/catalog/p/VN-10104/$"))
    expect(claire.get_by_role("heading", level=1)).to_contain_text(ARTICLE)


def test_the_marketplace_compares_suppliers_at_own_prices(person: People) -> None:
    claire = person("claire@delmas.example")
    search_for(claire, BOTH_SELL)
    claire.get_by_role("checkbox", name=f"Choose {BOTH_SELL} of 2 suppliers").check()
    press(claire, "Compare")
    expect(claire.locator("thead th")).to_have_count(2)
    prices = row(claire, "My net price").get_by_role("cell")
    first, second = (amount(prices.nth(place).inner_text()) for place in range(2))
    assert first != second
    expect(row(claire, "My net price").get_by_text("lowest")).to_have_count(1)
    follow(claire, "Only differences")
    expect(claire.get_by_role("row").filter(has_text="Strength class")).to_have_count(0)
    expect(row(claire, "My net price")).to_contain_text(first)


def test_offers_of_three_suppliers_lead_into_the_cart_of_the_cheapest(person: People) -> None:
    """Found by a misspelt name and by own price; compared for a quantity; on a telephone the offers are cards."""
    claire = person("claire@delmas.example", start="/search/?q=soket+cap+screw+M8×20&sort=price&price_max=0.5")
    follow(row(claire.locator("main"), THREE_SELL), THREE_SELL)
    expect(claire.get_by_role("heading", level=1)).to_contain_text(f"{THREE_SELL} 3 offers")
    claire.get_by_role("textbox", name="Quantity that you need").fill("150")
    press(claire, "Show prices")
    offers = claire.locator("main tbody tr")
    expect(offers).to_have_count(3)
    expect(offers.nth(0)).to_contain_text("lowest")
    shown = [
        float(amount(offers.nth(place).locator("[data-label='My net price']").inner_text())[1:]) for place in range(3)
    ]
    assert shown == sorted(shown)
    follow(claire.locator("main thead"), "Supplier")
    expect(claire.get_by_role("columnheader", name="Supplier")).to_have_attribute("aria-sort", "ascending")
    expect(claire.get_by_role("textbox", name="Quantity that you need")).to_have_value("150")
    cheapest = offers.filter(has_text="lowest")
    supplier = cheapest.locator(".c-name b").inner_text()
    press(cheapest, f"Add to the cart at {supplier}")
    expect(claire.locator("main")).to_contain_text(f"It is in your cart at {supplier}.")
    claire.set_viewport_size({"width": 360, "height": 800})
    expect_to_fit(claire, 360)
    assert (
        claire.locator("main thead").bounding_box() is None
        or offers.nth(0).evaluate("e => getComputedStyle(e).display") != "table-row"
    )
    follow(cheapest, f"Cart {supplier}")
    expect(claire.locator("main")).to_contain_text(THREE_SELL)


def paste_a_list(buyer: Page) -> None:
    """Two lines are ready, one is not known and stays."""
    buyer.goto("/quick-order/")
    buyer.locator("[name=pasted]").fill(PASTED)
    press(buyer, "Check the lines")
    expect(buyer.locator("#quick-form")).to_contain_text("2 ready")
    expect(buyer.locator("#quick-form")).to_contain_text("1 unknown")
    press(buyer, "Add the 2 lines that are ready")
    expect(buyer.get_by_role("status").filter(has_text="2 lines are in the cart.")).to_be_visible()
    expect(buyer.locator("[name=code]").last).to_have_value("BF-10005")


def test_articles_are_ordered_by_unit_and_from_a_pasted_list(person: People, customer: Journey) -> None:
    buyer = buyer_of(person, customer, "/catalog/p/BF-1001/")
    buyer.locator("#quantity").fill("2")
    buyer.locator("#cart-form select").select_option(label="pack of 100")
    press(buyer.locator("#cart-form"), "Add to cart")
    expect(buyer.get_by_role("status").filter(has_text="1 line is in the cart.")).to_be_visible()
    paste_a_list(buyer)

    follow(buyer, "Cart")
    expect(row(buyer, "BF-1001")).to_contain_text("€104.00")
    expect(buyer.locator("dl", has_text="Total net")).to_contain_text("€236.00")
    press(buyer, "Check out")
    expect(buyer.locator("main")).to_contain_text("45 days")
    number = f"CV-{customer.mark}"
    buyer.locator("[name=po_number]").fill(number)
    buyer.get_by_role("radio").first.check()
    press(buyer, "Order for €283.20")
    expect(buyer.locator("main")).to_contain_text("Thank you, your order is placed.")
    expect(buyer.locator("main")).to_contain_text(f"your reference {number}")
    expect(buyer.locator("dl", has_text="Total incl. VAT")).to_contain_text("€283.20")
    expect(buyer.locator("main")).to_contain_text("31 quai du Rivage")
    expect(buyer.locator(".conditions")).to_contain_text("€19,716.80")
    buyer.goto("/cart/")
    expect(buyer.locator("main")).to_contain_text("Your cart is empty")


def test_an_order_beyond_the_credit_limit_is_refused_and_nothing_is_ordered(person: People, customer: Journey) -> None:
    buyer = buyer_of(person, customer, "/quick-order/")
    buyer.locator("[name=pasted]").fill("BF-1001;40000")
    press(buyer, "Check the lines")
    press(buyer, "Add the line that is ready")
    buyer.goto("/checkout/")
    expect(buyer.locator("main")).to_contain_text("This is more than your available credit")
    buyer.get_by_role("radio").first.check()
    person.may_see(409, 422)
    press(buyer, "Order for €24,960.00")
    alert = buyer.get_by_role("alert")
    expect(alert).to_contain_text("This order of €24,960.00 is more than your available credit of €20,000.00")
    expect(alert).to_contain_text("€4,960.00 are missing")
    buyer.goto("/orders/")
    expect(buyer.locator("main")).to_contain_text("No order here")
    expect(buyer.locator(".conditions")).to_contain_text("€20,000.00")
    buyer.goto("/cart/")
    expect(row(buyer, "BF-1001").get_by_role("textbox")).to_have_value("40000")
