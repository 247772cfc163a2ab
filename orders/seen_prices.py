"""Prices that have changed since a buyer saw them: what a line of a cart cost then, and what it costs now.

Like is compared with like: with a line stands the unit price that its buyer saw, and the base quantity that it was
for; what counts as *now* is the price of this moment for that same quantity. So a line that grows over a price step is
no change of price, and a supplier's new price is one, whatever the buyer did to the quantity meanwhile. The quantity of
goods is that of all lines of the article together, as their price is; the price of a pack is compared for the packs of
its own line alone, because the goods in it may be in other lines too.

What was seen follows the line when its quantity changes, unless a change waits to be taken note of: that one stays
until its buyer takes the new prices.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from core.money import ZERO
from orders.errors import LineProblem, PricesChanged
from orders.wishes import NewLine, Seen

if TYPE_CHECKING:
    from orders.lines import CheckedLine


@dataclass(frozen=True, slots=True)
class PriceChange:
    """``before`` is what was seen, ``now`` the price of this moment for the same quantity, in ``currency``."""

    before: Seen
    now: Decimal
    currency: str

    @property
    def rate(self) -> Decimal | None:
        """By which part the price has risen (or fallen); None where that cannot be said."""
        if self.before.currency != self.currency or not self.before.price:
            return None
        return (self.now - self.before.price) / self.before.price


class Held(Protocol):
    """A line of a cart."""

    @property
    def variant_id(self) -> UUID: ...
    @property
    def unit_code(self) -> str: ...
    @property
    def choice(self) -> str: ...
    @property
    def quantity(self) -> Decimal: ...
    @property
    def seen(self) -> Seen | None: ...


def change_of(seen: Seen | None, now: Decimal | None, currency: str) -> PriceChange | None:
    """What has changed; ``now`` is the price for the quantity that was seen. Nothing where there is no price."""
    if seen is None or now is None or (seen.price, seen.currency) == (now, currency):
        return None
    return PriceChange(seen, now, currency)


def token_of(changes: Iterable[tuple[NewLine, PriceChange]]) -> str:
    """What a page showed, so that nobody takes other prices than those they saw; empty when nothing has changed."""
    texts = sorted(
        "|".join(map(str, (*wish.key, change.before.price.normalize(), change.now.normalize(), change.currency)))
        for wish, change in changes
    )
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:32] if texts else ""


def require_taken(lines: Sequence[CheckedLine], token: str) -> None:
    """Raises PricesChanged when prices are not those that were seen, and not those taken with this token either."""
    found = [(index, line, _change(line, line.wish.seen)) for index, line in enumerate(lines)]
    changed = [(index, line, change) for index, line, change in found if change is not None]
    if changed and token_of((line.wish, change) for _index, line, change in changed) != token:
        raise PricesChanged([_problem(index, line) for index, line, _each in changed])


def seen_now(lines: Sequence[CheckedLine], held: Sequence[Held]) -> list[Seen | None]:
    """What is known of each line of a cart from now on; ``held`` are all lines of the articles that were checked."""
    by_goods = {(line.wish.variant_id, line.wish.choice if line.pack else ""): line for line in lines}
    together = _together(by_goods, held)
    found = []
    for row in held:
        line = by_goods.get((row.variant_id, row.choice))
        quantity = together.get(row.variant_id, ZERO)
        if line is not None and line.pack is not None:
            quantity = row.quantity * _factor(line, row.unit_code)
        found.append(_renewed(line, row.seen, quantity))
    return found


def _together(by_goods: Mapping[tuple[UUID, str], CheckedLine], held: Iterable[Held]) -> dict[UUID, Decimal]:
    found: dict[UUID, Decimal] = {}
    for row in held:
        line = by_goods.get((row.variant_id, ""))
        if line is not None:
            found[row.variant_id] = found.get(row.variant_id, ZERO) + row.quantity * _factor(line, row.unit_code)
    return found


def _factor(line: CheckedLine, unit_code: str) -> Decimal:
    """Of another unit of the same goods, too; zero for one that is gone."""
    unit = line.variant.unit(unit_code) if line.variant is not None else None
    return unit.factor if unit is not None else ZERO


def _renewed(line: CheckedLine | None, before: Seen | None, quantity: Decimal) -> Seen | None:
    if line is None or not quantity or _change(line, before) is not None:
        return before
    price = line.price_at(quantity)
    return Seen(price, line.currency, quantity) if price is not None else before


def _change(line: CheckedLine, seen: Seen | None) -> PriceChange | None:
    return change_of(seen, line.price_at(seen.quantity), line.currency) if seen is not None else None


def _problem(index: int, line: CheckedLine) -> LineProblem:
    sku = line.variant.sku if line.variant is not None else ""
    return LineProblem(index, "price_changed", str(PricesChanged.message), sku, line.wish.variant_id)
