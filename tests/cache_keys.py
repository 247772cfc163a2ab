"""Cache keys of the suite: those of the product, and the running test's own prefix in every thread and context."""

from __future__ import annotations

from uuid import uuid4

from tenants import cache

_prefix = ""


def renew() -> None:
    """From now on nothing is remembered of what was cached before."""
    global _prefix  # noqa: PLW0603  # one test at a time in a process
    _prefix = uuid4().hex


def make_key(key: str, key_prefix: str, version: int) -> str:
    """As :func:`tenants.cache.make_key`."""
    return f"{_prefix}:{cache.make_key(key, key_prefix, version)}"
