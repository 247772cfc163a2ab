"""The pages of carts as buyers use them, without JavaScript."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from accounts.enums import CompanyRole
from accounts.services import add_company_user, create_user
from core.scope import PLATFORM
from core.tenancy import use_tenant
from orders import carts
from orders.enums import ListSharing
from orders.models import Cart, CartLine, Order
from orders.named_carts import services
from tests.counting import statements
from tests.orders.test_cart_lines import Buying
from tests.orders.test_named_carts import _saved, _shared
from tests.orders.test_sent_twice import form_of
from tests.world import PASSWORD, Person, World


@pytest.fixture
def shop(world: World, browser: Any) -> Any:
    return browser(world.acme.host, world.delmas.admin)


@pytest.fixture
def julien(world: World) -> Person:
    """A buyer of the same company."""
    email = "julien@delmas.example"
    with use_tenant(PLATFORM):
        user_id = create_user(email=email, password=PASSWORD, name="Julien")
        add_company_user(company_id=world.delmas.id, user_id=user_id, role=CompanyRole.BUYER)
    return Person(user_id, email, "Julien")


@pytest.fixture
def mate(world: World, browser: Any, julien: Person) -> Any:
    return browser(world.acme.host, julien)


def _text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def _hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found is not None, name
    return found[1]


def _content(world: World, cart_id: UUID) -> dict[str, Decimal]:
    with use_tenant(world.acme):
        return dict(CartLine.objects.filter(cart=cart_id).values_list("variant__sku", "quantity"))


def _lines(world: World, cart_id: UUID, quantity: str) -> dict[str, str]:
    with use_tenant(world.acme):
        keys = CartLine.objects.filter(cart=cart_id).values_list("pk", flat=True)
        return {f"quantity-{key.hex}": quantity for key in keys}


def test_from_one_cart_to_another_and_back(world: World, shop: Any) -> None:
    with Buying(world) as own:
        own.add("VN-1001", 400)
        first = carts.cart_id_of(own.actor, own.customer)
    assert first is not None
    answer = shop.post("/carts/", {"name": "Chantier Vaise"})
    assert (answer.status_code, answer["Location"]) == (303, "/cart/")
    page = _text(shop.get("/cart/"))
    assert "Chantier Vaise" in page
    assert "Your cart is empty" in page
    assert f'<option value="{first.hex}">' in page, "the one of before can be chosen"
    overview = _text(shop.get("/carts/"))
    assert "€200.00" in overview
    assert "current" in overview
    assert f'href="/carts/{first}/"' in overview
    answer = shop.post("/carts/switch/", {"cart": first.hex})
    assert (answer.status_code, answer["Location"]) == (303, "/cart/")
    assert "VN-1001" in _text(shop.get("/cart/"))
    assert shop.post("/carts/switch/", {"cart": "nonsense"}).status_code == 303


def test_a_name_that_is_taken_is_said_at_its_field(world: World, shop: Any) -> None:
    with Buying(world) as own:
        cart_id = _saved(own)
        own.add("VN-1002", 10)
    for path, data in (
        ("/carts/", {"name": "chantier vaise"}),
        (f"/carts/{cart_id}/copy/", {"name": "Chantier Vaise"}),
    ):
        answer = shop.post(path, data)
        assert answer.status_code == 422
        assert "You have a cart of this name already." in _text(answer)
    with use_tenant(world.acme):
        assert Cart.objects.count() == 2


def test_a_saved_cart_is_changed_on_its_page(world: World, shop: Any) -> None:
    with Buying(world) as own:
        cart_id = _saved(own)
        own.add("VN-1002", 10)
    page = _text(shop.get(f"/carts/{cart_id}/"))
    assert "Chantier Vaise" in page
    assert "Go on with this cart" in page
    data = {"cart": cart_id.hex, "version": _hidden(page, "version"), **_lines(world, cart_id, "500")}
    answer = shop.post("/cart/update/", data)
    assert (answer.status_code, answer["Location"]) == (303, f"/carts/{cart_id}/")
    assert _content(world, cart_id) == {"VN-1001": Decimal(500)}
    refused = shop.post("/cart/update/", data | _lines(world, cart_id, "many"))
    assert refused.status_code == 422
    assert "Chantier Vaise" in _text(refused), "it is that cart's page that comes again"
    assert shop.post("/cart/update/", data | {"checkout": "1"})["Location"] == f"/carts/{cart_id}/"
    assert shop.post("/cart/clear/", {"cart": cart_id.hex})["Location"] == f"/carts/{cart_id}/"
    assert _content(world, cart_id) == {}
    assert "VN-1002" in _text(shop.get("/cart/")), "the current one stayed as it was"


def test_a_tab_of_the_cart_of_before_changes_that_cart(world: World, shop: Any) -> None:
    with Buying(world) as own:
        own.add("VN-1001", 400)
        first = carts.cart_id_of(own.actor, own.customer)
    assert first is not None
    tab = _text(shop.get("/cart/"))
    shop.post("/carts/", {"name": "Other"})
    with Buying(world) as own:
        own.add("VN-1001", 50)
    data = {"cart": _hidden(tab, "cart"), "version": _hidden(tab, "version"), **_lines(world, first, "700")}
    assert shop.post("/cart/update/", data)["Location"] == f"/carts/{first}/"
    assert _content(world, first) == {"VN-1001": Decimal(700)}


def test_a_cart_is_deleted_undone_and_found_among_the_deleted(world: World, shop: Any) -> None:
    with Buying(world) as own:
        cart_id = _saved(own)
    answer = shop.post(f"/carts/{cart_id}/delete/")
    assert answer["Location"] == f"/carts/?deleted={cart_id.hex}"
    page = _text(shop.get(answer["Location"]))
    assert f'action="/carts/{cart_id}/restore/"' in page
    assert f'href="/carts/{cart_id}/"' not in page
    assert "Chantier Vaise" in _text(shop.get("/carts/deleted/"))
    assert shop.get(f"/carts/{cart_id}/").status_code == 404
    answer = shop.post(f"/carts/{cart_id}/restore/")
    assert answer["Location"] == f"/carts/{cart_id}/"
    assert "VN-1001" in _text(shop.get(answer["Location"]))
    assert shop.post(f"/carts/{cart_id}/restore/").status_code == 303, "sent twice"
    assert shop.get("/carts/?deleted=nonsense").status_code == 200


def test_a_cart_is_shared_by_name(world: World, shop: Any, mate: Any, julien: Person, browser: Any) -> None:
    with Buying(world) as own:
        cart_id = _saved(own)
    assert mate.get(f"/carts/{cart_id}/").status_code == 404
    page = _text(shop.get(f"/carts/{cart_id}/settings/"))
    assert "Julien" in page
    assert world.delmas.viewer.name not in page.split('id="cart-settings"')[1], "who may not order is not offered"
    data = {"name": "Vaise", "sharing": "private", f"right-{julien.id.hex}": "see"}
    assert shop.post(f"/carts/{cart_id}/settings/", data)["Location"] == f"/carts/{cart_id}/"
    seen = _text(mate.get(f"/carts/{cart_id}/"))
    assert "VN-1001" in seen
    assert 'name="quantity-' not in seen
    assert "/settings/" not in seen
    assert mate.get(f"/carts/{cart_id}/settings/").status_code == 403
    assert mate.post("/cart/clear/", {"cart": cart_id.hex}).status_code == 403
    assert mate.post("/carts/switch/", {"cart": cart_id.hex}).status_code == 403
    answer = mate.post(f"/carts/{cart_id}/copy/", {"name": "Mine", "switch": "on"})
    assert answer["Location"] == "/cart/"
    assert "VN-1001" in _text(mate.get("/cart/"))
    looker = browser(world.acme.host, world.delmas.viewer)
    assert looker.get(f"/carts/{cart_id}/").status_code == 404
    stranger = {"name": "Vaise", "sharing": "edit", f"right-{world.lecomte.admin.id.hex}": "change"}
    refused = shop.post(f"/carts/{cart_id}/settings/", stranger)
    assert refused.status_code == 422
    with use_tenant(world.acme):
        assert Cart.objects.get(pk=cart_id).sharing == ListSharing.PRIVATE


def test_who_was_overtaken_sees_both(world: World, shop: Any, mate: Any) -> None:
    with Buying(world) as own:
        cart_id = _shared(own)
        services.switch_to(actor=own.actor, customer=own.customer, cart_id=cart_id)
        own.add("VN-1002", 10)
    page = _text(shop.get("/cart/"))
    old = {"cart": cart_id.hex, "version": _hidden(page, "version"), **_lines(world, cart_id, "900")}
    theirs = _text(mate.get(f"/carts/{cart_id}/"))
    with use_tenant(world.acme):
        gone = CartLine.objects.get(cart=cart_id, variant__sku="VN-1002").pk
    change = {"cart": cart_id.hex, "version": _hidden(theirs, "version"), **_lines(world, cart_id, "600")}
    assert mate.post("/cart/update/", change | {f"quantity-{gone.hex}": "0"}).status_code == 303
    answer = shop.post("/cart/update/", old)
    text = _text(answer)
    assert answer.status_code == 409
    assert "Julien has changed this cart" in text
    assert "Your page had 900" in text
    assert "1 line is no longer in it." in text
    assert 'value="600"' in text, "the cart as it is now"
    assert _content(world, cart_id) == {"VN-1001": Decimal(600)}
    old["version"] = _hidden(text, "version")
    assert shop.post("/cart/update/", old).status_code == 303
    assert _content(world, cart_id) == {"VN-1001": Decimal(900)}


def test_a_checkout_page_of_before_is_not_ordered(world: World, shop: Any, mate: Any) -> None:
    with Buying(world) as own:
        cart_id = _shared(own)
        services.switch_to(actor=own.actor, customer=own.customer, cart_id=cart_id)
    form = form_of(shop)
    with use_tenant(world.acme):
        key = CartLine.objects.get(cart=cart_id).pk.hex
    note = {"cart": cart_id.hex, f"note-{key}": "To the gate", f"wanted-{key}": "", f"address-{key}": ""}
    assert mate.post("/cart/update/", note).status_code == 303
    answer = shop.post("/checkout/", form)
    assert answer.status_code == 409
    assert "Julien has changed this cart" in _text(answer)
    with use_tenant(world.acme):
        assert not Order.objects.exists()
    assert shop.post("/checkout/", form_of(shop)).status_code == 303


def test_a_colleagues_current_cart_is_left_to_it(world: World, shop: Any, mate: Any, julien: Person) -> None:
    with Buying(world) as own:
        cart_id = _shared(own)
    assert mate.post("/carts/switch/", {"cart": cart_id.hex})["Location"] == "/cart/"
    assert "Julien is working in it" in _text(shop.get("/carts/"))
    assert shop.post(f"/carts/{cart_id}/delete/")["Location"] == "/carts/"
    assert "Julien is working in this cart" in _text(shop.get("/carts/"))
    with use_tenant(world.acme):
        assert Cart.objects.get(pk=cart_id).user_id == julien.id


def test_other_companies_and_suppliers_find_no_cart(world: World, browser: Any) -> None:
    with Buying(world) as own:
        cart_id = _shared(own)
    for host, person in ((world.acme.host, world.lecomte.admin), (world.bolt.host, world.delmas.admin)):
        page = browser(host, person)
        assert page.get(f"/carts/{cart_id}/").status_code == 404
        for path in ("copy", "delete", "restore", "settings"):
            assert page.post(f"/carts/{cart_id}/{path}/", {"name": "Mine"}).status_code == 404
        assert page.post("/carts/switch/", {"cart": cart_id.hex}).status_code == 404
        assert page.post("/cart/update/", {"cart": cart_id.hex, **_lines(world, cart_id, "1")}).status_code == 404
        assert page.post("/cart/clear/", {"cart": cart_id.hex}).status_code == 404
    assert _content(world, cart_id) == {"VN-1001": Decimal(400)}


def test_the_overview_needs_as_many_statements_for_many(world: World, shop: Any) -> None:
    counts = []
    for number in (1, 6):
        with Buying(world) as own:
            for place in range(number):
                services.create_cart(actor=own.actor, customer=own.customer, name=f"Nr {number}-{place}")
                own.add("VN-1001", 100)
        with statements() as texts:
            assert shop.get("/carts/").status_code == 200
        counts.append(len(texts))
    assert counts[0] == counts[1]
