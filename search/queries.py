"""Asking the engine from a page: a page must stand when the engine does not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

import structlog
from django.utils import translation
from meilisearch.errors import MeilisearchError

from search.engine import MARKETPLACE, engine, index_name
from search.errors import SearchError, UnknownFacetError
from search.port import BuyerContext, Hit, Query, Result

log = structlog.get_logger(__name__)

_FAILURES = (SearchError, MeilisearchError, OSError, ValueError)
MOST_UNKNOWN = 20


@dataclass(frozen=True, slots=True)
class Found:
    """An answer, and the filters that were left out because the index does not know them."""

    result: Result
    ignored: frozenset[str] = frozenset()


def find_in_shop(tenant_id: UUID, query: Query) -> Found | None:
    """Search a tenant's shop in the active language; None when the engine cannot answer."""
    return _find(index_name(tenant_id), query)


def find_on_marketplace(query: Query) -> Found | None:
    """Search all suppliers in the active language; None when the engine cannot answer."""
    return _find(MARKETPLACE, query)


def suggest_in_shop(tenant_id: UUID, text: str, size: int = 8) -> list[Hit]:
    """The best products of a shop for a text that is being typed; none when the engine cannot answer."""
    try:
        return engine().suggest(index_name(tenant_id), text, buyer_context(), size)
    except _FAILURES as error:
        log.warning("search.failed", index=index_name(tenant_id), error=repr(error))
        return []


def buyer_context() -> BuyerContext:
    """Who is looking, as far as the engine has to know: the language."""
    locale: Literal["fr", "en"] = "fr" if (translation.get_language() or "en").startswith("fr") else "en"
    return BuyerContext(locale=locale)


def _find(index: str, query: Query) -> Found | None:
    ignored: set[str] = set()
    for _attempt in range(MOST_UNKNOWN):
        try:
            return Found(engine().search(index, query, buyer_context()), frozenset(ignored))
        except UnknownFacetError as error:
            ignored.add(error.code)
            query = replace(query, filters={code: v for code, v in query.filters.items() if code not in ignored})
        except _FAILURES as error:
            log.warning("search.failed", index=index, error=repr(error))
            return None
    return None
