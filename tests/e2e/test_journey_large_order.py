"""A list of two hundred lines, nine of them wrong, becomes an order."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from core.formatting import plain
from demo.goods import Good
from demo.goods.fasteners import ASSORTMENT
from devkit.walk import joining
from devkit.walk.journey import Journey
from tests.e2e.acts import follow, press, row, send
from tests.e2e.people import PASSWORD, People

pytestmark = pytest.mark.browser

GOODS = ASSORTMENT.goods()[:200]
UNKNOWN, UNREADABLE, AMBIGUOUS, OTHER_UNIT, A_HALF = range(5, 8), range(20, 22), range(40, 42), (60,), (80,)


def pasted() -> str:
    """Every article once, as a spreadsheet pastes it; nine lines are wrong."""
    return "\n".join(_line(number, good) for number, good in enumerate(GOODS))


def _line(number: int, good: Good) -> str:
    code, quantity, unit = good.row.sku, plain(good.row.units[0].minimum or Decimal(1)), ""
    if number in UNKNOWN:
        code = f"{code[:-1]}X"
    elif number in UNREADABLE:
        quantity = "a few"
    elif number in AMBIGUOUS:
        quantity = "1 000"
    elif number in OTHER_UNIT:
        unit = "kg"
    elif number in A_HALF:
        quantity = "0,5"
    return f"{code}\t{quantity}\t{unit}"


def repair(buyer: Page) -> None:
    """Each wrong line by its button, or by typing over it."""
    for number in UNKNOWN:
        wrong = buyer.get_by_label(f"Reference of line {number + 1}", exact=True)
        expect(wrong).to_have_value(f"{GOODS[number].row.sku[:-1]}X")
        wrong.fill(GOODS[number].row.sku)
    for number in UNREADABLE:
        buyer.get_by_label(f"Quantity of line {number + 1}", exact=True).fill("100")
    press(buyer, "Check the lines")
    expect(buyer.locator("main tbody tr")).to_have_count(1 + 4)
    for _number in AMBIGUOUS:
        send(buyer.get_by_role("button", name="Take 1,000 pieces").first)
    send(row(buyer, "other unit").get_by_role("button", name="piece"))
    send(row(buyer, "which quantity?").get_by_role("button", name="Take").first)


def test_two_hundred_lines_with_nine_errors_are_repaired_and_ordered(person: People, customer: Journey) -> None:
    joining.open_second_account(replace(customer, password=PASSWORD))
    buyer = person(
        customer.fact("buyer email"), shop="visserie-nord", password=customer.password, start="/quick-order/"
    )
    buyer.locator("[name=pasted]").fill(pasted())
    press(buyer, "Check the lines")
    expect(buyer.locator("#quick-form")).to_contain_text("191 ready")
    expect(buyer.locator("#quick-form")).to_contain_text("3 unknown")
    press(buyer, "Add the 191 lines that are ready")
    expect(buyer.get_by_role("status").filter(has_text="191 lines are in the cart.")).to_be_visible()
    buyer.goto("/")
    follow(buyer, "Quick order")
    follow(buyer, "To repair")
    expect(buyer.locator("main tbody tr")).to_have_count(1 + 9)
    repair(buyer)
    buyer.goto("/quick-order/")
    press(buyer, "Add the 9 lines that are ready")
    expect(buyer.locator("main")).to_contain_text("200 lines")
    expect(buyer.locator("main tbody tr")).to_have_count(50)
    press(buyer, "Check out")
    buyer.locator("[name=po_number]").fill(f"GL-{customer.mark}")
    buyer.get_by_role("radio").first.check()
    press(buyer, "Order for")
    expect(buyer.locator("main")).to_contain_text("Thank you, your order is placed.")
    buyer.get_by_role("navigation", name="Pages").get_by_role("link", name="4", exact=True).click()
    expect(row(buyer, GOODS[199].row.sku)).to_be_visible()
    buyer.goto("/cart/")
    expect(buyer.locator("main")).to_contain_text("Your cart is empty")
