"""The port: what may be asked of a search engine, whichever it is.

Plain data in, plain data out, no ORM and no Django, so that an engine can be tested alone. An engine is safe
to share between threads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from search.documents import Doc

Locale = Literal["fr", "en"]
Sort = Literal["relevance", "name", "price", "-price"]

ALL_FACETS = "*"
"""In ``Query.facets``: every facet that the index knows, those without a value in the result left out."""

MAX_SIZE = 500
MAX_WINDOW = 10_000
"""Results further down than this are counted but not listed: nobody pages there, and it costs."""


@dataclass(frozen=True, slots=True)
class PriceRule:
    """A percentage off where ``field`` is ``value``; 150 basis points are 1.5 %."""

    field: str
    value: str
    basis_points: int


@dataclass(frozen=True, slots=True)
class BuyerContext:
    """Who is looking. Made on the server only: it names price lists, which are nobody else's business.

    ``lists`` are the price lists in force for the buyer, first one wins, and ``rules`` the percentage rules
    after them. Engines order by public price so far and say so in ``Result.degraded``. ``bought`` are
    products that the buyer has ordered before: they come first among equals.
    """

    lists: tuple[str, ...] = ()
    rules: tuple[PriceRule, ...] = ()
    bought: tuple[str, ...] = ()
    locale: Locale = "fr"


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for.

    ``filters`` maps a facet to the values that are wanted: any of them, and all facets at once. ``price`` is
    a closed range in 1/10,000 of the currency unit. ``facets`` are those to count, or :data:`ALL_FACETS`.
    """

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    price: tuple[int, int] | None = None
    sort: Sort = "relevance"
    facets: tuple[str, ...] = ()
    offset: int = 0
    size: int = 24

    def __post_init__(self) -> None:
        if self.offset < 0:
            raise ValueError("offset is negative")
        if not 0 <= self.size <= MAX_SIZE:
            raise ValueError(f"size is not within 0 and {MAX_SIZE}")

    @property
    def selected(self) -> dict[str, tuple[str, ...]]:
        """The filters that filter: an empty choice means no choice."""
        return {code: tuple(values) for code, values in self.filters.items() if values}


@dataclass(frozen=True, slots=True)
class Hit:
    """One product found, with what a list of suggestions needs; the page loads the rest by ``pk``."""

    pk: str
    tenant_id: str
    sku: str
    name: str
    brand: str


@dataclass(frozen=True, slots=True)
class FacetValue:
    value: str
    count: int
    selected: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """One page of hits, the number of all of them, and the counted facets in natural order of their values.

    ``degraded`` names what was not exact: ``partial_match`` (no product has all the words, these have half of
    them at least), ``public_price_sort`` and ``public_price_filter`` (not the buyer's own price).
    """

    hits: tuple[Hit, ...] = ()
    total: int = 0
    facets: Mapping[str, tuple[FacetValue, ...]] = field(default_factory=dict)
    degraded: frozenset[str] = frozenset()

    @property
    def ids(self) -> list[str]:
        return [hit.pk for hit in self.hits]


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that an engine took a write. ``tasks`` is what it needs to tell when the write has settled."""

    index: str
    tasks: tuple[int, ...] = ()


class SearchEngine(Protocol):
    """An engine. Index names match ``[a-z0-9][a-z0-9-]*``; an index that was never written is empty, not an
    error.
    """

    def search(self, index: str, query: Query, buyer: BuyerContext) -> Result:
        """Find, order, count. No text makes it raise.

        Raises UnknownFacetError for a facet or filter that the index does not have, IndexOutdatedError.
        """
        ...

    def suggest(self, index: str, text: str, buyer: BuyerContext, size: int = 8) -> list[Hit]:
        """The best products for a text that is still being typed; none for an empty one."""
        ...

    def write(self, index: str, upserts: Sequence[Doc], deletes: Sequence[str] = ()) -> Receipt:
        """Delete by ``pk``, then put documents in or in place of those with the same ``pk``. Harmless when
        repeated.

        Raises IndexBusyError, IndexOutdatedError.
        """
        ...

    def wait(self, receipt: Receipt, timeout: float) -> None:
        """Return when the write is durable and visible. For jobs and tests, not for requests.

        Raises WriteFailedError, WriteTimeoutError.
        """
        ...

    def rebuild(self, index: str, docs: Iterable[Doc]) -> None:
        """Build the index anew beside the one in use, then swap. Searches see the old one or the new one
        whole.

        Writes wait meanwhile, so ``docs`` may be read while products change: each change is applied
        afterwards.

        Raises IndexBusyError, WriteFailedError; what was in use then stays in use.
        """
        ...

    def drop(self, index: str) -> None:
        """Forget an index and everything in it."""
        ...
