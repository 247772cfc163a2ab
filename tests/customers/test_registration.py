"""A company registers on a storefront and asks for an account; everything that is refused on the way."""

from __future__ import annotations

import re
import threading
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.test import Client

from accounts.enums import CompanyRole
from accounts.models import Company, CompanyAddress, CompanyUser, JoinRequest, User
from accounts.services import add_company_user, create_user
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.enums import CustomerState
from customers.models import Customer
from customers.queries import customer_of
from tests.world import PASSWORD, Person, World

FORM = {
    "name": "Chloé Martin",
    "email": "Chloe@artois.example",
    "password": "a-long-enough-word",
    "legal_name": "Mécanique Artois SAS",
    "siren": "443 061 841",
    "vat_number": "",
    "street": "4 rue de la Gare",
    "postal_code": "62300",
    "city": "Lens",
    "country": "FR",
    "message": "Visserie inox, chaque semaine",
}
REQUEST = "/account/request/"


def _counts() -> tuple[int, int, int, int]:
    return User.objects.count(), Company.objects.count(), CompanyUser.objects.count(), CompanyAddress.objects.count()


def test_a_visitor_registers_and_waits_for_approval(world: World, browser: Any) -> None:
    visitor = browser(world.acme.host)
    answer = visitor.post("/register/", FORM)
    assert answer.status_code == 303, answer.content.decode()
    assert answer["Location"] == REQUEST
    page = visitor.get(REQUEST).content.decode()
    assert "Waiting for approval" in page
    with use_tenant(world.acme.scope):
        customer = Customer.objects.get(siren="443061841")
        assert (customer.state, customer.company_name) == (CustomerState.PENDING, FORM["legal_name"])
        assert (customer.contact_email, customer.message) == ("chloe@artois.example", FORM["message"])
        address = CompanyAddress.objects.get(company_id=customer.company_id)
        assert (address.city, address.is_default) == ("Lens", True)
    with use_tenant(world.bolt.scope):
        assert not Customer.objects.filter(siren="443061841").exists(), "one supplier was asked, not all"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("siren", "123456789"),
        ("siren", ""),
        ("vat_number", "FR00123456789"),
        ("email", "admin@delmas.example"),
        ("email", "nobody"),
        ("password", "short"),
        ("legal_name", ""),
        ("street", ""),
        ("country", "XX"),
    ],
)
def test_bad_input_is_said_at_its_field_and_nothing_is_written(
    world: World, browser: Any, field: str, value: str
) -> None:
    with use_tenant(world.acme.scope):
        before = (*_counts(), Customer.objects.count())
    answer = browser(world.acme.host).post("/register/", {**FORM, field: value})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert re.search(rf'id="id_{field}-error"', html), html
    assert FORM["message"] in html, "what was typed is kept"
    with use_tenant(world.acme.scope):
        assert (*_counts(), Customer.objects.count()) == before


def test_a_company_abroad_needs_its_vat_number(world: World, browser: Any) -> None:
    visitor = browser(world.acme.host)
    abroad = {**FORM, "siren": "", "country": "BE"}
    assert 'id="id_vat_number-error"' in visitor.post("/register/", abroad).content.decode()
    assert visitor.post("/register/", {**abroad, "vat_number": "BE 0403.170.701"}).status_code == 303


def test_a_user_without_a_company_registers_one(world: World, browser: Any) -> None:
    with use_tenant(PLATFORM):
        person = Person(create_user(email="solo@x.example", password=PASSWORD, name="Solo"), "solo@x.example", "Solo")
    solo = browser(world.acme.host, person)
    page = solo.get("/register/").content.decode()
    assert "id_legal_name" in page
    assert "id_password" not in page
    assert solo.get(REQUEST)["Location"] == "/register/"
    assert solo.get("/company/").status_code == 404
    assert solo.post("/register/", FORM).status_code == 303
    assert "Waiting for approval" in solo.get(REQUEST).content.decode()


def test_a_known_company_just_asks_once(world: World, browser: Any) -> None:
    buyer = browser(world.acme.host, world.nouvelle.admin)
    assert buyer.get("/register/")["Location"] == REQUEST
    assert buyer.post(REQUEST, {"message": "Bonjour"}).status_code == 303
    assert "Waiting for approval" in buyer.get(REQUEST).content.decode()
    assert buyer.post(REQUEST, {"message": "Encore"}).status_code == 409
    with use_tenant(world.acme.scope):
        assert Customer.objects.get(company_id=world.nouvelle.id).message == "Bonjour"


def test_a_viewer_may_not_ask(world: World, browser: Any) -> None:
    viewer = browser(world.acme.host, world.nouvelle.viewer)
    assert "Ask one of its administrators" in viewer.get(REQUEST).content.decode()
    assert viewer.post(REQUEST).status_code == 403
    with use_tenant(world.acme.scope):
        assert customer_of(world.nouvelle.id) is None


def test_who_is_not_signed_in_is_asked_to_sign_in(world: World, browser: Any) -> None:
    for path in (REQUEST, "/company/"):
        assert browser(world.acme.host).get(path)["Location"].startswith("/sign-in/?next=")


def test_the_company_page_shows_data_people_and_addresses(world: World, browser: Any) -> None:
    admin = browser(world.acme.host, world.delmas.admin)
    page = admin.get("/company/").content.decode()
    for text in ("552100554", world.delmas.viewer.email, "12 rue des Forges", "30 days net", "Industrie"):
        assert text in page
    address = {"label": "Chantier Lens", "street": "1 rue X", "postal_code": "62300", "city": "Lens", "country": "FR"}
    wrong = admin.post("/company/addresses/", {**address, "city": ""})
    assert wrong.status_code == 422
    assert 'id="id_city-error"' in wrong.content.decode()
    assert admin.post("/company/addresses/", address).status_code == 303
    assert "Chantier Lens" in admin.get("/company/").content.decode()


def test_a_viewer_adds_no_address(world: World, browser: Any) -> None:
    viewer = browser(world.acme.host, world.delmas.viewer)
    address = {"label": "Ailleurs", "street": "1 rue X", "postal_code": "62300", "city": "Lens", "country": "FR"}
    assert "Add the address" not in viewer.get("/company/").content.decode()
    assert viewer.post("/company/addresses/", address).status_code == 403
    with use_tenant(PLATFORM):
        assert not CompanyAddress.objects.filter(label="Ailleurs").exists()


def test_two_registrations_of_one_company_at_once(committed_world: World) -> None:
    """One of them registers it, the other asks to join it."""
    world = committed_world
    barrier = threading.Barrier(2, timeout=20)
    answers: list[str] = []

    def register(email: str) -> None:
        client = Client(headers={"host": world.acme.host, "accept-language": "en"})
        barrier.wait()
        try:
            answers.append(client.post("/register/", {**FORM, "email": email})["Location"])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=register, args=[f"{name}@artois.example"]) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(answers) == [REQUEST, "/company/joining/"]
    with use_tenant(world.acme.scope):
        company_ids: list[UUID] = list(Company.objects.filter(siren="443061841").values_list("pk", flat=True))
        assert len(company_ids) == 1
        assert Customer.objects.filter(company_id=company_ids[0]).count() == 1
        assert CompanyUser.objects.filter(company_id=company_ids[0]).count() == 1
        assert JoinRequest.objects.filter(company_id=company_ids[0]).count() == 1


def test_who_belongs_to_two_companies_chooses(world: World, browser: Any) -> None:
    with use_tenant(PLATFORM):
        add_company_user(company_id=world.lecomte.id, user_id=world.delmas.admin.id, role=CompanyRole.BUYER)
    buyer = browser(world.acme.host, world.delmas.admin)
    page = buyer.get("/company/choose/?next=/company/").content.decode()
    assert "Garage Lecomte" in page
    assert "You act for it" in page
    data = {"company": world.lecomte.id.hex, "next": "/company/"}
    assert buyer.post("/company/choose/", data)["Location"] == "/company/"
    assert "732829320" in buyer.get("/company/").content.decode()
    assert buyer.post("/company/choose/", {"company": world.nouvelle.id.hex}).status_code == 404
    assert "732829320" in buyer.get("/company/").content.decode()
    assert browser("localhost").get("/company/choose/").status_code == 303
