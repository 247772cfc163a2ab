"""Purchases over the same suppliers at the same moment, each on a connection of its own."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from django.db import connection

from accounts.enums import CompanyRole
from accounts.services import add_company_user, create_user
from catalog.enums import VariantState
from catalog.models import Variant
from core.errors import Refused
from core.scope import PLATFORM
from core.tenancy import use_tenant
from inventory.models import Stock
from marketplace.models import Purchase
from marketplace.purchases.errors import PurchaseRefused
from marketplace.purchases.services import Part
from orders.models import Order
from tests.marketplace.purchasing import fill, place
from tests.world import PASSWORD, CompanyWorld, Person, World


def _colleague(world: World) -> CompanyWorld:
    """Another administrator of the same company, with carts of their own."""
    with use_tenant(PLATFORM):
        user_id = create_user(email="second@delmas.example", password=PASSWORD, name="Second")
        add_company_user(company_id=world.delmas.id, user_id=user_id, role=CompanyRole.ADMINISTRATOR)
    return CompanyWorld(
        world.delmas.id, world.delmas.name, Person(user_id, "second@delmas.example", "Second"), world.delmas.viewer
    )


def _at_once(*calls: tuple[World, list[Part]]) -> list[object]:
    """Place all purchases at one moment; answers keys and refusals."""
    barrier = threading.Barrier(len(calls))

    def send(call: tuple[World, list[Part]]) -> object:
        try:
            barrier.wait()
            return place(call[0], *call[1])
        except Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(send, calls))


def test_two_purchases_in_opposite_order_neither_deadlock_nor_oversell(committed_world: World) -> None:
    """Of the goods of both suppliers there is enough for one of the two."""
    world = committed_world
    other = replace(world, delmas=_colleague(world))
    for tenant in (world.acme, world.bolt):
        with use_tenant(tenant.scope):
            key = tenant.variants["VN-1002"]
            Variant.objects.filter(pk=key).update(state=VariantState.ENDING)
            Stock.objects.filter(variant_id=key).update(on_hand=10, reserved=0)
    first = [fill(world, tenant) for tenant in (world.acme, world.bolt)]
    second = [fill(other, tenant) for tenant in (world.bolt, world.acme)]
    answers = _at_once((world, first), (other, second))
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert len(refused) == 1
    assert isinstance(refused[0], PurchaseRefused)
    for tenant in (world.acme, world.bolt):
        with use_tenant(tenant.scope):
            assert Order.objects.count() == 1
            assert Stock.objects.get(variant_id=tenant.variants["VN-1002"]).reserved == 10


def test_the_same_purchase_from_two_tabs_at_once_is_placed_once(committed_world: World) -> None:
    world = committed_world
    parts = [fill(world, tenant) for tenant in (world.acme, world.bolt)]
    answers = _at_once((world, parts), (world, parts[::-1]))
    assert len(set(answers)) == 1
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert Purchase.objects.get().pk == answers[0]
    for tenant in (world.acme, world.bolt):
        with use_tenant(tenant.scope):
            assert Order.objects.count() == 1
