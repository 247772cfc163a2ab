"""Asking the engine from a page: a page must stand when the engine does not."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

import structlog
from meilisearch.errors import MeilisearchError

from catalog.visibility import Viewpoint
from search.buyers import buyer_context
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


def find_in_shop(tenant_id: UUID, query: Query, view: Viewpoint | None = None) -> Found | None:
    """Search a tenant's shop in the active language, as a viewpoint sees it; without one, as any visitor does.

    None when the engine cannot answer.
    """
    return _find(index_name(tenant_id), query, _in_shop(tenant_id, view))


def find_on_marketplace(query: Query, views: Mapping[UUID, Viewpoint] | None = None) -> Found | None:
    """Search all suppliers in the active language, each as its viewpoint sees it, the others as any visitor does.

    None when the engine cannot answer.
    """
    return _find(MARKETPLACE, query, buyer_context(views))


def suggest_in_shop(tenant_id: UUID, text: str, size: int = 8, view: Viewpoint | None = None) -> list[Hit]:
    """The best products of a shop for a text that is being typed; none when the engine cannot answer."""
    try:
        return engine().suggest(index_name(tenant_id), text, _in_shop(tenant_id, view), size)
    except _FAILURES as error:
        log.warning("search.failed", index=index_name(tenant_id), error=repr(error))
        return []


def _in_shop(tenant_id: UUID, view: Viewpoint | None) -> BuyerContext:
    return buyer_context({tenant_id: view} if view else None)


def _find(index: str, query: Query, buyer: BuyerContext) -> Found | None:
    ignored: set[str] = set()
    for _attempt in range(MOST_UNKNOWN):
        try:
            return Found(engine().search(index, query, buyer), frozenset(ignored))
        except UnknownFacetError as error:
            ignored.add(error.code)
            query = _without(query, ignored)
        except _FAILURES as error:
            log.warning("search.failed", index=index, error=repr(error))
            return None
    return None


def _without(query: Query, codes: Collection[str]) -> Query:
    filters = {code: values for code, values in query.filters.items() if code not in codes}
    ranges = {code: bounds for code, bounds in query.ranges.items() if code not in codes}
    return replace(query, filters=filters, ranges=ranges, facets=tuple(c for c in query.facets if c not in codes))
