"""Fixtures of the whole suite: one database per test process, and the world of tests/world.py in it.

Most tests run in a transaction that is rolled back (``world``). Tests with threads, other processes or real commits
take ``committed_world``: they get a database of their own, copied from the pristine one.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.test import Client

from core import outbox
from core.scope import PLATFORM
from core.tenancy import use_tenant
from tenants import directory, roles, template
from tests import cache_keys
from tests.world import PASSWORD, Person, World, build_world

_state: dict[str, Any] = {}
_DROPS = 50  # tries


def _maintenance(statement: str) -> None:
    """Run a statement on the maintenance database."""
    with closing(psycopg.connect(_state["maintenance"], autocommit=True)) as connection:
        connection.execute(statement)


def _point_to(name: str) -> None:
    connections.close_all()
    settings.DATABASES["default"]["NAME"] = name
    connections["default"].settings_dict["NAME"] = name


def _conninfo(name: str) -> str:
    database = settings.DATABASES["default"]
    return psycopg.conninfo.make_conninfo(
        host=database["HOST"],
        port=database["PORT"] or None,
        user=database["USER"],
        password=database["PASSWORD"] or None,
        dbname=name,
        options="",
    )


def _migrate() -> None:
    template.migrate_public()
    with use_tenant(PLATFORM):
        roles.ensure_group_role()
    template.migrate_schema(settings.TENANT_TEMPLATE_SCHEMA)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """A migrated database with the world in it, and a pristine copy to restore from."""
    original = settings.DATABASES["default"]["NAME"]
    name = f"test_{os.getpid()}_{uuid4().hex[:6]}"
    _state.update(maintenance=_conninfo(original), name=name)
    _maintenance(f'CREATE DATABASE "{name}"')
    with django_db_blocker.unblock():
        _point_to(name)
        _migrate()
        _state["world"] = build_world()
        connections.close_all()
        _maintenance(f'CREATE DATABASE "{name}_base" TEMPLATE "{name}"')
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        _maintenance(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        _maintenance(f'DROP DATABASE IF EXISTS "{name}_base" WITH (FORCE)')
        with closing(psycopg.connect(_state["maintenance"], autocommit=True)) as connection:
            for (role,) in connection.execute(
                "SELECT rolname FROM pg_roles WHERE rolname LIKE %s", [f"{name}%"]
            ).fetchall():
                connection.execute(psycopg.sql.SQL("DROP ROLE {}").format(psycopg.sql.Identifier(role)))


@pytest.fixture(autouse=True)
def _no_memory_between_tests() -> Iterator[None]:
    """Each test has its own cache keys and knows no host yet."""
    cache_keys.renew()
    directory.forget_all()
    yield
    directory.forget_all()


@pytest.fixture
def world(db: None) -> World:
    """The world, inside a transaction that is rolled back."""
    return _state["world"]  # type: ignore[no-any-return]


def _drop(name: str) -> None:
    """Drop a database. Autovacuum may be in it, which is not ours to end: then it is tried again."""
    for attempt in range(_DROPS):
        try:
            _maintenance(f'DROP DATABASE "{name}" WITH (FORCE)')
        except psycopg.errors.InsufficientPrivilege:
            if attempt == _DROPS - 1:
                raise
            time.sleep(0.2)
        else:
            return


@pytest.fixture
def committed_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The world in a database of its own, where commits are real; restored afterwards."""
    with django_db_blocker.unblock():
        connections.close_all()
        yield _state["world"]
        connections.close_all()
        name = _state["name"]
        _drop(name)
        _maintenance(f'CREATE DATABASE "{name}" TEMPLATE "{name}_base"')


@dataclass
class Browser:
    """A signed-in (or anonymous) HTTP client on one host."""

    client: Client
    host: str

    def get(self, path: str, **kwargs: Any) -> Any:
        return self.client.get(path, **kwargs)

    def post(self, path: str, data: Any = None, **kwargs: Any) -> Any:
        return self.client.post(path, data or {}, **kwargs)


BrowserFactory = Callable[..., Browser]


@pytest.fixture
def browser() -> BrowserFactory:
    """``browser(host, person)``: a client on a host, signed in through the page when a person is given."""

    def make(host: str, person: Person | None = None, *, language: str = "en") -> Browser:
        client = Client(headers={"host": host, "accept-language": language}, enforce_csrf_checks=False)
        if person is not None:
            answer = client.post("/sign-in/", {"username": person.email, "password": PASSWORD})
            assert answer.status_code == 303, answer.content.decode()[:2000]
        return Browser(client, host)

    return make


@pytest.fixture
def drain() -> Callable[[], int]:
    """Hand what was emitted to its handlers, as the drain process does."""
    return outbox.drain
