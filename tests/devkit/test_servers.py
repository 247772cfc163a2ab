"""Embedded servers: they come up, the last user stops them, a killed one is found and recovered from."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import psycopg
import pytest
import redis

from devkit import places, procs, servers
from devkit.errors import SetupError
from devkit.postgres import Postgres
from devkit.redisserver import Redis


@pytest.fixture(scope="module")
def folder():
    path = places.temporary_dir("comptoir-devkit-")
    yield path
    Redis(path / "redis").stop()
    Postgres(path / "postgres").stop()
    places.remove(path)


@pytest.fixture(autouse=True)
def _own_servers_only(monkeypatch):
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)


def test_the_application_is_no_superuser_and_sees_no_schema(folder):
    with servers.shared(folder) as running, psycopg.connect(running.env["DATABASE_URL"]) as connection:
        role = connection.execute(
            "SELECT rolsuper, rolcreaterole, rolcreatedb, rolinherit FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        assert role == (False, True, True, False)
        assert connection.execute("SHOW search_path").fetchone() == ("zz_unscoped",)
        owner = connection.execute(
            "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"
        ).fetchone()
        assert owner == ("comptoir",)


def test_nobody_gets_in_without_the_password(folder):
    with servers.shared(folder) as running:
        address = running.env["DATABASE_URL"].partition("@")[2]
        for role in ("comptoir", "postgres"):
            with pytest.raises(psycopg.OperationalError, match="password"):
                psycopg.connect(f"postgresql://{role}@{address}")


def test_the_last_user_stops_the_servers_and_data_is_kept(folder):
    with servers.shared(folder) as first:
        cache = redis.Redis.from_url(first.env["REDIS_URL"])
        cache.set("kept", "yes")
        with psycopg.connect(first.env["DATABASE_URL"]) as connection:
            connection.execute("CREATE SCHEMA IF NOT EXISTS kept")
        with servers.shared(folder) as second:
            assert second.env["DATABASE_URL"] == first.env["DATABASE_URL"]
        assert cache.ping()
        cache.close()
    assert Postgres(folder / "postgres").running_port() is None
    assert not Redis(folder / "redis").is_running()
    with servers.shared(folder) as third:
        with redis.Redis.from_url(third.env["REDIS_URL"]) as cache:
            assert cache.get("kept") == b"yes"
        with psycopg.connect(third.env["DATABASE_URL"]) as connection:
            assert connection.execute("SELECT count(*) FROM pg_namespace WHERE nspname = 'kept'").fetchone() == (1,)


def test_a_killed_postgresql_is_started_again(folder):
    with servers.shared(folder) as running:
        server = Postgres(folder / "postgres")
        pid = int((server.data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGKILL)
        assert procs.wait_until(lambda: not procs.is_alive(pid), 10)
        assert (server.data / "postmaster.pid").exists()
        with servers.shared(folder) as again, psycopg.connect(again.env["DATABASE_URL"]) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert running.env["SECRET_KEY"] == again.env["SECRET_KEY"]


def test_servers_of_a_killed_command_are_found_again(folder):
    code = (
        "import sys, time; from pathlib import Path; from devkit import servers\n"
        "with servers.shared(Path(sys.argv[1])) as running:\n"
        "    print(running.env['DATABASE_URL'], flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(folder)], cwd=places.ROOT, stdout=subprocess.PIPE, text=True
    ) as killed:
        assert killed.stdout is not None
        url = killed.stdout.readline().strip()
        killed.kill()
    with servers.shared(folder) as running:
        assert running.env["DATABASE_URL"] == url
    assert Postgres(folder / "postgres").running_port() is None


def test_data_in_use_is_not_thrown_away(folder):
    with servers.shared(folder), pytest.raises(SetupError, match="another"), servers.unused(folder):
        pass
    with servers.unused(folder):
        assert Postgres(folder / "postgres").running_port() is None


def test_throwaway_servers_leave_nothing_behind():
    with servers.throwaway() as running:
        assert running.state.exists()
        assert running.env["TMPDIR"].startswith(str(running.state))
    assert not running.state.exists()


def test_what_a_killed_run_left_behind_is_swept():
    left = places.temporary_dir(servers.THROWAWAY_PREFIX)
    Redis(left / "redis", durable=False).start()
    long_ago = time.time() - servers.OLD_ENOUGH - 1
    os.utime(left, (long_ago, long_ago))
    with servers.throwaway():
        assert not left.exists()
    assert not Redis(left / "redis").is_running()


def test_named_services_replace_the_embedded_ones(folder, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://me@db.example/shop")
    monkeypatch.setenv("REDIS_URL", "redis://cache.example:6379")
    with servers.shared(folder) as running:
        assert running.env["DATABASE_URL"] == "postgresql://me@db.example/shop"
        assert running.env["REDIS_URL"] == "redis://cache.example:6379"
        assert Postgres(folder / "postgres").running_port() is None


def test_a_socket_in_a_deep_folder_gets_a_short_path(tmp_path):
    deep = tmp_path / ("x" * 90)
    deep.mkdir()
    server = Redis(deep, durable=False)
    assert len(os.fsencode(server.socket)) <= places.SOCKET_PATH_LIMIT
    server.start()
    assert server.is_running()
    server.stop()
    assert not server.is_running()
