"""Letters go to those of a company who may see what they are about, at the sites that it is of; and to its supplier."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from accounts.custom_roles import add_role
from accounts.enums import CompanyRole
from accounts.models import CompanyUser
from accounts.permissions import Permission
from accounts.units import UnitData, add_unit
from core.actor import Actor
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers import acting
from customers.queries import require_approved
from orders.amending.services import cancel_part
from orders.fulfilment import confirm_order, ship
from orders.lines import NewLine
from orders.models import Order
from orders.services import cancel, place_order
from shipping.enums import ShipmentState
from shipping.models import Shipment
from shipping.services import record_event
from tests.orders.buying_company import member
from tests.orders.test_ordering import ADDRESS
from tests.world import World


@dataclass
class People:
    """Buyers of two sites, who does the accounts, in a role that the company made, and who only sees prices."""

    north: Actor
    south: Actor
    billing: Actor
    books: Actor
    prices: Actor


@pytest.fixture
def people(world: World, drain: Callable[[], int], mailoutbox: Any) -> People:
    north, south = (_at_site(world, member(world, name), name) for name in ("Nina", "Samir"))
    found = People(
        north,
        south,
        member(world, "Berthe", CompanyRole.BILLING),
        _in_role(world, "Boris", Permission.SEE_INVOICES),
        _in_role(world, "Paula", Permission.SEE_PRICES),
    )
    drain()
    mailoutbox.clear()
    return found


def _at_site(world: World, actor: Actor, name: str) -> Actor:
    with use_tenant(PLATFORM):
        unit_id = add_unit(data=UnitData(name), actor=world.delmas.buyer)
        CompanyUser.objects.filter(user_id=actor.require_user()).update(unit_id=unit_id)
    return replace(actor, unit_id=unit_id, unit_ids=frozenset({unit_id}))


def _in_role(world: World, name: str, permission: Permission) -> Actor:
    actor = member(world, name)
    with use_tenant(PLATFORM):
        role_id = add_role(name=name, permissions={permission}, actor=world.delmas.buyer)
        members = CompanyUser.objects.filter(user_id=actor.require_user())
        members.update(role=CompanyRole.CUSTOM, custom_role_id=role_id)
    return replace(actor, role=CompanyRole.CUSTOM, permissions=frozenset({permission}))


def _place(world: World, actor: Actor) -> UUID:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        return place_order(
            actor=actor,
            customer=require_approved(world.delmas.buyer),
            lines=[NewLine(world.acme.variants["VN-1001"], "", Decimal(100))],
            delivery_address=ADDRESS,
        )


def _on_behalf(world: World) -> Actor:
    """The supplier's owner, ordering for Delmas."""
    with use_tenant(world.acme.scope, party="tenant"):
        session_id = acting.begin(customer_id=world.acme.customers["delmas"], actor=world.acme.staff)
    return Actor(
        kind="buyer",
        user_id=world.acme.owner.id,
        name=world.acme.owner.name,
        company_id=world.delmas.id,
        company_name=world.delmas.name,
        permissions=acting.PERMISSIONS,
        acting_id=session_id,
    )


def _told(mailoutbox: Any, path: str) -> set[str]:
    """Who got a letter that leads to this path of the shop."""
    return {mail.to[0] for mail in mailoutbox if f"http://acme.localhost{path}" in mail.body}


def _left(world: World, order_id: UUID) -> None:
    """The whole order leaves the house, and is invoiced."""
    with use_tenant(world.acme.scope, party="tenant"):
        confirm_order(order_id=order_id, actor=world.acme.staff)
        line = Order.objects.get(pk=order_id).lines.get()
        ship(order_id=order_id, quantities={line.pk: line.base_quantity}, actor=world.acme.staff)


def test_an_invoice_is_for_those_who_see_it_at_its_site(
    world: World, people: People, drain: Callable[[], int], mailoutbox: Any
) -> None:
    order_id = _place(world, people.north)
    _left(world, order_id)
    drain()
    told = _told(mailoutbox, "/invoices/")
    assert told == {world.delmas.admin.email, people.north.email, people.billing.email, people.books.email}
    assert people.south.email not in told


def test_an_order_is_for_whoever_placed_it(
    world: World, people: People, drain: Callable[[], int], mailoutbox: Any
) -> None:
    order_id = _place(world, people.north)
    drain()
    assert _told(mailoutbox, f"/orders/{order_id}/") == {people.north.email}


@pytest.mark.parametrize("by", ["somebody of the supplier", "a machine", "who has left"])
def test_an_order_that_nobody_of_the_company_placed_is_for_those_who_order_and_see_it(
    world: World, people: People, drain: Callable[[], int], mailoutbox: Any, by: str
) -> None:
    actor = replace(world.delmas.buyer, user_id=None)
    if by == "somebody of the supplier":
        actor = _on_behalf(world)
    if by == "who has left":
        actor = member(world, "Lea")
    order_id = _place(world, actor)
    if by == "who has left":
        with use_tenant(PLATFORM):
            CompanyUser.objects.filter(user_id=actor.require_user()).delete()
    drain()
    path, who = f"/orders/{order_id}/", {world.delmas.admin.email}
    assert _told(mailoutbox, path) == who, "confirmed"
    mailoutbox.clear()
    with use_tenant(world.acme.scope, party="tenant"):
        confirm_order(order_id=order_id, actor=world.acme.staff)
        line = Order.objects.get(pk=order_id).lines.get()
        ship(order_id=order_id, quantities={line.pk: Decimal(10)}, actor=world.acme.staff)
        parcel = Shipment.objects.get()
        record_event(shipment_id=parcel.pk, code=ShipmentState.HANDED_OVER, actor=world.acme.staff)
    drain()
    assert _told(mailoutbox, path) == who, "a parcel"
    mailoutbox.clear()
    with use_tenant(world.acme.scope, party="tenant"):
        cancel_part(order_id=order_id, quantities={line.pk: Decimal(5)}, reason="Broken", actor=world.acme.staff)
    drain()
    assert _told(mailoutbox, path) == who, "less of it"


def test_what_somebody_of_the_supplier_cancels_on_behalf_is_told_to_the_company(
    world: World, people: People, drain: Callable[[], int], mailoutbox: Any
) -> None:
    actor = _on_behalf(world)
    order_id = _place(world, actor)
    drain()
    mailoutbox.clear()
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        cancel(order_id=order_id, actor=actor)
    drain()
    assert _told(mailoutbox, f"/orders/{order_id}/") == {world.delmas.admin.email}


def test_an_order_of_a_site_that_a_machine_placed_is_for_the_buyers_of_that_site(
    world: World, people: People, drain: Callable[[], int], mailoutbox: Any
) -> None:
    order_id = _place(world, replace(people.north, user_id=None))
    drain()
    assert _told(mailoutbox, f"/orders/{order_id}/") == {world.delmas.admin.email, people.north.email}


def test_the_supplier_is_told_what_a_buyer_takes_back(
    world: World, people: People, drain: Callable[[], int], mailoutbox: Any
) -> None:
    order_id = _place(world, people.north)
    drain()
    mailoutbox.clear()
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        cancel(order_id=order_id, actor=people.north, reason="Found some in the shed")
    drain()
    drain()
    [letter] = mailoutbox
    assert letter.to == [world.acme.owner.email]
    assert "Found some in the shed" in letter.body
    assert f"http://acme.localhost/portal/orders/{order_id}/" in letter.body


def test_who_placed_an_order_is_told_that_a_colleague_took_it_back(
    world: World, people: People, drain: Callable[[], int], mailoutbox: Any
) -> None:
    order_id = _place(world, people.north)
    drain()
    mailoutbox.clear()
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        cancel(order_id=order_id, actor=world.delmas.buyer)
    drain()
    assert {mail.to[0] for mail in mailoutbox} == {world.acme.owner.email, people.north.email}
    [letter] = [mail for mail in mailoutbox if mail.to == [people.north.email]]
    assert world.delmas.buyer.name in letter.body
