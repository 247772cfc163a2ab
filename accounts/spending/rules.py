"""What an approval rule looks at, as plain values, and whether it fits."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Purchase:
    """What somebody wants to order. ``net`` is without tax; ``categories`` are codes of the platform's taxonomy.

    ``unit_path`` are the keys of the requester's unit and those above it.
    """

    net: Decimal
    currency: str
    supplier_id: UUID | None
    categories: frozenset[str] = frozenset()
    cost_centre_id: UUID | None = None
    role: str = ""
    unit_path: str = ""
    out_of_budget: bool = False


@dataclass(frozen=True, slots=True)
class Predicate:
    """Which purchases need an approval; what is None or empty fits all of them."""

    minimum: Decimal | None = None
    currency: str = "EUR"
    supplier_id: UUID | None = None
    category: str = ""
    cost_centre_id: UUID | None = None
    role: str = ""
    unit_id: UUID | None = None
    only_out_of_budget: bool = False

    def matches(self, purchase: Purchase) -> bool:
        """Whether all parts fit. Amounts of another currency cannot be compared: they need the approval."""
        return (
            self._is_enough(purchase)
            and self.supplier_id in (None, purchase.supplier_id)
            and self._is_of_category(purchase)
            and self.cost_centre_id in (None, purchase.cost_centre_id)
            and self.role in ("", purchase.role)
            and is_in(self.unit_id, purchase.unit_path)
            and (not self.only_out_of_budget or purchase.out_of_budget)
        )

    def _is_enough(self, purchase: Purchase) -> bool:
        return self.minimum is None or self.currency != purchase.currency or purchase.net >= self.minimum

    def _is_of_category(self, purchase: Purchase) -> bool:
        below = f"{self.category}/"
        return not self.category or any(code == self.category or code.startswith(below) for code in purchase.categories)


def is_in(unit_id: UUID | None, path: str) -> bool:
    """Whether a unit is one of those on a path; the whole company (None) is on every one."""
    return unit_id is None or unit_id.hex in path.split("/")
