"""Which engine is in use, and how its indexes are called."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from search.backends.embedded import EmbeddedEngine
from search.locking import redis_locking
from search.port import SearchEngine

if TYPE_CHECKING:  # its client is loaded where it is used only: every process starts faster without
    from search.backends.meilisearch import MeilisearchEngine

MARKETPLACE = "marketplace"
"""The index over all suppliers."""


def index_name(tenant_id: UUID) -> str:
    """The index of one tenant's shop."""
    return f"t-{tenant_id.hex}"


def engine() -> SearchEngine:
    """The engine that the settings ask for: Meilisearch when ``MEILISEARCH_URL`` is set, else the embedded
    one.
    """
    if settings.MEILISEARCH_URL:
        return _meilisearch(settings.MEILISEARCH_URL, settings.MEILISEARCH_KEY, settings.REDIS_URLS["cache"])
    return _embedded(Path(settings.SEARCH_ROOT))


@cache
def _embedded(root: Path) -> EmbeddedEngine:
    return EmbeddedEngine(root)


@cache
def _meilisearch(url: str, key: str, redis_url: str) -> MeilisearchEngine:
    adapter: type[MeilisearchEngine] = import_string("search.backends.meilisearch.MeilisearchEngine")
    return adapter(url, key, locking=redis_locking(redis_url))
