"""Who may see which goods.

A tenant says what visitors and customers see by default, and rules make it more or less for a customer, a group, a
segment, or everybody. The first rule that fits decides, in this order:

1. the closest party: customer, group, segment, everybody;
2. the closest target: product, family, brand, category (a deeper one before those around it), the whole catalogue;
3. hidden before shown.

Every read of the catalogue for a buyer takes a :class:`Viewpoint`, so that no door can forget to ask.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from catalog.keys import any_id_of


@dataclass(frozen=True, slots=True)
class Audience:
    """For whom a catalogue is read; without a customer: a visitor."""

    customer_id: UUID | None = None
    group_id: UUID | None = None
    segment_ids: tuple[UUID, ...] = ()

    @property
    def is_customer(self) -> bool:
        return self.customer_id is not None


class Target(StrEnum):
    """What a rule is about, the closest first."""

    PRODUCT = "product"
    FAMILY = "family"
    BRAND = "brand"
    CATEGORY = "category"
    EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class Showing:
    """One rule that concerns an audience, or all of a party's about single products that say the same.

    ``values`` name the targets as an index does: ids of products, a family's code, a brand's name, a category's path;
    ``target_id`` is the row of the latter three. Everything has neither.
    """

    target: Target
    is_visible: bool
    target_id: UUID | None = None
    values: tuple[str, ...] = ()

    def matching(self, prefix: str = "") -> Q:
        """The variants that the rule is about; ``prefix`` leads from the filtered table to the variant."""
        product = f"{prefix}product"
        match self.target:
            case Target.PRODUCT:
                return Q(**{f"{product}_id__in": any_id_of(self.values)})
            case Target.FAMILY:
                return Q(**{f"{product}__family_id": self.target_id})
            case Target.BRAND:
                return Q(**{f"{product}__brand_id": self.target_id})
            case Target.CATEGORY:
                path = f"{product}__category__path"
                (value,) = self.values
                return Q(**{path: value}) | Q(**{f"{path}__startswith": f"{value}/"})
        return EVERYTHING


#: A condition that always holds, and one that never does: an empty Q is "no condition", which negates to itself.
EVERYTHING = Q(pk__isnull=False)
NOTHING = Q(pk__in=())


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """What an audience sees: the first of ``rules`` that fits, else ``default``.

    ``has_public_prices``: who has no prices of their own sees those that everybody pays.
    """

    audience: Audience
    default: bool = True
    rules: tuple[Showing, ...] = ()
    has_public_prices: bool = False

    @property
    def sees_everything(self) -> bool:
        return self.default and not self.rules

    @property
    def sees_nothing(self) -> bool:
        last = self.rules[-1] if self.rules else None
        hides_the_rest = not (last.is_visible if last and last.target is Target.EVERYTHING else self.default)
        return hides_the_rest and not any(rule.is_visible for rule in self.rules)

    def condition(self, prefix: str = "") -> Q:
        """The variants that are seen, as a filter; ``prefix`` leads from the filtered table to the variant."""
        seen = EVERYTHING if self.default else NOTHING
        for rule in reversed(self.rules):
            fits = rule.matching(prefix)
            seen = (fits | seen) if rule.is_visible else (seen & ~fits)
        return Q() if self.sees_everything else seen


#: For the tenant's own staff, and for documents that name what they are about.
UNRESTRICTED = Viewpoint(Audience())

_ORDER = {target: place for place, target in enumerate(Target)}

# Settings and rules together: a tenant without settings shows everything. Thousands of rules about products are few
# rows: one for each party and effect.
_RULES = """(
SELECT jsonb_build_array(
       coalesce(bool_and(s.visitors_see), true), coalesce(bool_and(s.customers_see), true),
       coalesce(bool_and(s.prices_are_public), false),
       jsonb_agg(jsonb_build_array(r.party, r.segment_id, r.is_visible, r.products,
                                   r.family_id, f.code, r.brand_id, b.name, r.category_id, c.path))
           FILTER (WHERE r.party IS NOT NULL))
  FROM (VALUES (1)) AS one(row)
  LEFT JOIN catalog_catalogsettings s ON true
  LEFT JOIN (
       SELECT CASE WHEN customer_id IS NOT NULL THEN 0 WHEN group_id IS NOT NULL THEN 1
                   WHEN segment_id IS NOT NULL THEN 2 ELSE 3 END AS party,
              segment_id, is_visible, family_id, brand_id, category_id,
              jsonb_agg(product_id) FILTER (WHERE product_id IS NOT NULL) AS products
         FROM catalog_visibilityrule
        WHERE customer_id = {customer} OR group_id = {group} OR segment_id IS NOT NULL
           OR num_nonnulls(customer_id, group_id, segment_id) = 0
        GROUP BY party, segment_id, is_visible, family_id, brand_id, category_id, product_id IS NULL
       ) AS r ON true
  LEFT JOIN catalog_family f ON f.id = r.family_id
  LEFT JOIN catalog_brand b ON b.id = r.brand_id
  LEFT JOIN catalog_category c ON c.id = r.category_id
)"""


def rules_of(customer: str, group: str) -> str:
    """An SQL expression for :func:`viewpoint_of`; the arguments are SQL for the keys of a customer and its group."""
    return _RULES.format(customer=customer, group=group)


def viewpoint(audience: Audience) -> Viewpoint:
    """What an audience sees of the current tenant's catalogue; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {rules_of('%s', '%s')}", [audience.customer_id, audience.group_id])
        (packed,) = cursor.fetchone()
    return viewpoint_of(audience, json.loads(packed))


def viewpoint_of(audience: Audience, packed: Sequence[Any]) -> Viewpoint:
    """What an audience sees, from the value of :func:`rules_of`."""
    visitors_see, customers_see, has_public_prices, rows = packed
    segments = {str(key) for key in audience.segment_ids}
    concerned = [row for row in rows or () if row[1] is None or row[1] in segments]
    ranked = sorted((_ranked(row) for row in concerned), key=lambda pair: pair[0])
    default = customers_see if audience.is_customer else visitors_see
    rules = tuple(_needed((showing for _rank, showing in ranked), default=default))
    return Viewpoint(audience, default, rules, has_public_prices)


def _ranked(row: Sequence[Any]) -> tuple[tuple[int, int, int, bool, tuple[str, ...]], Showing]:
    party, _segment, is_visible, products, family_id, family, brand_id, brand, category_id, path = row
    if products:
        showing = Showing(Target.PRODUCT, is_visible, values=tuple(products))
    elif family_id:
        showing = Showing(Target.FAMILY, is_visible, UUID(family_id), (family,))
    elif brand_id:
        showing = Showing(Target.BRAND, is_visible, UUID(brand_id), (brand,))
    elif category_id:
        showing = Showing(Target.CATEGORY, is_visible, UUID(category_id), (path,))
    else:
        showing = Showing(Target.EVERYTHING, is_visible)
    depth = path.count("/") if category_id else 0
    return (party, _ORDER[showing.target], -depth, showing.is_visible, showing.values), showing


def _needed(rules: Iterable[Showing], *, default: bool) -> list[Showing]:
    """Without the rules that change nothing: those after one about everything, and the last ones like the default."""
    kept: list[Showing] = []
    for rule in rules:
        kept.append(rule)
        if rule.target is Target.EVERYTHING:
            break
    while kept and kept[-1].is_visible is default:
        kept.pop()
    return kept
