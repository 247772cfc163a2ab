"""A company that is registered already: a request to its administrators, not a second company."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.enums import CompanyRole
from accounts.models import Company, CompanyUser, JoinRequest, User
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.models import Customer
from tests.conftest import Browser, BrowserFactory
from tests.customers.test_registration import FORM
from tests.world import World

Drain = Callable[[], int]
KNOWN = {**FORM, "siren": "552 100 554", "legal_name": "Delmas, dit Chloé", "message": "Je suis au magasin"}
EMAIL = "chloe@artois.example"


def _asked(world: World, browser: BrowserFactory, **changes: str) -> Browser:
    visitor: Browser = browser(world.acme.host)
    answer = visitor.post("/register/", {**KNOWN, **changes})
    assert (answer.status_code, answer["Location"]) == (303, "/company/joining/"), answer.content.decode()
    return visitor


def _request_path() -> str:
    with use_tenant(PLATFORM):
        return f"/company/join-requests/{JoinRequest.objects.get(decided_at=None).pk}/"


@pytest.mark.parametrize(
    "numbers",
    [{}, {"siren": "55210055400013"}, {"vat_number": "FR 96 552100554"}],
    ids=["siren", "siret", "siren and VAT"],
)
def test_a_second_registration_asks_the_first_ones_administrators(
    world: World, browser: BrowserFactory, drain: Drain, mailoutbox: Any, numbers: dict[str, str]
) -> None:
    with use_tenant(world.acme.scope):
        before = (Company.objects.count(), Customer.objects.count())
    page = _asked(world, browser, **numbers).get("/company/joining/").content.decode()
    for text in (world.delmas.name, world.delmas.admin.email, world.delmas.admin.name, "552100554"):
        assert text not in page, "who asks learns nothing of the company"
    assert "Delmas, dit Chloé" in page
    with use_tenant(world.acme.scope):
        assert (Company.objects.count(), Customer.objects.count()) == before
        assert not CompanyUser.objects.filter(user__email=EMAIL).exists()
    drain()
    letters = [mail for mail in mailoutbox if "/company/join-requests/" in mail.body]
    assert [letter.to for letter in letters] == [[world.delmas.admin.email]]
    assert "Je suis au magasin" in letters[0].body
    assert world.acme.host in letters[0].body


def test_a_foreign_company_is_known_by_its_vat_number(world: World, browser: BrowserFactory) -> None:
    abroad = {**FORM, "siren": "", "country": "BE", "vat_number": "BE 0403.170.701"}
    assert browser(world.acme.host).post("/register/", abroad)["Location"] == "/account/request/"
    again = browser(world.bolt.host).post("/register/", {**abroad, "email": "other@x.example"})
    assert again["Location"] == "/company/joining/"


def test_who_is_let_in_gets_a_role_and_is_told(
    world: World, browser: BrowserFactory, drain: Drain, mailoutbox: Any
) -> None:
    newcomer, path = _asked(world, browser), _request_path()
    admin = browser("localhost", world.delmas.admin)
    assert "Chloé Martin" in admin.get("/company/people/").content.decode()
    assert "Je suis au magasin" in admin.get(path).content.decode()
    for person in (world.delmas.viewer, world.lecomte.admin):
        assert browser("localhost", person).post(path, {"role": "buyer", "unit": ""}).status_code in (403, 404)
    assert admin.post(path, {"role": "", "unit": ""}).status_code == 422
    assert admin.post(path, {"role": "buyer", "unit": ""}).status_code == 303
    assert admin.post(path, {"role": "buyer", "unit": ""}).status_code == 404
    with use_tenant(PLATFORM):
        member = CompanyUser.objects.get(user__email=EMAIL)
        assert (member.company_id, member.role) == (world.delmas.id, CompanyRole.BUYER)
    assert "552100554" in newcomer.get("/company/").content.decode()
    drain()
    assert [mail.to for mail in mailoutbox if world.delmas.name in mail.subject][-1] == [world.delmas.admin.email]
    assert mailoutbox[-1].to == [EMAIL]


def test_a_request_is_declined_with_a_reason(
    world: World, browser: BrowserFactory, drain: Drain, mailoutbox: Any
) -> None:
    newcomer, path = _asked(world, browser), _request_path()
    admin = browser(world.bolt.host, world.delmas.admin)
    wrong = admin.post(path, {"do": "decline", "reason": ""})
    assert (wrong.status_code, 'id="decline-reason-error"' in wrong.content.decode()) == (422, True)
    assert admin.post(path, {"do": "decline", "reason": "Inconnue au bataillon"}).status_code == 303
    page = newcomer.get("/company/joining/").content.decode()
    assert "Inconnue au bataillon" in page
    assert world.delmas.admin.name not in page
    drain()
    assert (mailoutbox[-1].to, "Inconnue au bataillon" in mailoutbox[-1].body) == ([EMAIL], True)
    with use_tenant(PLATFORM):
        assert not CompanyUser.objects.filter(user__email=EMAIL).exists()
        assert User.objects.filter(email=EMAIL).exists()


def test_asking_twice_is_asking_once(world: World, browser: BrowserFactory) -> None:
    newcomer = _asked(world, browser)
    assert newcomer.post("/register/", KNOWN)["Location"] == "/company/joining/"
    with use_tenant(PLATFORM):
        assert JoinRequest.objects.count() == 1
