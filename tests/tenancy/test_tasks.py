"""Celery tasks carry their scope in the header, and refuse to run without one."""

from __future__ import annotations

from typing import Any

import pytest
from celery import shared_task
from celery.beat import Scheduler
from django.core.cache import cache

from config.celery import app
from core.models import TaskFailure
from core.scope import HEADER, PLATFORM, Scope, current_scope
from core.tasks import MissingScope
from core.tenancy import use_tenant
from tests.world import World

seen: list[Scope] = []


@shared_task
def remember_scope() -> None:
    seen.append(current_scope())


@shared_task
def break_down() -> None:
    raise ZeroDivisionError("on purpose")


def test_the_scope_travels_with_the_message(world: World) -> None:
    seen.clear()
    with use_tenant(world.acme, party="tenant"):
        remember_scope.delay()
    with use_tenant(world.bolt, company_id=world.delmas.id):
        remember_scope.delay()
    assert [(s.schema_name, s.party, s.company_id) for s in seen] == [
        (world.acme.scope.schema_name, "tenant", None),
        (world.bolt.scope.schema_name, "company", world.delmas.id),
    ]


def test_nothing_is_sent_without_a_scope(world: World) -> None:
    with pytest.raises(MissingScope):
        remember_scope.delay()


def test_the_schedule_names_the_scope_itself(world: World) -> None:
    seen.clear()
    headers: dict[str, Any] = {HEADER: PLATFORM.to_header()}
    remember_scope.apply_async(headers=headers)
    assert seen == [PLATFORM]


def test_everything_on_the_schedule_exists_and_has_a_scope(settings: Any) -> None:
    app.loader.import_default_modules()
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert entry["task"] in app.tasks
        assert Scope.from_header(entry["options"]["headers"][HEADER]) == PLATFORM


def test_beat_rings_nothing_outside_a_scope() -> None:
    scheduler = Scheduler(app, schedule={}, lazy=True)
    scheduler.setup_schedule()
    assert scheduler.schedule
    for entry in scheduler.schedule.values():
        assert HEADER in (entry.options or {}).get("headers", {}), entry.name


def test_a_message_without_a_scope_does_not_run(world: World) -> None:
    seen.clear()
    task = app.tasks[remember_scope.name]
    task.push_request(headers={})
    try:
        with pytest.raises(MissingScope):
            task()
    finally:
        task.pop_request()
    assert seen == []


def test_a_failed_task_is_on_record(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.conf, "task_eager_propagates", value=False)
    with use_tenant(world.acme):
        break_down.delay()
    with use_tenant(PLATFORM):
        failure = TaskFailure.objects.get()
    assert failure.task.endswith("break_down")
    assert failure.scope["schema"] == world.acme.scope.schema_name
    assert "on purpose" in failure.error


def test_headers_survive_json(world: World) -> None:
    scope = world.acme.scope.as_company(world.delmas.id)
    assert Scope.from_header(scope.to_header()) == scope
    assert HEADER == "comptoir_scope"


def test_cache_keys_carry_the_tenant(world: World) -> None:
    with use_tenant(world.acme):
        cache.set("colour", "red")
    with use_tenant(world.bolt):
        assert cache.get("colour") is None
    with use_tenant(PLATFORM):
        assert cache.get("colour") is None
    with use_tenant(world.acme):
        assert cache.get("colour") == "red"
