"""Asking the engine from a page: a page must stand when the engine does not."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

import structlog
from meilisearch.errors import MeilisearchError

from catalog.keys import sku_key
from catalog.models import CustomerPartNumber
from search import fruitless
from search.buyers import Looker, buyer_context
from search.engine import MARKETPLACE, engine, index_name
from search.errors import SearchError, UnknownFacetError
from search.port import BuyerContext, Hit, Locale, Query, Result
from search.synonyms import dictionary
from search.terms import is_exact

log = structlog.get_logger(__name__)

_FAILURES = (SearchError, MeilisearchError, OSError, ValueError)
MOST_UNKNOWN = 20
LONGEST_NUMBER = 80
NOT_EXACT = "not_exact"
"""In ``Result.degraded``: rules with thresholds or floor prices may order some products otherwise than the engine."""


@dataclass(frozen=True, slots=True)
class Found:
    """An answer, and the filters that were left out because the index does not know them."""

    result: Result
    ignored: frozenset[str] = frozenset()


def find_in_shop(tenant_id: UUID, query: Query, looker: Looker) -> Found | None:
    """Search the current tenant's shop in the active language, as a buyer sees it; counts what finds nothing.

    None when the engine cannot answer.
    """
    buyer = buyer_context({tenant_id: looker})
    found = _find(index_name(tenant_id), _meant(query, looker, buyer.locale), buyer)
    if found is not None and query.text.strip() and fruitless.is_fruitless(query, found.result):
        fruitless.note(text=query.text, language=buyer.locale)
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
        buyer = buyer_context({tenant_id: looker})
        return engine().suggest(index_name(tenant_id), _meant(Query(text=text, size=size), looker, buyer.locale), buyer)
    except _FAILURES as error:
        log.warning("search.failed", index=index_name(tenant_id), error=repr(error))
        return []


def _meant(query: Query, looker: Looker, locale: Locale) -> Query:
    """The query with the tenant's other wordings of its text, and the products that the buyer calls by it."""
    if not query.text.strip():
        return query
    pins = own_number(looker.view.audience.customer_id, query.text)
    return replace(query, alternatives=dictionary().other_wordings(query.text, locale), pins=pins)


def own_number(customer_id: UUID | None, text: str) -> tuple[str, ...]:
    """Variants that a customer calls by this text; one statement, none for a visitor."""
    if customer_id is None:
        return ()
    numbers = CustomerPartNumber.objects.filter(customer_id=customer_id, number_key=sku_key(text[:LONGEST_NUMBER]))
    return tuple(str(pk) for pk in numbers.values_list("variant_id", flat=True))


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
