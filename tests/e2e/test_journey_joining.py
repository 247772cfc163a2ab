"""A supplier applies and its storefront opens; a company registers there and gets its conditions."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from devkit.walk.journey import Journey, siren
from devkit.walk.supplying import OWNER_PASSWORD
from tests.e2e.acts import amount, fill_in, follow, press, row
from tests.e2e.people import People, fresh_mark

pytestmark = pytest.mark.browser

COLOUR = "#264653"
BUYER_PASSWORD = "presses-et-plieuses"


def application(mark: str, number: str) -> dict[str, str]:
    return {
        "name": "Nora Lefèvre",
        "email": f"nora@tolerie-{mark}.example",
        "password": OWNER_PASSWORD,
        "legal_name": f"Tôlerie de la Scarpe {mark} SAS",
        "siren": number,
        "street": "9 rue de la Fonderie",
        "postal_code": "62000",
        "city": "Arras",
        "country": "France",
        "kind": "Supplier",
        "portal_name": f"Tôlerie {mark}",
        "slug": f"tolerie-{mark}",
        "primary": COLOUR,
        "activity": "Tôle, profilés et équerres.",
    }


def with_a_wrong_digit(number: str) -> str:
    return f"{number[:-1]}{(int(number[-1]) + 1) % 10}"


def assert_kept(form: Locator, typed: dict[str, str]) -> None:
    """All fields but the password are as they were typed."""
    for name in typed.keys() - {"password", "country", "kind"}:
        expect(form.locator(f"[name={name}]")).to_have_value(typed[name])


def approve(operator: Page, portal_name: str) -> None:
    follow(operator, portal_name)
    press(operator, "Approve")
    expect(operator.locator("#application-state")).to_contain_text("The storefront is live")


def test_a_supplier_applies_is_approved_and_opens(person: People) -> None:
    mark, number = fresh_mark(), siren()
    typed = application(mark, with_a_wrong_digit(number))
    applicant = person(start="/apply/")
    form = applicant.locator("main form")
    fill_in(form, typed)
    person.may_see(422)
    press(applicant, "Send the application")
    expect(applicant.locator("#id_siren")).to_have_attribute("aria-invalid", "true")
    expect(applicant.locator("#id_siren-error")).not_to_be_empty()
    expect(applicant.locator("[aria-invalid]")).to_have_count(1)
    assert_kept(form, typed)

    fill_in(form, {"siren": number, "password": OWNER_PASSWORD})
    press(applicant, "Send the application")
    expect(applicant.locator("main")).to_contain_text("We are checking your company")
    approve(person("operator@comptoir.example", start="/operator/"), typed["portal_name"])
    expect(applicant.locator("#application-state")).to_contain_text("Your storefront is live")

    visitor = person(shop=typed["slug"])
    expect(visitor.locator(".brand-name")).to_have_text(typed["portal_name"])
    brand = "getComputedStyle(document.documentElement).getPropertyValue('--brand').trim()"
    assert visitor.evaluate(brand) == COLOUR
    owner = person(typed["email"], shop=typed["slug"], password=OWNER_PASSWORD, start="/portal/")
    expect(owner).to_have_title(f"To do · {typed['portal_name']}")
    expect(owner.get_by_role("heading", level=1)).to_contain_text("Hello Nora")


def registration(mark: str) -> dict[str, str]:
    return {
        "name": "Yann Vasseur",
        "email": f"yann@serrurerie-{mark}.example",
        "password": BUYER_PASSWORD,
        "legal_name": f"Serrurerie Vasseur {mark}",
        "country": "France",
        "siren": siren(),
        "street": "31 quai du Rivage",
        "postal_code": "62100",
        "city": "Calais",
        "message": "Garde-corps et portails.",
    }


def decide(seller: Page, company: str) -> None:
    """Give the company a group, a price list of its own, a term and a limit."""
    follow(row(seller, company), "Decide")
    form = seller.locator("form[action$='/approve/']")
    choices = {"group": "Industrie 62", "list_1": "Accord-cadre 2026", "limit": "15000"}
    fill_in(form, choices)
    form.locator("[name=term]").select_option(label="45 days end of month")
    press(form, "Open the account")
    expect(seller.locator("main")).to_contain_text("The account is open")


def test_a_company_sees_prices_only_after_the_supplier_has_approved_it(person: People) -> None:
    typed = registration(fresh_mark())
    buyer = person(shop="visserie-nord", start="/register/")
    fill_in(buyer.locator("main form"), typed)
    press(buyer, "Ask for an account")
    expect(buyer.locator("main")).to_contain_text("Waiting for approval: no prices yet.")
    buyer.goto("/catalog/?q=VN-10104")
    article = buyer.locator("main tbody tr")
    expect(article).to_contain_text("VN-10104")
    expect(buyer.locator("main")).not_to_contain_text("€")
    expect(buyer.locator("main input.q")).to_have_count(0)

    decide(person("paul@visserie-nord.example", shop="visserie-nord", start="/portal/customers/"), typed["legal_name"])

    buyer.goto("/account/request/")
    expect(buyer.locator("main")).to_contain_text("Your account is open.")
    expect(buyer.locator("main")).to_contain_text("Industrie 62")
    buyer.goto("/catalog/?q=VN-10104")
    theirs = person("marc@batinord.example", shop="visserie-nord", start="/catalog/?q=VN-10104")
    own, other = (amount(page.locator("main .c-price").inner_text()) for page in (buyer, theirs))
    assert own != other
    expect(buyer.locator(".conditions")).to_contain_text("45 days end of month")
    expect(buyer.locator(".conditions")).to_contain_text("€15,000.00")


def test_a_refused_company_reads_why(person: People, shop: Journey, company: Journey) -> None:
    seller = person(shop.fact("supplier email"), shop=shop.fact("slug"), password=OWNER_PASSWORD)
    seller.goto("/portal/customers/")
    follow(row(seller, company.fact("company")), "Decide")
    fill_in(seller.locator("form[action$='/refuse/']"), {"reason": "Nous ne livrons pas à Calais."})
    press(seller, "Refuse")
    buyer = person(company.fact("buyer email"), shop=shop.fact("slug"), password=company.password)
    buyer.goto("/account/request/")
    expect(buyer.locator("main")).to_contain_text("Nous ne livrons pas à Calais.")
