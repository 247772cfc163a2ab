"""Prices of an accepted quote that further orders may be placed at: what a line costs then, and what goes with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from core.money import line_net
from orders.lines import CheckedLine
from orders.placing import OrderDetails, PricedLine
from orders.wishes import AgreedPrice

#: What keeps a line from being ordered that a quote's price does away with.
_PRICED = frozenset({"no_price"})


@dataclass(frozen=True, slots=True)
class QuotedLine:
    """Goods as they were quoted: ``steps`` are prices per unit from a quantity on, both in ``unit_code``.

    Of a pack, ``choice`` and ``digest`` are its options and what they consisted of.
    """

    variant_id: UUID
    unit_code: str
    unit_factor: Decimal
    steps: tuple[tuple[Decimal, Decimal], ...]
    choice: str = ""
    digest: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "variant_id": str(self.variant_id),
            "unit_code": self.unit_code,
            "unit_factor": str(self.unit_factor),
            "steps": [[str(quantity), str(price)] for quantity, price in self.steps],
            "choice": self.choice,
            "digest": self.digest,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> QuotedLine:
        return cls(
            variant_id=UUID(data["variant_id"]),
            unit_code=data["unit_code"],
            unit_factor=Decimal(data["unit_factor"]),
            steps=tuple((Decimal(quantity), Decimal(price)) for quantity, price in data["steps"]),
            choice=data["choice"],
            digest=data["digest"],
        )

    def price_at(self, line: CheckedLine) -> Decimal | None:
        """What a unit costs in this line; None for other goods, another unit, or fewer than was offered."""
        wish, unit = line.wish, line.unit
        same = (wish.variant_id, wish.choice) == (self.variant_id, self.choice)
        if unit is None or not same or (unit.code, unit.factor) != (self.unit_code, self.unit_factor):
            return None
        if line.pack is not None and line.pack.digest != self.digest:
            return None
        fitting = [step for step in self.steps if step[0] <= wish.quantity]
        return max(fitting)[1] if fitting else None


@dataclass(frozen=True, slots=True)
class Quoted:
    """Prices of a quote until a moment. ``charges`` are due with every order, such as its transport."""

    version_id: UUID
    number: str
    currency: str
    until: datetime
    lines: tuple[QuotedLine, ...]
    charges: tuple[PricedLine, ...] = ()

    def at(self, line: CheckedLine) -> CheckedLine:
        """The line at its quoted price; as it is where it was not quoted like this."""
        quoted = next(((each, found) for each in self.lines if (found := each.price_at(line)) is not None), None)
        if quoted is None:
            return line
        (goods, price), currency = quoted, self.currency
        net = line_net(price, line.wish.quantity, currency)
        agreed = AgreedPrice(round(price / goods.unit_factor, 6), currency, net)
        problem = None if line.problem is not None and line.problem.code in _PRICED else line.problem
        return replace(line, problem=problem, agreed=agreed, portion=None)

    def named(self, details: OrderDetails) -> OrderDetails:
        """What is said about an order, with where its prices come from."""
        return replace(details, prices_version_id=self.version_id, prices_quote_number=self.number)
