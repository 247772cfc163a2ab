"""Carts at the same moment: one is current whatever is switched, and no line is lost between two who share one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial
from uuid import UUID

import pytest
from django.db import IntegrityError, connection

from core.actor import Actor
from core.errors import Refused
from core.tenancy import use_tenant
from customers.queries import require_approved
from orders import carts
from orders.carts import Shown
from orders.enums import ListSharing
from orders.lines import NewLine
from orders.models import Cart, CartLine, Order
from orders.named_carts import services
from tests.orders.buying_company import fill, member, order
from tests.orders.test_cart_lines import Buying
from tests.world import World


def _at_once(world: World, *works: Callable[[], object]) -> list[object]:
    """Run these in threads that start at the same moment, in the company's scope; refusals are answers."""
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        barrier.wait()
        try:
            with use_tenant(world.acme.scope, company_id=world.delmas.id):
                return work()
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def _named(world: World, actor: Actor, *names: str) -> list[UUID]:
    """Saved carts of these names with a line each; the current one is another."""
    with Buying(world, actor) as own:
        found = []
        for name in names:
            found.append(services.create_cart(actor=actor, customer=own.customer, name=name))
            own.add("VN-1001", 100)
        services.create_cart(actor=actor, customer=own.customer, name="Current")
        own.add("VN-1002", 10)
    return found


def _switch(actor: Actor, cart_id: UUID) -> Callable[[], object]:
    return lambda: services.switch_to(actor=actor, customer=require_approved(actor), cart_id=cart_id)


def _clear(actor: Actor, shown: Shown) -> None:
    carts.clear(actor=actor, customer=require_approved(actor), shown=shown)


def _add(world: World, actor: Actor, sku: str) -> Callable[[], object]:
    line = NewLine(world.acme.variants[sku], "", Decimal(10))
    return lambda: carts.add_lines(actor=actor, customer=require_approved(actor), lines=[line])


def test_switches_at_once_leave_one_current_cart(committed_world: World) -> None:
    world, actor = committed_world, committed_world.delmas.buyer
    names = ("A", "B", "C", "D")
    keys = _named(world, actor, *names)
    for _round in range(40):  # few of them meet badly
        assert set(_at_once(world, *(_switch(actor, key) for key in keys))) == {None}
        with use_tenant(world.acme):
            rows = Cart.objects.filter(user_id=actor.require_user())
            assert rows.filter(is_open=True).count() == 1
            assert set(rows.filter(saved_at__isnull=True).values_list("is_open", flat=True)) == {True}
            assert set(rows.values_list("name", flat=True)) == {*names, "Current"}
            assert CartLine.objects.filter(cart__in=rows).count() == 5


def test_without_the_lock_the_index_refuses_a_second_current_cart(committed_world: World) -> None:
    """What the order of locks spares the buyer: two that open a cart each would meet at the index, as an error."""
    world, actor = committed_world, committed_world.delmas.buyer
    first, _second = _named(world, actor, "A", "B")
    with use_tenant(world.acme), pytest.raises(IntegrityError):
        Cart.objects.filter(pk=first).update(is_open=True, saved_at=None)


def test_what_is_added_during_a_switch_is_in_one_of_the_carts(committed_world: World) -> None:
    world, actor = committed_world, committed_world.delmas.buyer
    first, second = _named(world, actor, "A", "B")
    works = [_switch(actor, first), _switch(actor, second)]
    works += [_add(world, actor, sku) for sku in ("VN-1003", "VN-1004", "VN-1005")]
    answers = _at_once(world, *works)
    assert answers == [None, None, 1, 1, 1]
    with use_tenant(world.acme):
        added = CartLine.objects.filter(variant__sku__in=("VN-1003", "VN-1004", "VN-1005"))
        assert {str(sku): quantity for sku, quantity in added.values_list("variant__sku", "quantity")} == dict.fromkeys(
            ("VN-1003", "VN-1004", "VN-1005"), Decimal(10)
        )
        assert Cart.objects.filter(user_id=actor.require_user(), is_open=True).count() == 1


def test_first_carts_and_switches_at_once(committed_world: World) -> None:
    """Nobody has a current cart when it begins: an order has just taken it."""
    world, actor = committed_world, committed_world.delmas.buyer
    first, second = _named(world, actor, "A", "B")
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order(world, actor)
    answers = _at_once(world, _switch(actor, first), _switch(actor, second), _add(world, actor, "VN-1003"))
    assert answers == [None, None, 1]
    with use_tenant(world.acme):
        assert Cart.objects.filter(user_id=actor.require_user(), is_open=True).count() == 1
        assert CartLine.objects.filter(variant__sku="VN-1003").count() == 1


def test_a_shared_cart_is_in_one_pair_of_hands(committed_world: World) -> None:
    world, owner = committed_world, committed_world.delmas.buyer
    mates = [member(world, name) for name in ("Julien", "Sami", "Nora")]
    (cart_id,) = _named(world, owner, "A")
    with Buying(world, owner) as own:
        services.share_cart(actor=owner, customer=own.customer, cart_id=cart_id, sharing=ListSharing.EDIT, people={})
    for mate in mates:
        with Buying(world, mate):
            fill(world, mate)
    answers = _at_once(world, *(_switch(mate, cart_id) for mate in mates))
    assert sorted(map(str, answers)) == ["None", "cart_in_use", "cart_in_use"]
    with use_tenant(world.acme):
        assert Cart.objects.filter(is_open=True, pk=cart_id).count() == 1
        assert Cart.objects.filter(is_open=True).count() == 4, "who was refused goes on in the own cart"


def test_two_who_change_a_shared_cart_do_not_write_over_one_another(committed_world: World) -> None:
    """Both saw the same version: one is told, and nothing is lost."""
    world, owner, mate = committed_world, committed_world.delmas.buyer, member(committed_world, "Julien")
    (cart_id,) = _named(world, owner, "A")
    with Buying(world, owner) as own:
        services.share_cart(actor=owner, customer=own.customer, cart_id=cart_id, sharing=ListSharing.EDIT, people={})
        cart = Cart.objects.get(pk=cart_id)
        line = cart.lines.get()

    def change(actor: Actor, quantity: int, version: int | None) -> Callable[[], object]:
        return lambda: carts.set_quantities(
            actor=actor,
            customer=require_approved(actor),
            quantities={line.pk: (line.unit_code, Decimal(quantity))},
            shown=Shown(cart_id, version),
        )

    lost = _at_once(world, change(owner, 200, None), change(mate, 300, None))
    assert lost == [None, None], "without the version the second one writes over the first, and nobody is told"
    with use_tenant(world.acme):
        version = Cart.objects.get(pk=cart_id).version
    answers = _at_once(world, change(owner, 400, version), change(mate, 500, version))
    assert sorted(map(str, answers)) == ["None", "cart_changed"]
    with use_tenant(world.acme):
        assert CartLine.objects.get(cart=cart_id).quantity == (400 if answers[0] is None else 500)


def test_an_order_while_a_colleague_changes_the_cart(committed_world: World) -> None:
    """Either what the page showed is ordered and the colleague is told, or the colleague was first and the buyer is."""
    world, owner, mate = committed_world, committed_world.delmas.buyer, member(committed_world, "Julien")
    for number in range(6):
        (cart_id,) = _named(world, owner, f"Nr {number}")
        with Buying(world, owner) as own:
            services.share_cart(
                actor=owner, customer=own.customer, cart_id=cart_id, sharing=ListSharing.EDIT, people={}
            )
            services.switch_to(actor=owner, customer=own.customer, cart_id=cart_id)
            version = Cart.objects.get(pk=cart_id).version
        answers = _at_once(
            world,
            partial(order, world, owner, cart_id=cart_id, cart_version=version),
            partial(_clear, mate, Shown(cart_id, version)),
        )
        with use_tenant(world.acme):
            ordered = Order.objects.filter(cart_id=cart_id).first()
            if ordered is None:
                assert answers == ["cart_changed", None]
                assert not CartLine.objects.filter(cart=cart_id).exists()
            else:
                assert answers == [ordered.pk, "cart_gone"]
                assert list(ordered.lines.values_list("sku", "quantity")) == [("VN-1001", Decimal(100))]
        with Buying(world, owner) as own:
            services.create_cart(actor=owner, customer=own.customer)
            for key in Cart.objects.filter(saved_at__isnull=False, deleted_at=None).values_list("pk", flat=True):
                services.delete_cart(actor=owner, customer=own.customer, cart_id=key)
