"""The marketplace's cart: lines of all suppliers on one page, changed and ordered there."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from catalog.enums import VariantState
from catalog.models import Variant
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.queries import require_approved
from inventory.models import Stock
from marketplace.models import Purchase
from orders.carts import Shown, cart_id_of, change_lines, describe_lines
from orders.enums import ListSharing
from orders.models import Cart, CartLine, Order
from orders.named_carts import services
from orders.wishes import Said
from tests.counting import statements
from tests.marketplace.purchasing import assert_nothing_placed, fill
from tests.orders.buying_company import member
from tests.orders.test_cart_lines import address, raise_prices
from tests.orders.test_order_terms import decide
from tests.world import TenantWorld, World


@pytest.fixture
def page(world: World, browser: Any) -> Any:
    return browser("localhost", world.delmas.admin)


def form_of(page: Any) -> dict[str, str]:
    """What the page would send."""
    html = page.get("/cart/").content.decode()
    hidden = r'<input type="hidden" name="((?:cart|version|expected|shown|token)-[0-9a-f]+)" value="([^"]*)"'
    found = dict(re.findall(hidden, html))
    found |= dict(re.findall(r'<input[^>]* name="(quantity-[0-9a-f]+)"[^>]* value="([^"]*)"', html))
    address = re.search(r'name="address" value="([0-9a-f]+)"', html)
    assert address is not None
    return found | {"address": address[1]}


def test_everything_is_ordered_from_one_page(world: World, page: Any) -> None:
    fill(world, world.acme)
    fill(world, world.bolt)
    form = form_of(page)
    assert len([name for name in form if name.startswith("quantity-")]) == 2
    answers = [page.post("/cart/", {**form, "order": "1", "po_number": "PO-5"}) for _sent in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0]["Location"] == answers[1]["Location"], "sent twice it is one purchase"
    html = page.get(answers[0]["Location"]).content.decode()
    for tenant in (world.acme, world.bolt):
        assert tenant.name in html
        with use_tenant(tenant.scope):
            order = Order.objects.get()
            assert order.number in html
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        number = Purchase.objects.get().number
    assert number in page.get("/documents/").content.decode()


def test_the_order_page_names_its_purchase(world: World, page: Any, browser: Any) -> None:
    fill(world, world.acme)
    assert page.post("/cart/", {**form_of(page), "order": "1"}).status_code == 303
    with use_tenant(world.acme.scope):
        order_id = Order.objects.get().pk
    html = browser(world.acme.host, world.delmas.admin).get(f"/orders/{order_id}/").content.decode()
    assert "purchase AC-" in html


def test_a_refused_line_is_shown_and_what_was_typed_stays(world: World, page: Any) -> None:
    fill(world, world.acme)
    fill(world, world.bolt)
    form = {**form_of(page), "po_number": "PO-KEPT"}
    key = world.acme.variants["VN-1002"]
    with use_tenant(world.acme.scope):
        Variant.objects.filter(pk=key).update(state=VariantState.ENDING)
        Stock.objects.filter(variant_id=key).update(on_hand=3, reserved=0)
        line = CartLine.objects.get().pk.hex
    answer = page.post("/cart/", {**form, "order": "1"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="error-{line}"' in html
    assert f'id="refusal-{world.acme.id.hex}"' in html
    assert f'id="refusal-{world.bolt.id.hex}"' not in html
    assert 'value="PO-KEPT"' in html
    assert_nothing_placed(world)
    repaired = page.post("/cart/", {**form, "remove": line})
    assert 'value="PO-KEPT"' in repaired.content.decode(), "what was typed is not lost by a repair"
    assert page.post("/cart/", {**form_of(page), "order": "1"}).status_code == 303
    with use_tenant(world.acme.scope):
        assert not Order.objects.exists()


def test_a_quantity_that_was_changed_is_not_ordered_at_the_old_total(world: World, page: Any) -> None:
    fill(world, world.acme)
    fill(world, world.bolt)
    form = form_of(page)
    name = next(name for name in form if name.startswith("quantity-"))
    answer = page.post("/cart/", {**form, name: "20", "order": "1"})
    assert answer.status_code == 422
    assert "The total has changed" in answer.content.decode()
    with use_tenant(world.bolt.scope):
        assert not Order.objects.exists()
    assert page.post("/cart/", {**form, name: "many"}).status_code == 422


def test_statements_of_the_page_do_not_grow_with_lines(world: World, page: Any) -> None:
    counts = []
    for skus in (("VN-1002",), ("VN-1001", "VN-1003", "VN-1004")):
        for sku in skus:
            fill(world, world.acme, sku, 100)
        page.get("/cart/")
        with statements() as texts:
            assert page.get("/cart/").status_code == 200
        counts.append(len(texts))
    assert counts[0] == counts[1]


def test_a_viewer_has_no_cart(world: World, browser: Any) -> None:
    fill(world, world.acme)
    html = browser("localhost", world.delmas.viewer).get("/cart/").content.decode()
    assert "Your cart is empty" in html


def test_new_prices_are_taken_by_line_or_all_and_refused_otherwise(world: World, page: Any) -> None:
    for tenant in (world.acme, world.bolt):
        fill(world, tenant)
        raise_prices(world, "VN-1002", tenant=tenant)
    fill(world, world.acme, "VN-1003", 100)
    raise_prices(world, "VN-1003")
    html = page.get("/cart/").content.decode()
    assert "The prices of 3 lines have changed" in html
    takes = re.findall(r'name="take" value="([0-9a-f]{32}:[0-9a-f]{32})"', html)
    assert len(takes) == 3
    refused = page.post("/cart/", {**form_of(page), "order": "1"})
    assert refused.status_code == 422
    assert f'id="refusal-{world.bolt.id.hex}"' in refused.content.decode()
    assert "take the new prices" in refused.content.decode()
    assert page.post("/cart/", {**form_of(page), "take": f"{takes[0][:32]}:{'0' * 32}"}).status_code == 409
    assert page.post("/cart/", {**form_of(page), "take": takes[0]}).status_code == 303
    assert "The prices of 2 lines have changed" in page.get("/cart/").content.decode()
    assert page.post("/cart/", {**form_of(page), "take": "all"}).status_code == 303
    assert "have changed" not in page.get("/cart/").content.decode()
    assert page.post("/cart/", {**form_of(page), "order": "1"}).status_code == 303


def test_a_line_has_its_own_note_day_and_address(world: World, page: Any) -> None:
    fill(world, world.acme)
    with use_tenant(world.acme.scope):
        key = CartLine.objects.get().pk.hex
    wrong = {f"note-{key}": "2e étage", f"wanted-{key}": "2020-01-01", f"address-{key}": ""}
    answer = page.post("/cart/", {**form_of(page), **wrong})
    assert answer.status_code == 422
    assert "This day has passed." in answer.content.decode()
    assert 'value="2020-01-01"' in answer.content.decode(), "what was typed stays"
    day = (timezone.localdate() + timedelta(days=9)).isoformat()
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        site = address(world)
    said = {**wrong, f"wanted-{key}": day, f"address-{key}": site.hex}
    assert page.post("/cart/", {**form_of(page), **said}).status_code == 303
    assert page.post("/cart/", {**form_of(page), **said, "order": "1"}).status_code == 303
    with use_tenant(world.acme.scope):
        line = Order.objects.get().lines.get()
        assert (line.note, str(line.wanted_on)) == ("2e étage", day)
        assert line.address is not None
        assert line.address["label"] == "Chantier"


def test_each_supplier_says_what_is_missing_to_its_minimum_and_what_credit_is_left(world: World, page: Any) -> None:
    fill(world, world.acme)
    fill(world, world.bolt)
    decide(world, for_all=True, small_order_below=Decimal(900), small_order_fee=Decimal(15))
    html = page.get("/cart/").content.decode()
    assert "Small-order fee, below €900.00 net" in html
    assert "net more on, the small-order fee falls away" in html
    assert html.count("Left after this order") == 2
    decide(world, for_all=True, order_minimum=Decimal(900))
    html = page.get("/cart/").content.decode()
    assert html.count("below the order minimum") == 1, "Bolt has none"


def _another(world: World, tenant: TenantWorld, name: str = "Chantier Vaise") -> UUID:
    """Name the current cart, save it and begin another; answers the saved one."""
    with use_tenant(tenant.scope, company_id=world.delmas.id):
        actor = world.delmas.buyer
        given: Any = {"actor": actor, "customer": require_approved(actor)}
        cart_id = cart_id_of(**given)
        assert cart_id is not None
        services.rename_cart(**given, cart_id=cart_id, name=name)
        services.create_cart(**given)
        return cart_id


def _carts(world: World, tenant: TenantWorld) -> dict[str, bool]:
    with use_tenant(tenant.scope, company_id=world.delmas.id):
        return dict(Cart.objects.values_list("name", "is_open"))


def test_another_cart_is_gone_on_with_and_what_was_typed_is_kept(world: World, page: Any) -> None:
    fill(world, world.acme)
    cart_id = _another(world, world.acme)
    html = page.get("/cart/").content.decode()
    assert "Chantier Vaise" in html, "also where nothing is to be ordered"
    acme = world.acme.id.hex
    fill(world, world.acme, "VN-1001", 200)
    fill(world, world.bolt)
    form = form_of(page)
    name = next(name for name, value in form.items() if name.startswith("quantity-") and value == "200")
    answer = page.post("/cart/", {**form, name: "400", "switch": acme, f"to-{acme}": cart_id.hex})
    assert answer.status_code == 303
    assert _carts(world, world.acme) == {"Chantier Vaise": True, "": False}
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        assert CartLine.objects.get(pk=UUID(hex=name.removeprefix("quantity-"))).quantity == 400
    assert page.post("/cart/", {**form_of(page), "order": "1"}).status_code == 303
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        assert Order.objects.get().lines.get().sku == "VN-1002", "that of the cart that was gone on with"
        assert Cart.objects.get(name="").lines.count() == 1


def test_another_cart_is_begun_and_a_name_that_is_taken_is_said(world: World, page: Any) -> None:
    fill(world, world.acme)
    acme = world.acme.id.hex
    assert page.post("/cart/", {**form_of(page), "new": acme, f"name-{acme}": "Lyon"}).status_code == 303
    assert _carts(world, world.acme) == {"": False, "Lyon": True}
    fill(world, world.acme)
    refused = page.post("/cart/", {**form_of(page), "new": acme, f"name-{acme}": "lyon"})
    assert refused.status_code == 422
    assert 'value="lyon"' in refused.content.decode()
    assert _carts(world, world.acme) == {"": False, "Lyon": True}


def test_carts_of_another_supplier_or_company_are_not_gone_on_with(world: World, page: Any, browser: Any) -> None:
    fill(world, world.acme)
    fill(world, world.bolt)
    cart_id = _another(world, world.acme)
    bolt, acme = world.bolt.id.hex, world.acme.id.hex
    before = _carts(world, world.acme), _carts(world, world.bolt)
    assert page.post("/cart/", {"switch": bolt, f"to-{bolt}": cart_id.hex}).status_code == 404
    stranger = browser("localhost", world.lecomte.admin)
    assert stranger.post("/cart/", {"switch": acme, f"to-{acme}": cart_id.hex}).status_code == 404
    answer = stranger.post("/cart/", {f"cart-{acme}": cart_id.hex, f"version-{acme}": "1", "order": "1"})
    assert answer.status_code == 422
    assert (_carts(world, world.acme), _carts(world, world.bolt)) == before
    with use_tenant(world.acme.scope):
        assert not Order.objects.exists()


def test_what_another_tab_changed_is_not_ordered_unseen(world: World, page: Any) -> None:
    """A note changes no total: without the version it would be ordered as the other tab left it."""
    fill(world, world.acme)
    fill(world, world.bolt)
    form = form_of(page)
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        actor = world.delmas.buyer
        said = {CartLine.objects.get().pk: Said("To the gate, not to the yard")}
        describe_lines(actor=actor, customer=require_approved(actor), said=said)
    for more in ({}, {f"note-{next(iter(said)).hex}": "Quai 3"}):
        answer = page.post("/cart/", {**form, **more, "order": "1"})
        assert answer.status_code in (409, 422)
        assert "To the gate, not to the yard" in answer.content.decode()
        assert_nothing_placed(world)
    form = {**form_of(page), f"note-{next(iter(said)).hex}": "Quai 3"}
    answers = [page.post("/cart/", {**form, "order": "1"}) for _sent in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303], "one's own change of the same form counts"
    assert answers[0]["Location"] == answers[1]["Location"]
    with use_tenant(world.acme.scope):
        assert Order.objects.get().lines.get().note == "Quai 3"


def test_what_a_colleague_changed_in_a_shared_cart_is_not_written_over(world: World, page: Any) -> None:
    fill(world, world.acme, "VN-1001", 200)
    fill(world, world.bolt)
    mate = member(world, "Julien")
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        Cart.objects.update(sharing=ListSharing.EDIT)
    form = form_of(page)
    name = next(name for name, value in form.items() if name.startswith("quantity-") and value == "200")
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        line = CartLine.objects.get()
        given: Any = {"actor": mate, "customer": require_approved(mate), "shown": Shown(line.cart_id)}
        change_lines(**given, quantities={line.pk: ("", Decimal(600))}, said={})
    answer = page.post("/cart/", {**form, name: "400"})
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Julien has changed this cart" in html
    assert "Your page had 400" in html
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        assert CartLine.objects.get().quantity == 600


def test_statements_of_the_page_do_not_grow_with_carts(world: World, page: Any) -> None:
    counts = []
    for names in (("A",), ("B", "C", "D")):
        for name in names:
            fill(world, world.acme)
            _another(world, world.acme, name)
        fill(world, world.acme)
        page.get("/cart/")
        with statements() as texts:
            assert page.get("/cart/").status_code == 200
        counts.append(len(texts))
    assert counts[0] == counts[1]
