"""Which host answers with what."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from core.scope import PLATFORM
from core.tenancy import use_tenant
from tenants import directory
from tenants.models import Domain, Tenant
from tests.world import PASSWORD, World


@pytest.mark.parametrize("host", ["unknown.localhost", "evil.example", "acme.localhost.evil.example", ""])
def test_unknown_hosts_get_404_and_no_redirect(world: World, browser: Any, host: str) -> None:
    answer = browser(host).get("/")
    assert answer.status_code == 404
    assert "Location" not in answer.headers


def test_x_forwarded_host_is_not_believed(world: World, browser: Any) -> None:
    answer = browser(world.acme.host).get("/sign-in/", headers={"x-forwarded-host": world.bolt.host})
    assert "Acme Visserie" in answer.content.decode()


def test_a_custom_domain_counts_only_once_verified(world: World, browser: Any) -> None:
    with use_tenant(PLATFORM):
        domain = Domain.objects.create(tenant_id=world.acme.id, domain="shop.acme.example", is_primary=False)
    assert browser("shop.acme.example").get("/sign-in/").status_code == 404
    with use_tenant(PLATFORM):
        Domain.objects.filter(pk=domain.pk).update(verified_at=timezone.now())
    directory.forget_all()
    assert browser("shop.acme.example").get("/sign-in/").status_code == 200


def test_a_tenant_that_is_behind_answers_503_and_others_go_on(world: World, browser: Any) -> None:
    with use_tenant(PLATFORM):
        Tenant.objects.filter(pk=world.acme.id).update(schema_revision="old")
    behind = browser(world.acme.host).get("/sign-in/")
    assert (behind.status_code, behind["Retry-After"]) == (503, "60")
    assert browser(world.bolt.host).get("/sign-in/").status_code == 200


def test_portal_only_on_tenants_and_operator_only_on_the_platform(world: World, browser: Any) -> None:
    assert browser("localhost").get("/portal/").status_code == 404
    assert browser(world.acme.host).get("/operator/").status_code == 404


def test_cookies_belong_to_one_host(world: World, browser: Any) -> None:
    signed_in = browser(world.acme.host, world.acme.owner)
    cookie = signed_in.client.cookies["session"]
    assert (cookie["domain"], cookie["httponly"], cookie["samesite"]) == ("", True, "Lax")


def test_a_session_carried_to_another_host_says_nothing(world: World, browser: Any) -> None:
    signed_in = browser(world.acme.host, world.acme.owner)
    elsewhere = browser(world.bolt.host)
    elsewhere.client.cookies["session"] = signed_in.client.cookies["session"].value
    answer = elsewhere.get("/portal/")
    assert answer.status_code in (303, 404)


def test_one_sign_in_reaches_another_host_once(world: World, browser: Any) -> None:
    platform = browser("localhost", world.delmas.admin)
    jump = platform.get(f"/go/{world.acme.id}/?next=/sign-in/")
    assert jump.status_code == 303
    assert jump["Location"].startswith("http://acme.localhost/enter/?token=")
    path = jump["Location"].removeprefix("http://acme.localhost")
    there = browser(world.acme.host)
    assert there.get(path)["Location"] == "/sign-in/"
    assert world.delmas.admin.name in there.get("/sign-in/").content.decode()
    assert browser(world.acme.host).get(path)["Location"] == "/sign-in/?expired=1"


def test_a_ticket_for_one_host_is_worth_nothing_on_another(world: World, browser: Any) -> None:
    platform = browser("localhost", world.delmas.admin)
    path = platform.get(f"/go/{world.acme.id}/")["Location"].removeprefix("http://acme.localhost")
    assert browser(world.bolt.host).get(path)["Location"] == "/sign-in/?expired=1"


def test_signing_in_does_not_say_which_part_was_wrong(world: World, browser: Any) -> None:
    page = browser(world.acme.host)
    texts = set()
    for email, password in ((world.delmas.admin.email, "wrong"), ("nobody@nowhere.example", PASSWORD)):
        answer = page.post("/sign-in/", {"username": email, "password": password})
        assert answer.status_code == 422
        texts.add(answer.content.decode().count("do not match"))
    assert len(texts) == 1
    assert texts.pop() >= 1


def test_signing_in_goes_only_to_paths_of_this_host(world: World, browser: Any) -> None:
    data = {"username": world.delmas.admin.email, "password": PASSWORD, "next": "//evil.example/x"}
    assert browser(world.acme.host).post("/sign-in/", data)["Location"] == "/"
