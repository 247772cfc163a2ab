"""Other sites' orders, invoices and prices are seen by those whose role and site show them, at every door."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from accounts.addresses import AddressData, add_address, bill_to, change_address, make_usual, remove_address
from accounts.custom_roles import add_role
from accounts.enums import CompanyRole
from accounts.identity import buyer_actor
from accounts.models import CompanyAddress, CompanyUser, User
from accounts.people import Position, change_member
from accounts.permissions import Permission
from accounts.units import UnitData, add_unit
from core.actor import Actor
from core.errors import NotAllowed, NotFound
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.queries import require_approved
from marketplace.queries import documents_of_company
from orders import carts, services
from orders.amending.services import Change, amend
from orders.enums import Frequency
from orders.errors import AddressMissing, MayNotOrder
from orders.fulfilment import confirm_order, ship
from orders.lines import NewLine
from orders.models import Order
from orders.purchase_lists.services import save_wishes
from orders.records import order_with_lines, orders_after
from orders.recurring import services as recurring
from orders.recurring.schedule import Schedule
from payments.models import Invoice
from tests.conftest import BrowserFactory
from tests.orders.test_ordering import ADDRESS
from tests.world import World

MONDAY = date(2027, 1, 4)


@dataclass
class Sites:
    """Delmas has north with a workshop below it, and south; an order and its invoice belong to north."""

    north: UUID
    workshop: UUID
    south: UUID
    order_id: UUID
    number: str
    invoice_id: UUID
    invoice_number: str


def _place(world: World, unit_id: UUID | None = None, role: Position | None = None) -> Actor:
    """Delmas's viewer, in another position from now on."""
    with use_tenant(PLATFORM):
        member = CompanyUser.objects.get(company_id=world.delmas.id, user_id=world.delmas.viewer.id)
        position = role or Position(CompanyRole.BUYER, unit_id=unit_id)
        change_member(member_id=member.pk, position=position, actor=world.delmas.buyer)
        return buyer_actor(User.objects.get(pk=world.delmas.viewer.id))


def _role(world: World, *permissions: Permission) -> Position:
    with use_tenant(PLATFORM):
        role_id = add_role(
            name="-".join(permissions) or "nothing", permissions=set(permissions), actor=world.delmas.buyer
        )
    return Position(CompanyRole.CUSTOM, role_id)


@pytest.fixture
def sites(world: World) -> Sites:
    with use_tenant(PLATFORM):
        boss = world.delmas.buyer
        north, south = (add_unit(data=UnitData(name), actor=boss) for name in ("north", "south"))
        workshop = add_unit(data=UnitData("workshop", parent_id=north), actor=boss)
    actor = _place(world, workshop)
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order_id = services.place_order(
            actor=actor,
            customer=require_approved(actor),
            lines=[NewLine(world.acme.variants["VN-1001"], "", Decimal(100))],
            delivery_address=ADDRESS,
        )
    with use_tenant(world.acme.scope, party="tenant"):
        confirm_order(order_id=order_id, actor=world.acme.staff)
        order = Order.objects.get(pk=order_id)
        ship(order_id=order_id, quantities={order.lines.get().pk: Decimal(100)}, actor=world.acme.staff)
        invoice = Invoice.objects.get(order_id=order_id)
    return Sites(north, workshop, south, order_id, order.number, invoice.pk, invoice.number)


def _doors(sites: Sites, actor: Actor, world: World) -> set[str]:
    """Where the order and its invoice are found without a page: the API's reads, and the index of documents."""
    found = set()
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        if any(order.pk == sites.order_id for order in orders_after(actor, None, limit=9)):
            found.add("api list")
        try:
            order_with_lines(actor, sites.order_id)
            found.add("api order")
        except NotFound:
            pass
        found |= {f"document {row.kind}" for row in documents_of_company(actor).rows}
    return found


_ORDER = {"api list", "api order", "document order", "document shipment"}


@pytest.mark.parametrize(("unit", "sees"), [("north", True), ("workshop", True), ("south", False), (None, True)])
def test_a_site_sees_its_own_orders_and_those_below_it(
    world: World, browser: BrowserFactory, sites: Sites, unit: str | None, *, sees: bool
) -> None:
    actor = _place(world, getattr(sites, unit) if unit else None)
    assert _doors(sites, actor, world) == ({*_ORDER, "document invoice"} if sees else set())
    shop, market = browser(world.acme.host, world.delmas.viewer), browser("localhost", world.delmas.viewer)
    for page, text in (
        (shop.get("/orders/"), sites.number),
        (shop.get("/"), sites.number),
        (shop.get("/invoices/"), sites.invoice_number),
        (market.get("/documents/"), sites.number),
        (market.get("/documents/"), sites.invoice_number),
    ):
        assert (page.status_code, text in page.content.decode()) == (200, sees), page.wsgi_request.path
    for path in (f"/orders/{sites.order_id}/", f"/invoices/{sites.invoice_id}/"):
        assert shop.get(path).status_code == (200 if sees else 404)
    if not sees:
        assert shop.post(f"/invoices/{sites.invoice_id}/pay/").status_code == 404
        with use_tenant(world.acme.scope, company_id=world.delmas.id), pytest.raises(NotFound):
            services.cancel(order_id=sites.order_id, actor=actor)


def test_who_sees_all_sites_sees_them_from_a_site(world: World, sites: Sites) -> None:
    actor = _place(world, role=Position(CompanyRole.APPROVER, unit_id=sites.south))
    assert _doors(sites, actor, world) == {*_ORDER, "document invoice"}


def test_invoices_are_shown_to_whom_they_are_meant_for(world: World, browser: BrowserFactory, sites: Sites) -> None:
    actor = _place(world, role=_role(world, Permission.SEE_PRICES, Permission.ORDER, Permission.PAY_INVOICES))
    assert _doors(sites, actor, world) == _ORDER
    shop = browser(world.acme.host, world.delmas.viewer)
    assert shop.get("/invoices/").status_code == 403
    assert shop.get(f"/invoices/{sites.invoice_id}/").status_code == 404
    assert shop.post(f"/invoices/{sites.invoice_id}/pay/").status_code == 404
    order, home = shop.get(f"/orders/{sites.order_id}/"), shop.get("/").content.decode()
    assert (order.status_code, sites.invoice_number in order.content.decode()) == (200, False)
    assert "/invoices/" not in home
    assert "Invoices to pay" not in home


def test_without_the_right_to_prices_one_is_a_visitor(world: World, browser: BrowserFactory, sites: Sites) -> None:
    actor = _place(world, role=_role(world, Permission.ORDER))
    assert _doors(sites, actor, world) == set()
    shop, market = browser(world.acme.host, world.delmas.viewer), browser("localhost", world.delmas.viewer)
    page = shop.get("/catalog/p/VN-1001/").content.decode()
    assert "Your role does not show prices." in page
    for text in (page, shop.get("/").content.decode(), market.get("/search/?q=VN-1001").content.decode()):
        assert "€0." not in text
        assert "Credit left" not in text
        assert "/orders/" not in text
    for path in ("/cart/", "/quick-order/", "/lists/"):
        assert shop.get(path).status_code in (403, 404), path
    assert sites.number not in shop.get("/orders/").content.decode()
    assert shop.get(f"/orders/{sites.order_id}/").status_code == 404
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        customer = require_approved(actor)
        wish = [NewLine(world.acme.variants["VN-1001"], "", Decimal(1))]
        with pytest.raises(MayNotOrder):
            carts.add_lines(actor=actor, customer=customer, lines=wish)


def test_the_addresses_of_a_site_are_its_own(world: World, browser: BrowserFactory, sites: Sites) -> None:
    with use_tenant(PLATFORM):
        data = AddressData("Quai nord", "1 rue X", "59000", "Lille")
        address_id = add_address(
            company_id=world.delmas.id, data=data, actor=world.delmas.buyer, unit_id=sites.workshop
        )
    for unit_id, sees in ((sites.north, True), (sites.south, False)):
        actor = _place(world, unit_id)
        shop = browser(world.acme.host, world.delmas.viewer)
        page = shop.get("/company/").content.decode()
        assert ("Quai nord" in page, "12 rue des Forges" in page) == (sees, True)
        assert shop.get(f"/company/addresses/{address_id}/").status_code == (200 if sees else 404)
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        customer = require_approved(actor)
        carts.add_lines(actor=actor, customer=customer, lines=[NewLine(world.acme.variants["VN-1001"], "", Decimal(1))])
        with pytest.raises(AddressMissing):
            services.checkout(actor=actor, customer=customer, delivery=services.Delivery(address_id=address_id))
    form = {"label": "Quai", "street": "1 rue X", "postal_code": "59000", "city": "Lille", "country": "FR"}
    shop = browser(world.acme.host, world.delmas.viewer)
    foreign = shop.post("/company/addresses/", {**form, "unit": sites.north.hex})
    assert (foreign.status_code, 'id="id_unit-error"' in foreign.content.decode()) == (422, True)
    assert shop.post("/company/addresses/", {**form, "unit": sites.south.hex}).status_code == 303


def test_an_order_that_is_changed_or_comes_by_itself_goes_to_ones_own_sites(
    world: World, browser: BrowserFactory, sites: Sites
) -> None:
    with use_tenant(PLATFORM):
        data = AddressData("Quai nord", "1 rue X", "59000", "Lille")
        foreign = add_address(company_id=world.delmas.id, data=data, actor=world.delmas.buyer, unit_id=sites.north)
        near = add_address(company_id=world.delmas.id, data=data, actor=world.delmas.buyer, unit_id=sites.south)
    actor = _place(world, sites.south)
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        customer = require_approved(actor)
        wish = [NewLine(world.acme.variants["VN-1001"], "", Decimal(10))]
        order_id = services.place_order(actor=actor, customer=customer, lines=wish, delivery_address=ADDRESS)
        with pytest.raises(AddressMissing):
            amend(order_id=order_id, change=Change(address_id=foreign), version=1, actor=actor)
        amend(order_id=order_id, change=Change(address_id=near), version=1, actor=actor)
        list_id, _outcome = save_wishes(actor=actor, customer=customer, name="Weekly", wishes=wish)
        schedule = Schedule(Frequency.WEEKS, 1, MONDAY)
        wanted = recurring.Wanted(list_id, schedule, foreign)
        with pytest.raises(AddressMissing):
            recurring.create(actor=actor, customer=customer, wanted=wanted, today=MONDAY)
        recurring.create(actor=actor, customer=customer, wanted=replace(wanted, address_id=near), today=MONDAY)
    shop = browser(world.acme.host, world.delmas.viewer)
    for path in (f"/orders/{order_id}/change/", "/recurring/new/"):
        page = shop.get(path).content.decode()
        assert (foreign.hex in page.replace("-", ""), near.hex in page.replace("-", "")) == (False, True), path


def test_who_belongs_to_a_site_decides_nothing_for_the_whole_company(
    world: World, browser: BrowserFactory, sites: Sites
) -> None:
    data = AddressData("Quai", "1 rue X", "59000", "Lille")
    actor = _place(world, sites.south)
    with use_tenant(PLATFORM):
        whole = CompanyAddress.objects.get(company_id=world.delmas.id).pk
        own = add_address(company_id=world.delmas.id, data=data, actor=actor, unit_id=sites.south)
        given: dict[str, Any] = {"company_id": world.delmas.id, "actor": actor}
        for address_id in (whole, own):
            for change in (make_usual, bill_to):
                with pytest.raises(NotAllowed):
                    change(**given, address_id=address_id)
        with pytest.raises(NotAllowed):
            change_address(**given, address_id=whole, data=data, unit_id=sites.south)
        with pytest.raises(NotAllowed):
            change_address(**given, address_id=own, data=data)
        with pytest.raises(NotAllowed):
            remove_address(**given, address_id=whole)
        with pytest.raises(NotAllowed):
            add_address(**given, data=data)
        row = CompanyAddress.objects.get(pk=whole)
        assert (row.street, row.unit_id, row.is_default) == ("12 rue des Forges", None, True)
        change_address(**given, address_id=own, data=data, unit_id=sites.south)
    shop = browser(world.acme.host, world.delmas.viewer)
    assert shop.get(f"/company/addresses/{whole}/").status_code == 403
    page = shop.get("/company/").content.decode()
    assert (f"/company/addresses/{whole}/" in page, f"/company/addresses/{own}/" in page) == (False, True)
    text = shop.get(f"/company/addresses/{own}/").content.decode()
    assert ("Send invoices here" in text, "Use as the usual" in text, "The whole company" in text) == (False,) * 3
    form = {"label": "Quai", "street": "1 rue X", "postal_code": "59000", "city": "Lille", "country": "FR"}
    assert shop.post("/company/addresses/", {**form, "unit": ""}).status_code == 422


def test_a_new_address_of_an_order_is_kept_for_the_site_of_who_orders(world: World, sites: Sites) -> None:
    actor = _place(world, sites.south)
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        customer = require_approved(actor)
        carts.add_lines(actor=actor, customer=customer, lines=[NewLine(world.acme.variants["VN-1001"], "", Decimal(9))])
        place = services.Delivery(new=AddressData("Quai sud", "1 rue X", "59000", "Lille"), keep=True)
        services.checkout(actor=actor, customer=customer, delivery=place)
        assert CompanyAddress.objects.get(label="Quai sud").unit_id == sites.south
