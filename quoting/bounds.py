"""Floors of goods: a least margin and a least price, per base unit.

The floor of a product comes before its family's, that before the margin for all goods; a variant's own floor price
(:mod:`pricing`) holds besides. A floor that cannot be checked, for want of a cost or a price in the request's currency,
is not kept.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from django.db.models import Q

from catalog.models import Variant
from pricing.settings import Cost
from quoting.enums import Breach
from quoting.models import Floor, QuotingPolicy


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a variant is not sold below; ``is_unknown`` where a floor price is only in other currencies."""

    margin_rate: Decimal | None = None
    prices: tuple[Decimal, ...] = ()
    is_unknown: bool = False

    def breaches(self, price: Decimal, cost: Decimal | None) -> set[str]:
        """Which of them a price does not keep."""
        found: set[str] = set()
        if self.is_unknown or (self.margin_rate is not None and cost is None):
            found.add(Breach.COST_UNKNOWN)
        if self.margin_rate is not None and cost is not None and price * (1 - self.margin_rate) < cost:
            found.add(Breach.BELOW_MARGIN)
        if any(price < floor for floor in self.prices):
            found.add(Breach.BELOW_PRICE)
        return found


def policy_now() -> QuotingPolicy:
    """What answers need; one statement. Nothing where nobody has decided."""
    return QuotingPolicy.objects.first() or QuotingPolicy()


def bounds_of(
    variant_ids: Collection[UUID], currency: str, policy: QuotingPolicy, costs: Mapping[tuple[UUID, str], Cost]
) -> dict[UUID, Bounds]:
    """What each variant is not sold below; ``costs`` are those of all currencies. Two statements."""
    if not variant_ids:
        return {}
    rows = Variant.objects.filter(pk__in=variant_ids).values_list("pk", "product_id", "product__family_id")
    targets: dict[UUID, tuple[UUID, UUID | None]] = {pk: (product, family) for pk, product, family in rows}
    named = Q(product__in={product for product, _family in targets.values()})
    named |= Q(family__in={family for _product, family in targets.values() if family is not None})
    floors = {floor.product_id or floor.family_id: floor for floor in Floor.objects.filter(named)}
    own = {pair: cost.floor_price for pair, cost in costs.items() if cost.floor_price is not None}
    with_own = {variant_id for variant_id, _currency in own}
    bounds = {}
    for pk, (product_id, family_id) in targets.items():
        prices = (own[pk, currency],) if (pk, currency) in own else ()
        bound = Bounds(policy.floor_margin_rate, prices, is_unknown=pk in with_own and not prices)
        floor = floors.get(product_id) or (floors.get(family_id) if family_id is not None else None)
        bounds[pk] = _narrowed(bound, floor, currency) if floor is not None else bound
    return bounds


def _narrowed(bound: Bounds, floor: Floor, currency: str) -> Bounds:
    """With the floor of a product or a family, which says the margin in the place of the one for all goods."""
    if floor.unit_price is None:
        return replace(bound, margin_rate=floor.margin_rate)
    if floor.currency != currency:
        return replace(bound, margin_rate=floor.margin_rate, is_unknown=True)
    return replace(bound, margin_rate=floor.margin_rate, prices=(*bound.prices, floor.unit_price))
