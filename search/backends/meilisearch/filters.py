"""Conditions as Meilisearch reads them. Pure: no network here."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from search.documents import FOR_EVERYBODY, MAX_PRICE, TENANT, target_token
from search.port import Bounds, BuyerContext, Query, Target, Visibility
from search.segments import PUBLIC, Segment

EVERYTHING, NOTHING = "pk EXISTS", 'pk = ""'
FACETS, NUMBERS, PRICES = "facets.", "numbers.", "prices."


def quoted(value: str) -> str:
    """A value inside a filter: nothing in it can end the string that it stands in."""
    clean = value.encode("utf-8", "replace").decode()
    return '"' + clean.replace("\\", "\\\\").replace('"', '\\"') + '"'


def any_of(field: str, values: Sequence[str]) -> str:
    return f"{field} IN [{', '.join(quoted(value) for value in values)}]"


def either(*conditions: str) -> str:
    return f"({' OR '.join(conditions)})" if conditions else NOTHING


def both(*conditions: str) -> str:
    return f"({' AND '.join(conditions)})" if conditions else EVERYTHING


# --- who sees what ------------------------------------------------------------------------------------------
def visible(buyer: BuyerContext) -> str:
    """What the buyer may see: by the rules of each tenant that is named, of the others what is public."""
    named = {tenant: f"targets = {quoted(target_token(TENANT, tenant))}" for tenant in buyer.visibility}
    parts = [both(named[tenant], _seen(rules)) for tenant, rules in buyer.visibility.items()]
    public = f"targets = {quoted(FOR_EVERYBODY)}"
    return either(*parts, both(public, *(f"NOT {one}" for one in named.values())))


def _seen(rules: Visibility) -> str:
    """Rules from the last to the first: one that shows adds to what the rest leaves, one that hides takes away."""
    seen = EVERYTHING if rules.default else NOTHING
    for is_visible, group in groupby(reversed(rules.rules), key=lambda rule: rule.is_visible):
        fits = fitting([rule.target for rule in group])
        seen = either(fits, seen) if is_visible else both(seen, f"NOT {fits}")
    return seen


def fitting(targets: Sequence[Target]) -> str:
    """Documents that one of the targets names."""
    pks = [target.value for target in targets if target.field == "pk"]
    others = [target_token(target.field, target.value) for target in targets if target.field != "pk"]
    return either(*(any_of(field, values) for field, values in (("pk", pks), ("targets", others)) if values))


# --- what is filtered ---------------------------------------------------------------------------------------
def always(query: Query, buyer: BuyerContext) -> list[str]:
    """What no count leaves out."""
    conditions = [visible(buyer)]
    if query.max_lead_days is not None:
        conditions.append(f"lead_days <= {query.max_lead_days}")
    if query.only_bought:
        conditions.append(any_of("pk", buyer.bought) if buyer.bought else NOTHING)
    return conditions


def chosen(query: Query, *, without: str = "") -> list[str]:
    """One expression per chosen facet and per range but the one named ``without``; all of them must hold."""
    found = {f"{FACETS}{code}": any_of(f"{FACETS}{code}", values) for code, values in query.selected.items()}
    found |= {f"{NUMBERS}{code}": _within(f"{NUMBERS}{code}", bounds) for code, bounds in query.bounded.items()}
    return [condition for field, condition in found.items() if field != without]


def _within(field: str, bounds: Bounds) -> str:
    low, high = bounds
    sides = ([] if low is None else [f"{field} >= {low!r}"]) + ([] if high is None else [f"{field} <= {high!r}"])
    return both(*sides)


# --- prices -------------------------------------------------------------------------------------------------
def price_field(key: str) -> str:
    return "public_price" if key == PUBLIC else f"{PRICES}{key}"


def in_segment(segment: Segment) -> str:
    """Documents whose own price comes from the segment's list by its curve."""
    conditions = [_has(segment.key), *(f"NOT {_has(key)}" for key in segment.absent)]
    conditions += [fitting([target]) for target in segment.require]
    if segment.exclude:
        conditions.append(f"NOT {fitting(segment.exclude)}")
    return both(*conditions)


def _has(key: str) -> str:
    return f"{price_field(key)} >= 0"


def in_prices(segments: Sequence[Segment], low: int, high: int) -> str:
    """Documents whose own price is within the bounds, which are included."""
    parts = []
    for segment in segments:
        prices = segment.list_prices(low, high)
        if prices is not None:
            within = f"{price_field(segment.key)} {prices[0]} TO {min(prices[1], MAX_PRICE)}"
            parts.append(both(in_segment(segment), within))
    return either(*parts)
