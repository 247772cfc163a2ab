"""Transactions and advisory locks."""

from __future__ import annotations

import functools
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import IntEnum
from typing import ParamSpec, TypeVar

import psycopg.errors
from django.db import OperationalError, connection, transaction

P = ParamSpec("P")
R = TypeVar("R")

_CONFLICTS = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)

_depth: ContextVar[int] = ContextVar("service_depth", default=0)


def atomic(service: Callable[P, R]) -> Callable[P, R]:
    """Run a service in one transaction.

    The outermost service opens it; services called inside join it, so that any error undoes the whole. Edges (views,
    tasks, consumers) open none.
    """

    @functools.wraps(service)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        depth = _depth.get()
        token = _depth.set(depth + 1)
        try:
            with transaction.atomic(savepoint=depth == 0):
                return service(*args, **kwargs)
        finally:
            _depth.reset(token)

    return wrapper


@contextmanager
def savepoint() -> Iterator[None]:
    """A part of a service that may fail on its own, such as an insert whose unique constraint decides a race."""
    with transaction.atomic():
        yield


def is_conflict(error: Exception) -> bool:
    """Whether others held for too long what a service wanted to change: all was undone, and may be sent again."""
    return isinstance(error, OperationalError) and isinstance(error.__cause__, _CONFLICTS)


def patiently(service: Callable[[], R], *, tries: int = 3) -> R:
    """Call a service from an edge; again when others held what it changes for too long. Raises what the last try does.

    For what many want at once and nobody likes to send again, such as orders of the last goods of a campaign.
    """
    for _try in range(tries - 1):
        try:
            return service()
        except OperationalError as error:
            if in_service() or not is_conflict(error):
                raise
    return service()


def in_service() -> bool:
    """Whether the calling code runs inside a service's transaction."""
    return _depth.get() > 0


class Lock(IntEnum):
    """Registry of advisory locks: one number per thing that has no row to lock."""

    SEARCH_INDEX = 1
    FLEET_MIGRATION = 2
    PROVISIONING = 3
    OUTBOX_DRAIN = 4
    SLUG = 5
    CATALOG_IMPORT = 6
    PRICE_SETTINGS = 7
    VISIBILITY = 8
    SYNONYMS = 9
    FIRST_COUNT = 10
    ORDER_POLICY = 21
    RFQ_SENDING = 31
    CART_SWITCH = 32


def advisory_lock(kind: Lock, key: str = "") -> None:
    """Wait for the lock of ``kind`` on ``key``, held until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [int(kind), _fold(key)])


def _fold(key: str) -> int:
    return zlib.crc32(key.encode()) - 2**31
