"""A list is ordered by itself: set up in the browser, run by the clock, and read about afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.e2e.acts import expect_to_fit, fill_in, follow, press
from tests.e2e.people import People, fresh_mark
from tests.e2e.stack import Stack

pytestmark = pytest.mark.browser
BUYER, SHOP = "ines@batinord.example", "visserie-nord"


@pytest.mark.parametrize("width", [1440, 360])
def test_a_list_is_ordered_when_its_day_comes(person: People, stack: Stack, width: int) -> None:
    mark = fresh_mark()
    buyer = person(BUYER, shop=SHOP, start="/lists/", width=width)
    fill_in(buyer.locator("#new form"), {"name": f"Stock {mark}"})
    press(buyer, "Create")
    fill_in(buyer.locator("#add form"), {"code": "VN-10120", "quantity": "200"})
    press(buyer, "Add to the list")
    follow(buyer, "Order regularly")
    day = timezone.localdate() + timedelta(days=1)
    form = buyer.locator("main form")
    form.locator("[name=starts_on]").fill(day.isoformat())
    form.locator("[name=po_number]").fill(f"ABO-{mark}")
    press(buyer, "Order regularly")
    expect(buyer.locator("main")).to_contain_text("every week")
    expect_to_fit(buyer, width)
    stack.manage("run_recurring", "--tenant", SHOP, "--day", day.isoformat())
    buyer.reload()
    expect(buyer.locator("main")).to_contain_text("CO-")
    buyer.goto("/orders/")
    expect(buyer.locator("main")).to_contain_text(f"ABO-{mark}")
