"""What runs beside the pages: the operator's console, and a buyer's own system at the API."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from devkit.walk.browser import Browser
from devkit.walk.journey import Journey
from tests.e2e.acts import amount, fill_in, follow, press, row
from tests.e2e.people import People
from tests.e2e.stack import Stack

pytestmark = pytest.mark.browser

OPERATOR = "operator@comptoir.example"
PRODUCTS, ORDERS = "/api/v1/products/", "/api/v1/orders/"


def figure(page: Page, label: str) -> str:
    """The value of one of the tiles at the top of a console page."""
    return page.locator(".stat").filter(has_text=label).locator(".stat-value").inner_text()


def cents(text: str) -> int:
    return round(float(amount(text).lstrip("€").replace(",", "")) * 100)


def volume_of(operator: Page, slug: str) -> int:
    operator.goto("/operator/")
    return cents(row(operator, f"{slug}.").inner_text())


def test_the_operator_sees_tenants_applications_volume_outbox_and_failed_jobs(
    person: People, shop: Journey, order: Journey
) -> None:
    operator = person(OPERATOR, start="/operator/")
    for name in ("Visserie Nord", "Lumen Électricité", "Sécurivêt", "Quincaillerie du Rhône", shop.fact("shop")):
        expect(row(operator.locator("table"), name)).to_contain_text("Active")
    ordered = volume_of(operator, shop.fact("slug"))
    assert ordered >= cents(order.fact("total"))
    assert cents(figure(operator, "Volume ordered")) > ordered
    assert re.fullmatch(r"\d+ / \d+", figure(operator, "Active tenants"))
    assert re.fullmatch(r"[\d.]+ s", figure(operator, "Age of the outbox"))
    assert figure(operator, "Failed jobs") == "0"
    expect(operator.get_by_role("listitem").filter(has_text="Hydroflux SAS")).to_be_visible()
    follow(operator, "Hydroflux")
    expect(operator.get_by_role("button", name="Approve")).to_be_visible()
    operator.goto("/operator/jobs/")
    expect(operator.locator("main")).to_contain_text("Nothing failed")
    assert figure(operator, "Given up") == "0"


def test_nobody_else_gets_into_the_console(person: People) -> None:
    claire = person("claire@delmas.example")
    person.may_see(403, 404)
    answer = claire.goto("/operator/")
    assert answer is not None
    assert answer.status in (403, 404)


def make_a_key(buyer: Page, name: str) -> str:
    """Make a key on the page for it, where it is shown this once."""
    form = buyer.locator("#create form")
    fill_in(form, {"name": name})
    press(form, "Create the key")
    key = buyer.locator("#clear-key").inner_text()
    buyer.goto("/company/api-keys/")
    expect(row(buyer, name)).to_contain_text("Active")
    expect(buyer.locator("main")).not_to_contain_text(key)
    return key


class Caller:
    """The buyer's own system: httpx with the key."""

    def __init__(self, stack: Stack, slug: str, key: str) -> None:
        self.browser, self.key = Browser(stack, shop=slug), key

    def __call__(self, method: str, path: str, *, json: object = None, once: str = "") -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.key}"} | ({"Idempotency-Key": once} if once else {})
        return self.browser.call(method, path, headers=headers, json=json)


def test_a_key_from_the_page_orders_once_through_the_api(person: People, stack: Stack, customer: Journey) -> None:
    slug = customer.fact("slug")
    assert Caller(stack, slug, "none")("GET", PRODUCTS).status_code == 401
    buyer = person(customer.fact("buyer email"), shop=slug, password=customer.password, start="/company/api-keys/")
    call = Caller(stack, slug, make_a_key(buyer, "ERP"))

    items = call("GET", PRODUCTS).json()["items"]
    assert {item["sku"] for item in items} >= {"BF-1001", "BF-1005"}
    price = next(item["price"] for item in items if item["sku"] == "BF-1005")
    buyer.goto("/catalog/p/BF-1005/")
    expect(buyer.locator("#offer")).to_contain_text("€1.15")
    assert float(price["unit_price"]) == 1.15

    wanted: dict[str, Any] = {
        "po_number": f"ERP-{customer.mark}",
        "lines": [{"sku": "BF-1005", "quantity": "50"}, {"sku": "BF-1002", "quantity": "300"}],
    }
    key = f"order-{customer.mark}"
    first, again = (call("POST", ORDERS, json=wanted, once=key) for _time in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert call("POST", ORDERS, json=wanted | {"po_number": "another"}, once=key).status_code == 422
    placed = call("GET", f"{ORDERS}{first.json()['id']}/").json()
    assert (placed["state"], placed["net_amount"], placed["invoice"]) == ("placed", "150.50", None)
    buyer.goto("/orders/")
    expect(buyer.locator("tbody tr")).to_have_count(1)
    expect(row(buyer, f"ERP-{customer.mark}")).to_contain_text("€180.60")

    buyer.goto("/company/api-keys/")
    press(buyer, "Revoke")
    expect(row(buyer, "ERP")).to_contain_text("Revoked")
    assert call("GET", PRODUCTS).status_code == 401
