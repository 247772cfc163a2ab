"""What a supplier hides from a customer, this customer finds nowhere; before it was hidden, everywhere."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from devkit.walk.journey import Journey
from devkit.walk.supplying import OWNER_PASSWORD
from tests.e2e.acts import press, search_for
from tests.e2e.people import People

pytestmark = pytest.mark.browser
SKU, NAME, CATEGORY = "BF-1005", "Wedge anchor M12×120", "Ancrage"


def _finds(buyer: Page) -> list[str]:
    """Where the buyer comes upon the article."""
    found = []
    for text in (SKU, "anchor M12", "ancor"):
        buyer.goto("/")
        search_for(buyer, text)
        if NAME in buyer.locator("main").inner_text():
            found.append(f"search for {text}")
    buyer.goto("/catalog/")
    text = buyer.locator("main").inner_text()
    found += [f"list: {word}" for word in (SKU, CATEGORY) if word in text]
    answer = buyer.goto(f"/catalog/p/{SKU}/")
    if answer is not None and answer.status == 200:
        found.append("product page")
    buyer.goto("/quick-order/")
    buyer.locator("[name=pasted]").fill(f"{SKU} 50")
    press(buyer, "Check the lines")
    if "1 ready" in buyer.locator("#quick-form").inner_text():
        found.append("quick order")
    return found


@pytest.mark.parametrize("width", [1440])
def test_a_hidden_category_is_found_nowhere(person: People, customer: Journey, width: int) -> None:
    slug = customer.fact("slug")
    buyer = person(customer.fact("buyer email"), shop=slug, password=customer.password, width=width)
    assert {"search for ancor", f"list: {CATEGORY}", "product page", "quick order"} <= set(_finds(buyer))
    owner = person(
        customer.fact("supplier email"), shop=slug, password=OWNER_PASSWORD, start="/portal/visibility/", width=width
    )
    form = owner.locator("form[action$='/visibility/add/']")
    form.locator("[name=category]").select_option(label=CATEGORY)
    form.locator("[name=customer]").fill(customer.fact("company"))
    with owner.expect_navigation():
        form.locator("button[type=submit]").click()
    person.may_see(404)
    assert _finds(buyer) == []
    expect(buyer.locator("#quick-form")).to_contain_text("2 unknown")  # the one that was kept as well
