"""From an application to a live storefront, and everything that is refused on the way."""

from __future__ import annotations

import re
from typing import Any

import pytest

from accounts.models import User
from core.models import TaskFailure
from core.scope import PLATFORM
from core.tenancy import use_tenant
from tenants.models import Tenant
from tests.world import World
from vendors.models import Application, Vendor

FORM = {
    "name": "Nina Neuve",
    "email": "Nina@neuve.example",
    "password": "a-long-enough-word",
    "legal_name": "Neuve Fixations SAS",
    "siren": "732 829 320",
    "vat_number": "",
    "street": "1 quai Vauban",
    "postal_code": "59800",
    "city": "Lille",
    "country": "FR",
    "kind": "supplier",
    "portal_name": "Neuve",
    "slug": "neuve",
    "primary": "#ffcc00",
    "activity": "Vis",
}


def _apply(browser: Any, **changes: str) -> Any:
    return browser("localhost").post("/apply/", {**FORM, **changes})


def test_apply_approve_and_sign_in(world: World, browser: Any, drain: Any) -> None:
    applicant = browser("localhost")
    sent = applicant.post("/apply/", FORM)
    assert sent.status_code == 303, sent.content.decode()
    status_path = sent["Location"]
    assert "nina@neuve.example" in applicant.get(status_path).content.decode()
    operator = browser("localhost", world.operator)
    assert "Neuve" in operator.get("/operator/").content.decode()
    application_id = status_path.rstrip("/").rsplit("/", 1)[-1]
    assert operator.post(f"/operator/applications/{application_id}/approve/").status_code == 303
    drain()
    with use_tenant(PLATFORM):
        tenant = Tenant.objects.get(slug="neuve")
        assert Vendor.objects.get(tenant=tenant).siren == "732829320"
    page = applicant.get(status_path).content.decode()
    assert "live" in page
    jump = applicant.get(f"/go/{tenant.id}/?next=/sign-in/")["Location"]
    there = browser("neuve.localhost")
    assert there.get(jump.removeprefix("http://neuve.localhost")).status_code == 303
    theme = there.get("/theme.css").content.decode()
    assert "#ffcc00" in theme


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("siren", "123456789"),
        ("siren", ""),
        ("vat_number", "FR00123456789"),
        ("slug", "acme"),
        ("slug", "Not A Slug"),
        ("slug", "www"),
        ("email", "admin@delmas.example"),
        ("password", "short"),
        ("primary", "red"),
        ("legal_name", ""),
    ],
)
def test_bad_input_is_said_at_its_field_and_changes_nothing(world: World, browser: Any, field: str, value: str) -> None:
    with use_tenant(PLATFORM):
        before = User.objects.count()
    answer = _apply(browser, **{field: value})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert re.search(rf'id="id_{field}-error"', html), html
    assert FORM["street"] in html, "what was typed is kept"
    with use_tenant(PLATFORM):
        assert (User.objects.count(), Application.objects.count()) == (before, 0)


def test_an_application_is_seen_by_its_applicant_only(world: World, browser: Any) -> None:
    path = _apply(browser)["Location"]
    assert browser("localhost", world.delmas.admin).get(path).status_code == 404
    assert browser("localhost").get(path).status_code == 303


def test_a_refusal_needs_a_reason_and_reaches_the_applicant(world: World, browser: Any) -> None:
    applicant = browser("localhost")
    path = applicant.post("/apply/", FORM)["Location"]
    operator = browser("localhost", world.operator)
    refuse = f"/operator/applications/{path.rstrip('/').rsplit('/', 1)[-1]}/refuse/"
    assert operator.post(refuse, {"reason": " "}).status_code == 422
    assert operator.post(refuse, {"reason": "Not a business"}).status_code == 303
    assert "Not a business" in applicant.get(path).content.decode()
    assert operator.post(refuse.replace("refuse", "approve")).status_code == 409
    with use_tenant(PLATFORM):
        assert not Tenant.objects.filter(slug="neuve").exists()


@pytest.mark.parametrize("path", ["", "applications/", "tenants/", "jobs/"])
def test_the_console_is_for_operators(world: World, browser: Any, path: str) -> None:
    assert browser("localhost").get(f"/operator/{path}").status_code == 303
    assert browser("localhost", world.delmas.admin).get(f"/operator/{path}").status_code == 404
    assert browser("localhost", world.acme.owner).get(f"/operator/{path}").status_code == 404
    assert browser("localhost", world.operator).get(f"/operator/{path}").status_code == 200


def test_failed_jobs_are_shown_and_dealt_with(world: World, browser: Any) -> None:
    with use_tenant(PLATFORM):
        failure = TaskFailure.objects.create(task="x.y", scope={}, arguments={}, error="Traceback\nBoom: it broke")
    operator = browser("localhost", world.operator)
    assert "Boom: it broke" in operator.get("/operator/jobs/").content.decode()
    assert operator.post(f"/operator/jobs/{failure.id}/retry/", {"kind": "task"}).status_code == 303
    assert "Boom" not in operator.get("/operator/jobs/").content.decode()
