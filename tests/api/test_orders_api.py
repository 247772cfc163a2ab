"""The API as a customer's system uses it: own prices, one order per key, every wrong line named."""

from __future__ import annotations

import json
import threading

import pytest
from django.db import connections
from django.test import Client, override_settings

from accounts.models import CompanyAddress
from core.ids import uuid7
from core.scope import PLATFORM
from core.tenancy import use_tenant
from integrations.keys import create_key, keys_of, revoke_key
from integrations.models import IdempotentRequest
from inventory.models import Stock
from orders.models import Order
from payments.models import CreditAccount
from tests.counting import statements

LINES = [{"sku": "VN-1001", "quantity": "200"}, {"sku": "VN-1003", "quantity": "1", "unit": "XBX"}]
ORDER = {"po_number": "PO-77", "lines": LINES}


def key_of(tenant, company):
    with use_tenant(tenant.scope, company_id=company.id):
        return create_key(key_id=uuid7(), name="ERP", actor=company.buyer)


def client_of(tenant, key=""):
    headers = {"host": tenant.host, "accept-language": "en"}
    return Client(headers=headers | ({"authorization": f"Bearer {key}"} if key else {}))


@pytest.fixture
def api(world):
    return client_of(world.acme, key_of(world.acme, world.lecomte))


def send(api, body, key="order-1"):
    text = body if isinstance(body, str) else json.dumps(body)
    return api.post("/api/v1/orders/", text, content_type="application/json", headers={"idempotency-key": key})


def state_of(tenant):
    with use_tenant(tenant.scope):
        accounts = CreditAccount.objects.order_by("pk").values_list("reserved_amount", flat=True)
        stocks = Stock.objects.order_by("pk").values_list("reserved", flat=True)
        return Order.objects.count(), IdempotentRequest.objects.count(), list(accounts), list(stocks)


def test_products_come_with_the_prices_of_the_keys_company(world, api):
    page = api.get("/api/v1/products/").json()
    assert [item["sku"] for item in page["items"]] == ["VN-1001", "VN-1002", "VN-1003", "VN-1004", "VN-1005"]
    assert page["next_cursor"] is None
    first = page["items"][0]
    assert first["price"] == {
        "currency": "EUR",
        "unit_price": "0.45",
        "tiers": [{"min_quantity": "1", "unit_price": "0.45"}, {"min_quantity": "200", "unit_price": "0.33"}],
    }
    assert first["availability"] == {"available": "4200", "lead_time_days": 2, "restock_on": None}
    assert [unit["code"] for unit in first["units"]] == ["H87", "XBX"]
    other = client_of(world.acme, key_of(world.acme, world.delmas)).get("/api/v1/products/VN-1001/").json()
    assert other["price"]["unit_price"] == "0.5"


def test_pages_follow_each_other_without_gap(api):
    seen, cursor = [], ""
    while cursor is not None:
        page = api.get("/api/v1/products/", {"limit": 2, "cursor": cursor}).json()
        seen += [item["sku"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert seen == ["VN-1001", "VN-1002", "VN-1003", "VN-1004", "VN-1005"]


def test_products_can_be_chosen_by_category_and_reference(api):
    assert [item["sku"] for item in api.get("/api/v1/products/?category=ecrous").json()["items"]] == ["VN-1003"]
    chosen = api.get("/api/v1/products/?sku=VN-1004&sku=VN-1002&sku=NO").json()["items"]
    assert [item["sku"] for item in chosen] == ["VN-1002", "VN-1004"]


def test_statements_do_not_grow_with_products(api):
    def count(limit):
        with statements() as texts:
            assert len(api.get(f"/api/v1/products/?limit={limit}").json()["items"]) == limit
        return len(texts)

    api.get("/api/v1/products/?limit=1")
    assert count(1) == count(5) <= 8


def test_an_order_is_placed_at_own_prices_and_can_be_read(world, api):
    answer = send(api, ORDER)
    assert answer.status_code == 201, answer.content
    order = answer.json()
    assert [(line["sku"], line["unit_price"], line["net_amount"]) for line in order["lines"]] == [
        ("VN-1001", "0.33", "66.00"),
        ("VN-1003", "0.16", "32.00"),
    ]
    assert (order["net_amount"], order["tax_amount"], order["total_amount"]) == ("98.00", "19.60", "117.60")
    assert (order["state"], order["po_number"], order["placed_by"]) == ("placed", "PO-77", "ERP")
    assert order["delivery_address"]["city"] == "Arras"
    read = api.get(answer["Location"])
    assert read.status_code == 200
    assert read.json() == order
    listed = api.get("/api/v1/orders/?po_number=PO-77").json()
    assert [item["number"] for item in listed["items"]] == [order["number"]]
    assert state_of(world.acme)[0] == 1


def test_the_same_key_orders_once_and_answers_alike(world, api):
    first, again = send(api, ORDER), send(api, ORDER)
    assert (first.status_code, again.status_code) == (201, 201)
    assert (first["Idempotency-Replayed"], again["Idempotency-Replayed"]) == ("false", "true")
    assert first.json() == again.json()
    assert state_of(world.acme)[0] == 1
    other = send(api, ORDER | {"po_number": "PO-78"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert state_of(world.acme)[0] == 1


def test_a_key_belongs_to_its_company(world, api):
    send(api, ORDER)
    neighbour = client_of(world.acme, key_of(world.acme, world.delmas))
    assert send(neighbour, ORDER).json()["id"] != send(api, ORDER).json()["id"]


def test_every_wrong_line_is_named_and_nothing_is_ordered(world, api):
    before = state_of(world.acme)
    lines = [
        {"sku": "VN-1001", "quantity": "10"},
        {"sku": "VN-9999", "quantity": "10"},
        {"sku": "VN-1002", "quantity": "1", "unit": "KGM"},
    ]
    answer = send(api, {"lines": lines})
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert [(entry["pointer"], entry["code"]) for entry in answer.json()["errors"]] == [
        ("/lines/1", "unknown_sku"),
        ("/lines/2", "unknown_unit"),
    ]
    assert state_of(world.acme) == before
    assert send(api, ORDER).status_code == 201  # what was refused left its key free


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"lines": []}, "/lines", "empty"),
        ({}, "/lines", "required"),
        ({"lines": [{"sku": "VN-1001", "quantity": "0"}]}, "/lines/0/quantity", "min_value"),
        ({"lines": [{"sku": "VN-1001", "quantity": "NaN"}]}, "/lines/0/quantity", "invalid"),
        ({"lines": [{"sku": "VN-1001", "quantity": "1", "price": "0.01"}]}, "/lines/0/price", "unknown_field"),
        ({"lines": LINES, "total_amount": "1"}, "/total_amount", "unknown_field"),
        ({"lines": LINES, "delivery_address": {"street": "x"}}, "/delivery_address/postal_code", "required"),
    ],
)
def test_a_wrong_value_is_named(world, api, body, pointer, code):
    before = state_of(world.acme)
    answer = send(api, body)
    assert answer.status_code == 422
    assert (pointer, code) in [(entry["pointer"], entry["code"]) for entry in answer.json()["errors"]]
    assert state_of(world.acme) == before


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/v1/products/?cursor=%00", 422, "invalid"),
        ("/api/v1/products/?cursor=bm9wZQ", 400, "invalid_cursor"),
        ("/api/v1/orders/?cursor=WyJ4Il0", 400, "invalid_cursor"),
        ("/api/v1/products/?limit=1000", 422, "invalid"),
        ("/api/v1/products/?colour=red", 422, "invalid"),
        ("/api/v1/products/NO/", 404, "not_found"),
        ("/api/v1/orders/0192f0c1-2d3e-7f00-8000-000000000000/", 404, "not_found"),
        ("/api/v1/nothing/", 404, "not_found"),
    ],
)
def test_what_does_not_exist_is_a_problem(api, path, status, code):
    answer = api.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["code"] == code


def test_not_json_and_no_key_are_problems(world, api):
    before = state_of(world.acme)
    assert (send(api, "{").status_code, send(api, "{").json()["code"]) == (400, "malformed")
    assert send(api, ORDER, key="").json()["code"] == "idempotency_key_missing"
    assert send(api, ORDER, key="x" * 121).json()["code"] == "idempotency_key_missing"
    assert state_of(world.acme) == before


def test_more_than_the_credit_is_refused(world, api):
    before = state_of(world.acme)
    answer = send(api, {"lines": [{"sku": "VN-1005", "quantity": "200"}]})
    assert (answer.status_code, answer.json()["code"]) == (422, "credit_exceeded")
    assert state_of(world.acme) == before


def test_an_order_needs_an_address(world, api):
    with use_tenant(PLATFORM):
        CompanyAddress.objects.filter(company_id=world.lecomte.id).delete()
    assert send(api, ORDER).json()["code"] == "delivery_address_missing"
    address = {"street": "1 rue Neuve", "postal_code": "59800", "city": "Lille", "country": "FR"}
    assert send(api, ORDER | {"delivery_address": address}).json()["delivery_address"]["city"] == "Lille"


def test_only_a_valid_key_of_this_host_opens_the_door(world, api):
    assert client_of(world.acme).get("/api/v1/products/").status_code == 401
    for wrong in ("cpt_live_000000000000_" + "0" * 48, "nonsense", "\N{EURO SIGN}".encode().decode("latin-1")):
        answer = client_of(world.acme, wrong).get("/api/v1/products/")
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    key = key_of(world.acme, world.delmas)
    assert client_of(world.acme, key).get("/api/v1/products/").status_code == 200
    assert client_of(world.bolt, key).get("/api/v1/products/").status_code == 401


def test_a_revoked_key_opens_nothing(world):
    key = key_of(world.acme, world.delmas)
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        (row,) = keys_of(world.delmas.buyer)
        revoke_key(key_id=row.id, actor=world.delmas.buyer)
    assert client_of(world.acme, key).get("/api/v1/products/").status_code == 401


def test_another_companys_order_does_not_exist(world, api):
    placed = send(api, ORDER).json()
    neighbour = client_of(world.acme, key_of(world.acme, world.delmas))
    assert neighbour.get(f"/api/v1/orders/{placed['id']}/").status_code == 404
    assert neighbour.get("/api/v1/orders/").json()["items"] == []


@override_settings(API_REQUESTS_PER_MINUTE=2)
def test_too_many_requests_are_told_when_to_come_back(api):
    answers = [api.get("/api/v1/orders/") for _number in range(5)]  # a new minute may begin once in between
    assert answers[0].status_code == 200
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert all(1 <= int(answer["Retry-After"]) <= 61 for answer in refused)


def test_two_requests_with_one_key_at_once_make_one_order(committed_world):
    world = committed_world
    key = key_of(world.acme, world.lecomte)
    start, answers = threading.Barrier(2), []

    def order():
        api = client_of(world.acme, key)
        start.wait()
        answers.append(send(api, ORDER))
        connections.close_all()

    threads = [threading.Thread(target=order) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert state_of(world.acme)[0] == 1
