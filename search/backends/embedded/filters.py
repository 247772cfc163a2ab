"""Conditions: what filters, visibility and price segments ask of a document. None adds to the score."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from tantivy import FieldType, Index, Occur
from tantivy import Query as Match

from search.backends.embedded.schema import scaled, schema
from search.backends.embedded.storage import Known
from search.documents import FOR_EVERYBODY, MAX_NUMBER, TENANT, target_token
from search.port import Bounds, BuyerContext, Target, Visibility
from search.segments import PUBLIC, Segment


def silent(match: Match) -> Match:
    return Match.const_score_query(match, 0.0)


def combined(must: Sequence[Match], should: Sequence[Match] = (), but: Sequence[Match] = ()) -> Match:
    """All of ``must`` (everything when there is none), with the scores of ``should`` added, without ``but``."""
    clauses = [(Occur.Must, match) for match in must or [Match.all_query()]]
    clauses += [(Occur.Should, match) for match in should]
    return Match.boolean_query(clauses + [(Occur.MustNot, match) for match in but])


def any_of(matches: Sequence[Match]) -> Match:
    if not matches:
        return Match.empty_query()
    return matches[0] if len(matches) == 1 else Match.boolean_query([(Occur.Should, match) for match in matches])


def among(field: str, values: Iterable[str]) -> Match:
    """Documents with one of the values in a field."""
    clean = [value.encode("utf-8", "replace").decode() for value in values]
    return silent(Match.term_set_query(schema(), field, clean))


def has(field: str, value: str) -> Match:
    return Match.term_query(schema(), field, value, "basic")


# --- attributes ---------------------------------------------------------------------------------------------
def facet_filter(code: str, values: Sequence[str]) -> Match:
    """Documents with one of the values of a facet."""
    return among(f"facets.{code}", values)


def number_filter(index: Index, code: str, bounds: Bounds) -> Match:
    """Documents whose attribute is within the bounds, which are included; an open side has no bound."""
    low, high = (-MAX_NUMBER if bounds[0] is None else bounds[0]), (MAX_NUMBER if bounds[1] is None else bounds[1])
    low, high = max(low, -MAX_NUMBER), min(high, MAX_NUMBER)
    if not low <= high:
        return Match.empty_query()
    return silent(index.parse_query(f"numbers.{_path(code)}:[{scaled(low)} TO {scaled(high)}]"))


def lead_filter(most: int) -> Match:
    return silent(Match.range_query(schema(), "lead_days", FieldType.Integer, 0, most))


def _path(code: str) -> str:
    return code.replace("-", "\\-")


# --- who sees what ------------------------------------------------------------------------------------------
def visible(buyer: BuyerContext, known: Known) -> list[Match]:
    """What the buyer may see: by the rules of each tenant that is named, of the others what is public."""
    named = {tenant: rules for tenant, rules in buyer.visibility.items() if tenant in known.tenants}
    restricted = {tenant: rules for tenant, rules in named.items() if not _sees_all(rules)}
    if not restricted and (not known.has_private or named.keys() >= known.tenants):
        return []
    parts = [_and(has("targets", target_token(TENANT, tenant)), _seen(rules)) for tenant, rules in named.items()]
    if not named.keys() >= known.tenants:
        others = [has("targets", target_token(TENANT, tenant)) for tenant in named]
        parts.append(combined([has("targets", FOR_EVERYBODY)], but=others))
    return [silent(any_of(parts))]


def _sees_all(rules: Visibility) -> bool:
    return rules.default and all(rule.is_visible for rule in rules.rules)


def _seen(rules: Visibility) -> Match:
    """Rules from the last to the first: one that shows adds to what the rest leaves, one that hides takes away.

    Neighbours of one kind are one step.
    """
    seen = Match.all_query() if rules.default else Match.empty_query()
    for is_visible, group in groupby(reversed(rules.rules), key=lambda rule: rule.is_visible):
        fits = _targets([rule.target for rule in group])
        seen = any_of([fits, seen]) if is_visible else combined([seen], but=[fits])
    return seen


def _targets(targets: Sequence[Target]) -> Match:
    pks = [target.value for target in targets if target.field == "pk"]
    others = [target_token(target.field, target.value) for target in targets if target.field != "pk"]
    return any_of([among(field, values) for field, values in (("pk", pks), ("targets", others)) if values])


def _and(left: Match, right: Match) -> Match:
    return combined([left, right])


# --- prices -------------------------------------------------------------------------------------------------
def price_field(key: str) -> str:
    return "public_price" if key == PUBLIC else f"prices.{key}"


def in_segment(segment: Segment) -> Match:
    """Documents whose own price comes from the segment's list by its curve."""
    must = [has("listed", segment.key), *(_targets([target]) for target in segment.require)]
    but = [has("listed", key) for key in segment.absent]
    if segment.exclude:
        but.append(_targets(segment.exclude))
    return combined(must, but=but)


def in_prices(index: Index, segment: Segment, prices: tuple[int, int]) -> Match:
    """Documents of the segment whose list price is within the bounds, which are included."""
    low, high = prices
    within = index.parse_query(f"{price_field(segment.key)}:[{low} TO {high}]")
    return combined([in_segment(segment), silent(within)])


def price_stats(keys: Iterable[str]) -> dict[str, Any]:
    return {key: {"stats": {"field": price_field(key)}} for key in keys}
