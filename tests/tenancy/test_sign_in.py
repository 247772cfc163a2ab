"""How people of a company sign in is for its own administrators to say."""

from __future__ import annotations

import re

import pytest

from accounts.models import Company
from accounts.security.models import ProviderConnection, ProviderDomain
from core.scope import PLATFORM
from core.tenancy import use_tenant
from tests.accounts.codes import set_up
from tests.conftest import BrowserFactory
from tests.world import World

DEMAND = "/company/security/second-factor/"


def test_only_who_runs_the_whole_company_asks_its_members(world: World, browser: BrowserFactory) -> None:
    for person in (world.delmas.viewer, world.acme.owner, world.operator):
        other = browser("localhost", person)
        answers = (other.get("/company/security/"), other.post(DEMAND, {"is_required": "on"}))
        assert {answer.status_code for answer in answers} <= {403, 404}
        assert world.delmas.name not in answers[0].content.decode()
    visitor = browser("localhost")
    assert visitor.post(DEMAND, {"is_required": "on"})["Location"].startswith("/sign-in/")
    with use_tenant(PLATFORM):
        assert not Company.objects.filter(requires_second_factor=True).exists()
    admin = browser("localhost", world.lecomte.admin)
    set_up(admin)
    assert admin.post(DEMAND, {"is_required": "on"}).status_code == 303
    with use_tenant(PLATFORM):
        assert list(Company.objects.filter(requires_second_factor=True).values_list("pk")) == [(world.lecomte.id,)]


FORM: dict[str, str] = {
    "issuer": "https://login.delmas.example",
    "client_id": "client-of-delmas",
    "client_secret": "the secret of delmas",
    "domains": "Delmas-Groupe.example\n@delmas.example",
    "default_role": "buyer",
    "default_unit": "",
    "is_enabled": "on",
}
PATH, DOMAINS = "/company/security/provider/", "/operator/sign-in-domains/"


def _proven() -> set[tuple[str, str]]:
    with use_tenant(PLATFORM):
        rows = ProviderDomain.objects.filter(proven_at__isnull=False)
        return set(rows.values_list("domain", "connection__company__legal_name"))


def test_a_provider_is_its_companys_and_its_domains_are_proven(world: World, browser: BrowserFactory) -> None:
    admin, other = browser(world.acme.host, world.delmas.admin), browser("localhost", world.lecomte.admin)
    assert admin.post(PATH, FORM).status_code == 303
    with use_tenant(PLATFORM):
        row = ProviderConnection.objects.get()
        assert (row.company_id, FORM["client_secret"] in row.client_secret) == (world.delmas.id, False)
    page = admin.get(PATH).content.decode()
    assert ("_comptoir-sign-in.delmas-groupe.example" in page, FORM["client_secret"] in page) == (True, False)
    assert "client-of-delmas" not in other.get(PATH).content.decode()
    for person in (world.delmas.viewer, world.acme.owner, world.operator):
        stranger = browser("localhost", person)
        assert (stranger.get(PATH).status_code, stranger.post(PATH, FORM).status_code) in ((403, 403), (404, 404))
    assert browser("localhost").get("/sign-in/company/go/?domain=delmas.example").status_code == 404, "not proven"

    operator = browser("localhost", world.operator)
    page = operator.get(DOMAINS).content.decode()
    confirm = re.findall(DOMAINS + r"[0-9a-f-]{36}/confirm/", page)
    assert (len(confirm), world.delmas.name in page) == (2, True)
    for stranger in (admin, other, browser("localhost", world.acme.owner), browser("localhost")):
        assert stranger.get(DOMAINS).status_code in (303, 404)
        assert stranger.post(confirm[0]).status_code in (303, 404)
    assert _proven() == set()
    assert other.post(PATH, {**FORM, "client_id": "x"}).status_code == 303, "may claim what nobody has proven"
    assert [operator.post(path).status_code for path in confirm] == [303, 303]
    domains = {("delmas-groupe.example", world.delmas.name), ("delmas.example", world.delmas.name)}
    assert _proven() == domains
    late = re.findall(DOMAINS + r"[0-9a-f-]{36}/confirm/", operator.get(DOMAINS).content.decode())
    assert [operator.post(path).status_code for path in late] == [409, 409], "one company's at a time"
    refused = other.post(PATH, {**FORM, "domains": "delmas.example"})
    assert (refused.status_code, "another company" in refused.content.decode()) == (422, True)
    assert _proven() == domains
    assert browser("localhost").get("/sign-in/company/go/?domain=delmas.example").status_code == 200


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("issuer", "http:/x"),
        ("issuer", "file:///etc/passwd"),
        ("issuer", "https://user:word@login.example"),
        ("issuer", "https://login.example/?x=1"),
        ("client_secret", ""),
        ("domains", "gmail.com"),
        ("domains", "localhost"),
        ("domains", "*.example"),
        ("default_role", "administrator"),
        ("default_role", "custom"),
    ],
)
def test_a_provider_that_makes_no_sense_is_refused_at_its_field(
    world: World, browser: BrowserFactory, name: str, value: str
) -> None:
    answer = browser("localhost", world.delmas.admin).post(PATH, {**FORM, name: value})
    assert (answer.status_code, f'id="id_{name}-error"' in answer.content.decode()) == (422, True)
    with use_tenant(PLATFORM):
        assert not ProviderConnection.objects.exists()


def test_another_issuer_knows_nobody_yet_and_an_empty_secret_keeps_the_old(
    world: World, browser: BrowserFactory
) -> None:
    admin = browser("localhost", world.delmas.admin)
    admin.post(PATH, FORM)
    with use_tenant(PLATFORM):
        row = ProviderConnection.objects.get()
        row.identities.create(subject="one", user_id=world.delmas.viewer.id)
    assert admin.post(PATH, {**FORM, "client_secret": ""}).status_code == 303
    with use_tenant(PLATFORM):
        assert ProviderConnection.objects.get().client_secret == row.client_secret
        assert row.identities.count() == 1
    assert admin.post(PATH, {**FORM, "issuer": "https://other.example"}).status_code == 303
    with use_tenant(PLATFORM):
        assert row.identities.count() == 0


def test_coming_back_without_having_begun_opens_nothing(world: World, browser: BrowserFactory) -> None:
    for host, status in (("localhost", 403), (world.acme.host, 404)):
        visitor = browser(host)
        assert visitor.get("/sign-in/company/back/?state=x&code=y").status_code == status
        assert visitor.get("/security/").status_code == 303
