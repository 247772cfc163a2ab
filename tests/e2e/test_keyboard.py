"""The storefront's main path with the keyboard alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from devkit.walk.journey import Journey
from tests.e2e.acts import assert_not_reloaded, mark_the_page
from tests.e2e.people import People

pytestmark = pytest.mark.browser

MANY_TABS = 60


def buyer_of(person: People, customer: Journey, start: str = "/") -> Page:
    email, slug = customer.fact("buyer email"), customer.fact("slug")
    return person(email, shop=slug, password=customer.password, start=start)


def focused(page: Page) -> str:
    """What has the focus: its id, else its text."""
    return str(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until something that matches has the focus, which must be seen."""
    for _press in range(MANY_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            assert page.evaluate(
                "getComputedStyle(document.activeElement).outlineStyle !== 'none'"
                " || getComputedStyle(document.activeElement).boxShadow !== 'none'"
            )
            return
    pytest.fail(f"{MANY_TABS} times Tab do not reach {selector}; the focus is at {focused(page)}")


def fill_a_cart(page: Page) -> None:
    """One line of 200 pieces, as prepared earlier."""
    page.goto("/catalog/p/BF-1001/")
    page.locator("#quantity").fill("200")
    page.locator("#quantity").press("Enter")
    expect(page.get_by_role("status").filter(has_text="1 line is in the cart.")).to_be_visible()


def test_the_skip_link_leads_past_the_head(person: People) -> None:
    claire = person("claire@delmas.example", shop="visserie-nord", start="/catalog/")
    claire.keyboard.press("Tab")
    expect(claire.get_by_role("link", name="Skip to content")).to_be_focused()
    expect(claire.get_by_role("link", name="Skip to content")).to_be_in_viewport()
    claire.keyboard.press("Enter")
    expect(claire.locator("#main")).to_be_focused()
    claire.keyboard.press("Tab")
    assert claire.evaluate("document.activeElement.closest('main') !== null")


def test_shortcuts_are_explained_and_lead_where_they_say(person: People) -> None:
    claire = person("claire@delmas.example", shop="visserie-nord")
    claire.keyboard.press("?")
    help_box = claire.get_by_role("dialog", name="Keyboard shortcuts")
    expect(help_box).to_be_visible()
    expect(help_box.get_by_role("definition").filter(has_text="Search")).to_be_visible()
    claire.keyboard.press("Escape")
    expect(help_box).to_be_hidden()
    claire.keyboard.press("/")
    expect(claire.locator("#search")).to_be_focused()
    claire.keyboard.press("Escape")
    claire.locator("#search").blur()
    # the quick order comes last: it takes the focus, for the scanner
    for letter, path in (("c", "/catalog/"), ("o", "/orders/"), ("i", "/invoices/"), ("q", "/quick-order/")):
        claire.keyboard.press("g")
        claire.keyboard.press(letter)
        expect(claire).to_have_url(re.compile(f"{path}$"))
        claire.wait_for_load_state()


def test_search_list_and_cart_with_the_keyboard_alone(person: People, customer: Journey) -> None:
    buyer = buyer_of(person, customer)
    buyer.keyboard.press("/")
    buyer.keyboard.type("M8")
    buyer.keyboard.press("Enter")
    expect(buyer.locator("#listing-count")).to_have_text("3 references")
    buyer.wait_for_load_state()
    tab_to(buyer, "input.q")
    name = focused(buyer)
    buyer.keyboard.press("Shift+ArrowUp")  # one pack more
    first = buyer.locator(f"#{name}")
    expect(first).not_to_have_value("")
    buyer.keyboard.press("Enter")
    assert focused(buyer) != name
    buyer.keyboard.type("1000")
    expect(buyer.locator("[data-total]")).to_contain_text("2 lines")
    buyer.keyboard.press("Control+Enter")
    expect(buyer.get_by_role("status").filter(has_text="2 lines are in the cart.")).to_be_visible()


def test_enter_in_the_quantity_of_a_product_puts_it_into_the_cart(person: People, customer: Journey) -> None:
    buyer = buyer_of(person, customer, "/catalog/p/BF-1001/")
    tab_to(buyer, "#quantity")
    buyer.keyboard.type("200")
    buyer.keyboard.press("Enter")
    expect(buyer.get_by_role("status").filter(has_text="1 line is in the cart.")).to_be_visible()
    expect(buyer.locator("#cart-link")).to_contain_text("€104.00")


def test_enter_in_a_cart_with_one_line_keeps_the_line(person: People, customer: Journey) -> None:
    buyer = buyer_of(person, customer)
    fill_a_cart(buyer)
    buyer.goto("/cart/")
    tab_to(buyer, "input.q")
    buyer.keyboard.type("300")
    buyer.keyboard.press("Enter")
    expect(buyer.locator("dl", has_text="Total net")).to_contain_text("€156.00")
    expect(buyer.locator("main input.q")).to_have_value("300")


def test_check_out_with_the_keyboard_alone(person: People, customer: Journey) -> None:
    buyer = buyer_of(person, customer)
    fill_a_cart(buyer)
    buyer.goto("/cart/")
    buyer.keyboard.press("Control+Enter")
    expect(buyer).to_have_url(re.compile("/checkout/$"))
    buyer.wait_for_load_state()
    tab_to(buyer, "[name=po_number]")
    buyer.keyboard.type(f"KB-{customer.mark}")
    tab_to(buyer, "button[data-main]")
    buyer.keyboard.press("Enter")
    expect(buyer.locator("main")).to_contain_text("Thank you, your order is placed.")
    expect(buyer.locator("main")).to_contain_text(f"KB-{customer.mark}")


def test_rows_of_a_list_are_walked_and_opened(person: People) -> None:
    claire = person("claire@delmas.example", shop="visserie-nord", start="/catalog/?q=VN-1010")
    mark_the_page(claire)
    for key in "jjk":
        claire.keyboard.press(key)
    first = claire.locator("#results tbody tr").first
    expect(first).to_have_class(re.compile("is-on"))
    assert_not_reloaded(claire)
    href = first.get_by_role("link").first.get_attribute("href")
    claire.keyboard.press("o")
    expect(claire).to_have_url(re.compile(f"{re.escape(str(href))}$"))
