"""Segments: which customers belong to one, from their facts, and the use cases that make and change them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify

from core.actor import Actor
from core.dates import whole_years
from core.db import atomic
from core.errors import NotFound
from customers import policies
from customers.enums import CustomerState, Fact
from customers.errors import InvalidSegmentRule, SegmentExists
from customers.models import Customer, Segment, SegmentRule

#: Fact → values, one of which must hold.
Rules = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Facts:
    """What rules look at. ``since`` is the day on which a company became a customer."""

    naf_code: str = ""
    country: str = ""
    revenue_band: str = ""
    since: date | None = None


def belongs(rules: Rules, facts: Facts, on: date) -> bool:
    """Whether a customer with these facts is in a segment with these rules; a segment without rules is empty."""
    return bool(rules) and all(_holds(fact, values, facts, on) for fact, values in rules.items())


def _holds(fact: str, values: Sequence[str], facts: Facts, on: date) -> bool:
    match fact:
        case Fact.SECTOR:
            code = _naf(facts.naf_code)
            return bool(code) and any(code.startswith(_naf(value)) for value in values)
        case Fact.COUNTRY:
            return facts.country in values
        case Fact.REVENUE:
            return facts.revenue_band in values
        case Fact.SENIORITY:
            return any(whole_years(facts.since, on) >= int(value) for value in values)
    return False


def _naf(code: str) -> str:
    """``25.62B`` and ``2562b`` are one code of the French nomenclature."""
    return code.replace(".", "").replace(" ", "").upper()


def segments_for(facts: Facts, rows: Iterable[tuple[Any, str, Sequence[str]]], on: date) -> tuple[UUID, ...]:
    """Segments that facts belong to; ``rows`` are (segment, fact, values)."""
    rules: dict[UUID, dict[str, Sequence[str]]] = defaultdict(dict)
    for segment_id, fact, values in rows:
        rules[UUID(str(segment_id))][fact] = values
    return tuple(sorted(segment_id for segment_id, found in rules.items() if belongs(found, facts, on)))


def rules_at(at: datetime | None = None) -> list[tuple[UUID, str, list[str]]]:
    """The rules that hold at a moment (now); one statement."""
    moment = at or timezone.now()
    open_then = Q(valid_to=None) | Q(valid_to__gt=moment)
    rows = SegmentRule.objects.filter(open_then, valid_from__lte=moment)
    return list(rows.values_list("segment_id", "fact", "values"))


@dataclass(frozen=True, slots=True)
class SegmentInfo:
    """A segment with its rules and how many approved customers are in it."""

    id: UUID
    name: str
    rules: Rules
    customer_count: int


def segment_list() -> list[SegmentInfo]:
    """All segments by name; three statements, whatever the number of customers."""
    rows = rules_at()
    today = timezone.localdate()
    counts: dict[UUID, int] = defaultdict(int)
    customers = Customer.objects.filter(state=CustomerState.APPROVED)
    for facts in customers.values_list("naf_code", "country", "revenue_band", "customer_since"):
        for segment_id in segments_for(Facts(*facts), rows, today):
            counts[segment_id] += 1
    rules: dict[UUID, dict[str, list[str]]] = defaultdict(dict)
    for segment_id, fact, values in rows:
        rules[segment_id][fact] = values
    names = Segment.objects.values_list("pk", "name")
    return [SegmentInfo(pk, name, rules[pk], counts[pk]) for pk, name in names]


def segment_choices() -> list[tuple[UUID, str]]:
    """Segments by name; one statement."""
    return list(Segment.objects.values_list("pk", "name"))


@dataclass(frozen=True, slots=True)
class Member:
    """An approved customer, with all that prices and visibility look at."""

    id: UUID
    name: str
    group_id: UUID | None
    currency: str
    segment_ids: tuple[UUID, ...]


def members() -> list[Member]:
    """All approved customers with their segments; two statements."""
    rows, today = rules_at(), timezone.localdate()
    customers = Customer.objects.filter(state=CustomerState.APPROVED).values_list(
        "pk", "company_name", "group_id", "currency", "naf_code", "country", "revenue_band", "customer_since"
    )
    return [
        Member(pk, name, group_id, currency, segments_for(Facts(naf, country, revenue, since), rows, today))
        for pk, name, group_id, currency, naf, country, revenue, since in customers
    ]


@atomic
def save_segment(*, segment_id: UUID | None = None, name: str, rules: Rules, actor: Actor) -> UUID:
    """Create a segment, or give one another name and rules. What held before is closed, not overwritten.

    Raises NotAllowed, NotFound, SegmentExists, InvalidSegmentRule.
    """
    policies.require_decide(actor)
    wanted = {fact: list(dict.fromkeys(values)) for fact, values in rules.items() if values}
    _require_rules(wanted)
    code = slugify(name)[:30]
    segment = _segment(segment_id)
    if Segment.objects.filter(code=code).exclude(pk=segment.pk).exists():
        raise SegmentExists(field="name")
    segment.code, segment.name = code, name
    segment.save()
    now = timezone.now()
    current = {rule.fact: rule for rule in segment.rules.filter(valid_to=None).select_for_update(of=("self",))}
    closed = [rule.pk for fact, rule in current.items() if wanted.get(fact) != rule.values]
    SegmentRule.objects.filter(pk__in=closed).update(valid_to=now)
    SegmentRule.objects.bulk_create(
        SegmentRule(segment=segment, fact=fact, values=values, valid_from=now)
        for fact, values in wanted.items()
        if fact not in current or current[fact].values != values
    )
    return segment.pk


def _segment(segment_id: UUID | None) -> Segment:
    if segment_id is None:
        return Segment()
    segment = Segment.objects.select_for_update(of=("self",)).filter(pk=segment_id).first()
    if segment is None:
        raise NotFound
    return segment


def _require_rules(rules: Rules) -> None:
    for fact, values in rules.items():
        if fact not in Fact.values:
            raise InvalidSegmentRule(field=fact)
        if fact == Fact.SENIORITY and not all(value.isdecimal() and 0 < int(value) <= 100 for value in values):
            raise InvalidSegmentRule(field=fact)
    if not rules:
        raise InvalidSegmentRule(field="rules")
