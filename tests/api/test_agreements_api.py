"""Agreements through the API: read by both sides, called off by the buyer's system at the agreed prices only."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
import yaml
from django.test import Client
from django.utils import timezone

from accounts.spending import services as spending
from accounts.spending.rules import Predicate
from accounts.spending.services import TierData
from agreements.models import Agreement, AgreementLine, CallOff
from core.ids import uuid7
from core.scope import PLATFORM
from core.tenancy import use_tenant
from orders.models import Order
from tests.agreements.signed import left, line, period, signed
from tests.agreements.test_calling import SKU
from tests.api.test_orders_api import client_of, key_of
from tests.api.test_quotes_api import own_key
from tests.api.test_schema import SNAPSHOT, check
from tests.counting import statements
from tests.orders.buying_company import member
from tests.world import World

ROOT, SUPPLIER = "/api/v1/agreements/", "/api/v1/supplier/agreements/"


@pytest.fixture
def company(world: World) -> Client:
    client: Client = client_of(world.acme, key_of(world.acme, world.delmas))
    return client


@pytest.fixture
def supplier(world: World) -> Client:
    client: Client = client_of(world.acme, own_key(world.acme))
    return client


def _line(world: World, sku: str = SKU) -> UUID:
    with use_tenant(world.acme.scope, party="tenant"):
        return AgreementLine.objects.get(sku=sku).pk


def _call(api: Client, agreement_id: UUID, *lines: dict[str, Any], key: str = "call-1", **more: Any) -> Any:
    body = json.dumps({"lines": lines, **more})
    return api.post(
        f"{ROOT}{agreement_id}/call-offs/", body, content_type="application/json", headers={"idempotency-key": key}
    )


def _nothing_happened(world: World) -> bool:
    with use_tenant(world.acme.scope, party="tenant"):
        return not Order.objects.exists() and not CallOff.objects.exists()


def test_both_sides_read_what_is_agreed_left_and_called_off(world: World, company: Client, supplier: Client) -> None:
    agreement_id = signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 1000), term_kind="net", term_days=60)
    ordered = _call(company, agreement_id, {"line": str(_line(world)), "quantity": "400"}, po_number="PO-1")
    assert ordered.status_code == 201, ordered.content
    for api, root in ((company, ROOT), (supplier, SUPPLIER)):
        (listed,) = api.get(root).json()["items"]
        assert (listed["id"], listed["standing"], listed["net_amount"]) == (str(agreement_id), "active", "110.00")
        detail = api.get(f"{root}{agreement_id}/").json()
        (row,) = detail["lines"]
        assert (row["committed_quantity"], row["called_quantity"], row["remaining_quantity"]) == ("1000", "400", "600")
        (entry,) = detail["call_offs"]
        assert (entry["order_id"], entry["quantity"], entry["kind"]) == (ordered.json()["id"], "400", "ordered")
        assert detail["payment_term"] == {"kind": "net", "days": 60}
        description = yaml.safe_load(SNAPSHOT.read_text())
        check(description, "AgreementDetail", detail)
        check(description, "AgreementPage", api.get(root).json())


def test_a_call_off_is_an_order_at_the_agreed_prices_and_term_once(world: World, company: Client) -> None:
    agreement_id = signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 1000), term_kind="net", term_days=60)
    line_id, key = _line(world), str(uuid7())
    wanted = {"line": str(line_id), "quantity": "2", "unit": "XBX"}
    first, second = (_call(company, agreement_id, wanted, key=key) for _time in range(2))
    assert (first.status_code, first["Idempotency-Replayed"]) == (201, "false"), first.content
    assert (second.status_code, second["Idempotency-Replayed"]) == (201, "true")
    assert first.json() == second.json()
    assert first["Location"] == f"/api/v1/orders/{first.json()['id']}/"
    assert (first.json()["net_amount"], first.json()["payment_term"]) == ("44.00", "net-60")
    (row,) = first.json()["lines"]
    assert (row["unit"], row["quantity"], row["base_quantity"], row["unit_price"]) == ("XBX", "2", "400", "0.11")
    assert left(world.acme, SKU) == 600
    other = _call(company, agreement_id, {**wanted, "quantity": "1"}, key=key)
    assert other.status_code == 422, "the key stands for what was sent first"
    with use_tenant(world.acme.scope, party="tenant"):
        order = Order.objects.get()
        assert (order.payment_term_kind, order.payment_term_days, order.source) == ("net", 60, "api")


def test_goods_of_no_agreement_are_paid_on_the_usual_term(world: World, company: Client) -> None:
    """An order with both is one of the customer's own: nobody agreed on the term for the rest of it."""
    signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 1000), term_kind="net", term_days=60)
    lines = [{"sku": SKU, "quantity": "100"}, {"sku": "VN-1001", "quantity": "10"}]
    terms = []
    for key, wanted in (("all", lines[:1]), ("both", lines)):
        answer = company.post(
            "/api/v1/orders/",
            json.dumps({"lines": wanted}),
            content_type="application/json",
            headers={"idempotency-key": key},
        )
        assert answer.status_code == 201, answer.content
        terms.append(answer.json()["payment_term"])
    assert terms == ["net-60", "net30"]


def test_what_is_beyond_is_refused_line_by_line_with_what_is_left(world: World, company: Client) -> None:
    goods = (line(world.acme, SKU, "0.11", 1000), line(world.acme, "VN-1001", "0.3", 50))
    agreement_id = signed(world.acme, world.delmas, *goods)
    key, other = str(_line(world)), str(_line(world, "VN-1001"))
    for wanted, at in (
        ([{"line": key, "quantity": "1000"}, {"line": other, "quantity": "51"}], [1]),
        ([{"line": key, "quantity": "600"}, {"line": key, "quantity": "401"}], [1]),
        ([{"line": key, "quantity": "6", "unit": "XBX"}, {"line": other, "quantity": "60"}], [0, 1]),
    ):
        refused = _call(company, agreement_id, *wanted)
        assert refused.status_code == 422, refused.content
        said = [(one["pointer"], one["code"]) for one in refused.json()["errors"]]
        assert said == [(f"/lines/{index}", "beyond_agreement") for index in at]
    assert "1,000 pieces and no more" in refused.json()["errors"][0]["detail"]
    assert _nothing_happened(world)
    with use_tenant(world.acme.scope, party="tenant"):
        AgreementLine.objects.filter(sku="VN-1001").update(may_overrun=True)
    over = _call(company, agreement_id, {"line": other, "quantity": "60"})
    assert (over.status_code, over.json()["net_amount"]) == (201, "18.00"), "the supplier lets it be exceeded"


def test_nothing_but_lines_and_quantities_is_taken(world: World, company: Client) -> None:
    agreement_id = signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 1000))
    key = str(_line(world))
    for wanted, code in (
        ({"line": key, "quantity": "10", "unit_price": "0.01"}, "unknown_field"),
        ({"line": key, "quantity": "-1"}, "min_value"),
        ({"line": key, "quantity": "10", "unit": "KGM"}, "unknown_unit"),
    ):
        refused = _call(company, agreement_id, wanted)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["code"] == code, refused.content
    assert _call(company, agreement_id, {"line": str(uuid7()), "quantity": "1"}).status_code == 404
    assert _call(company, agreement_id).status_code == 422
    assert _nothing_happened(world)


def test_keys_open_their_own_side_and_company_only(world: World, company: Client, supplier: Client) -> None:
    agreement_id = signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 1000))
    wanted = {"line": str(_line(world)), "quantity": "1"}
    stranger = client_of(world.acme, key_of(world.acme, world.lecomte))
    assert stranger.get(ROOT).json()["items"] == []
    assert stranger.get(f"{ROOT}{agreement_id}/").status_code == 404
    assert _call(stranger, agreement_id, wanted).status_code == 404
    rival = client_of(world.bolt, own_key(world.bolt))
    assert rival.get(SUPPLIER).json()["items"] == []
    assert rival.get(f"{SUPPLIER}{agreement_id}/").status_code == 404
    assert supplier.get(f"{ROOT}{agreement_id}/").status_code == 403
    assert _call(supplier, agreement_id, wanted).status_code == 403
    assert company.get(f"{SUPPLIER}{agreement_id}/").status_code == 403
    assert client_of(world.acme).get(ROOT).status_code == 401
    at_bolt = client_of(world.bolt, key_of(world.bolt, world.delmas))
    assert at_bolt.get(f"{ROOT}{agreement_id}/").status_code == 404
    assert _call(at_bolt, agreement_id, wanted).status_code == 404
    assert _nothing_happened(world)


def test_days_credit_and_approvals_hold_as_on_the_page(world: World, company: Client) -> None:
    later = signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 1000), within=period(90, begins_in=30))
    wanted = {"line": str(_line(world)), "quantity": "100"}
    assert _call(company, later, wanted).json()["code"] == "agreement_over"
    with time_machine.travel(timezone.now() + timedelta(days=91), tick=True):
        fresh = client_of(world.acme, key_of(world.acme, world.delmas))
        assert _call(fresh, later, wanted).json()["code"] == "agreement_over"
    costly = signed(world.acme, world.delmas, line(world.acme, "VN-1005", "100", 200))
    dear = _call(company, costly, {"line": str(_line(world, "VN-1005")), "quantity": "150"})
    assert dear.json()["code"] == "credit_exceeded", dear.content
    approver = member(world, "Chloé", "approver")
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        tiers = [TierData(user_ids=[approver.require_user()])]
        spending.add_rule(name="All", predicate=Predicate(), tiers=tiers, actor=world.delmas.buyer)
    waits = _call(company, costly, {"line": str(_line(world, "VN-1005")), "quantity": "6"})
    assert waits.json()["code"] == "approval_needed", waits.content
    assert _nothing_happened(world)


def test_lists_are_paged_and_statements_do_not_grow(world: World, company: Client) -> None:
    for sku in ("VN-1001", "VN-1002", SKU):
        signed(world.acme, world.delmas, line(world.acme, sku, "0.11", 1000))
    company.get(ROOT)
    with statements() as few:
        company.get(ROOT, {"limit": 1})
    with statements() as many:
        company.get(ROOT)
    assert len(few) == len(many)
    seen: list[str] = []
    cursor: Any = ""
    while cursor is not None:
        page = company.get(ROOT, {"limit": 2, "cursor": cursor}).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert len(seen) == len(set(seen)) == 3
    with use_tenant(world.acme.scope, party="tenant"):
        Agreement.objects.filter(pk=seen[0]).update(state="ended")
    assert [item["id"] for item in company.get(ROOT, {"current": "true"}).json()["items"]] == seen[1:]
