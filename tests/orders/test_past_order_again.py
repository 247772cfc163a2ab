"""A past order again: what is said about its lines is taken over, and what is left out is said with its reason."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.addresses import AddressData, add_address, change_address, remove_address
from accounts.models import CompanyAddress
from accounts.queries import address_snapshot
from catalog.models import OrderUnit, Relation, Variant
from core.errors import NotFound
from core.tenancy import use_tenant
from customers.queries import require_approved
from orders import again, carts, services
from orders.errors import LinesRefused, MayNotOrder
from orders.models import Order, OrderLine
from orders.placing import OrderDetails
from orders.wishes import NewLine
from pricing.models import Price
from tests.counting import statements
from tests.world import World

SITE = AddressData("Chantier Lyon", "12 quai Perrache", "69002", "Lyon")


@pytest.fixture
def shop(world: World, browser: Any) -> Any:
    return browser(world.acme.host, world.delmas.admin)


@pytest.fixture
def book(world: World) -> tuple[UUID, UUID]:
    """The usual address of Delmas and another one."""
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        usual = CompanyAddress.objects.filter(company_id=world.delmas.id, is_default=True).first()
        if usual is None:
            data = AddressData("Atelier", "1 rue Haute", "59000", "Lille")
            usual_id = add_address(company_id=world.delmas.id, data=data, actor=world.delmas.buyer)
        else:
            usual_id = usual.pk
        site_id = add_address(company_id=world.delmas.id, data=SITE, actor=world.delmas.buyer)
    return usual_id, site_id


def _order(world: World, *lines: NewLine, address_id: UUID | None = None, **details: Any) -> Order:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        place = address_snapshot(world.delmas.id, address_id) if address_id else {}
        order_id = services.place_order(
            actor=world.delmas.buyer,
            customer=require_approved(world.delmas.buyer),
            lines=lines,
            delivery_address=place,
            details=OrderDetails(**details),
        )
        return Order.objects.get(pk=order_id)


def _line(world: World, sku: str, quantity: int, unit: str = "", **said: Any) -> NewLine:
    return NewLine(world.acme.variants[sku], unit, Decimal(quantity), **said)


def _cart(world: World) -> list[NewLine]:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        return [wish for _id, wish in carts.wishes_of(world.delmas.buyer, require_approved(world.delmas.buyer))]


def _again(world: World, order: Order) -> again.Done:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        buyer = world.delmas.buyer
        return again.order_again(actor=buyer, customer=require_approved(buyer), order_id=order.pk)


def _archive(world: World, sku: str, replacement: str = "") -> None:
    with use_tenant(world.acme):
        Variant.objects.filter(pk=world.acme.variants[sku]).update(state="archived")
        if replacement:
            Relation.objects.create(
                variant_id=world.acme.variants[sku],
                other_id=world.acme.variants[replacement],
                kind="replacement",
            )


def test_unit_quantity_note_day_and_address_are_taken_over(world: World, book: tuple[UUID, UUID]) -> None:
    soon, (_usual, site) = timezone.localdate() + timedelta(days=9), book
    order = _order(
        world,
        _line(world, "VN-1003", 3, "XBX", note="Hall 2", wanted_on=soon),
        _line(world, "VN-1001", 40),
        address_id=site,
        requested_on=soon + timedelta(days=1),
    )
    assert _again(world, order) == again.Done(added=2, left_out=0, without_day=0, without_address=0)
    boxes, screws = _cart(world)
    assert (boxes.unit_code, boxes.quantity, boxes.note, boxes.wanted_on) == ("XBX", Decimal(3), "Hall 2", soon)
    assert (screws.quantity, screws.wanted_on) == (Decimal(40), soon + timedelta(days=1))
    assert {boxes.address_id, screws.address_id} == {site}


def test_the_usual_address_is_not_named_again(world: World, book: tuple[UUID, UUID]) -> None:
    order = _order(world, _line(world, "VN-1001", 40), address_id=book[0])
    _again(world, order)
    (line,) = _cart(world)
    assert line.address_id is None, "it is where the order goes anyway, and meets its like in the cart"


def test_a_day_that_has_passed_is_left_out_and_said(world: World, book: tuple[UUID, UUID], shop: Any) -> None:
    order = _order(world, _line(world, "VN-1001", 40), address_id=book[0])
    with use_tenant(world.acme):
        OrderLine.objects.filter(order=order).update(wanted_on=date(2020, 1, 2))
    assert "this day has passed" in shop.get(f"/orders/{order.pk}/again/").content.decode()
    answer = shop.post(f"/orders/{order.pk}/again/", follow=True)
    assert answer.redirect_chain[-1][0] == "/cart/"
    assert "The day that 1 line was wanted on has passed" in answer.content.decode()
    assert _cart(world)[0].wanted_on is None


def test_an_address_that_was_renamed_is_found_and_one_that_is_gone_is_said(
    world: World, book: tuple[UUID, UUID], shop: Any
) -> None:
    site = book[1]
    order = _order(world, _line(world, "VN-1001", 40), address_id=site)
    renamed = AddressData("Dépôt Lyon", SITE.street, SITE.postal_code, SITE.city, contact="M. Roux")
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        buyer = world.delmas.buyer
        change_address(company_id=world.delmas.id, address_id=site, data=renamed, actor=buyer)
    _again(world, order)
    assert _cart(world)[0].address_id == site
    shop.post("/cart/clear/")
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        remove_address(company_id=world.delmas.id, address_id=site, actor=buyer)
    html = shop.get(f"/orders/{order.pk}/again/").content.decode()
    assert "“Chantier Lyon”: no longer in your address book" in html
    said = shop.post(f"/orders/{order.pk}/again/", follow=True).content.decode()
    assert "The delivery address of 1 line is no longer in your address book" in said
    assert _cart(world)[0].address_id is None


def test_what_is_left_out_is_listed_with_its_reason_and_its_replacement_by_one_click(
    world: World, book: tuple[UUID, UUID], shop: Any
) -> None:
    """The replacement keeps what was said about the line, and the page stays for the others."""
    soon = timezone.localdate() + timedelta(days=9)
    order = _order(
        world,
        _line(world, "VN-1001", 40, note="Hall 2", wanted_on=soon),
        _line(world, "VN-1003", 200),
        _line(world, "VN-1005", 5),
        address_id=book[1],
    )
    _archive(world, "VN-1001", "VN-1002")
    with use_tenant(world.acme):
        Price.objects.filter(variant_id=world.acme.variants["VN-1005"]).delete()
    answer = shop.post(f"/orders/{order.pk}/again/", follow=True)
    path, _status = answer.redirect_chain[-1]
    assert path == f"/orders/{order.pk}/again/?left=1"
    html = answer.content.decode()
    assert "1 line is in the cart." in html
    assert "2 lines were not taken over." in html
    assert re.findall(r'id="again-[0-9a-f]{32}".*?<code>([^<]+)</code>', html, re.DOTALL) == ["VN-1001", "VN-1005"]
    assert "has no price for you" in html
    button = re.search(r'<button[^>]*form="instead-form"[^>]*name="instead" value="([0-9a-f]{32})"', html)
    assert button is not None
    answer = shop.post(path, {"instead": button[1]})
    assert answer.headers["Location"] == path
    _nuts, screws = _cart(world)
    assert (screws.variant_id, screws.quantity) == (world.acme.variants["VN-1002"], Decimal(40))
    assert (screws.note, screws.wanted_on, screws.address_id) == ("Hall 2", soon, book[1])


def test_goods_that_are_still_sold_have_no_replacement(world: World) -> None:
    order = _order(world, _line(world, "VN-1001", 40))
    with use_tenant(world.acme):
        Relation.objects.create(
            variant_id=world.acme.variants["VN-1001"], other_id=world.acme.variants["VN-1002"], kind="replacement"
        )
    line_id = _ids(world, order)["VN-1001"]
    buyer = world.delmas.buyer
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        customer = require_approved(buyer)
        with pytest.raises(NotFound):
            again.take_instead(actor=buyer, customer=customer, order_id=order.pk, line_id=line_id)
    assert _cart(world) == []


def test_a_unit_that_is_gone_becomes_base_units(world: World) -> None:
    order = _order(world, _line(world, "VN-1003", 3, "XBX"))
    with use_tenant(world.acme):
        OrderUnit.objects.filter(variant_id=world.acme.variants["VN-1003"], code="XBX").delete()
    assert _again(world, order).added == 1
    (line,) = _cart(world)
    assert (line.unit_code, line.quantity) == ("H87", Decimal(600))


def test_a_quantity_that_is_no_longer_possible_is_offered_as_the_nearest(world: World, shop: Any) -> None:
    order = _order(world, _line(world, "VN-1001", 95))
    with use_tenant(world.acme):
        units = OrderUnit.objects.filter(variant_id=world.acme.variants["VN-1001"], is_base=True)
        units.update(minimum=50, multiple=50)
    html = shop.post(f"/orders/{order.pk}/again/", follow=True).content.decode()
    key = _ids(world, order)["VN-1001"].hex
    assert "in multiples of 50" in html
    assert re.search(rf'name="quantity-{key}"[^>]* value="100"', html)
    assert _cart(world) == []
    fields = {"ticked": "1", "take": [key], f"quantity-{key}": "99", f"unit-{key}": "H87"}
    refused = shop.post(f"/orders/{order.pk}/again/?left=1", fields)
    assert refused.status_code == 422
    assert re.search(rf'name="quantity-{key}"[^>]* value="99"', refused.content.decode()), "as it was typed"
    assert _cart(world) == []
    assert shop.post(f"/orders/{order.pk}/again/", {**fields, f"quantity-{key}": "100"}).status_code == 303
    assert _cart(world)[0].quantity == Decimal(100)


def test_only_what_is_ticked_is_added_each_line_with_what_was_said_of_it(world: World, shop: Any) -> None:
    soon = timezone.localdate() + timedelta(days=9)
    order = _order(
        world, _line(world, "VN-1001", 40), _line(world, "VN-1001", 60, wanted_on=soon), _line(world, "VN-1003", 200)
    )
    html = shop.get(f"/orders/{order.pk}/again/").content.decode()
    keys = re.findall(r'name="take" value="([0-9a-f]{32})"', html)
    assert len(keys) == 3, "an article on two days is two lines"
    fields = {"ticked": "1", "take": keys[:2]} | {f"quantity-{key}": str(10 + at) for at, key in enumerate(keys)}
    assert shop.post(f"/orders/{order.pk}/again/", fields).status_code == 303
    assert [(line.quantity, line.wanted_on) for line in _cart(world)] == [(Decimal(10), None), (Decimal(11), soon)]


def test_lines_that_are_too_much_only_together_are_left_out_and_the_others_added(world: World) -> None:
    order = _order(
        world,
        _line(world, "VN-1001", 40, note="a"),
        _line(world, "VN-1001", 60, note="a", wanted_on=timezone.localdate() + timedelta(days=3)),
        _line(world, "VN-1003", 200),
    )
    with use_tenant(world.acme):
        OrderLine.objects.filter(order=order).update(wanted_on=None)
        OrderUnit.objects.filter(variant_id=world.acme.variants["VN-1001"], is_base=True).update(maximum=80)
    assert _again(world, order) == again.Done(added=1, left_out=2, without_day=0, without_address=0)
    assert [line.variant_id for line in _cart(world)] == [world.acme.variants["VN-1003"]]


def test_a_line_that_was_offered_once_is_said_and_charges_are_not(world: World, shop: Any) -> None:
    order = _order(world, _line(world, "VN-1001", 40), _line(world, "VN-1003", 200))
    with use_tenant(world.acme):
        nut = OrderLine.objects.get(order=order, position=2)
        charge = {"variant_id": None, "sku": "", "position": 3, "name_fr": "Transport", "name_en": "Freight"}
        OrderLine.objects.filter(pk=nut.pk).update(variant_id=None, sku="", name_fr="Bride sur plan")
        nut.pk = None
        for name, value in charge.items():
            setattr(nut, name, value)
        nut.id = UUID(int=1)
        nut.save(force_insert=True)
    html = shop.post(f"/orders/{order.pk}/again/", follow=True).content.decode()
    assert "1 line was not taken over." in html
    assert "Bride sur plan" in html
    assert "offered once" in html
    assert "Freight" not in html


def test_others_and_who_may_not_order_put_nothing_into_a_cart(world: World, browser: Any) -> None:
    order = _order(world, _line(world, "VN-1001", 40))
    key = _ids(world, order)["VN-1001"]
    for data in ({}, {"ticked": "1", "take": [key.hex], f"quantity-{key.hex}": "40"}, {"instead": key.hex}):
        stranger = browser(world.acme.host, world.lecomte.admin)
        assert stranger.post(f"/orders/{order.pk}/again/", data).status_code == 404
        onlooker = browser(world.acme.host, world.delmas.viewer)
        assert onlooker.post(f"/orders/{order.pk}/again/", data).status_code == 403
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        buyer, customer = world.delmas.buyer, require_approved(world.delmas.buyer)
        with pytest.raises(MayNotOrder):
            again.order_again(actor=world.delmas.onlooker, customer=customer, order_id=order.pk)
        with pytest.raises(NotFound):
            again.take_again(actor=buyer, customer=customer, order_id=order.pk, chosen={UUID(int=7): ("", Decimal(1))})
    assert _cart(world) == []


def test_all_or_none_of_what_is_ticked(world: World) -> None:
    order = _order(world, _line(world, "VN-1001", 40), _line(world, "VN-1003", 200))
    ids, buyer = _ids(world, order), world.delmas.buyer
    chosen = {ids["VN-1003"]: ("", Decimal(200)), ids["VN-1001"]: ("KGM", Decimal(1))}
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        with pytest.raises(LinesRefused) as refused:
            again.take_again(actor=buyer, customer=require_approved(buyer), order_id=order.pk, chosen=chosen)
        assert [problem.line_id for problem in refused.value.problems] == [ids["VN-1001"]]
    assert _cart(world) == []


def test_every_place_that_shows_an_order_offers_it_again_to_who_may_order(world: World, browser: Any) -> None:
    order = _order(world, _line(world, "VN-1001", 40))
    path = f"/orders/{order.pk}/again/"
    for person, offered in ((world.delmas.admin, True), (world.delmas.viewer, False)):
        shop = browser(world.acme.host, person)
        for page in ("/orders/", f"/orders/{order.pk}/"):
            assert (f'href="{path}"' in shop.get(page).content.decode()) is offered, page
        hub = browser(settings.PLATFORM_DOMAIN, person).get("/documents/").content.decode()
        assert (path.replace("/", "%2F") in hub) is offered


def test_statements_do_not_grow_with_the_lines(world: World, book: tuple[UUID, UUID]) -> None:
    counts = []
    for skus in (("VN-1001",), ("VN-1001", "VN-1002", "VN-1003", "VN-1005")):
        order = _order(world, *(_line(world, sku, 200) for sku in skus), address_id=book[1])
        _again(world, order)
        with use_tenant(world.acme.scope, company_id=world.delmas.id):
            customer = require_approved(world.delmas.buyer)
            with statements() as texts:
                again.order_again(actor=world.delmas.buyer, customer=customer, order_id=order.pk)
        counts.append(len(texts))
    assert counts[0] == counts[1]


def _ids(world: World, order: Order) -> dict[str, UUID]:
    with use_tenant(world.acme):
        return dict(OrderLine.objects.filter(order=order).values_list("sku", "pk"))
