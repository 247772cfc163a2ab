"""Wishes with what the catalogue knows of them, and how much of which goods they are together."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from catalog.queries import VariantInfo
from core.money import ZERO
from orders.packs import Chosen
from orders.quantities import is_quantity
from orders.wishes import NewLine

_ONE = Decimal(1)


class Asked:
    """A wish with its variant and unit."""

    __slots__ = ("unit", "variant", "wish")

    def __init__(self, wish: NewLine, variant: VariantInfo | None) -> None:
        self.wish, self.variant = wish, variant
        self.unit = None
        if variant is not None:
            self.unit = variant.unit(wish.unit_code) if wish.unit_code else variant.base_unit

    @property
    def sku(self) -> str:
        return self.variant.sku if self.variant is not None else ""

    @property
    def is_pack(self) -> bool:
        """Whether it is one, or was one when it was chosen."""
        return self.variant is not None and (self.variant.is_pack or bool(self.wish.choice or self.wish.digest))

    @property
    def choice(self) -> tuple[UUID, str, str]:
        return self.wish.variant_id, self.wish.choice, self.wish.digest

    @property
    def base_quantity(self) -> Decimal:
        """Zero where there is none."""
        return self.wish.quantity * self.unit.factor if self.unit and is_quantity(self.wish.quantity) else ZERO


def quantities_of(asked: Sequence[Asked], chosen: Sequence[Chosen | None]) -> dict[UUID, Decimal]:
    """Base quantities of all goods together, those in packs among them."""
    found: dict[UUID, Decimal] = {}
    for line, pack in zip(asked, chosen, strict=True):
        if not line.base_quantity:
            continue
        contents = {line.wish.variant_id: _ONE} if pack is None else pack.components
        for key, count in contents.items():
            found[key] = found.get(key, ZERO) + line.base_quantity * count
    return found


def alone(asked: Sequence[Asked]) -> dict[UUID, Decimal]:
    """Base quantities of goods that are no packs."""
    found: dict[UUID, Decimal] = {}
    for line in asked:
        if not line.is_pack:
            found[line.wish.variant_id] = found.get(line.wish.variant_id, ZERO) + line.base_quantity
    return found
