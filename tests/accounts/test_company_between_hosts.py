"""Going from one host to another, a person of several companies goes on acting for the same one."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accounts.enums import CompanyRole
from accounts.models import Company, CompanyUser
from accounts.services import add_company_user
from core.ids import uuid7
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.queries import require_approved
from orders.lines import NewLine
from orders.services import place_order
from tests.accounts.codes import code_of, set_up
from tests.conftest import Browser, BrowserFactory
from tests.orders.test_ordering import ADDRESS
from tests.world import PASSWORD, World


@pytest.fixture
def of_both(world: World) -> World:
    """The administrator of Ateliers Delmas belongs to Garage Lecomte too, which comes after it by name."""
    with use_tenant(PLATFORM):
        add_company_user(company_id=world.lecomte.id, user_id=world.delmas.admin.id, role=CompanyRole.BUYER)
    return world


def ticket(browser: Browser, world: World) -> str:
    location: str = browser.get(f"/go/{world.acme.id}/?next=/company/")["Location"]
    return location.removeprefix(f"http://{world.acme.host}")


def acts_for(browser: Browser) -> str:
    """Which company's page one sees."""
    page = browser.get("/company/").content.decode()
    return next(name for name in ("Ateliers Delmas", "Garage Lecomte") if name in page)


def chosen(make: BrowserFactory, host: str, world: World) -> Browser:
    browser = make(host, world.delmas.admin)
    browser.post("/company/choose/", {"company": world.lecomte.id.hex})
    return browser


def test_the_company_goes_along_from_host_to_host(of_both: World, browser: BrowserFactory) -> None:
    platform, shop = chosen(browser, "localhost", of_both), browser(of_both.acme.host)
    shop.get(ticket(platform, of_both))
    assert acts_for(shop) == "Garage Lecomte"
    further = shop.get(f"/go/{of_both.bolt.id}/?next=/company/")["Location"].removeprefix(f"http://{of_both.bolt.host}")
    other = browser(of_both.bolt.host)
    other.get(further)
    assert acts_for(other) == "Garage Lecomte"


def test_without_a_choice_it_is_the_one_that_was_shown(of_both: World, browser: BrowserFactory) -> None:
    shop = chosen(browser, of_both.acme.host, of_both)
    shop.get(ticket(browser("localhost", of_both.delmas.admin), of_both))
    assert acts_for(shop) == "Ateliers Delmas", "as on the host that one comes from"


def test_who_is_no_member_any_more_does_not_act_for_it(of_both: World, browser: BrowserFactory) -> None:
    platform, shop = chosen(browser, "localhost", of_both), browser(of_both.acme.host)
    path = ticket(platform, of_both)
    with use_tenant(PLATFORM):
        CompanyUser.objects.filter(user_id=of_both.delmas.admin.id, company_id=of_both.lecomte.id).delete()
    shop.get(path)
    assert acts_for(shop) == "Ateliers Delmas"


def test_a_company_that_asks_for_a_second_factor_still_does(of_both: World, browser: BrowserFactory) -> None:
    platform, shop = chosen(browser, "localhost", of_both), browser(of_both.acme.host)
    path = ticket(platform, of_both)
    with use_tenant(PLATFORM):
        Company.objects.filter(pk=of_both.lecomte.id).update(requires_second_factor=True)
    shop.get(path)
    assert shop.get("/company/")["Location"].startswith("/security/required/")


def test_the_company_waits_with_the_sign_in_for_the_code(of_both: World, browser: BrowserFactory) -> None:
    platform, shop = chosen(browser, "localhost", of_both), browser(of_both.acme.host)
    path = ticket(platform, of_both)
    key, _codes = set_up(browser("localhost", of_both.delmas.admin))
    assert shop.get(path)["Location"] == "/sign-in/code/", "issued before there was a factor"
    assert shop.post("/sign-in/code/", {"code": code_of(key)})["Location"] == "/company/"
    assert acts_for(shop) == "Garage Lecomte"


def test_another_person_on_the_same_host_gets_nothing_of_it(of_both: World, browser: BrowserFactory) -> None:
    shop = chosen(browser, of_both.acme.host, of_both)
    data = {"username": of_both.delmas.viewer.email, "password": PASSWORD}
    shop.post("/sign-in/", data)
    assert acts_for(shop) == "Ateliers Delmas"


def test_what_is_another_companys_offers_to_act_for_another_and_says_no_more(
    of_both: World, browser: BrowserFactory
) -> None:
    shop, colleague = browser(of_both.acme.host, of_both.delmas.admin), of_both.lecomte.buyer
    with use_tenant(of_both.acme.scope, company_id=of_both.lecomte.id):
        order_id = place_order(
            actor=colleague,
            customer=require_approved(colleague),
            lines=[NewLine(of_both.acme.variants["VN-1001"], "", Decimal(10))],
            delivery_address=ADDRESS,
        )
    theirs, nobodys = (shop.get(f"/orders/{key}/?tab=1") for key in (order_id, uuid7()))
    offer = 'href="/company/choose/?next=%2Forders%2F{}%2F%3Ftab%3D1"'
    for answer in (theirs, nobodys):
        assert answer.status_code == 404
        assert "You act for Ateliers Delmas." in answer.content.decode()
    assert offer.format(order_id) in theirs.content.decode()
    shop.post("/company/choose/", {"company": of_both.lecomte.id.hex, "next": f"/orders/{order_id}/"})
    assert shop.get(f"/orders/{order_id}/").status_code == 200
    alone = browser(of_both.acme.host, of_both.delmas.viewer).get(f"/orders/{order_id}/")
    assert (alone.status_code, "/company/choose/" in alone.content.decode()) == (404, False)
