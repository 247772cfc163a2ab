"""Goods arrive at the moment at which somebody asks to be told of them: it is told, or the asker sees them there."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection, transaction

from core.errors import Refused
from core.models import OutboxEvent
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.queries import require_approved
from inventory import alerts
from inventory.counting import Count, set_counts
from inventory.models import Stock, StockAlert
from tests.world import World

SKU = "VN-1004"  # the washer, of which there is none
PAUSE = 0.7  # seconds that a transaction stays open; the other one runs into it


def _watch(world: World) -> None:
    view = require_approved(world.delmas.buyer).view
    alerts.watch(variant_id=world.acme.variants[SKU], view=view, actor=world.delmas.buyer)


def _arrive(world: World) -> None:
    set_counts(counts={world.acme.variants[SKU]: Count(Decimal(40))}, reference="count")


@pytest.mark.parametrize("first", ["alert", "goods"])
@pytest.mark.parametrize("known", ["counted", "never counted"])
def test_goods_that_arrive_while_an_alert_is_set_are_told_of(committed_world: World, first: str, known: str) -> None:
    world = committed_world
    with use_tenant(world.acme.scope, party="tenant"):
        Stock.objects.filter(variant__sku=SKU).update(lead_time_days=0)
        if known == "never counted":
            Stock.objects.filter(variant__sku=SKU).delete()
    works = [_watch, _arrive] if first == "alert" else [_arrive, _watch]
    answers = _one_into_the_other(world, works[0], works[1])
    with use_tenant(PLATFORM):
        told = OutboxEvent.objects.filter(name="inventory.BackInStock").count()
    with use_tenant(world.acme.scope, party="tenant"):
        waiting = StockAlert.objects.count()
    if first == "alert":
        assert (answers, told, waiting) == ([None, None], 1, 1)
    else:
        assert (answers, told, waiting) == ([None, "in_stock"], 0, 0)


def _one_into_the_other(world: World, early: Callable[[World], None], late: Callable[[World], None]) -> list[object]:
    """Do ``late`` while the transaction of ``early`` is open; refusals are answers."""
    done, over = threading.Event(), threading.Event()

    def hold() -> object:
        with transaction.atomic():
            early(world)
            done.set()
            over.wait(PAUSE)
        return None

    def follow() -> object:
        done.wait()
        late(world)
        over.set()
        return None

    def run(work: Callable[[], object]) -> object:
        try:
            with use_tenant(world.acme.scope, company_id=world.delmas.id):
                return work()
        except Refused as refusal:
            return refusal.code
        finally:
            done.set()
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, (hold, follow)))
