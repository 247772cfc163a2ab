"""Finding what contradicts or outdoes each other: lists of one party with the same goods, rules that meet.

A conflict is not an error: the rules say which one counts. It is shown with the one that does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from uuid import UUID

from django.db import connection
from django.utils import timezone

from pricing.models import DiscountRule
from pricing.parties import Party
from pricing.rules import current_rules

_SHOWN = 100

# Pairs of lists that one party is given (or that everybody gets), in one currency, with the goods that stand in both.
# Of a pair the one with the lower priority counts, then the one with the lower key, as in pricing.statement.
_LISTS = """
WITH given AS (
    SELECT a.price_list_id AS id, a.customer_id, a.group_id, a.segment_id, a.priority, l.currency, l.name,
           l.is_agreement
      FROM pricing_pricelistassignment a JOIN pricing_pricelist l ON l.id = a.price_list_id
     WHERE l.agreement_id IS NULL AND a.valid_from <= %(at)s AND (a.valid_to IS NULL OR a.valid_to > %(at)s)
       AND (l.valid_from IS NULL OR l.valid_from <= %(at)s) AND (l.valid_to IS NULL OR l.valid_to > %(at)s)
), pairs AS (
    SELECT one.id AS first, two.id AS second, one.name AS first_name, two.name AS second_name,
           one.customer_id, one.group_id, one.segment_id
      FROM given one JOIN given two
        ON (one.customer_id, one.group_id, one.segment_id) IS NOT DISTINCT FROM
           (two.customer_id, two.group_id, two.segment_id)
       AND one.currency = two.currency AND one.is_agreement = two.is_agreement
       AND (one.priority, one.id) < (two.priority, two.id)
), priced AS (
    SELECT DISTINCT price_list_id, variant_id FROM pricing_price
     WHERE price_list_id IN (SELECT first FROM pairs UNION SELECT second FROM pairs)
       AND valid_from <= %(at)s AND (valid_to IS NULL OR valid_to > %(at)s)
)
SELECT p.first, p.first_name, p.second, p.second_name, p.customer_id, p.group_id, p.segment_id, count(*)
  FROM pairs p JOIN priced a ON a.price_list_id = p.first
  JOIN priced b ON b.price_list_id = p.second AND b.variant_id = a.variant_id
 GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY count(*) DESC, 2, 4 LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class ListConflict:
    """Two lists that one party is given, with goods that stand in both: the first one counts."""

    first_id: UUID
    first_name: str
    second_id: UUID
    second_name: str
    party: Party
    product_count: int


@dataclass(frozen=True, slots=True)
class RuleConflict:
    """Two rules that can meet on one line. ``outdone``: the second one never takes off more than the first."""

    first: DiscountRule
    second: DiscountRule
    outdone: bool


def list_conflicts() -> list[ListConflict]:
    """Pairs of lists with goods in common, those with the most first; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_LISTS, {"at": timezone.now(), "limit": _SHOWN})
        return [
            ListConflict(first, first_name, second, second_name, Party(customer_id, group_id, segment_id), count)
            for first, first_name, second, second_name, customer_id, group_id, segment_id, count in cursor.fetchall()
        ]


def rule_conflicts(rules: Sequence[DiscountRule] | None = None) -> list[RuleConflict]:
    """Pairs of rules that hold at the same time on goods and for customers that can be the same; one statement.

    Goods of different kinds (a brand and a family) may meet, and so may a group and a segment: they are named.
    """
    known = current_rules() if rules is None else rules
    found = []
    for one, two in combinations(known, 2):
        if _at_one_time(one, two) and _on_one_line(one, two) and _for_one_buyer(one, two):
            first, second = (two, one) if _outdoes(two, one) else (one, two)
            found.append(RuleConflict(first, second, _outdoes(first, second)))
    return sorted(found, key=lambda conflict: not conflict.outdone)[:_SHOWN]


def _at_one_time(one: DiscountRule, two: DiscountRule) -> bool:
    return (one.valid_to is None or one.valid_to > two.valid_from) and (
        two.valid_to is None or two.valid_to > one.valid_from
    )


def _on_one_line(one: DiscountRule, two: DiscountRule) -> bool:
    """Whether goods can be in both: the same column names the same thing, a variant stands in its product."""
    for name in ("variant_id", "product_id", "family_id", "brand_id"):
        values = getattr(one, name), getattr(two, name)
        if None not in values and values[0] != values[1]:
            return False
    for inner, outer in ((one, two), (two, one)):
        goods = inner.variant.product if inner.variant else inner.product
        if goods and outer.product_id and outer.product_id != goods.pk:
            return False
        if goods and outer.family_id and outer.family_id != goods.family_id:
            return False
        if goods and outer.brand_id and outer.brand_id != goods.brand_id:
            return False
    return True


def _for_one_buyer(one: DiscountRule, two: DiscountRule) -> bool:
    """Two customers, or two groups, are never one; a segment may hold anybody."""
    return all(
        None in (getattr(one, name), getattr(two, name)) or getattr(one, name) == getattr(two, name)
        for name in ("customer_id", "group_id")
    )


def _outdoes(one: DiscountRule, two: DiscountRule) -> bool:
    """Whether wherever ``two`` applies ``one`` does, too, and takes off as much."""
    if not (_names_no_less(one, two) and _threshold_is_no_higher(one, two) and _holds_as_long(one, two)):
        return False
    if one.rate is not None and two.rate is not None:
        return one.rate >= two.rate
    if one.amount is not None and two.amount is not None:
        return one.currency == two.currency and one.amount >= two.amount
    return False


def _names_no_less(one: DiscountRule, two: DiscountRule) -> bool:
    columns = ("variant_id", "product_id", "family_id", "brand_id", "customer_id", "group_id", "segment_id")
    return all(getattr(one, name) in (None, getattr(two, name)) for name in columns)


def _threshold_is_no_higher(one: DiscountRule, two: DiscountRule) -> bool:
    columns = ("min_quantity", "min_amount", "min_year_amount", "min_years")
    amounts = one.min_amount is not None or one.min_year_amount is not None
    if amounts and one.currency != two.currency:
        return False
    return all((getattr(one, name) or Decimal(0)) <= (getattr(two, name) or Decimal(0)) for name in columns)


def _holds_as_long(one: DiscountRule, two: DiscountRule) -> bool:
    ends_later = one.valid_to is None or (two.valid_to is not None and one.valid_to >= two.valid_to)
    return one.valid_from <= max(two.valid_from, timezone.now()) and ends_later
