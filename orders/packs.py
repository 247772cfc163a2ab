"""Packs in carts and orders: what a choice consists of now, what keeps it from being ordered, what it costs.

A pack's price comes from the goods in it, at the customer's prices for all of them together, and its surcharges.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from catalog.enums import VariantState
from catalog.packs.plans import Plan, check, codes_of, price
from catalog.packs.queries import plans_of
from catalog.packs.snapshots import PackSnapshot, snapshot
from catalog.queries import VariantInfo, variants_by_id
from catalog.visibility import Viewpoint
from core.money import ZERO
from inventory.queries import Availability

#: Problems that a buyer mends by choosing once more.
TO_CONFIGURE = frozenset({"configure", "pack_changed", "component_not_sold"})


@dataclass(frozen=True, slots=True)
class Chosen:
    """A pack with its options. ``fault`` is the code and the text of what keeps it from being ordered."""

    plan: Plan | None
    codes: frozenset[str]
    fault: tuple[str, str] | None

    @property
    def components(self) -> Mapping[UUID, Decimal]:
        """Goods of one pack in base units."""
        return self.plan.components(self.codes) if self.plan is not None else {}

    @property
    def stocked(self) -> Mapping[UUID, Decimal]:
        """Those of them that are kept in stock."""
        return self.plan.stocked(self.codes) if self.plan is not None else {}


@dataclass(frozen=True, slots=True)
class Packs:
    """Plans of packs as a customer sees them, and the packs and goods themselves."""

    plans: Mapping[UUID, Plan]
    goods: Mapping[UUID, VariantInfo]

    def choose(self, pack_id: UUID, choice: str, digest: str) -> Chosen:
        """A choice such as ``A2-B1`` as it is now; ``digest`` is what it consisted of when it was chosen."""
        plan, codes = self.plans.get(pack_id), codes_of(choice)
        pack = self.goods.get(pack_id)
        sku = pack.sku if pack is not None and pack.is_visible else ""
        return Chosen(plan, codes, self._fault(plan, codes, digest, sku))

    def _fault(self, plan: Plan | None, codes: frozenset[str], digest: str, sku: str) -> tuple[str, str] | None:
        if plan is None:
            return "pack_unavailable", _("%(sku)s cannot be ordered as it is. Ask the supplier.") % {"sku": sku}
        if problems := check(plan, codes):
            if not codes and not digest:
                return "configure", _("%(sku)s: choose its options first.") % {"sku": sku}
            values = {"sku": sku, "reason": problems[0].message}
            return "configure", _("%(sku)s: this choice is not possible. %(reason)s") % values
        if digest not in {"", plan.digest(codes)}:
            text = _("%(sku)s consists of something else since you chose it. Choose again.")
            return "pack_changed", text % {"sku": sku}
        return self._fault_of_goods(plan, codes, sku)

    def _fault_of_goods(self, plan: Plan, codes: frozenset[str], sku: str) -> tuple[str, str] | None:
        goods = [self.goods[key] for key in plan.components(codes)]
        if gone := next((info for info in goods if not info.is_active), None):
            values = {"sku": sku, "part": gone.name}
            return "component_not_sold", _("%(sku)s: “%(part)s”, which is in it, is no longer sold.") % values
        if {info.tax_rate for info in goods} - {self.goods[plan.variant_id].tax_rate}:
            text = _("%(sku)s: the goods in it have different rates of VAT. Only the supplier can correct this.")
            return "mixed_vat", text % {"sku": sku}
        if self.goods[plan.variant_id].is_service and not all(info.is_service for info in goods):
            text = _("%(sku)s is a service, and goods are in it. Only the supplier can correct this.")
            return "mixed_vat", text % {"sku": sku}
        return None

    def ending(self, chosen: Chosen) -> frozenset[UUID]:
        """The goods in it of which no more come."""
        return frozenset(key for key in chosen.stocked if self.goods[key].state == VariantState.ENDING)

    def short(
        self, chosen: Chosen, wanted: Mapping[UUID, Decimal], stocks: Mapping[UUID, Availability]
    ) -> frozenset[UUID]:
        """Those of them of which more is ``wanted``, in base units, than there is."""
        return frozenset(
            key
            for key in self.ending(chosen)
            if wanted.get(key, ZERO) > (stocks[key].available if key in stocks else ZERO)
        )

    def snapshot(
        self, chosen: Chosen, unit_prices: Mapping[UUID, Decimal], currency: str, quantity: Decimal
    ) -> PackSnapshot | None:
        """One of ``quantity`` packs at these prices of goods; None when the choice is not possible."""
        if chosen.plan is None or check(chosen.plan, chosen.codes):
            return None
        found = price(chosen.plan, chosen.codes, lambda _wanted: unit_prices, currency=currency, quantity=quantity)
        return snapshot(chosen.plan, chosen.codes, found, self.goods)

    def net(self, chosen: Chosen, unit_prices: Mapping[UUID, Decimal], currency: str) -> Decimal | None:
        """What one pack costs, when it can be ordered."""
        if chosen.plan is None or chosen.fault is not None or not self.goods[chosen.plan.variant_id].is_active:
            return None
        return price(chosen.plan, chosen.codes, lambda _wanted: unit_prices, currency=currency).net


NO_PACKS = Packs({}, {})


def packs_of(pack_ids: Collection[UUID], view: Viewpoint) -> Packs:
    """Packs with everything that can be in them, as they are seen; eight statements at most, none for no pack."""
    if not pack_ids:
        return NO_PACKS
    plans = plans_of(pack_ids, view)
    goods = {key for plan in plans.values() for key in plan.components(plan.options().keys())}
    return Packs(plans, variants_by_id({*pack_ids, *goods}, view))
