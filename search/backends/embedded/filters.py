"""Conditions: what filters, visibility and price segments ask of a document. None adds to the score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from tantivy import FieldType, Index, Occur
from tantivy import Query as Match

from search.backends.embedded.schema import scaled, schema
from search.backends.embedded.storage import Known
from search.documents import FOR_EVERYBODY, MAX_NUMBER, TENANT, target_token
from search.port import Bounds, BuyerContext, Target, Visibility
from search.segments import PUBLIC, Segment

FEW_VALUES = 64


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


def among(field: str, values: Sequence[str | int]) -> Match:
    """Documents with one of the values in a field. A set of terms is made ready anew each time: not for a few."""
    clean = [value.encode("utf-8", "replace").decode() if isinstance(value, str) else value for value in values]
    if len(clean) > FEW_VALUES:
        return silent(Match.term_set_query(schema(), field, clean))
    return silent(any_of([has(field, value) for value in clean]))


def has(field: str, value: str | int) -> Match:
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
# As text, because that is how an aggregation takes a filter of its own.
def price_field(key: str) -> str:
    return "public_price" if key == PUBLIC else f"prices.{key}"


def in_segment(segment: Segment) -> str:
    """Documents whose own price comes from the segment's list by its curve."""
    parts = [f"+listed:{segment.key}", *(f"+{_named(target)}" for target in segment.require)]
    parts += [f"-listed:{key}" for key in segment.absent]
    parts += [f"-{_named(target)}" for target in segment.exclude]
    return " ".join(parts)


def in_prices(segment: Segment, prices: tuple[int, int]) -> str:
    """Documents of the segment whose list price is within the bounds, which are included."""
    low, high = prices
    return f"{in_segment(segment)} +{price_field(segment.key)}:[{low} TO {high}]"


def _named(target: Target) -> str:
    field, value = (
        ("pk", target.value) if target.field == "pk" else ("targets", target_token(target.field, target.value))
    )
    clean = value.encode("utf-8", "replace").decode().replace("\\", "\\\\").replace('"', '\\"')
    return f'{field}:"{clean}"'


def price_stats(keys: Iterable[str]) -> dict[str, Any]:
    return {f"list {key}": {"stats": {"field": price_field(key)}} for key in keys}


def extremes_in(found: Mapping[str, Any], keys: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Lowest and highest price in each of the lists that any match is in."""
    stats = {key: found[f"list {key}"] for key in keys}
    return {key: (int(one["min"]), int(one["max"])) for key, one in stats.items() if one["count"]}
