"""What both engines do alike with facets: which are meant, and how their values are listed."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from search.documents import BUILT_IN_FACETS
from search.errors import UnknownFacetError
from search.normalise import natural_text
from search.port import ALL_FACETS, FacetValue, Query


def wanted_facets(query: Query, known: Collection[str], numbers: Collection[str]) -> tuple[str, ...]:
    """The facets to count. Raises UnknownFacetError for one, or for a filter, that is neither built in nor
    ``known``, and for a range over something that is not among ``numbers``.
    """
    for code in query.ranges:
        if code not in numbers:
            raise UnknownFacetError(code)
    everything = BUILT_IN_FACETS | set(known)
    asked = [code for code in query.facets if code != ALL_FACETS]
    for code in (*asked, *query.selected):
        if code not in everything:
            raise UnknownFacetError(code)
    return tuple(sorted(everything)) if ALL_FACETS in query.facets else tuple(dict.fromkeys(asked))


def listed(counts: Mapping[str, int], selected: Collection[str] = ()) -> tuple[FacetValue, ...]:
    """Values in natural order. A selected value stays in the list when nothing has it any more."""
    values = {**dict.fromkeys(selected, 0), **counts}
    return tuple(
        FacetValue(value, values[value], value in selected)
        for value in sorted(values, key=lambda value: (natural_text(value), value))
    )


def without_empty(facets: Mapping[str, tuple[FacetValue, ...]], query: Query) -> dict[str, tuple[FacetValue, ...]]:
    """Leave out empty facets that were not asked for by name."""
    return {code: values for code, values in facets.items() if values or code in query.facets}
