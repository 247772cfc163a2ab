"""Asking the engine from a page: a page must stand when the engine does not."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import structlog
from meilisearch.errors import MeilisearchError

from catalog.keys import sku_key
from catalog.models import CustomerPartNumber
from catalog.visibility import Viewpoint
from search import fruitless
from search.buyers import NOTHING_MEANT, Looker, Meant, active_locale, buyer_context
from search.engine import MARKETPLACE, engine, index_name
from search.errors import SearchError, UnknownFacetError
from search.port import MAX_ALTERNATIVES, MAX_PINS, BuyerContext, Hit, Query, Result
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
    found = _find(index_name(tenant_id), _with(query, [meant(query.text, looker.view)]), buyer)
    if found is not None and query.text.strip() and fruitless.is_fruitless(query, found.result):
        fruitless.note(text=query.text, language=buyer.locale)
    if found is None or looker.terms is None or is_exact(looker.terms.terms):
        return found
    return replace(found, result=replace(found.result, degraded=found.result.degraded | {NOT_EXACT}))


def find_on_marketplace(query: Query, lookers: Mapping[UUID, Looker] | None = None) -> Found | None:
    """Search all suppliers in the active language, each as a buyer sees it there, the others as any visitor does.

    A text means what any of the ``lookers`` says that it does. None when the engine cannot answer.
    """
    return _find(MARKETPLACE, _with_all(query, lookers), buyer_context(lookers))


def suggest_in_shop(tenant_id: UUID, text: str, looker: Looker, size: int = 8) -> list[Hit]:
    """The best products of a shop for a text that is being typed; none when the engine cannot answer."""
    query = _with(Query(text=text, size=size), [meant(text, looker.view)])
    return _suggest(index_name(tenant_id), query, buyer_context({tenant_id: looker}))


def suggest_on_marketplace(text: str, lookers: Mapping[UUID, Looker], size: int) -> list[Hit]:
    """The same of all suppliers, each as a buyer sees it there."""
    return _suggest(MARKETPLACE, _with_all(Query(text=text, size=size), lookers), buyer_context(lookers))


def _suggest(index: str, query: Query, buyer: BuyerContext) -> list[Hit]:
    try:
        return engine().suggest(index, query, buyer)
    except _FAILURES as error:
        log.warning("search.failed", index=index, error=repr(error))
        return []


def meant(text: str, view: Viewpoint) -> Meant:
    """What the current tenant makes of a text in the active language, and the customer whose ``view`` it is.

    One statement for a customer, one more where the synonyms are not cached; nothing without a text.
    """
    if not text.strip():
        return NOTHING_MEANT
    others = dictionary().other_wordings(text, active_locale())
    return Meant(own_number(view.audience.customer_id, text), others)


def _with_all(query: Query, lookers: Mapping[UUID, Looker] | None) -> Query:
    return _with(query, [looker.meant for looker in (lookers or {}).values()])


def _with(query: Query, meanings: Sequence[Meant]) -> Query:
    pins = dict.fromkeys(pin for one in meanings for pin in one.pins)
    others = dict.fromkeys(text for one in meanings for text in one.alternatives)
    return replace(query, pins=tuple(pins)[:MAX_PINS], alternatives=tuple(others)[:MAX_ALTERNATIVES])


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
