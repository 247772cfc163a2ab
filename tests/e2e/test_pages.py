"""Every main page, for the people who see it: answers, speaks their language, fits the screen, passes axe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import axe_playwright_python
import pytest
from playwright.sync_api import Page

from devkit.walk import delivering, paying
from devkit.walk.browser import Browser
from devkit.walk.journey import Journey
from devkit.walk.supplying import OWNER_PASSWORD
from tests.e2e.people import PASSWORD, People
from tests.e2e.stack import Stack

pytestmark = pytest.mark.browser

AXE = next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})"
SEEDED = "visserie-nord"
COMPARE = "the first two articles side by side"


@dataclass(frozen=True)
class Tour:
    """Who looks at which pages. "> css" is the first such link on the page before, COMPARE its first two articles."""

    paths: Sequence[str]
    email: str = ""
    shop: str = ""


VISITOR = ("/", "/catalog/?q=vis", "> main .c-name a", "/register/", "/sign-in/", "/catalog/?q=xyzzy")
SIGN_IN = ("/sign-in/company/", "/sign-in/passkey/")
NEWCOMER = (
    "/",
    "/register/",
    "/search/?q=vis",
    "> main .c-vendor a[href^='/goods/']",
    "/apply/",
    "/sign-in/",
    *SIGN_IN,
    "/compare/",
)
BUYER = (
    "/",
    "/catalog/?q=vis+chc",
    "> main .c-name a",
    "/catalog/p/VN-10000/",
    "/catalog/configure/VN-SET-M8/?asked=1&chosen-A=A3&chosen=B2",
    "/company/part-numbers/",
    "/quick-order/",
    "/cart/",
    "> main a[href$='/settings/']",
    "/cart/",
    "> main a[href$='/copy/']",
    "/carts/",
    "/carts/deleted/",
    "/checkout/",
    "/orders/",
    "> main tbody a[href*='/orders/']",
    "/orders/",
    "> main tbody a[href$='/again/']",
    "/again/?again=most",
    "/again/?again=due",
    "/agreements/",
    "/recurring/",
    "/recurring/new/",
    "/invoices/",
    "> main tbody a[href*='/invoices/']",
    "/company/",
    "> main a[href*='/company/addresses/']",
    "/company/on-behalf/",
    "/company/choose/",
    "/company/api-keys/",
    "/lists/",
    "> main tbody a[href*='/lists/']",
    "/recurring/",
    "> main tbody a[href*='/recurring/']",
    "/recurring/new/",
    "/account/request/",
    "/notifications/",
    "/notifications/preferences/",
)
MARKETPLACE = (
    "/",
    "/search/?q=vis+chc",
    COMPARE,
    "/search/?q=lock+nut+M8",
    "> main .c-vendor a[href^='/goods/']",
    "/rfqs/",
    "> main tbody a[href*='/rfqs/']",
    "> main td a.btn[href*='/rfqs/']",
    "/rfqs/new/",
    "/rfqs/new/?node=fasteners",
    "/documents/",
    "/notifications/",
    "/security/",
    "/security/password/",
    "/security/confirm/",
    "/security/code-app/",
    "/security/recovery-codes/",
    "/security/passkeys/",
    "/company/security/",
    "/company/security/provider/",
)
PORTAL = (
    "/portal/",
    "/portal/orders/",
    "> main tbody a[href*='/portal/orders/']",
    "/portal/agreements/",
    "/portal/catalog/",
    "> main tbody a[href*='/portal/catalog/']",
    "/portal/catalog/new/",
    "/portal/catalog/families/",
    "> main tbody a[href*='/catalog/families/']",
    "/portal/catalog/families/",
    "> main tbody a[href*='/catalog/attributes/']",
    "/portal/catalog/?q=VN-SET-M8",
    "> main tbody a[href*='/portal/catalog/']",
    "> main a[href$='/pack/']",
    "/portal/customers/",
    "> main tbody a[href*='/portal/customers/']",
    "/portal/prices/",
    "> main tbody a[href*='/portal/prices/lists/']",
    "/portal/prices/batches/",
    "/portal/prices/discounts/",
    "/portal/prices/discounts/new/",
    "/portal/prices/conflicts/",
    "/portal/prices/settings/",
    "/portal/prices/costs/",
    "/portal/prices/seen/?customer=BatiNord&sku=VN-10112&quantity=500",
    "/portal/segments/",
    "/portal/segments/new/",
    "/portal/visibility/?visitor=1",
    "/portal/taxonomy/",
    "/portal/rfqs/",
    "> main tbody a[href*='/portal/rfqs/']",
    "/portal/rfqs/limits/",
    "/portal/invoices/",
    "> main tbody a[href*='/portal/invoices/']",
    "/portal/appearance/",
    "/portal/notifications/",
)
OPERATOR = (
    "/operator/",
    "/operator/applications/",
    "> main tbody a[href*='/applications/']",
    "/operator/tenants/",
    "/operator/domains/",
    "/operator/sign-in-domains/",
    "/operator/taxonomy/",
    "/operator/jobs/",
)
TOURS = {
    "visitor": Tour(VISITOR, shop=SEEDED),
    "newcomer": Tour(NEWCOMER),
    "buyer": Tour(BUYER, "marc@batinord.example", SEEDED),
    "marketplace": Tour(MARKETPLACE, "claire@delmas.example"),
    "portal": Tour(PORTAL, "paul@visserie-nord.example", SEEDED),
    "operator": Tour(OPERATOR, "operator@comptoir.example"),
}


@pytest.fixture(scope="module")
def _something_in_the_cart(stack: Stack) -> None:
    """The touring buyer's cart has two lines."""
    buyer = Browser(stack, shop=SEEDED)
    buyer.sign_in("/sign-in/?next=/", email=TOURS["buyer"].email, password=PASSWORD)
    page = buyer.get("/quick-order/")
    page = buyer.submit(
        page, page.form("quick-form"), {"pasted": "VN-10112;100\nVN-10120;200"}, press="Check the lines"
    )
    buyer.submit(page, page.form("quick-form"), press="Add the 2 lines")


@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("name", TOURS)
@pytest.mark.usefixtures("_something_in_the_cart")
def test_pages_answer_fit_and_are_accessible(person: People, name: str, lang: str, width: int) -> None:
    tour = TOURS[name]
    page = person(tour.email, shop=tour.shop, lang=lang, width=width)
    assert faults_on(page, tour.paths, lang=lang, width=width) == []


@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_pages_that_only_some_see(person: People, order: Journey, lang: str, width: int) -> None:
    """A delivered order, its invoice, the test gateway, a finished import with refused rows."""
    for _title, step in (*delivering.STEPS, *paying.STEPS[:2]):
        step(order)
    slug = order.fact("slug")
    buyer = person(order.fact("buyer email"), shop=slug, password=order.password, lang=lang, width=width)
    paths = (order.fact("order"), order.fact("invoice"), order.fact("checkout"))
    found = faults_on(buyer, paths, lang=lang, width=width)
    owner = person(order.fact("supplier email"), shop=slug, password=OWNER_PASSWORD, lang=lang, width=width)
    paths = ("/portal/imports/", order.fact("import"), order.fact("portal order"))
    assert found + faults_on(owner, paths, lang=lang, width=width) == []


def faults_on(page: Page, paths: Sequence[str], *, lang: str, width: int) -> list[str]:
    """What is wrong on these pages, one line each, all of it."""
    faults: list[str] = []
    for path in paths:
        page.set_viewport_size({"width": width, "height": 900})
        target = address_of(page, path)
        if not target:
            faults.append(f"{page.url} has no {path}")
            continue
        answer = page.goto(target)
        if answer is None or answer.status != 200:
            faults.append(f"{target} was answered {answer and answer.status}")
            continue
        show_all(page, width)
        faults += [f"{page.url}: {fault}" for fault in faults_of(page, lang=lang, width=width)]
    return faults


def show_all(page: Page, width: int) -> None:
    """Make the window as high as the page, lest axe take the bar at the bottom for a lid."""
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": height + 100})


def address_of(page: Page, path: str) -> str:
    """Where a path of a tour is; empty when the page that is open does not lead there."""
    if path == COMPARE:
        lines = [box.input_value() for box in page.locator("[name=line]").all()[:2]]
        return f"/compare/?{urlencode({'line': lines}, doseq=True)}" if lines else ""
    if not path.startswith(">"):
        return path
    links = page.locator(path[1:].strip())
    return str(links.first.evaluate("link => link.href")) if links.count() else ""


def faults_of(page: Page, *, lang: str, width: int) -> list[str]:
    """What is wrong on the page that is open."""
    faults = []
    if (spoken := page.locator("html").get_attribute("lang")) != lang:
        faults.append(f"speaks {spoken}")
    if (taken := page.evaluate("document.documentElement.scrollWidth")) > width:
        faults.append(f"takes {taken} px of width")
    page.evaluate(AXE)
    result: dict[str, Any] = page.evaluate(RUN, TAGS)
    for violation in result["violations"]:
        nodes = "; ".join(node["html"][:160] for node in violation["nodes"][:3])
        faults.append(f"{violation['id']} ({len(violation['nodes'])}): {nodes}")
    return faults
