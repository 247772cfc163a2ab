"""Asking the engine from a page: a page must stand when the engine does not."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

import structlog
from meilisearch.errors import MeilisearchError

from search.buyers import Looker, buyer_context
from search.engine import MARKETPLACE, engine, index_name
from search.errors import SearchError, UnknownFacetError
from search.port import BuyerContext, Hit, Query, Result
from search.terms import is_exact

log = structlog.get_logger(__name__)

_FAILURES = (SearchError, MeilisearchError, OSError, ValueError)
MOST_UNKNOWN = 20
NOT_EXACT = "not_exact"
"""In ``Result.degraded``: rules with thresholds or floor prices may order some products otherwise than the engine."""


@dataclass(frozen=True, slots=True)
class Found:
    """An answer, and the filters that were left out because the index does not know them."""

    result: Result
    ignored: frozenset[str] = frozenset()


def find_in_shop(tenant_id: UUID, query: Query, looker: Looker) -> Found | None:
    """Search a tenant's shop in the active language, as a buyer sees it. None when the engine cannot answer."""
    found = _find(index_name(tenant_id), query, buyer_context({tenant_id: looker}))
    if found is None or looker.terms is None or is_exact(looker.terms.terms):
        return found
    return replace(found, result=replace(found.result, degraded=found.result.degraded | {NOT_EXACT}))


def find_on_marketplace(query: Query, lookers: Mapping[UUID, Looker] | None = None) -> Found | None:
    """Search all suppliers in the active language, each as a buyer sees it there, the others as any visitor does.

    None when the engine cannot answer.
    """
    return _find(MARKETPLACE, query, buyer_context(lookers))


def suggest_in_shop(tenant_id: UUID, text: str, looker: Looker, size: int = 8) -> list[Hit]:
    """The best products of a shop for a text that is being typed; none when the engine cannot answer."""
    try:
        return engine().suggest(index_name(tenant_id), text, buyer_context({tenant_id: looker}), size)
    except _FAILURES as error:
        log.warning("search.failed", index=index_name(tenant_id), error=repr(error))
        return []


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
