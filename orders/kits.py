"""Fixed kits in lists: what one costs and how many there are, from the goods in it, for all kits of a page at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from uuid import UUID

from catalog.queries import VariantInfo
from catalog.visibility import Viewpoint
from inventory.queries import Availability, stock_of_pack
from orders.packs import Chosen, Packs, packs_of
from pricing.prices import ListInForce, ResolvedPrice, Tier, tier_price
from pricing.queries import PriceContext, resolve

_ONE = Decimal(1)
#: Stands where other prices have their list: that of a kit is made of the prices of its goods.
_COMPOSED = ListInForce(UUID(int=0), "", level=4, is_net=True, conversion=None)


@dataclass(frozen=True, slots=True)
class Kits:
    """The kits among some goods that can be ordered as they are: without an option to choose, and without a fault."""

    packs: Packs
    chosen: Mapping[UUID, Chosen]

    @property
    def goods(self) -> set[UUID]:
        """All that is in them."""
        return {key for one in self.chosen.values() for key in one.components}

    def prices(self, context: PriceContext, quantities: Mapping[UUID, Decimal]) -> dict[UUID, ResolvedPrice]:
        """What they cost when so many are bought and nothing else, with the steps of their goods; one statement."""
        found = resolve(context, dict.fromkeys(self.goods, _ONE), usual=True)
        priced = {}
        for key, one in self.chosen.items():
            if tiers := self._tiers(one, found, context.currency):
                terms, quantity = found[next(iter(one.components))].terms, quantities[key]
                price = tier_price(tiers, quantity)
                priced[key] = ResolvedPrice(key, quantity, price, terms, _COMPOSED, tiers)
        return priced

    def stocks(self, known: Mapping[UUID, Availability]) -> dict[UUID, Availability]:
        """How many there are, from the stock of their goods."""
        found = {key: stock_of_pack(key, one.stocked, known) for key, one in self.chosen.items()}
        return {key: stock for key, stock in found.items() if stock is not None}

    def _tiers(self, one: Chosen, prices: Mapping[UUID, ResolvedPrice], currency: str) -> tuple[Tier, ...]:
        """The price of a kit from each quantity on at which one of its goods gets another; none without a price."""
        components = one.components
        if not components or not components.keys() <= prices.keys():
            return ()
        steps = {_ONE} | {
            (tier.min_quantity / count).to_integral_value(ROUND_CEILING)
            for key, count in components.items()
            for tier in prices[key].tiers
        }
        found: list[Tier] = []
        for step in sorted(steps):
            net = self.packs.net(
                one, {key: prices[key].at(count * step) for key, count in components.items()}, currency
            )
            if net is not None and (not found or net != found[-1].unit_price):
                found.append(Tier(step, net))
        return tuple(found)


def kits_among(infos: Iterable[VariantInfo], view: Viewpoint) -> Kits:
    """The kits among goods as they are seen; eight statements at most, none without a pack."""
    packs = packs_of({info.id for info in infos if info.is_pack}, view)
    chosen = {key: packs.choose(key, "", "") for key, plan in packs.plans.items() if not plan.groups}
    return Kits(packs, {key: one for key, one in chosen.items() if one.fault is None})
