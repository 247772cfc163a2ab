"""Carts over the API: prepared for a buyer of the key's company, listed as far as they are shared, made current."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from core.tenancy import use_tenant
from customers.queries import require_approved
from orders import carts
from orders.enums import ListSharing
from orders.models import Cart, CartLine
from orders.named_carts import services
from tests.api.test_orders_api import client_of, key_of
from tests.counting import statements
from tests.orders.buying_company import fill, member
from tests.orders.test_cart_lines import Buying
from tests.orders.test_named_carts import _saved, _share, _shared

LINES = [{"sku": "VN-1001", "quantity": "200"}]


@pytest.fixture
def api(world):
    return client_of(world.acme, key_of(world.acme, world.delmas))


def send(api, body, key="cart-1"):
    headers = {"idempotency-key": key}
    return api.post("/api/v1/carts/", json.dumps(body), content_type="application/json", headers=headers)


def wanted(world, **more):
    return {"owner": world.delmas.admin.email, "name": "From the ERP", "lines": LINES} | more


def current(world):
    with use_tenant(world.acme):
        rows = CartLine.objects.filter(cart__user_id=world.delmas.admin.id, cart__is_open=True)
        return list(rows.values_list("cart__name", "variant__sku", "quantity"))


def test_a_cart_is_prepared_and_found_by_its_owner(world, api):
    with Buying(world) as own:
        fill(world, own.actor)
    answer = send(api, wanted(world, owner=world.delmas.admin.email.upper()))
    assert answer.status_code == 201, answer.content
    cart = answer.json()
    assert (cart["name"], cart["owner"], cart["updated_by"]) == ("From the ERP", world.delmas.admin.name, "ERP")
    assert (cart["is_current"], cart["sharing"], cart["line_count"], cart["net_amount"]) == (False, "edit", 1, "100.00")
    assert current(world) == [("", "VN-1001", Decimal(400))], "the owner goes on where it was"
    again = send(api, wanted(world, owner=world.delmas.admin.email.upper()))
    assert (again.json(), again["Idempotency-Replayed"]) == (cart, "true")
    assert api.get("/api/v1/carts/").json()["items"] == [cart]
    taken = send(api, wanted(world), key="cart-2")
    assert (taken.status_code, taken.json()["code"]) == (422, "cart_name_taken")


def test_a_cart_is_made_current_at_once_or_later(world, api):
    with Buying(world) as own:
        fill(world, own.actor)
    assert send(api, wanted(world, current=True)).json()["is_current"]
    assert current(world) == [("From the ERP", "VN-1001", Decimal(200))]
    other = send(api, wanted(world, name="Next", lines=[]), key="cart-2").json()
    assert current(world)[0][0] == "From the ERP"
    for _twice in range(2):
        answer = api.post(f"/api/v1/carts/{other['id']}/switch/")
        assert (answer.status_code, answer.json()["is_current"]) == (200, True)
    with use_tenant(world.acme):
        assert Cart.objects.get(is_open=True).name == "Next"
        assert Cart.objects.count() == 3, "nothing is lost"


def test_the_first_cart_of_somebody_can_be_prepared(world, api):
    assert not send(api, wanted(world)).json()["is_current"]
    assert current(world) == []


@pytest.mark.parametrize("who", ["viewer", "stranger", "nobody"])
def test_a_cart_is_for_a_buyer_of_the_company(world, api, who):
    email = {"viewer": world.delmas.viewer.email, "stranger": world.lecomte.admin.email, "nobody": "no@no.example"}[who]
    answer = send(api, wanted(world, owner=email))
    assert (answer.status_code, answer.json()["code"]) == (422, "no_such_buyer")
    with use_tenant(world.acme):
        assert not Cart.objects.exists()


def test_every_wrong_line_is_named_and_there_is_no_cart(world, api):
    answer = send(api, wanted(world, lines=[*LINES, {"sku": "VN-9999", "quantity": "1"}]))
    assert (answer.status_code, answer.json()["code"]) == (422, "lines_refused")
    assert send(api, wanted(world, sharing="private")).status_code == 422
    assert send(api, wanted(world, price="1")).status_code == 422
    with use_tenant(world.acme):
        assert not Cart.objects.exists()


def test_what_is_not_shared_with_the_company_is_not_for_its_systems(world, api):
    mate = member(world, "Julien")
    with Buying(world) as own:
        private, named = _saved(own, "Private"), _saved(own, "Named")
        _share(own, named, ListSharing.PRIVATE, {mate.require_user(): True})
        shared, gone = _shared(own), _saved(own, "Gone")
        _share(own, gone, ListSharing.EDIT)
        services.delete_cart(actor=own.actor, customer=own.customer, cart_id=gone)
    assert [item["id"] for item in api.get("/api/v1/carts/").json()["items"]] == [str(shared)]
    for key in (private, named, gone):
        assert api.post(f"/api/v1/carts/{key}/switch/").status_code == 404
    for other in (
        client_of(world.acme, key_of(world.acme, world.lecomte)),
        client_of(world.bolt, key_of(world.bolt, world.delmas)),
    ):
        assert other.get("/api/v1/carts/").json()["items"] == []
        assert other.post(f"/api/v1/carts/{shared}/switch/").status_code == 404
    assert client_of(world.acme).get("/api/v1/carts/").status_code == 401


def test_pages_follow_each_other_in_as_many_statements(world, api):
    with Buying(world) as own:
        for number in range(5):
            cart_id = services.create_cart(actor=own.actor, customer=own.customer, name=f"Nr {number}")
            own.add("VN-1001", 100)
            _share(own, cart_id, ListSharing.READ)
        assert carts.cart_id_of(own.actor, require_approved(own.actor)) is not None
    seen, cursor = [], ""
    while cursor is not None:
        page = api.get("/api/v1/carts/", {"limit": 2, "cursor": cursor}).json()
        seen += [item["name"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert seen == ["Nr 4", "Nr 3", "Nr 2", "Nr 1", "Nr 0"]
    counts = []
    for limit in (1, 5):
        with statements() as texts:
            assert len(api.get("/api/v1/carts/", {"limit": limit}).json()["items"]) == limit
        counts.append(len(texts))
    assert counts[0] == counts[1]
    assert api.get("/api/v1/carts/?cursor=x").status_code == 400
