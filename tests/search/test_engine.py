"""Which engine the settings give."""

from __future__ import annotations

import time
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from pytest_django import Settings

from search import locking
from search.backends.embedded import EmbeddedEngine
from search.backends.meilisearch import MeilisearchEngine
from search.engine import MARKETPLACE, engine, index_name
from search.errors import IndexBusyError
from search.locking import process_locking, redis_locking
from search.port import Query
from tests.search.contract import FR
from tests.search.samples import product


def test_embedded_by_default(settings: Settings, tmp_path: Path) -> None:
    settings.MEILISEARCH_URL, settings.SEARCH_ROOT = "", tmp_path
    assert isinstance(engine(), EmbeddedEngine)
    assert engine() is engine()
    engine().write(MARKETPLACE, [product(1, "Vis")])
    assert engine().search(MARKETPLACE, Query(text="vis"), FR).total == 1
    assert (tmp_path / "marketplace").is_dir()


def test_meilisearch_when_its_url_is_set(settings: Settings) -> None:
    settings.MEILISEARCH_URL, settings.MEILISEARCH_KEY = "http://search.invalid:7700", "secret"
    assert isinstance(engine(), MeilisearchEngine)


def test_index_names() -> None:
    assert index_name(UUID(int=10)) == "t-0000000000000000000000000000000a"


def test_locks_of_one_process() -> None:
    locked = process_locking()
    with locked("a", 0), locked("b", 0), pytest.raises(IndexBusyError), locked("a", 0):
        pass
    with locked("a", 0):
        pass


def test_locks_of_all_processes(settings: Settings) -> None:
    """Two lockings stand for two processes; the lock is Redis's."""
    one, other = (redis_locking(settings.REDIS_URLS["cache"]) for _ in range(2))
    index = index_name(uuid4())
    with one(index, 0), pytest.raises(IndexBusyError), other(index, 0.05):
        pass
    with other(index, 0):
        pass


def test_lock_that_was_lost_is_told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locking, "HELD_AT_MOST_S", 0.05)
    with pytest.raises(IndexBusyError), redis_locking(settings.REDIS_URLS["cache"])(index_name(uuid4()), 0):
        time.sleep(0.2)
