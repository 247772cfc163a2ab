"""The buyer's own system at the supplier's API: a key, own prices, an order that is placed once."""

from __future__ import annotations

from typing import Any

from devkit.walk.journey import Journey, Step
from devkit.walk.pages import Unexpected

PRODUCTS, ORDERS = "/api/v1/products/", "/api/v1/orders/"


def make_key(journey: Journey) -> str:
    """The buyer makes a key in its pages; it is shown once. Without one the API answers 401."""
    buyer = journey.person("buyer")
    journey.fact("account")
    status = buyer.call("GET", PRODUCTS).status_code
    if status != 401:
        raise Unexpected(f"without a key the API answers {status}")
    page = buyer.get("/company/api-keys/")
    page = buyer.submit(page, page.form_with("key_id"), {"name": "ERP"}, press="Create the key")
    journey.facts["key"] = page.find(r"(cpt_live_[0-9a-f]+_[0-9a-f]+)")
    buyer.get("/company/api-keys/").expect("ERP")
    return f"{journey.fact('key')[:21]}… for “ERP”; without a key: 401"


def read_prices(journey: Journey) -> str:
    """The list of products carries the company's own prices."""
    items = _call(journey, "GET", PRODUCTS)["items"]
    prices = {item["sku"]: item["price"]["unit_price"] for item in items}
    if len(prices) != 5 or float(prices["BF-1001"]) != 0.52:
        raise Unexpected(f"the prices are {prices}")
    return f"{len(prices)} products, BF-1001 at {prices['BF-1001']}"


def order_once(journey: Journey) -> str:
    """The same order sent twice under one key is one order; another one under that key is refused."""
    lines = [{"sku": "BF-1005", "quantity": "50"}, {"sku": "BF-1002", "quantity": "1", "unit": "XPK"}]
    units = _call(journey, "GET", f"{PRODUCTS}BF-1002/")["units"]
    lines[1]["unit"] = next(unit["code"] for unit in units if not unit["is_base"])
    wanted: dict[str, object] = {"po_number": f"ERP-{journey.mark}", "lines": lines}
    headers = {"Idempotency-Key": f"walk-{journey.mark}"}
    first = _call(journey, "POST", ORDERS, status=201, headers=headers, json=wanted)
    again = _call(journey, "POST", ORDERS, status=201, headers=headers, json=wanted)
    if again != first:
        raise Unexpected(f"sent twice: {first['number']}, then {again['number']}")
    other = _call(journey, "POST", ORDERS, status=422, headers=headers, json={**wanted, "po_number": "another"})
    found = _call(journey, "GET", f"{ORDERS}?po_number=ERP-{journey.mark}")["items"]
    if len(found) != 1 or other["code"] != "idempotency_key_reused":
        raise Unexpected(f"{len(found)} orders were placed; another one under the key: {other['code']}")
    journey.facts["api order"] = first["id"]
    return f"{first['number']} over {first['total_amount']} {first['currency']}, twice the same answer"


def read_state(journey: Journey) -> str:
    """The API tells how far orders are: the new one, and the one that was delivered and paid."""
    new = _call(journey, "GET", f"{ORDERS}{journey.fact('api order')}/")
    journey.person("owner").get("/portal/orders/").expect(f"ERP-{journey.mark}")
    old = _call(journey, "GET", f"{ORDERS}?po_number={journey.fact('po')}")["items"][0]
    detail = _call(journey, "GET", f"{ORDERS}{old['id']}/")
    invoice = detail["invoice"]
    if new["state"] != "placed" or len(detail["shipments"]) != 2 or invoice is None:
        raise Unexpected(f"{new['state']}, {len(detail['shipments'])} parcels, {invoice}")
    words = f"{old['number']} {old['state']}, 2 parcels, invoice {invoice['number']} {invoice['state']}"
    return f"{new['number']} {new['state']}; {words}"


def _call(
    journey: Journey,
    method: str,
    path: str,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    json: object = None,
) -> Any:
    """Call the API with the buyer's key. Raises Unexpected for another status."""
    signed = {"Authorization": f"Bearer {journey.fact('key')}", **(headers or {})}
    answer = journey.person("buyer").call(method, path, headers=signed, json=json)
    if answer.status_code != status:
        raise Unexpected(f"{method} {path} answered {answer.status_code}, not {status}: {answer.text[:300]}")
    return answer.json()


STEPS: tuple[Step, ...] = (
    ("A key for the API", make_key),
    ("Own prices through the API", read_prices),
    ("An order through the API", order_once),
    ("Its state through the API", read_state),
)
