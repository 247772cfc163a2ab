"""The port: what may be asked of a search engine, whichever it is.

Plain data in, plain data out, no ORM and no Django, so that an engine can be tested alone. An engine is safe
to share between threads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from search.curves import LIST_PRICE, Curve
from search.documents import Doc

Locale = Literal["fr", "en"]
Sort = Literal["relevance", "name", "price", "-price"]
TargetField = Literal["brand", "category", "family", "product", "pk"]
Bounds = tuple[float | None, float | None]

ALL_FACETS = "*"
"""In ``Query.facets``: every facet that the index knows, those without a value in the result left out."""

MAX_SIZE = 500
MAX_BUCKETS = 50
MAX_PINS = 100
MAX_ALTERNATIVES = 8
MOST_COUNTED = 500
"""Among so many matches goods are counted; where there are more, documents are, which are never fewer."""
MAX_WINDOW = 10_000
"""Results further down than this are counted but not listed: nobody pages there, and it costs."""


@dataclass(frozen=True, slots=True)
class Target:
    """Products that have something in common: a brand's name, a category's path (with all below it), a family's code,
    a product's id, or one variant.
    """

    field: TargetField
    value: str


@dataclass(frozen=True, slots=True)
class PriceClass:
    """Products with all of ``require`` and none of ``exclude``, and how their own price comes from a list price."""

    require: tuple[Target, ...] = ()
    exclude: tuple[Target, ...] = ()
    curve: Curve = LIST_PRICE


EVERYTHING: tuple[PriceClass, ...] = (PriceClass(),)


@dataclass(frozen=True, slots=True)
class ListTerms:
    """A price list that a buyer gets (:func:`search.documents.list_key`) and what is taken off its prices.

    No product is in two of ``classes``; one that is in none has no price in this list.
    """

    key: str
    classes: tuple[PriceClass, ...] = EVERYTHING


@dataclass(frozen=True, slots=True)
class VisibilityRule:
    """Shows or hides what a target names."""

    target: Target
    is_visible: bool


@dataclass(frozen=True, slots=True)
class Visibility:
    """What a buyer sees of one supplier: the first rule that fits decides, else the default."""

    default: bool = True
    rules: tuple[VisibilityRule, ...] = ()


@dataclass(frozen=True, slots=True)
class BuyerContext:
    """Who is looking. Made on the server only: it names price lists, which are nobody else's business.

    ``shops`` are, per supplier, the price lists in force for the buyer: the first one that has a product wins. Without
    any, prices are the public ones, and ``Result.degraded`` says so. ``visibility`` is what the buyer sees, by tenant
    id; of a tenant that is not named, public documents only. ``bought`` are products that the buyer has ordered
    before: they come first among equals.
    """

    shops: tuple[tuple[ListTerms, ...], ...] = ()
    visibility: Mapping[str, Visibility] = field(default_factory=dict)
    bought: tuple[str, ...] = ()
    locale: Locale = "fr"


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for.

    ``filters`` maps a facet to the values that are wanted: any of them, and all facets at once. ``ranges`` maps a
    numeric attribute to its bounds, included; without any it is only measured. ``price`` is a closed range of own
    prices in millionths of the currency unit, ``buckets`` the most steps that their histogram may have (0: none).
    ``max_lead_days`` 0 is what can leave now. ``facets`` are those to count, or :data:`ALL_FACETS`; ``by_goods`` counts
    in them the same goods of several tenants once.

    ``pins`` are products that the text means whatever they are called, first of all: the buyer's own part numbers.
    ``alternatives`` are other wordings of the text that match as well, a little less.
    """

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ranges: Mapping[str, Bounds] = field(default_factory=dict)
    price: tuple[int, int] | None = None
    max_lead_days: int | None = None
    only_bought: bool = False
    pins: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    sort: Sort = "relevance"
    facets: tuple[str, ...] = ()
    by_goods: bool = False
    buckets: int = 0
    offset: int = 0
    size: int = 24

    def __post_init__(self) -> None:
        if self.offset < 0:
            raise ValueError("offset is negative")
        if not 0 <= self.size <= MAX_SIZE:
            raise ValueError(f"size is not within 0 and {MAX_SIZE}")
        if not 0 <= self.buckets <= MAX_BUCKETS:
            raise ValueError(f"buckets is not within 0 and {MAX_BUCKETS}")
        if len(self.pins) > MAX_PINS:
            raise ValueError(f"more than {MAX_PINS} pins")
        if len(self.alternatives) > MAX_ALTERNATIVES:
            raise ValueError(f"more than {MAX_ALTERNATIVES} alternatives")

    @property
    def selected(self) -> dict[str, tuple[str, ...]]:
        """The filters that filter: an empty choice means no choice."""
        return {code: tuple(values) for code, values in self.filters.items() if values}

    @property
    def bounded(self) -> dict[str, Bounds]:
        """The ranges that filter."""
        return {code: bounds for code, bounds in self.ranges.items() if bounds != (None, None)}


@dataclass(frozen=True, slots=True)
class Hit:
    """One product found, with what a list of suggestions needs; the page loads the rest by ``pk``.

    ``goods`` is the same for the same goods of several tenants, empty when nothing names them.
    """

    pk: str
    tenant_id: str
    sku: str
    name: str
    brand: str
    goods: str = ""


@dataclass(frozen=True, slots=True)
class FacetValue:
    value: str
    count: int
    selected: bool = False


@dataclass(frozen=True, slots=True)
class Bucket:
    """How many products have an own price from ``low`` on and below ``high``."""

    low: int
    high: int
    count: int


@dataclass(frozen=True, slots=True)
class Result:
    """One page of hits, the number of all of them, and the counted facets in natural order of their values.

    ``histogram`` leaves the price filter out, ``ranges`` (the lowest and highest value of each numeric attribute asked
    for, those without a value left out) its own bounds. Products without a price are in no bucket, and last in both
    orders by price.

    ``degraded`` names what was not exact: ``partial_match`` (no product has all the words, these have half of
    them at least, or words like them), ``public_price_sort`` and ``public_price_filter`` (not the buyer's own price),
    ``documents_counted`` (too many match for their goods to be counted in some facet).
    """

    hits: tuple[Hit, ...] = ()
    total: int = 0
    facets: Mapping[str, tuple[FacetValue, ...]] = field(default_factory=dict)
    histogram: tuple[Bucket, ...] = ()
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
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

        Raises UnknownFacetError for a facet, filter or range that the index does not have, IndexOutdatedError.
        """
        ...

    def suggest(self, index: str, query: Query, buyer: BuyerContext) -> list[Hit]:
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

    def digests(self, index: str) -> dict[str, int]:
        """Each document of the index, as :attr:`search.documents.Doc.digest` has it, by ``pk``."""
        ...

    def drop(self, index: str) -> None:
        """Forget an index and everything in it."""
        ...
