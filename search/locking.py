"""Who may write to an index on a server: a lock for one process, and one for all of them through Redis."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from redis import Redis
from redis.exceptions import LockError

from search.errors import IndexBusyError

HELD_AT_MOST_S = 3_600
"""After this long a lock is taken to be left behind by a process that died."""

Locking = Callable[[str, float], AbstractContextManager[None]]
"""Given an index and the seconds to wait for it. Raises IndexBusyError."""


def process_locking() -> Locking:
    """Locks between the threads of one process."""
    locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    @contextmanager
    def locked(index: str, wait_s: float) -> Iterator[None]:
        lock = locks[index]
        if not lock.acquire(timeout=wait_s):
            raise IndexBusyError(index)
        try:
            yield
        finally:
            lock.release()

    return locked


def redis_locking(url: str) -> Locking:
    """Locks between all processes that share a Redis."""
    client = Redis.from_url(url)

    @contextmanager
    def locked(index: str, wait_s: float) -> Iterator[None]:
        lock = client.lock(f"search:writing:{index}", timeout=HELD_AT_MOST_S, blocking_timeout=wait_s)
        if not lock.acquire():
            raise IndexBusyError(index)
        try:
            yield
        finally:
            try:
                lock.release()
            except LockError as error:
                # Held for longer than allowed: another writer may have come in between.
                raise IndexBusyError(index) from error

    return locked
