"""Locks on files, held by this process alone.

The kernel drops the locks of a process that is killed. It keeps them, however, as long as any copy of the open file
lives, and a forked child (honcho forks one per process) has one: so children close theirs at once.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

_held: list[IO[str]] = []


def _close_in_child() -> None:
    for file in _held:
        file.close()
    _held.clear()


os.register_at_fork(after_in_child=_close_in_child)


@contextlib.contextmanager
def opened(path: Path) -> Iterator[IO[str]]:
    """The file to lock, created when missing; closing it drops its lock."""
    with path.open("a+") as file:
        _held.append(file)
        try:
            yield file
        finally:
            if file in _held:
                _held.remove(file)


@contextlib.contextmanager
def locked(file: IO[str]) -> Iterator[None]:
    """Hold the lock alone; waits for it."""
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


def share(file: IO[str]) -> None:
    """Hold the lock together with others; waits while somebody holds it alone."""
    fcntl.flock(file, fcntl.LOCK_SH)


def try_lock(file: IO[str]) -> bool:
    """Hold the lock alone if nobody else holds it; says whether it does. A lock of one's own is given up first."""
    fcntl.flock(file, fcntl.LOCK_UN)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
