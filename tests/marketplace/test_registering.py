"""A company registers on the marketplace and asks several suppliers for an account at once."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Company, JoinRequest, User
from accounts.services import CompanyData, create_user
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.enums import CustomerState
from customers.models import Customer
from marketplace.joining import register_and_ask
from orders.errors import SupplierClosed
from tenants.enums import TenantState
from tenants.models import Tenant
from tests.customers.test_registration import FORM
from tests.world import PASSWORD, Person, TenantWorld, World

HOST = "localhost"


def _asked(tenant: TenantWorld) -> list[tuple[str, str, str]]:
    with use_tenant(tenant.scope):
        rows = Customer.objects.filter(siren="443061841")
        return list(rows.values_list("state", "contact_email", "message"))


def _counts(world: World) -> tuple[int, int, int, int]:
    counted = []
    for tenant in (world.acme, world.bolt):
        with use_tenant(tenant.scope):
            counted.append(Customer.objects.count())
    with use_tenant(PLATFORM):
        return (User.objects.count(), Company.objects.count(), counted[0], counted[1])


def test_a_visitor_registers_and_asks_two_suppliers(world: World, browser: Any) -> None:
    visitor = browser(HOST)
    assert 'href="/register/"' in visitor.get("/").content.decode()
    page = visitor.get("/register/").content.decode()
    assert "Acme Visserie" in page
    answer = visitor.post("/register/", {**FORM, "suppliers": [world.acme.id.hex, world.bolt.id.hex]}, follow=True)
    text = answer.content.decode()
    assert "2 suppliers were asked for an account" in text
    assert FORM["legal_name"] in text, "signed in, and of the company"
    assert 'href="/register/"' not in text
    for tenant in (world.acme, world.bolt):
        assert _asked(tenant) == [(CustomerState.PENDING, "chloe@artois.example", FORM["message"])]


def test_no_supplier_need_be_asked(world: World, browser: Any) -> None:
    text = browser(HOST).post("/register/", FORM, follow=True).content.decode()
    assert "Your company is registered." in text
    assert "for an account" not in text
    assert _asked(world.acme) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("siren", "123456789"), ("email", "admin@delmas.example"), ("suppliers", ["0" * 32]), ("legal_name", "")],
)
def test_bad_input_is_said_at_its_field_and_nothing_is_written(
    world: World, browser: Any, field: str, value: object
) -> None:
    before = _counts(world)
    answer = browser(HOST).post("/register/", {**FORM, "suppliers": [world.acme.id.hex], field: value})
    assert answer.status_code == 422
    assert f'id="id_{field}-error"' in answer.content.decode() or f'href="#id_{field}' in answer.content.decode()
    assert _counts(world) == before


def test_not_more_suppliers_than_can_look_at_a_newcomer(
    world: World, browser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("frontend.marketplace.joining.views.MOST_ASKED", 1)
    answer = browser(HOST).post("/register/", {**FORM, "suppliers": [world.acme.id.hex, world.bolt.id.hex]})
    assert answer.status_code == 422
    assert "Choose at most 1." in answer.content.decode()


def test_all_or_nothing(world: World) -> None:
    """The last supplier closes while the form is filled in: nobody is asked, and there is no company."""
    with use_tenant(PLATFORM):
        user_id = create_user(email="solo@x.example", password=PASSWORD, name="Solo")
        last = max(world.acme, world.bolt, key=lambda tenant: tenant.id)
        Tenant.objects.filter(pk=last.id).update(state=TenantState.SUSPENDED)
    before = _counts(world)
    data = CompanyData(legal_name="Mécanique Artois", siren="443061841", street="", postal_code="", city="")
    with use_tenant(PLATFORM), pytest.raises(SupplierClosed):
        register_and_ask(data=data, user_id=user_id, tenant_ids=[world.acme.id, world.bolt.id])
    assert _counts(world) == before


def test_a_known_company_is_joined_and_not_made_twice(world: World, browser: Any) -> None:
    known = {**FORM, "siren": "552100554", "suppliers": [world.acme.id.hex]}
    assert browser(HOST).post("/register/", known)["Location"] == "/company/joining/"
    with use_tenant(PLATFORM):
        assert JoinRequest.objects.get().company_id == world.delmas.id
        assert Company.objects.filter(siren="552100554").count() == 1


def test_who_has_a_login_registers_a_company_and_who_has_a_company_none(world: World, browser: Any) -> None:
    with use_tenant(PLATFORM):
        person = Person(create_user(email="solo@x.example", password=PASSWORD, name="Solo"), "solo@x.example", "Solo")
    solo = browser(HOST, person)
    assert "id_password" not in solo.get("/register/").content.decode()
    assert solo.post("/register/", {**FORM, "suppliers": [world.bolt.id.hex]})["Location"] == "/"
    assert len(_asked(world.bolt)) == 1
    assert solo.get("/register/")["Location"] == "/company/choose/"
