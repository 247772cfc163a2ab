"""The OpenAPI description: what is committed is what is served, and what is answered keeps to it."""

from __future__ import annotations

from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml

from tests.api.test_orders_api import LINES, client_of, key_of, send

SNAPSHOT = Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml"


@pytest.fixture(scope="module")
def description():
    return yaml.safe_load(SNAPSHOT.read_text())


def test_the_snapshot_is_up_to_date(world):
    served = client_of(world.acme).get("/api/v1/schema/")
    assert served.status_code == 200
    assert yaml.safe_load(served.content) == yaml.safe_load(SNAPSHOT.read_text()), (
        "the API has changed: ./dev manage spectacular --urlconf config.urls_tenant --file docs/openapi.yaml"
    )


def test_every_operation_names_its_answers(description):
    operations = [operation for path in description["paths"].values() for operation in path.values()]
    assert len(operations) == 22
    assert all({"401", "404", "422"} <= set(operation["responses"]) for operation in operations)


def check(description, name, value):
    resolver = {"$ref": f"#/components/schemas/{name}", "components": description["components"]}
    jsonschema.Draft202012Validator(resolver).validate(value)


def test_answers_keep_to_the_description(world, description):
    api = client_of(world.acme, key_of(world.acme, world.lecomte))
    order = send(api, {"lines": LINES}).json()
    check(description, "OrderDetail", order)
    check(description, "OrderPage", api.get("/api/v1/orders/").json())
    check(description, "ProductPage", api.get("/api/v1/products/?limit=2").json())
    check(description, "ProductDetail", api.get("/api/v1/products/VN-1001/").json())
    check(description, "Problem", send(api, {"lines": []}, key="other").json())
