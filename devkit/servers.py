"""PostgreSQL and Redis together, and the variables that lead a child process to them."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO

from devkit import places
from devkit.errors import SetupError
from devkit.filelocks import locked, opened, share, try_lock
from devkit.postgres import Postgres
from devkit.redisserver import Redis

Part = Postgres | Redis
THROWAWAY_PREFIX = "comptoir-run-"
LOCK_FILES = ("servers.users", "servers.gate")
OLD_ENOUGH = 60  # seconds; a younger folder may be one that is just being set up


@dataclass(frozen=True)
class Servers:
    """Running servers: `env` is for children; `admin_url` and `log` are there when PostgreSQL is ours."""

    state: Path
    env: dict[str, str]
    admin_url: str = ""
    log: Path | None = None


@contextlib.contextmanager
def shared(state: Path | None = None) -> Iterator[Servers]:
    """This checkout's servers. All its commands use the same ones; the last one out stops them.

    ``DATABASE_URL`` and ``REDIS_URL`` replace one each.
    """
    with _running(state or places.state_dir(), os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")) as servers:
        yield servers


@contextlib.contextmanager
def throwaway(*, durable: bool = False) -> Iterator[Servers]:
    """Servers of this run alone, in a temporary folder that is gone afterwards.

    They do not heed ``DATABASE_URL`` and ``REDIS_URL``: a test run must not reach the data somebody works with.
    ``TEST_DATABASE_URL`` and ``TEST_REDIS_URL`` replace one each.
    """
    _sweep()
    folder = places.temporary_dir(THROWAWAY_PREFIX)
    database_url, redis_url = os.environ.get("TEST_DATABASE_URL"), os.environ.get("TEST_REDIS_URL")
    try:
        with _running(folder, database_url, redis_url, durable=durable) as servers:
            temporary = folder / "tmp"
            temporary.mkdir(mode=0o700)
            servers.env["TMPDIR"] = str(temporary)
            yield servers
    finally:
        places.remove(folder)


@contextlib.contextmanager
def _running(
    folder: Path, database_url: str | None, redis_url: str | None, *, durable: bool = True
) -> Iterator[Servers]:
    postgres = None if database_url else Postgres(folder / "postgres", durable=durable)
    redis = None if redis_url else Redis(folder / "redis", durable=durable)
    parts: list[Part] = [part for part in (postgres, redis) if part is not None]
    with _ending_cleanly(), _counted_in(folder, parts):
        admin_url, log = "", None
        if postgres is not None:
            database_url, admin_url, log = postgres.url(), postgres.url(superuser=True), postgres.log
        yield Servers(
            folder,
            environment(folder, database_url or "", redis.url if redis else redis_url or ""),
            admin_url,
            log,
        )


def environment(state: Path, database_url: str, redis_url: str) -> dict[str, str]:
    """The variables of a child process: defaults, the caller's own, and where the servers are."""
    defaults = {
        "DJANGO_SETTINGS_MODULE": "config.settings.development",
        "PLATFORM_DOMAIN": "localhost",
        "SECRET_KEY": _secret_key(state),
    }
    own = {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "COMPTOIR_VAR": str(state),
        "PYTHONUNBUFFERED": "1",
    }
    return {**defaults, **os.environ, **own}


def _secret_key(state: Path) -> str:
    """A key of this machine's own, kept so that sessions survive a restart."""
    file = state / "secret-key"
    places.write_once(file, secrets.token_urlsafe(48))
    return file.read_text()


# --- who uses them ---------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _counted_in(folder: Path, parts: list[Part]) -> Iterator[None]:
    """Start the servers unless they run, count this process among their users, and stop them if it was the last.

    Each user shares the lock on one file; who can then have it alone was the last one.
    """
    with _lock_files(folder) as (users, gate):
        try:
            with locked(gate):  # nobody stops them between their start and our lock
                share(users)
                for part in parts:
                    part.start()
            yield
        finally:
            with _undisturbed(), locked(gate):
                if try_lock(users):
                    for part in reversed(parts):
                        part.stop()


@contextlib.contextmanager
def unused(folder: Path) -> Iterator[None]:
    """Hold a state folder with its servers stopped and nobody using them. Raises SetupError when somebody does."""
    with _lock_files(folder) as (users, gate), locked(gate):
        if not try_lock(users):
            raise SetupError("another ./dev command of this checkout is running; end it first")
        Redis(folder / "redis").stop()
        Postgres(folder / "postgres").stop()
        yield


@contextlib.contextmanager
def _lock_files(folder: Path) -> Iterator[tuple[IO[str], IO[str]]]:
    with opened(folder / LOCK_FILES[0]) as users, opened(folder / LOCK_FILES[1]) as gate:
        yield users, gate


def _sweep() -> None:
    """Stop and remove what runs left behind that were killed before they could."""
    for folder in places.temporary_parent().glob(f"{THROWAWAY_PREFIX}*"):
        try:
            if folder.stat().st_uid != os.geteuid() or time.time() - folder.stat().st_mtime < OLD_ENOUGH:
                continue
            with unused(folder):
                places.remove(folder)
        except (OSError, SetupError):  # in use, or gone meanwhile
            continue


# --- signals ---------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _ending_cleanly() -> Iterator[None]:
    """Let SIGTERM and a closed terminal unwind the stack, as Ctrl-C does."""

    def leave(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Do not let an impatient second Ctrl-C leave servers behind."""
    kinds = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, signal.SIG_IGN) for number in kinds}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
