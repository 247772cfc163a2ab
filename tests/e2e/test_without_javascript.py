"""The main path in a browser without JavaScript: real links, real forms, pages that can be loaded again."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from devkit.walk import supplying
from devkit.walk.delivering import FIRST
from devkit.walk.joining import RESELLER, SEEDED_NAME
from devkit.walk.journey import Journey
from devkit.walk.negotiating import RESELLER_NAME
from devkit.walk.supplying import CATALOGUE, OWNER_PASSWORD
from tests.e2e.acts import come_back_until, fill_in, follow, press, row, search_for, send
from tests.e2e.people import People
from tests.e2e.stack import Stack

pytestmark = pytest.mark.browser


def buyer_of(person: People, customer: Journey, start: str) -> Page:
    email, slug = customer.fact("buyer email"), customer.fact("slug")
    return person(email, shop=slug, password=customer.password, start=start, javascript=False)


def supplier_of(person: People, shop: Journey, start: str) -> Page:
    email, slug = shop.fact("supplier email"), shop.fact("slug")
    return person(email, shop=slug, password=OWNER_PASSWORD, start=start, javascript=False)


def test_sign_in_change_the_language_and_sign_out(person: People) -> None:
    claire = person("claire@delmas.example", shop="visserie-nord", javascript=False)
    expect(claire.locator("html")).to_have_attribute("lang", "en")
    claire.locator("summary", has_text="Language").click()
    press(claire, "Français")
    expect(claire.locator("html")).to_have_attribute("lang", "fr")
    claire.locator("summary", has_text="Claire Martin").click()
    press(claire, "Se déconnecter")
    expect(claire.get_by_role("link", name="Se connecter").first).to_be_visible()


def test_search_and_filter(person: People) -> None:
    claire = person("claire@delmas.example", shop="visserie-nord", javascript=False)
    search_for(claire, "socket cap screw")
    expect(claire.locator("#listing-count")).to_have_text("192 references")
    claire.get_by_role("group", name="Thread").get_by_role("checkbox", name="M8").check()
    press(claire.locator("#listing-filters"), "Apply")
    expect(claire.locator("#listing-count")).to_have_text("32 references")
    expect(claire.locator("#results tbody tr").first.locator(".c-price")).to_contain_text("€")


def test_fill_the_cart_and_check_out(person: People, customer: Journey) -> None:
    buyer = buyer_of(person, customer, "/catalog/?q=BF-1001")
    buyer.locator("main input.q").fill("200")
    press(buyer, "Add to cart")
    expect(buyer.get_by_role("status").filter(has_text="1 line is in the cart.")).to_be_visible()
    buyer.goto("/quick-order/")
    buyer.locator("[name=pasted]").fill("BF-1003;400\nBF-10005;50")
    press(buyer, "Check the lines")
    expect(buyer.locator("#quick-form")).to_contain_text("1 unknown")
    press(buyer, "Add the line that is ready")
    buyer.goto("/cart/")
    row(buyer, "BF-1001").get_by_role("textbox").fill("300")
    press(buyer, "Update")
    expect(buyer.locator("dl", has_text="Total net")).to_contain_text("€228.00")
    press(buyer, "Check out")
    buyer.locator("[name=po_number]").fill(f"NJ-{customer.mark}")
    press(buyer, "Order for €273.60")
    expect(buyer.locator("main")).to_contain_text("Thank you, your order is placed.")
    buyer.reload()
    expect(buyer.locator("main")).to_contain_text(f"NJ-{customer.mark}")
    buyer.goto("/orders/")
    expect(buyer.locator("main tbody tr")).to_have_count(1)


def test_ask_two_suppliers_for_a_quote(person: People, customer: Journey) -> None:
    buyer = person(customer.fact("buyer email"), password=customer.password, start="/rfqs/new/", javascript=False)
    form = buyer.locator("#rfq-form")
    fill_in(form, {"title": f"Sans script {customer.mark}"})
    for supplier in (SEEDED_NAME, RESELLER_NAME):
        form.get_by_role("checkbox", name=supplier).check()
    press(buyer, "More lines")
    expect(form.locator("[name=title]")).to_have_value(f"Sans script {customer.mark}")
    form.locator("[name=line-description]").first.fill("Équerre pliée")
    form.locator("[name=line-quantity]").first.fill("40")
    press(buyer, "Send the request")
    expect(buyer.locator("main")).to_contain_text("Your request is sent")
    seller = person("sophie@quincaillerie-rhone.example", shop=RESELLER, start="/portal/rfqs/", javascript=False)
    follow(seller, f"Sans script {customer.mark}")
    seller.locator("[name^=price-]").fill("2.50")
    press(seller, "Send the offer")
    buyer.reload()
    expect(row(buyer, "Whole cost, net")).to_contain_text("€100.00")


def test_ship_a_parcel_and_pay_the_invoice(person: People, order: Journey) -> None:
    seller = supplier_of(person, order, "/portal/orders/")
    follow(row(seller, order.fact("po")), "CO-")
    press(seller, "Confirm the order")
    for field, quantity in zip(seller.locator("#ship input.q").all(), ("200", "400", "1000"), strict=True):
        field.fill(quantity)
    fill_in(seller.locator("#ship"), {"carrier": "Geodis", "tracking_number": FIRST})
    press(seller, "Ship this parcel")
    expect(seller.locator("#order")).to_contain_text(FIRST)
    send(seller.locator("button[value=handed_over]"))
    expect(seller.get_by_role("status").filter(has_text="Recorded")).to_be_visible()
    buyer = buyer_of(person, order, order.fact("order"))
    expect(buyer.locator("#order")).to_contain_text("Handed over")
    follow(buyer.locator("#order"), "Invoice ")
    press(buyer, "by card")
    press(buyer, f"Pay {order.fact('total')}")
    come_back_until(buyer, "Thank you, this invoice is paid.")


def test_import_a_catalogue(person: People, stack: Stack) -> None:
    supplier = stack.journey(supplying.STEPS[:3])
    owner = supplier_of(person, supplier, "/portal/imports/")
    file: Any = {"name": "tarif.csv", "mimeType": "text/csv", "buffer": CATALOGUE.encode()}
    owner.locator("input[type=file]").set_input_files(file)
    press(owner, "Look at the file")
    press(owner, "Check all rows")
    come_back_until(owner, "This was a dry run")
    expect(row(owner.locator("#issues"), "douze")).to_be_visible()
    press(owner, "Apply 5 rows")
    come_back_until(owner, "Applied.")
    visitor = person(shop=supplier.fact("slug"), start="/catalog/", javascript=False)
    come_back_until(visitor, "BF-1005")
    expect(visitor.locator("main")).to_contain_text(re.compile(r"5\s+references"))
