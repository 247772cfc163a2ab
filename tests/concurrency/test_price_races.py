"""Prices that are changed by several at once: a batch is published once, a list is written by one at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from uuid import UUID

from django.db import connection

from catalog.events import CatalogChanged
from core.errors import Refused
from core.models import OutboxEvent
from core.scope import PLATFORM
from core.tenancy import use_tenant
from pricing import batches
from pricing.announcing import announce_due
from pricing.assignments import assign_list
from pricing.models import DiscountRule, DueChange, Price, PriceBatchLine, PriceList, PriceListAssignment
from pricing.rules import RuleData, save_rule
from pricing.services import NewPrice, PriceSet, create_list, set_prices
from tests.world import BOT, World

THREADS = 4


def together(world: World, *works: Callable[[], object]) -> list[object]:
    """Run pieces of work in threads that start at the same moment; refusals are answers."""
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        barrier.wait()
        try:
            with use_tenant(world.acme.scope, party="tenant"):
                return work()
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def prices_of(world: World, price: str) -> dict[UUID, PriceSet]:
    return dict.fromkeys(
        world.acme.variants.values(), PriceSet((NewPrice(Decimal(1), Decimal(price)),), is_partial=True)
    )


def prepared(world: World, list_id: UUID, price: str) -> UUID:
    batch_id = batches.create_batch(name=price, actor=BOT)
    batches.fill_batch(batch_id=batch_id, price_list_id=list_id, prices=prices_of(world, price), actor=BOT)
    return batch_id


def overlapping(list_id: UUID) -> int:
    """Pairs of prices of one variant at one quantity that hold at the same time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pricing_price a JOIN pricing_price b ON a.price_list_id = b.price_list_id "
            "AND a.variant_id = b.variant_id AND a.min_quantity = b.min_quantity AND a.id < b.id "
            "AND tstzrange(a.valid_from, a.valid_to) && tstzrange(b.valid_from, b.valid_to) "
            "WHERE a.price_list_id = %s",
            [list_id],
        )
        return int(cursor.fetchone()[0])


def test_a_batch_is_published_once(committed_world: World) -> None:
    world = committed_world
    with use_tenant(world.acme.scope, party="tenant"):
        base = PriceList.objects.get(is_base=True).pk
        batch_id = prepared(world, base, "9")
    answers = together(world, *[lambda: batches.publish(batch_id=batch_id, actor=BOT)] * THREADS)
    assert sorted(map(str, answers)) == ["None", *["illegal_move"] * (THREADS - 1)]
    with use_tenant(world.acme.scope, party="tenant"):
        assert Price.objects.filter(price_list=base, unit_price=9).count() == len(world.acme.variants)
        assert PriceBatchLine.objects.filter(batch_id=batch_id, opened=None).count() == 0


def test_a_batch_and_an_import_write_one_list(committed_world: World) -> None:
    world = committed_world
    with use_tenant(world.acme.scope, party="tenant"):
        base = PriceList.objects.get(is_base=True).pk
        batch_ids = [prepared(world, base, price) for price in ("7", "8")]
    works: list[Callable[[], object]] = [
        *(lambda key=key: batches.publish(batch_id=key, actor=BOT) for key in batch_ids),
        *(
            lambda price=price: len(set_prices(price_list_id=base, prices=prices_of(world, price), actor=BOT))
            for price in ("5", "6")
        ),
    ]
    answers = together(world, *works)
    assert sorted(map(str, answers)) == ["5", "5", "None", "None"]
    with use_tenant(world.acme.scope, party="tenant"):
        assert overlapping(base) == 0
        now = Price.objects.filter(price_list=base, min_quantity=1, valid_to=None)
        assert now.count() == len(world.acme.variants)
        assert len(set(now.values_list("unit_price", flat=True))) == 1, "all from the same hand"


def test_two_that_plan_while_one_takes_back(committed_world: World) -> None:
    world = committed_world
    with use_tenant(world.acme.scope, party="tenant"):
        base = PriceList.objects.get(is_base=True).pk
        batch_id = prepared(world, base, "9")
        batches.publish(batch_id=batch_id, actor=BOT)
    together(
        world,
        lambda: batches.roll_back(batch_id=batch_id, actor=BOT),
        lambda: set_prices(price_list_id=base, prices=prices_of(world, "3"), actor=BOT),
    )
    with use_tenant(world.acme.scope, party="tenant"):
        assert overlapping(base) == 0
        now = set(
            Price.objects.filter(price_list=base, min_quantity=1, valid_to=None).values_list("unit_price", flat=True)
        )
        assert now == {Decimal(3)}, "who changed a price last is not overruled by taking back"


def test_what_becomes_due_is_told_once(committed_world: World) -> None:
    world = committed_world
    with use_tenant(world.acme.scope, party="tenant"):
        base = PriceList.objects.get(is_base=True)
        DueChange.objects.bulk_create(
            DueChange(price_list=base, variant_id=key, at=base.created_at) for key in world.acme.variants.values()
        )
    with use_tenant(PLATFORM):
        OutboxEvent.objects.all().delete()
    together(world, *[announce_due] * THREADS)
    with use_tenant(PLATFORM):
        told = [
            key for row in OutboxEvent.objects.filter(name=CatalogChanged.NAME) for key in row.payload["variant_ids"]
        ]
        assert sorted(told) == sorted(map(str, world.acme.variants.values()))


def test_a_list_is_given_once_and_a_rule_has_one_version_at_a_time(committed_world: World) -> None:
    world = committed_world
    with use_tenant(world.acme.scope, party="tenant"):
        list_id = create_list(code="race", name="Race", actor=BOT)
        rule = RuleData("Race", rate=Decimal("0.1"), min_quantity=Decimal(1))
        key = save_rule(data=rule, actor=BOT)
    customer_id = world.acme.customers["delmas"]
    together(
        world,
        *[lambda: assign_list(price_list_id=list_id, customer_id=customer_id, actor=BOT)] * 2,
        *[lambda: save_rule(data=rule, key=key, actor=BOT)] * 2,
    )
    with use_tenant(world.acme.scope, party="tenant"):
        assert PriceListAssignment.objects.filter(price_list_id=list_id).count() == 1
        rows = list_versions(key)
        assert [rows[0][1], rows[1][1], None] == [rows[1][0], rows[2][0], rows[2][1]], "each begins where one ends"


def list_versions(key: UUID) -> list[tuple[object, object]]:
    return list(DiscountRule.objects.filter(key=key).order_by("valid_from").values_list("valid_from", "valid_to"))
