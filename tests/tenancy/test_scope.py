"""The switch: what it guarantees, tried in every way that was seen to leak."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import ProgrammingError, connection, transaction

from catalog.models import Variant
from core.scope import PLATFORM, UNSCOPED, current_scope
from core.tenancy import ScopeError, use_tenant
from pricing.models import PriceList
from tenants.models import Tenant
from tests.world import TenantWorld, World

ROUNDS = 25


def _database_name_of_scope() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema(), current_user, current_setting('app.tenant', true)")
        schema, role, tenant = cursor.fetchone()
    return f"{schema} {role} {tenant}"


def _expected(tenant: TenantWorld) -> str:
    return f"{tenant.scope.schema_name} {tenant.scope.role} {tenant.id}"


def test_unscoped_code_sees_no_table(world: World) -> None:
    assert current_scope() == UNSCOPED
    with pytest.raises(ProgrammingError), transaction.atomic():
        Variant.objects.count()
    with pytest.raises(ProgrammingError), transaction.atomic():
        Tenant.objects.count()


def test_platform_sees_no_tenant_table(world: World) -> None:
    with use_tenant(PLATFORM):
        assert Tenant.objects.count() == 2
        with pytest.raises(ProgrammingError), transaction.atomic():
            Variant.objects.count()


def test_nested_switches_restore_each_level(world: World) -> None:
    with use_tenant(world.acme):
        assert _database_name_of_scope() == _expected(world.acme)
        with use_tenant(world.bolt):
            assert _database_name_of_scope() == _expected(world.bolt)
            with use_tenant(world.acme):
                assert _database_name_of_scope() == _expected(world.acme)
            assert _database_name_of_scope() == _expected(world.bolt)
        assert _database_name_of_scope() == _expected(world.acme)
    assert current_scope() == UNSCOPED


def test_an_exception_restores_the_scope(world: World) -> None:
    with use_tenant(world.acme):
        with pytest.raises(ZeroDivisionError), use_tenant(world.bolt):
            _ = 1 / 0
        assert _database_name_of_scope() == _expected(world.acme)


def _fail_in_a_transaction(tenant: TenantWorld) -> None:
    with transaction.atomic(), use_tenant(tenant):
        assert _database_name_of_scope() == _expected(tenant)
        _ = 1 / 0


def test_a_rolled_back_transaction_does_not_keep_the_other_tenant(world: World) -> None:
    with use_tenant(world.acme):
        with pytest.raises(ZeroDivisionError):
            _fail_in_a_transaction(world.bolt)
        assert _database_name_of_scope() == _expected(world.acme)


def test_a_generator_may_not_switch(world: World) -> None:
    def rows() -> Iterator[int]:
        with use_tenant(world.acme):
            yield Variant.objects.count()

    with pytest.raises(ScopeError):
        next(rows())
    assert current_scope() == UNSCOPED


def test_a_lazy_queryset_that_left_its_block_reads_nothing(world: World) -> None:
    with use_tenant(world.acme):
        rows = Variant.objects.all()
    with pytest.raises(ProgrammingError), transaction.atomic():
        list(rows)


def test_blocks_left_in_another_order_are_an_error(world: World) -> None:
    outer, inner = use_tenant(world.acme), use_tenant(world.bolt)
    outer.__enter__()
    inner.__enter__()
    with pytest.raises(ScopeError):
        outer.__exit__(None, None, None)
    inner._token = None  # type: ignore[assignment]  # never left: its scope died with the outer one
    assert current_scope() == UNSCOPED


def test_one_statement_per_switch(world: World, django_assert_num_queries: object) -> None:
    with use_tenant(world.acme):
        Variant.objects.count()
        with django_assert_num_queries(3):  # type: ignore[operator]
            Variant.objects.count()
            Variant.objects.count()
            Variant.objects.count()
        with django_assert_num_queries(1), use_tenant(world.acme):  # type: ignore[operator]
            Variant.objects.count()
    seen: list[str] = []

    def record(execute: object, sql: str, params: object, many: object, context: object) -> object:
        seen.append(sql)
        return execute(sql, params, many, context)  # type: ignore[operator]

    with connection.execute_wrapper(record), use_tenant(world.bolt):
        for _n in range(4):
            Variant.objects.count()
    assert [("set_config" in sql) for sql in seen] == [True, False, False, False, False]


def _count_by_name(tenant: TenantWorld) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{tenant.scope.schema_name}".catalog_variant')  # noqa: S608


def test_another_tenants_schema_is_refused_by_name(world: World) -> None:
    with use_tenant(world.acme), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        _count_by_name(world.bolt)


def test_assigning_to_the_connection_moves_nothing(world: World) -> None:
    ours: Any = connection
    with use_tenant(world.acme):
        ours.schema_name = world.bolt.scope.schema_name
        ours.tenant = world.bolt
        assert _database_name_of_scope() == _expected(world.acme)
        with pytest.raises(RuntimeError):
            ours.set_schema(world.bolt.scope.schema_name)


def _read_own(tenant: TenantWorld, rounds: int) -> int:
    """How many of ``rounds`` reads, each in a switch of its own, saw another tenant."""
    wrong = 0
    for _n in range(rounds):
        with use_tenant(tenant):
            wrong += _database_name_of_scope() != _expected(tenant)
            wrong += PriceList.objects.filter(code="lecomte").exists() != (tenant.slug == "acme")
    return wrong


def test_threads_do_not_swap_tenants(committed_world: World) -> None:
    tenants = [committed_world.acme, committed_world.bolt] * 2
    barrier = threading.Barrier(len(tenants))

    def work(tenant: TenantWorld) -> int:
        barrier.wait()
        try:
            return _read_own(tenant, ROUNDS)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tenants)) as pool:
        assert sum(pool.map(work, tenants)) == 0


def test_async_tasks_do_not_swap_tenants(committed_world: World) -> None:
    @sync_to_async
    def read(tenant: TenantWorld) -> bool:
        return _database_name_of_scope() == _expected(tenant)

    async def consumer(tenant: TenantWorld) -> int:
        wrong = 0
        with use_tenant(tenant):
            for _n in range(ROUNDS):
                wrong += not await read(tenant)
                await asyncio.sleep(0)
        return wrong

    async def both() -> int:
        return sum(await asyncio.gather(*(consumer(t) for t in (committed_world.acme, committed_world.bolt))))

    assert asyncio.run(both()) == 0


def test_a_reused_connection_starts_from_the_next_scope(world: World, browser: object) -> None:
    acme = browser(world.acme.host)  # type: ignore[operator]
    bolt = browser(world.bolt.host)  # type: ignore[operator]
    for _n in range(3):
        assert "Acme Visserie" in acme.get("/sign-in/").content.decode()
        assert "Bolt" in bolt.get("/sign-in/").content.decode()
    assert current_scope() == UNSCOPED


def _asked_on_a_kept_connection(tenant: TenantWorld, *, is_dead: bool) -> tuple[str, bool]:
    """What the database says when a request begins, and whether it is the connection of the request before."""
    try:
        with use_tenant(PLATFORM):
            Tenant.objects.count()
        before = connection.connection
        if is_dead:
            before.close()
        connection.close_if_unusable_or_obsolete()  # as Django does when a request begins
        with use_tenant(tenant):
            return _database_name_of_scope(), connection.connection is before
    finally:
        connection.close()


def test_the_switch_asks_whether_a_kept_connection_is_alive(committed_world: World) -> None:
    tenant = committed_world.acme
    with ThreadPoolExecutor(1) as pool:
        alive = pool.submit(_asked_on_a_kept_connection, tenant, is_dead=False).result()
        dead = pool.submit(_asked_on_a_kept_connection, tenant, is_dead=True).result()
    assert alive == (_expected(tenant), True)
    assert dead == (_expected(tenant), False)
