"""A company's system asks several suppliers, negotiates and awards, on the marketplace."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts import keys
from agreements.models import Agreement
from core.ids import uuid7
from core.scope import PLATFORM
from core.tenancy import use_tenant
from orders.models import Order
from rfq.models import RFQ
from tests.api.test_orders_api import client_of as supplier_client
from tests.api.test_quotes_api import own_key
from tests.counting import statements
from tests.rfq.test_negotiation import ADDRESS, offer_of, request_for
from tests.world import CompanyWorld, World

SNAPSHOT = Path(__file__).resolve().parents[2] / "docs" / "openapi-marketplace.yaml"
ROOT = "/api/v1/rfqs/"


def client_of(company: CompanyWorld | None) -> Client:
    headers = {"host": settings.PLATFORM_DOMAIN, "accept-language": "en"}
    if company is None:
        return Client(headers=headers)
    with use_tenant(PLATFORM, company_id=company.id):
        clear = keys.create_key(key_id=uuid7(), name="ERP", actor=company.buyer)
    return Client(headers=headers | {"authorization": f"Bearer {clear}"})


@pytest.fixture
def api(world: World) -> Client:
    return client_of(world.delmas)


def body(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "title": "Châssis",
        "deadline_at": (timezone.now() + timedelta(days=3)).isoformat(),
        "suppliers": [str(world.acme.id), str(world.bolt.id)],
        "delivery_address": ADDRESS,
        "lines": [
            {
                "description": "Vis CHC M8×40 inox A4",
                "quantity": "5000",
                "part_number": "VN-1001",
                "target_price": "0.3",
            },
            {"description": "Équerre", "quantity": "250"},
        ],
        **changes,
    }


def send(api: Client, method: str, path: str, data: dict[str, Any]) -> Any:
    return getattr(api, method)(f"/api/v1/{path}", json.dumps(data), content_type="application/json")


def test_from_the_request_to_the_order(world: World, api: Client) -> None:
    known = {row["name"]: row["id"] for row in api.get("/api/v1/suppliers/").json()["items"]}
    assert known[world.acme.name] == str(world.acme.id)
    rfq_id = uuid7()
    sent = send(api, "put", f"rfqs/{rfq_id}/", body(world))
    assert sent.status_code == 201, sent.content
    assert [row["state"] for row in sent.json()["suppliers"]] == ["invited", "invited"]
    assert all(
        "0.3" not in json.dumps(line) for line in sent.json()["lines"]
    )  # hidden from suppliers: not in the lines
    version_id = offer_of(world.acme, rfq_id, "0.41", "5", freight="20")
    detail = api.get(f"{ROOT}{rfq_id}/").json()
    (version,) = next(row for row in detail["suppliers"] if row["supplier"] == world.acme.name)["versions"]
    wish = {"lines": [{"line": version["lines"][0]["id"], "unit_price": "0.38"}], "message": "0,38 ?"}
    countered = send(api, "post", f"versions/{version_id}/counter/", wish)
    assert countered.status_code == 200, countered.content
    assert send(api, "post", f"versions/{version_id}/counter/", wish).status_code == 409
    better = offer_of(world.acme, rfq_id, "0.39", "5", freight="20")
    stale = send(api, "post", f"rfqs/{rfq_id}/award/", {"versions": [{"version": str(version_id)}]})
    assert stale.status_code == 409
    assert stale.json()["errors"][0]["pointer"] == "/versions/0"
    award = {"versions": [{"version": str(better)}], "po_number": "PO-1", "closes": True}
    done = send(api, "post", f"rfqs/{rfq_id}/award/", award).json()
    again = send(api, "post", f"rfqs/{rfq_id}/award/", award).json()
    assert done == again
    (made,) = done["orders"]
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order = Order.objects.get(pk=made["order_id"])
        assert (order.po_number, order.quote_version_id) == ("PO-1", better)
        assert Order.objects.filter(po_number="PO-1").count() == 1
    ended = api.get(f"{ROOT}{rfq_id}/").json()
    assert ended["request_state"] == "awarded"
    check("RequestDetail", ended)
    check("AwardResult", done)


def test_an_award_with_a_period_is_an_agreement(world: World, api: Client) -> None:
    rfq_id, today = request_for(world.delmas, world.acme), timezone.localdate()
    version_id = offer_of(world.acme, rfq_id, "0.41", None)
    award = {
        "versions": [{"version": str(version_id)}],
        "period": {"starts_on": today.isoformat(), "ends_on": today.isoformat()},
    }
    refused = send(api, "post", f"rfqs/{rfq_id}/award/", award)
    assert refused.status_code == 409
    assert refused.json()["errors"][0]["pointer"] == "/versions/0"
    award["period"] = {"starts_on": today.isoformat(), "ends_on": (today + timedelta(days=90)).isoformat()}
    done = send(api, "post", f"rfqs/{rfq_id}/award/", award).json()
    assert done == send(api, "post", f"rfqs/{rfq_id}/award/", award).json()
    (made,) = done["orders"]
    check("AwardResult", done)
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        found = Agreement.objects.get()
        assert (str(found.pk), found.ends_on) == (made["agreement_id"], today + timedelta(days=90))
        assert not Order.objects.exists()
    assert (made["order_id"], made["approval_id"]) == (None, None)
    (supplier,) = api.get(f"{ROOT}{rfq_id}/").json()["suppliers"]
    assert (supplier["order_id"], supplier["agreement_id"]) == (None, made["agreement_id"])
    own = supplier_client(world.acme, own_key(world.acme))
    seen = own.get(f"/api/v1/supplier/rfqs/{supplier['invitation_id']}/").json()
    assert (seen["order_id"], seen["agreement_id"]) == (None, made["agreement_id"])


def check(name: str, value: Any) -> None:
    description = yaml.safe_load(SNAPSHOT.read_text())
    resolver = {"$ref": f"#/components/schemas/{name}", "components": description["components"]}
    jsonschema.Draft202012Validator(resolver).validate(value)


def test_the_snapshot_is_up_to_date(world: World) -> None:
    served = client_of(None).get("/api/v1/schema/")
    assert yaml.safe_load(served.content) == yaml.safe_load(SNAPSHOT.read_text()), (
        "./dev manage spectacular --urlconf config.urls_platform --file docs/openapi-marketplace.yaml"
    )


def test_a_request_is_sent_once_under_its_key(world: World, api: Client) -> None:
    rfq_id = uuid7()
    first = send(api, "put", f"rfqs/{rfq_id}/", body(world))
    second = send(api, "put", f"rfqs/{rfq_id}/", body(world, title="Other"))
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json()["title"] == "Châssis"
    stranger = client_of(world.lecomte)
    assert send(stranger, "put", f"rfqs/{rfq_id}/", body(world)).status_code == 404
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert RFQ.objects.count() == 1


def test_a_sealed_offer_is_not_there_before_the_deadline(world: World, api: Client) -> None:
    rfq_id = request_for(world.delmas, world.acme, is_sealed=True)
    offer_of(world.acme, rfq_id, "0.777", "5")
    answer = api.get(f"{ROOT}{rfq_id}/")
    assert "0.777" not in answer.content.decode()
    assert [row["versions"] for row in answer.json()["suppliers"]] == [[]]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"suppliers": [str(UUID(int=5))]}, "/suppliers"),
        ({"lines": [{"description": "x", "quantity": "0"}]}, "/lines/0/quantity"),
        ({"lines": [{"description": "x", "quantity": "1", "unit": "pièce"}]}, "/lines/0/unit"),
        ({"deadline_at": "2020-01-01T00:00:00Z"}, "/deadline_at"),
        ({"incoterm": "XXX"}, "/incoterm"),
        ({"price": "1"}, "/price"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(world: World, api: Client, change: dict[str, Any], pointer: str) -> None:
    answer = send(api, "put", f"rfqs/{uuid7()}/", body(world, **change))
    assert answer.status_code == 422, answer.content
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert not RFQ.objects.exists()


def test_more_time_closing_and_beginning_again(world: World, api: Client) -> None:
    rfq_id = request_for(world.delmas, world.acme)
    later = {"deadline_at": (timezone.now() + timedelta(days=9)).isoformat(), "reason": "Plan changé"}
    assert send(api, "post", f"rfqs/{rfq_id}/extend/", later).json()["request_state"] == "open"
    assert send(api, "post", f"rfqs/{rfq_id}/close/", {"reason": "Budget"}).json()["request_state"] == "closed"
    assert send(api, "post", f"rfqs/{rfq_id}/extend/", later).json()["request_state"] == "open"
    assert send(api, "post", f"rfqs/{rfq_id}/cancel/", {"reason": "Non"}).json()["request_state"] == "cancelled"


def test_another_company_reads_and_does_nothing(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme)
    version_id = offer_of(world.acme, rfq_id, "4", "5")
    other = client_of(world.lecomte)
    assert other.get(ROOT).json()["items"] == []
    assert other.get(f"{ROOT}{rfq_id}/").status_code == 404
    for path, data in (
        (f"rfqs/{rfq_id}/cancel/", {"reason": "x"}),
        (f"rfqs/{rfq_id}/award/", {"versions": [{"version": str(version_id)}]}),
        (f"versions/{version_id}/counter/", {"message": "x"}),
    ):
        assert send(other, "post", path, data).status_code == 404, path
    assert client_of(None).get(ROOT).status_code == 401


def test_a_revoked_key_is_worth_nothing(world: World, api: Client) -> None:
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        (row,) = keys.keys_of(world.delmas.buyer)
        keys.revoke_key(key_id=row.id, actor=world.delmas.buyer)
    assert api.get(ROOT).status_code == 401


def test_statements_do_not_grow_with_requests(world: World, api: Client) -> None:
    for _ in range(3):
        request_for(world.delmas, world.acme)
    api.get(ROOT)
    with statements() as few:
        api.get(ROOT, {"limit": 1})
    with statements() as many:
        api.get(ROOT)
    assert len(few) == len(many)


def test_administrators_make_keys_on_a_page(world: World, browser: Any) -> None:
    admin = browser(settings.PLATFORM_DOMAIN, world.delmas.admin)
    assert "/company/api-keys/" in admin.get("/company/people/").content.decode()
    made = admin.post("/company/api-keys/", {"key_id": uuid7(), "name": "ERP"})
    assert "cpt_live_" in made.content.decode()
    assert browser(settings.PLATFORM_DOMAIN, world.delmas.viewer).get("/company/api-keys/").status_code == 404
