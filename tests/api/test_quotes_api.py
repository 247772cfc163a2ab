"""A supplier's system reads requests and answers them; a company's key opens none of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml
from django.test import Client
from django.utils import timezone

from core.ids import uuid7
from core.scope import PLATFORM
from core.tenancy import use_tenant
from integrations.keys import create_key, keys_of
from quoting.limits import PolicyData, save_policy
from quoting.models import QuoteDraft
from rfq.models import Invitation, QuoteLine, QuoteVersion
from rfq.services import CounterLine, counter_offer
from tests.api.test_orders_api import client_of, key_of
from tests.api.test_schema import SNAPSHOT
from tests.counting import statements
from tests.rfq.test_negotiation import offer_of, request_for
from tests.world import TenantWorld, World

ROOT = "/api/v1/supplier/rfqs/"


def own_key(tenant: TenantWorld) -> str:
    with use_tenant(tenant.scope):
        return create_key(key_id=uuid7(), name="ERP", actor=tenant.staff)


@pytest.fixture
def api(world: World) -> Client:
    client: Client = client_of(world.acme, own_key(world.acme))
    return client


@pytest.fixture
def rfq_id(world: World) -> UUID:
    return request_for(world.delmas, world.acme, world.bolt)


def invitation_of(tenant: TenantWorld, rfq_id: UUID) -> Invitation:
    with use_tenant(tenant.scope, party="tenant"):
        return Invitation.objects.get(rfq_id=rfq_id, tenant_id=tenant.id)


def post(api: Client, path: str, body: dict[str, Any], key: str = "offer-1") -> Any:
    return api.post(
        f"{ROOT}{path}", json.dumps(body), content_type="application/json", headers={"idempotency-key": key}
    )


def offer(lines: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    until = (timezone.now() + timedelta(days=10)).isoformat()
    return {"valid_until": until, "freight_amount": "12.50", "lines": lines, **changes}


def test_requests_are_listed_read_and_answered(world: World, api: Client, rfq_id: UUID) -> None:
    row = invitation_of(world.acme, rfq_id)
    (listed,) = api.get(ROOT).json()["items"]
    assert (listed["id"], listed["state"], listed["company"]) == (str(row.pk), "invited", "Ateliers Delmas")
    detail = api.get(f"{ROOT}{row.pk}/").json()
    assert detail["state"] == "viewed"
    assert detail["versions"] == []
    lines = [{"line": line["id"], "unit_price": "3.95", "lead_time_days": 4} for line in detail["lines"]]
    lines[0] |= {
        "tiers": [{"min_quantity": "10000", "unit_price": "3.1"}],
        "alternatives": [{"unit_price": "2.5", "name": "Tige zinguée", "setup_amount": "30"}],
    }
    sent = post(api, f"{row.pk}/offers/", offer(lines))
    assert sent.status_code == 201, sent.content
    body = sent.json()
    (version,) = body["versions"]
    assert (body["state"], version["number"], version["state"], version["sent_by"]) == ("quoted", 1, "sent", "ERP")
    assert version["freight_amount"] == "12.50"
    first, other = version["lines"][:2]
    assert (first["option"], first["unit_price"], first["tiers"][0]["unit_price"]) == (0, "3.95", "3.1")
    assert (other["option"], other["kind"], other["setup_amount"]) == (1, "alternative", "30.00")
    description = yaml.safe_load(SNAPSHOT.read_text())
    resolver = {"$ref": "#/components/schemas/InvitationDetail", "components": description["components"]}
    jsonschema.Draft202012Validator(resolver).validate(body)


def test_the_same_offer_sent_twice_is_one_version(world: World, api: Client, rfq_id: UUID) -> None:
    row = invitation_of(world.acme, rfq_id)
    body = offer([{"line": api.get(f"{ROOT}{row.pk}/").json()["lines"][0]["id"], "unit_price": "2"}])
    first, second = (post(api, f"{row.pk}/offers/", body) for _ in range(2))
    assert (first.status_code, second.status_code, second["Idempotency-Replayed"]) == (201, 201, "true")
    assert first.json() == second.json()
    assert post(api, f"{row.pk}/offers/", offer(body["lines"], message="other")).status_code == 422
    with use_tenant(world.acme.scope, party="tenant"):
        assert QuoteVersion.objects.count() == 1


def test_a_counter_offer_is_read_and_answered(world: World, api: Client, rfq_id: UUID) -> None:
    version_id = offer_of(world.acme, rfq_id, "4", "5")
    row = invitation_of(world.acme, rfq_id)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        line = QuoteLine.objects.filter(version=version_id).order_by("position")[0]
        wishes = {line.pk: CounterLine(unit_price=Decimal("3.5"))}
        counter_offer(version_id=version_id, lines=wishes, message="3,50 ?", actor=world.delmas.buyer)
    versions = api.get(f"{ROOT}{row.pk}/").json()["versions"]
    assert [(one["side"], one["state"]) for one in versions] == [("supplier", "countered"), ("buyer", "sent")]
    assert versions[1]["lines"][0]["unit_price"] == "3.5"
    lines = [{"line": one["line"], "unit_price": one["unit_price"]} for one in versions[1]["lines"]]
    answered = post(api, f"{row.pk}/offers/", offer(lines)).json()
    assert [one["state"] for one in answered["versions"]] == ["superseded", "superseded", "sent"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: lines[1].update(unit_price="-1"), ("/lines/1/unit_price", "min_value")),
        (lambda lines: lines[1].update(sku="NOTHING"), ("/lines/1", "unknown_article")),
        (lambda lines: lines[0].update(line=str(uuid7())), ("/lines/0/line", "unknown_line")),
        (lambda lines: lines[1].update(line=lines[0]["line"]), ("/lines/1/line", "line_repeated")),
        (lambda lines: lines[0].update(cost="1"), ("/lines/0/cost", "unknown_field")),
        (
            lambda lines: lines[0].update(alternatives=[{"unit_price": "1", "sku": "NOTHING"}]),
            ("/lines/0/alternatives/0", "unknown_article"),
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_place(
    world: World, api: Client, rfq_id: UUID, change: Callable[[list[dict[str, Any]]], None], said: tuple[str, str]
) -> None:
    row = invitation_of(world.acme, rfq_id)
    lines = [{"line": line["id"], "unit_price": "1"} for line in api.get(f"{ROOT}{row.pk}/").json()["lines"]]
    change(lines)
    answer = post(api, f"{row.pk}/offers/", offer(lines))
    assert answer.status_code == 422
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [said]
    with use_tenant(world.acme.scope, party="tenant"):
        assert not QuoteVersion.objects.exists()


def test_an_offer_below_the_limits_waits_for_a_colleague(world: World, api: Client, rfq_id: UUID) -> None:
    with use_tenant(world.acme.scope, party="tenant"):
        save_policy(data=PolicyData(needs_article=True), actor=world.acme.staff)
    row = invitation_of(world.acme, rfq_id)
    line = api.get(f"{ROOT}{row.pk}/").json()["lines"][0]["id"]
    answer = post(api, f"{row.pk}/offers/", offer([{"line": line, "unit_price": "1", "sku": ""}]))
    assert (answer.status_code, answer.json()["state"], answer.json()["versions"]) == (202, "in_progress", [])
    with use_tenant(world.acme.scope, party="tenant"):
        assert QuoteDraft.objects.get().state == "internal_approval"
        assert not QuoteVersion.objects.exists()


def test_declining_and_withdrawing_need_a_reason(world: World, api: Client, rfq_id: UUID) -> None:
    row = invitation_of(world.acme, rfq_id)
    assert post(api, f"{row.pk}/withdraw/", {"reason": "Erreur"}).status_code in (409, 422)
    offer_of(world.acme, rfq_id, "4", "5")
    assert post(api, f"{row.pk}/withdraw/", {"reason": ""}).status_code == 422
    assert post(api, f"{row.pk}/withdraw/", {"reason": "Erreur"}).json()["versions"][0]["state"] == "withdrawn"
    declined = post(api, f"{row.pk}/decline/", {"reason": "Rupture"})
    assert (declined.status_code, declined.json()["state"]) == (200, "declined")


def test_keys_open_their_own_side_only(world: World, api: Client, rfq_id: UUID) -> None:
    row = invitation_of(world.acme, rfq_id)
    buyers = client_of(world.acme, key_of(world.acme, world.delmas))
    for path in (ROOT, f"{ROOT}{row.pk}/"):
        assert buyers.get(path).status_code == 403
    assert post(buyers, f"{row.pk}/offers/", offer([{"line": str(uuid7()), "unit_price": "1"}])).status_code == 403
    assert api.get("/api/v1/products/").status_code == 403
    assert api.get("/api/v1/orders/").status_code == 403
    other = client_of(world.bolt, own_key(world.bolt))
    assert other.get(f"{ROOT}{row.pk}/").status_code == 404
    assert post(other, f"{row.pk}/decline/", {"reason": "x"}).status_code == 404
    stolen = offer([{"line": str(uuid7()), "unit_price": "1"}])
    assert post(other, f"{row.pk}/offers/", stolen).status_code == 404
    carried = client_of(world.bolt, own_key(world.acme))
    assert carried.get(ROOT).status_code == 401
    assert client_of(world.acme).get(ROOT).status_code == 401


def test_nothing_of_other_suppliers_is_answered(world: World, api: Client, rfq_id: UUID) -> None:
    offer_of(world.bolt, rfq_id, "0.777", "0.888")
    row = invitation_of(world.acme, rfq_id)
    for path in (ROOT, f"{ROOT}{row.pk}/"):
        text = api.get(path).content.decode()
        assert "0.777" not in text
        assert world.bolt.id.hex not in text.replace("-", "")
        assert "Bolt" not in text


def test_pages_follow_each_other_and_statements_do_not_grow(world: World, api: Client) -> None:
    for _ in range(3):
        request_for(world.delmas, world.acme)
    api.get(ROOT)
    with statements() as few:
        api.get(ROOT, {"limit": 1})
    with statements() as many:
        api.get(ROOT)
    assert len(few) == len(many)
    seen: list[str] = []
    cursor: Any = ""
    while cursor is not None:
        page = api.get(ROOT, {"limit": 2, "cursor": cursor}).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert len(seen) == len(set(seen)) == 3
    assert api.get(ROOT, {"state": "declined"}).json()["items"] == []


def test_the_owner_makes_keys_on_a_page_and_others_do_not(world: World, browser: Any) -> None:
    owner = browser(world.acme.host, world.acme.owner)
    made = owner.post("/portal/api-keys/", {"key_id": uuid7(), "name": "ERP"})
    assert made.status_code == 200
    assert "cpt_live_" in made.content.decode()
    with use_tenant(world.acme.scope):
        assert [key.name for key in keys_of(world.acme.staff)] == ["ERP"]
    assert browser(world.acme.host, world.delmas.admin).get("/portal/api-keys/").status_code in (303, 403, 404)
