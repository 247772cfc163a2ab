"""Two suppliers and a buyer at once: a question, its answer to all, who is there; also where sockets are blocked."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload, Page, expect

from devkit.walk.joining import RESELLER, SEEDED, SEEDED_NAME
from devkit.walk.journey import Journey
from devkit.walk.negotiating import RESELLER_NAME
from tests.e2e.acts import assert_not_reloaded, fill_in, follow, mark_the_page, press
from tests.e2e.people import People

pytestmark = pytest.mark.browser

PDF: FilePayload = {"name": "plan-4471.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}
SLOWLY = 45_000  # milliseconds: a page that polls asks every fifteen seconds


def ask_two_suppliers(buyer: Page, title: str) -> None:
    buyer.goto("/rfqs/new/")
    form = buyer.locator("#rfq-form")
    fill_in(form, {"title": title})
    for supplier in (SEEDED_NAME, RESELLER_NAME):
        form.get_by_role("checkbox", name=supplier).check()
    form.locator("[name=line-description]").first.fill("Équerre pliée")
    form.locator("[name=line-quantity]").first.fill("40")
    form.locator("[name=files]").set_input_files([PDF])
    press(buyer, "Keep as a draft")
    follow(buyer, "Files that the draft has already")
    expect(buyer.locator("#talk")).to_contain_text("plan-4471.pdf")
    follow(buyer.get_by_label("Path"), "DV-")
    press(buyer, "Send the request")


def open_request(seller: Page, title: str) -> None:
    seller.goto("/portal/rfqs/")
    follow(seller, title)
    expect(seller.get_by_role("heading", level=1)).to_have_text(title)


@pytest.mark.parametrize("sockets", [True, False], ids=["sockets", "polling"])
def test_a_question_is_answered_to_all_and_each_sees_who_is_there(
    person: People, customer: Journey, *, sockets: bool
) -> None:
    title = f"Équerres {customer.mark}"
    buyer = person(customer.fact("buyer email"), password=customer.password, sockets=sockets)
    ask_two_suppliers(buyer, title)
    mark_the_page(buyer)
    seller = person("paul@visserie-nord.example", shop=SEEDED, sockets=sockets)
    open_request(seller, title)
    expect(seller.locator("main")).to_contain_text("plan-4471.pdf")
    expect(buyer.locator("#presence")).to_contain_text(f"{SEEDED_NAME} is looking", timeout=SLOWLY)
    seller.locator("[name^=price-]").first.press_sequentially("2.5")
    expect(buyer.locator("#presence")).to_contain_text(f"{SEEDED_NAME} is writing", timeout=SLOWLY)
    assert_not_reloaded(buyer)
    expect(seller.locator("time[data-left]").first).to_contain_text("in ")

    rival = person("sophie@quincaillerie-rhone.example", shop=RESELLER, sockets=sockets)
    open_request(rival, title)
    follow(rival, "Questions and drawings")
    mark_the_page(rival)
    follow(seller, "Questions and drawings")
    fill_in(seller.locator("main form"), {"text": "Chez Visserie Nord : angle vif ?"})
    press(seller, "Send the question")
    expect(seller.locator("#talk")).to_contain_text("angle vif")

    follow(buyer, "Questions and drawings")
    follow(buyer, "Answer")
    fill_in(buyer.locator("main form").first, {"question": "Angle vif ou arrondi ?", "text": "Arrondi, R2."})
    press(buyer, "Tell all suppliers")
    expect(rival.locator("#talk")).to_contain_text("Arrondi, R2.", timeout=SLOWLY)
    expect(rival.locator("main")).not_to_contain_text("Visserie Nord")
    assert_not_reloaded(rival)
