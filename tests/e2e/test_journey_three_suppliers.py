"""A sealed request to three suppliers: a question told to all, two rounds with one of them, lines to two of them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.acts import assert_not_reloaded, fill_in, follow, mark_the_page, press, row
from tests.e2e.people import People, fresh_mark
from tests.e2e.stack import Stack
from tests.e2e.test_journey_negotiating import offer

pytestmark = pytest.mark.browser

BRACKET, GAUGE = "Équerre pliée", "Gabarit percé"
SUPPLIERS = {
    "Visserie Nord": ("paul@visserie-nord.example", "visserie-nord"),
    "Lumen Électricité": ("nadia@lumen.example", "lumen"),
    "Sécurivêt": ("hugo@securivet.example", "securivet"),
}
SLOWLY = 60_000  # milliseconds: a page that polls asks every fifteen seconds
PASS = """
from datetime import timedelta
from django.utils import timezone
from core.scope import OPERATOR
from core.tenancy import use_tenant
from rfq.closing import pass_deadlines
from rfq.models import RFQ
with use_tenant(OPERATOR):
    RFQ.objects.filter(title={title!r}).update(deadline_at=timezone.now() - timedelta(seconds=1))
    pass_deadlines()
"""


def ask(buyer: Page, title: str) -> None:
    buyer.goto("/rfqs/new/")
    form = buyer.locator("#rfq-form")
    fill_in(form, {"title": title})
    for name in SUPPLIERS:
        form.get_by_role("checkbox", name=name).check()
    form.get_by_text("Terms, award, notes").click()
    form.locator("[name=is_sealed]").check()
    for place, (text, quantity) in enumerate(((BRACKET, "40"), (GAUGE, "10"))):
        form.locator("[name=line-description]").nth(place).fill(text)
        form.locator("[name=line-quantity]").nth(place).fill(quantity)
    press(buyer, "Send the request")
    expect(buyer.get_by_role("heading", level=1)).to_have_text(title)


def question_and_answer(asker: Page, buyer: Page, others: list[Page], title: str) -> None:
    for page in (asker, *others):
        page.goto("/portal/rfqs/")
        follow(page, title)
        follow(page, "Questions and drawings")
        mark_the_page(page)
    fill_in(asker.locator("main form"), {"text": "Angle vif ?"})
    press(asker, "Send the question")
    request = buyer.url
    follow(buyer, "Questions and drawings")
    follow(buyer, "Answer")
    fill_in(buyer.locator("main form").first, {"question": "Angle vif ou arrondi ?", "text": "Arrondi, R2."})
    press(buyer, "Tell all suppliers")
    for page in others:
        expect(page.locator("#talk")).to_contain_text("Arrondi, R2.", timeout=SLOWLY)
        expect(page.locator("main")).not_to_contain_text("Visserie Nord")
        assert_not_reloaded(page)
    buyer.goto(request)


def ask_for(buyer: Page, price: str) -> None:
    follow(buyer, "Negotiate or accept – Visserie Nord")
    buyer.get_by_role("textbox", name=f"My price for {BRACKET}").fill(price)
    press(buyer, "Send the counter-offer")
    expect(buyer.locator("main")).to_contain_text("Your counter-offer is sent")


def choose(buyer: Page, article: str, supplier: str) -> None:
    choices = buyer.get_by_role("combobox", name=f"Offer for {article}")
    value = choices.locator("option", has_text=supplier).first.get_attribute("value")
    choices.select_option(value)


@pytest.mark.parametrize("sockets", [True, False], ids=["sockets", "polling"])
def test_three_suppliers_two_rounds_two_orders(person: People, stack: Stack, *, sockets: bool) -> None:
    title = f"Gabarits {fresh_mark()}"
    buyer = person("ines@batinord.example", sockets=sockets)
    ask(buyer, title)
    sellers = {name: person(mail, shop=shop, sockets=sockets) for name, (mail, shop) in SUPPLIERS.items()}
    nord, lumen, vet = sellers.values()
    question_and_answer(nord, buyer, [lumen, vet], title)
    mark_the_page(buyer)
    offer(nord, title, ["2.50", "9"], "0")
    offer(lumen, title, ["2.60", "9.50"], "0")
    offer(vet, title, ["3", "8"], "0")
    expect(buyer.locator("main")).not_to_contain_text("€2.50")
    buyer.reload()
    expect(buyer.locator("main")).not_to_contain_text("€2.50")
    mark_the_page(buyer)

    stack.manage("shell", "-c", PASS.format(title=title))
    expect(row(buyer, BRACKET)).to_contain_text("€2.50", timeout=SLOWLY)
    expect(row(buyer, GAUGE)).to_contain_text("€8.00")
    assert_not_reloaded(buyer)
    request = buyer.url
    for asked, answered in (("2.20", "2.40"), ("2.30", "2.35")):
        buyer.goto(request)
        ask_for(buyer, asked)
        offer(nord, title, [answered, "9"], "0")
    buyer.goto(request)
    expect(row(buyer, BRACKET)).to_contain_text("€2.35")

    follow(buyer, "Award line by line")
    choose(buyer, BRACKET, "Visserie Nord")
    choose(buyer, GAUGE, "Sécurivêt")
    press(buyer, "Add up")
    expect(row(buyer, "Total net")).to_contain_text("€174.00")
    press(buyer, "Award to these suppliers")
    expect(buyer.locator("main")).to_contain_text("Awarded")
    for name in ("Visserie Nord", "Sécurivêt"):
        expect(buyer.locator("main")).to_contain_text(name)
    for page, amount in ((nord, "€94.00"), (vet, "€80.00")):
        page.goto("/portal/orders/")
        expect(row(page, "BatiNord")).to_contain_text(amount)
