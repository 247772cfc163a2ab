"""A change to many products that several work on or take up at once: each portion is made once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection

from catalog.models import VariantMove
from core.errors import Refused
from core.models import OutboxEvent
from core.scope import PLATFORM
from core.tenancy import use_tenant
from integrations.bulk_edit import changing
from integrations.bulk_edit.changing import Change
from integrations.bulk_edit.finding import Filter
from integrations.bulk_edit.models import BulkChange
from integrations.bulk_edit.standing import Column
from integrations.events import BulkChangeRequested
from tests.world import BOT, World

THREADS = 4


def together(world: World, work: Callable[[], object]) -> list[object]:
    """The same work in threads that start at the same moment; refusals are answers."""
    barrier = threading.Barrier(THREADS)

    def run(_number: int) -> object:
        barrier.wait()
        try:
            with use_tenant(world.acme.scope, party="tenant"):
                return work()
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


@pytest.fixture
def started(committed_world: World, monkeypatch: pytest.MonkeyPatch) -> UUID:
    """All five of acme's products are to be archived, one in each portion."""
    monkeypatch.setattr(changing, "PORTION", 1)
    with use_tenant(committed_world.acme.scope, party="tenant"):
        return changing.start(
            wanted=Filter(), change=Change(Column.STATE, "archived"), seen=5, batch_name="", actor=BOT
        )[0]


def test_workers_that_meet_make_each_portion_once(committed_world: World, started: UUID) -> None:
    together(committed_world, lambda: changing.run(started))
    with use_tenant(committed_world.acme.scope, party="tenant"):
        row = BulkChange.objects.get(pk=started)
        assert (row.state, row.done_count, row.changed_count, row.refused_count) == ("done", 5, 5, 0)
        assert VariantMove.objects.filter(to_state="archived").count() == 5


def test_a_change_is_taken_up_by_one(committed_world: World, started: UUID) -> None:
    with use_tenant(committed_world.acme.scope, party="tenant"):
        alive = BulkChange.objects.get(pk=started).alive_at
        BulkChange.objects.update(alive_at=alive - timedelta(hours=1))
    with use_tenant(PLATFORM):
        OutboxEvent.objects.all().delete()
    answers = together(committed_world, lambda: changing.resume(change_id=started, actor=BOT))
    assert sorted(answers, key=str) == [None, *["not_resumable"] * (THREADS - 1)]
    with use_tenant(PLATFORM):
        assert list(OutboxEvent.objects.values_list("name", flat=True)) == [BulkChangeRequested.NAME]
