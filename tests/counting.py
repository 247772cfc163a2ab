"""Counting statements in tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is asked inside the block, switches of scope left out."""
    texts: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield texts
    texts.extend(query["sql"] for query in captured if "set_config" not in query["sql"])
