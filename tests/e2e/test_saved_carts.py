"""A buyer goes from one cart to another, without JavaScript and on a telephone; the pages of carts pass axe."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from devkit.walk.journey import Journey
from tests.e2e.acts import follow, press, row
from tests.e2e.people import People
from tests.e2e.test_pages import faults_on
from tests.e2e.test_without_javascript import buyer_of

pytestmark = pytest.mark.browser


def test_two_carts_and_an_undone_deletion(person: People, customer: Journey) -> None:
    buyer = buyer_of(person, customer, "/catalog/?q=BF-1001")
    buyer.set_viewport_size({"width": 360, "height": 900})
    buyer.locator("main input.q").fill("200")
    press(buyer, "Add to cart")
    buyer.goto("/cart/")
    buyer.get_by_label("Name of the new cart").fill("Chantier Vaise")
    press(buyer, "New cart; save this one")
    expect(buyer.locator("main")).to_contain_text("Your cart is empty")
    buyer.goto("/carts/")
    expect(row(buyer, "Chantier Vaise")).to_contain_text("current")
    press(row(buyer, "Cart of"), "Go on with it")
    expect(row(buyer, "BF-1001")).to_be_visible()
    buyer.goto("/carts/")
    press(row(buyer, "Chantier Vaise"), "Delete")
    expect(row(buyer, "Chantier Vaise")).to_have_count(0)
    press(buyer, "Undo")
    expect(buyer.locator("h1")).to_contain_text("Chantier Vaise")


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_of_carts_fit_and_are_accessible(person: People, customer: Journey, width: int) -> None:
    email, slug = customer.fact("buyer email"), customer.fact("slug")
    buyer = person(email, shop=slug, password=customer.password, start="/catalog/?q=BF-1001")
    buyer.locator("main input.q").fill("200")
    press(buyer, "Add to cart")
    buyer.goto("/cart/")
    follow(buyer, "Name and sharing")
    buyer.get_by_label("Name of the cart").fill(f"Atelier {width}")
    press(buyer, "Save")
    buyer.goto("/cart/")
    buyer.get_by_label("Name of the new cart").fill(f"Other {width}")
    press(buyer, "New cart; save this one")
    paths = (
        "/cart/",
        "> main a[href$='/copy/']",
        "/carts/",
        "> main tbody a[href^='/carts/']",
        "> main a[href$='/settings/']",
        "/carts/deleted/",
    )
    assert faults_on(buyer, paths, lang="en", width=width) == []
