"""The page of a company's API keys: for its administrators, each key shown once."""

from __future__ import annotations

import re

from core.ids import uuid7
from core.tenancy import use_tenant
from integrations.models import ApiKey
from tests.api.test_orders_api import client_of

PAGE = "/company/api-keys/"


def rows(tenant):
    with use_tenant(tenant.scope):
        return list(ApiKey.objects.values_list("name", "revoked_at"))


def test_a_key_is_shown_once_works_and_is_revoked(world, browser):
    admin = browser(world.acme.host, world.delmas.admin)
    assert "cpt_live_…" in admin.get(PAGE).content.decode()
    made = admin.post(PAGE, {"key_id": uuid7(), "name": "ERP"})
    (key,) = re.findall(r'id="clear-key"[^>]*>(cpt_live_\w+)<', made.content.decode())
    assert made["Cache-Control"].count("no-store")
    assert client_of(world.acme, key).get("/api/v1/products/").status_code == 200
    assert key not in admin.get(PAGE).content.decode()
    (action,) = re.findall(rf'action="({PAGE}[^"]+/revoke/)"', admin.get(PAGE).content.decode())
    assert admin.post(action).status_code == 303
    assert client_of(world.acme, key).get("/api/v1/products/").status_code == 401


def test_a_form_sent_twice_makes_one_key(world, browser):
    admin, key_id = browser(world.acme.host, world.delmas.admin), uuid7()
    assert admin.post(PAGE, {"key_id": key_id, "name": "ERP"}).status_code == 200
    assert admin.post(PAGE, {"key_id": key_id, "name": "ERP"}).status_code == 422
    assert len(rows(world.acme)) == 1


def test_a_nameless_key_is_refused_at_its_field(world, browser):
    answer = browser(world.acme.host, world.delmas.admin).post(PAGE, {"key_id": uuid7(), "name": ""})
    assert answer.status_code == 422
    assert "This field is required" in answer.content.decode()
    assert rows(world.acme) == []


def test_only_administrators_with_an_open_account_make_keys(world, browser):
    viewer = browser(world.acme.host, world.delmas.viewer)
    assert viewer.get(PAGE).status_code == 404
    assert viewer.post(PAGE, {"key_id": uuid7(), "name": "ERP"}).status_code == 404
    newcomer = browser(world.acme.host, world.nouvelle.admin)
    assert newcomer.post(PAGE, {"key_id": uuid7(), "name": "ERP"}).status_code == 422
    assert rows(world.acme) == []


def test_a_neighbour_cannot_revoke(world, browser):
    admin = browser(world.acme.host, world.delmas.admin)
    admin.post(PAGE, {"key_id": (key_id := uuid7()), "name": "ERP"})
    answer = browser(world.acme.host, world.lecomte.admin).post(f"{PAGE}{key_id}/revoke/")
    assert answer.status_code == 404
    assert rows(world.acme) == [("ERP", None)]
