"""Single sign-on with a real provider on this machine: who gets in, as what, and every way in which nobody does."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from accounts.enums import CompanyRole, StaffRole
from accounts.models import Company, CompanyUser, User
from accounts.security.models import ProviderConnection, ProviderIdentity
from accounts.security.provider.connections import ConnectionData, confirm_domain, save_connection, waiting_domains
from accounts.services import add_company_user, add_staff, create_user
from core.actor import Actor
from core.scope import PLATFORM
from core.tenancy import use_tenant
from tests.accounts.codes import code_of, set_up
from tests.accounts.openid import CLIENT_ID, CLIENT_SECRET, Provider, new_key, running
from tests.conftest import Browser, BrowserFactory
from tests.world import PASSWORD, World

EMAIL = "nouveau@delmas-groupe.example"
WHO: dict[str, Any] = {"email": EMAIL, "email_verified": True, "name": "Noé Nouveau"}
START = "/sign-in/company/start/?domain=delmas-groupe.example&next=/company/choose/"


@pytest.fixture
def provider(world: World) -> Iterator[Provider]:
    """Delmas' provider, set up and with its domain proven."""
    with running() as found:
        connect(world, found)
        yield found


def connect(world: World, provider: Provider, **changes: Any) -> None:
    values: dict[str, Any] = {
        "issuer": provider.issuer,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "domains": ["delmas-groupe.example", "delmas.example"],
        "default_role": CompanyRole.BUYER,
        "is_enabled": True,
        **changes,
    }
    operator = Actor(kind="operator", user_id=world.operator.id, name="Olivia")
    with use_tenant(PLATFORM):
        save_connection(data=ConnectionData(**values), actor=world.delmas.buyer)
        for row in waiting_domains(operator):
            confirm_domain(domain_id=row.id, actor=operator)


def begun(browser: Browser, start: str = START) -> str:
    answer = browser.get(start)
    assert answer.status_code == 303, answer.content.decode()
    return str(answer["Location"])


def came_back(browser: Browser, provider: Provider, **claims: Any) -> Any:
    """The answer to a browser that comes back from the provider."""
    return browser.get(provider.sign_in(begun(browser), **{**WHO, **claims}))


def is_in(browser: Browser) -> bool:
    return bool(browser.get("/security/").status_code == 200)


def nothing_was_made() -> bool:
    with use_tenant(PLATFORM):
        return not User.objects.filter(email=EMAIL).exists() and not ProviderIdentity.objects.exists()


def test_a_newcomer_becomes_a_member_just_in_time(world: World, browser: BrowserFactory, provider: Provider) -> None:
    platform = browser("localhost")
    answer = platform.post("/sign-in/company/", {"email": EMAIL, "next": "/company/choose/"})
    page = platform.get(answer["Location"]).content.decode()
    assert EMAIL not in answer["Location"]
    href = re.search(r'href="(http://localhost/sign-in/company/start/[^"]+)"', page)
    assert href is not None, page
    start = html.unescape(href[1]).removeprefix("http://localhost")
    back = platform.get(provider.sign_in(begun(platform, start), **WHO))
    assert (back.status_code, back["Location"]) == (303, "/company/choose/")
    page = platform.get("/company/choose/").content.decode()
    assert (world.delmas.name in page, "Noé Nouveau" in page) == (True, True)
    with use_tenant(PLATFORM):
        member = CompanyUser.objects.select_related("user").get(user__email=EMAIL)
        assert (member.company_id, member.role) == (world.delmas.id, CompanyRole.BUYER)
        assert not member.user.has_usable_password()
    again = browser("localhost")
    assert came_back(again, provider, email="autre@delmas.example")["Location"] == "/company/choose/"
    with use_tenant(PLATFORM):
        assert CompanyUser.objects.filter(user__email=EMAIL).count() == 1
        assert not User.objects.filter(email="autre@delmas.example").exists(), "the same subject is the same person"


def test_from_a_suppliers_host_one_is_back_there(world: World, browser: BrowserFactory, provider: Provider) -> None:
    shop, platform = browser(world.acme.host), browser("localhost")
    answer = shop.post("/sign-in/", {"username": EMAIL, "password": "anything", "next": "/company/"})
    assert answer["Location"].startswith("/sign-in/company/go/?domain=delmas-groupe.example")
    href = re.search(r'<a class="btn[^"]*" href="([^"]+)"', shop.get(answer["Location"]).content.decode())
    assert href is not None
    assert html.unescape(href[1]).startswith("http://localhost/sign-in/company/start/")
    for path in ("/sign-in/company/start/?domain=delmas-groupe.example", "/sign-in/company/back/?state=x&code=y"):
        assert shop.get(path).status_code == 404, "the provider knows the platform's address only"
    start = html.unescape(href[1]).removeprefix("http://localhost")
    back = platform.get(provider.sign_in(begun(platform, start), **WHO))["Location"]
    assert back == f"/go/{world.acme.id}/?next=%2Fcompany%2F"
    ticket = urlsplit(platform.get(back)["Location"])
    assert ticket.netloc == world.acme.host
    assert shop.get(f"{ticket.path}?{ticket.query}")["Location"] == "/company/"
    assert world.delmas.name in shop.get("/company/").content.decode()


WRONG_TOKENS: dict[str, dict[str, Any]] = {
    "for another client": {"aud": "another"},
    "for several, and not by us": {"aud": [CLIENT_ID, "another"]},
    "asked for by another": {"azp": "another"},
    "from another issuer": {"iss": "https://evil.example"},
    "of another sign-in": {"nonce": "another"},
    "without nonce": {"nonce": None},
    "expired": {"exp": 1},
    "without end": {"exp": None},
    "of nobody": {"sub": None},
}
WRONG_PEOPLE: dict[str, dict[str, Any]] = {
    "another domain": {"email": "x@lecomte.example"},
    "a domain below": {"email": "x@sub.delmas-groupe.example"},
    "a look-alike": {"email": "x@evil-delmas-groupe.example"},
    "two addresses": {"email": "x@evil.example@delmas-groupe.example"},
    "not verified": {"email_verified": False},
    "verified in words": {"email_verified": "true"},
    "nothing about that": {"email_verified": None},
    "no address": {"email": None},
}


@pytest.mark.parametrize("claims", [*WRONG_TOKENS.values(), *WRONG_PEOPLE.values()], ids=[*WRONG_TOKENS, *WRONG_PEOPLE])
def test_a_token_that_says_something_else_opens_nothing(
    world: World, browser: BrowserFactory, provider: Provider, claims: dict[str, Any]
) -> None:
    platform = browser("localhost")
    assert came_back(platform, provider, **claims).status_code == 403
    assert not is_in(platform)
    assert nothing_was_made()


def _other_key(provider: Provider) -> None:
    provider.signs_with = new_key()


def _spoilt(provider: Provider) -> None:
    provider.spoils = True


def _unsigned(provider: Provider) -> None:
    provider.algorithm = "none"


def _by_secret(provider: Provider) -> None:
    provider.algorithm = "HS256"


def _unknown_key(provider: Provider) -> None:
    provider.header = {"kid": "two"}


@pytest.mark.parametrize("spoil", [_other_key, _spoilt, _unsigned, _by_secret, _unknown_key])
def test_a_signature_that_is_not_the_providers_opens_nothing(
    world: World, browser: BrowserFactory, provider: Provider, spoil: Any
) -> None:
    spoil(provider)
    platform = browser("localhost")
    assert came_back(platform, provider).status_code == 403
    assert not is_in(platform)
    assert nothing_was_made()


def test_state_counts_once_in_the_browser_that_began(world: World, browser: BrowserFactory, provider: Provider) -> None:
    victim, attacker = browser("localhost"), browser("localhost")
    path = provider.sign_in(begun(attacker), **WHO)
    assert victim.get(path).status_code == 403, "nothing was begun here"
    begun(victim)
    assert victim.get(path).status_code == 403, "something else was begun here"
    assert attacker.get(path.replace("state=", "state=x")).status_code == 403
    assert attacker.get(path).status_code == 403, "it was used up"
    good = provider.sign_in(begun(attacker), **WHO)
    assert attacker.get(good.replace("iss=http", "iss=https")).status_code == 403
    good = provider.sign_in(begun(attacker), **WHO)
    assert attacker.get(good).status_code == 303
    assert browser("localhost").get(good).status_code == 403
    attacker.post("/sign-out/")
    assert attacker.get(good).status_code == 403
    late = browser("localhost")
    path = provider.sign_in(begun(late), **WHO)
    with use_tenant(PLATFORM):
        session = late.client.session
        session["provider_sign_in"] = {**session["provider_sign_in"], "at": int(time.time()) - 601}
        session.save()
    assert late.get(path).status_code == 403
    assert not is_in(victim)


def test_a_login_of_another_company_is_not_taken_over(
    world: World, browser: BrowserFactory, provider: Provider
) -> None:
    with use_tenant(PLATFORM):
        theirs = create_user(email=EMAIL, password=PASSWORD, name="Chez Lecomte")
        add_company_user(company_id=world.lecomte.id, user_id=theirs, role=CompanyRole.BUYER)
    platform = browser("localhost")
    assert came_back(platform, provider).status_code == 403
    with use_tenant(PLATFORM):
        assert list(CompanyUser.objects.filter(user=theirs).values_list("company")) == [(world.lecomte.id,)]
        assert not ProviderIdentity.objects.exists()
    answer = browser("localhost").post("/sign-in/", {"username": EMAIL, "password": PASSWORD})
    assert answer["Location"] == "/", "and still signs in with the password"


def test_a_session_by_the_provider_acts_for_its_company_only(
    world: World, browser: BrowserFactory, provider: Provider
) -> None:
    with use_tenant(PLATFORM):
        many = create_user(email=EMAIL, password=PASSWORD, name="Partout")
        for company in (world.delmas, world.lecomte):
            add_company_user(company_id=company.id, user_id=many, role=CompanyRole.ADMINISTRATOR)
        add_staff(tenant_id=world.acme.id, user_id=many, role=StaffRole.OWNER)
        User.objects.filter(pk=many).update(is_operator=True)
    platform = browser("localhost")
    assert came_back(platform, provider).status_code == 303
    assert world.lecomte.name not in platform.get("/company/choose/").content.decode()
    assert platform.post("/company/choose/", {"company": world.lecomte.id.hex}).status_code == 404
    assert platform.get("/operator/").status_code == 404
    assert platform.get("/security/password/")["Location"].startswith("/security/confirm/")
    assert platform.get("/company/security/provider/")["Location"].startswith("/security/confirm/")
    shop, ticket = browser(world.acme.host), urlsplit(platform.get(f"/go/{world.acme.id}/")["Location"])
    shop.get(f"{ticket.path}?{ticket.query}")
    assert shop.get("/portal/").status_code == 404
    assert world.delmas.name in shop.get("/company/").content.decode()
    with use_tenant(PLATFORM):
        CompanyUser.objects.filter(user=many, company_id=world.delmas.id).delete()
    assert shop.get("/company/").status_code == 404, "and for nobody once it is no member"
    assert came_back(browser("localhost"), provider).status_code == 403, "nor is it let in again"


def test_ones_own_second_factor_is_asked_for_too(world: World, browser: BrowserFactory, provider: Provider) -> None:
    with use_tenant(PLATFORM):
        member = create_user(email=EMAIL, password=PASSWORD, name="Prudent")
        add_company_user(company_id=world.delmas.id, user_id=member, role=CompanyRole.ADMINISTRATOR)
    here = browser("localhost")
    assert here.post("/sign-in/", {"username": EMAIL, "password": PASSWORD})["Location"] == "/", "runs the company"
    key, _codes = set_up(here)
    platform = browser("localhost")
    assert came_back(platform, provider)["Location"] == "/sign-in/code/"
    assert not is_in(platform)
    assert platform.post("/sign-in/code/", {"code": code_of(key)})["Location"] == "/company/choose/"


def test_the_provider_satisfies_what_its_own_company_asks(
    world: World, browser: BrowserFactory, provider: Provider
) -> None:
    with use_tenant(PLATFORM):
        Company.objects.update(requires_second_factor=True)
    platform = browser("localhost")
    assert came_back(platform, provider).status_code == 303
    assert world.delmas.name in platform.get("/rfqs/").content.decode()


def test_members_of_the_domain_do_not_sign_in_with_a_password(
    world: World, browser: BrowserFactory, provider: Provider
) -> None:
    data = {"username": world.delmas.viewer.email, "password": PASSWORD}
    connect(world, provider, domains=[world.delmas.viewer.email.partition("@")[2]])
    answer = browser("localhost").post("/sign-in/", data)
    assert answer["Location"].startswith("/sign-in/company/go/")
    with use_tenant(PLATFORM):
        ProviderConnection.objects.update(is_enabled=False)
    assert browser("localhost").post("/sign-in/", data)["Location"] == "/"


def test_what_the_provider_says_of_itself_must_make_sense(
    world: World, browser: BrowserFactory, provider: Provider
) -> None:
    for document in (
        {"issuer": "https://evil.example"},
        {"authorization_endpoint": "ftp://x.example"},
        {"authorization_endpoint": 1},
    ):
        provider.document = document
        assert browser("localhost").get(START).status_code == 503, document
    provider.document = {}
    platform = browser("localhost")
    path = provider.sign_in(begun(platform), **WHO)
    provider.document = {"token_endpoint": "http://169.254.169.254/latest"}
    assert platform.get(path).status_code == 503
    assert nothing_was_made()


def test_where_one_goes_afterwards_is_on_this_host(world: World, browser: BrowserFactory, provider: Provider) -> None:
    platform = browser("localhost")
    start = "/sign-in/company/start/?domain=delmas-groupe.example&next=//evil.example/"
    assert platform.get(provider.sign_in(begun(platform, start), **WHO))["Location"] == "/"
    assert browser("localhost").get("/sign-in/company/go/?domain=unknown.example").status_code == 404
