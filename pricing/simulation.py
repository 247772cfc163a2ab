"""What a batch would change, before it is published. Pricing's own part: goods, lists, rises, floors; one statement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from heapq import nlargest, nsmallest
from uuid import UUID

from django.db import connection
from django.utils import timezone

#: Upper bounds of the classes of rises and falls, as fractions; the last class is open.
BOUNDS = tuple(Decimal(text) for text in ("-0.1", "-0.05", "-0.02", "0", "0.02", "0.05", "0.1"))
_SHOWN = 10

# The price that holds at the moment, for each line; costs and floors are those in the list's currency.
_LINES = """
SELECT l.price_list_id, l.variant_id, v.sku, v.name_fr, v.name_en, l.min_quantity, p.name, p.currency, p.is_agreement,
       l.unit_price, now.unit_price, c.cost, c.floor_price
  FROM pricing_pricebatchline l
  JOIN catalog_variant v ON v.id = l.variant_id
  JOIN pricing_pricelist p ON p.id = l.price_list_id
  LEFT JOIN LATERAL (
      SELECT unit_price FROM pricing_price o
       WHERE o.variant_id = l.variant_id AND o.price_list_id = l.price_list_id AND o.min_quantity = l.min_quantity
         AND o.valid_from <= %(at)s AND (o.valid_to IS NULL OR o.valid_to > %(at)s)
       ORDER BY o.valid_from DESC LIMIT 1
  ) AS now ON true
  LEFT JOIN pricing_variantcost c ON c.variant_id = l.variant_id AND c.currency = p.currency AND c.valid_to IS NULL
 WHERE l.batch_id = %(batch)s
"""


@dataclass(frozen=True, slots=True)
class SimulatedLine:
    """A line beside what holds: ``before`` or ``after`` is None where there is no price."""

    price_list_id: UUID
    variant_id: UUID
    sku: str
    name_fr: str
    name_en: str
    min_quantity: Decimal
    list_name: str
    currency: str
    is_agreement: bool
    after: Decimal | None
    before: Decimal | None
    cost: Decimal | None
    floor_price: Decimal | None

    @property
    def is_change(self) -> bool:
        return self.after != self.before

    @property
    def rate(self) -> Decimal | None:
        """How much higher (lower, when negative) the price becomes, as a fraction of what it was."""
        if self.after is None or not self.before:
            return None
        return self.after / self.before - 1

    @property
    def is_below_cost(self) -> bool:
        return self.after is not None and self.cost is not None and self.after < self.cost

    @property
    def is_below_floor(self) -> bool:
        return self.after is not None and self.floor_price is not None and self.after < self.floor_price


@dataclass(frozen=True, slots=True)
class Simulation:
    """A batch beside what holds. ``classes`` count rises and falls: up to each of ``BOUNDS``, and above the last.

    ``below`` are the lines whose new price is below cost or floor, the worst first; ``changed`` all that change.
    """

    line_count: int
    equal_count: int
    new_count: int
    ended_count: int
    rise_count: int
    fall_count: int
    product_count: int
    agreements: tuple[str, ...]
    classes: tuple[int, ...]
    rises: tuple[SimulatedLine, ...]
    falls: tuple[SimulatedLine, ...]
    below: tuple[SimulatedLine, ...]
    below_count: int
    changed: tuple[SimulatedLine, ...]


def simulate(batch_id: UUID, at: datetime | None = None) -> Simulation:
    """What a batch changes at a moment (now); one statement, whatever the number of lines."""
    with connection.cursor() as cursor:
        cursor.execute(_LINES, {"batch": batch_id, "at": at or timezone.now()})
        lines = [SimulatedLine(*row) for row in cursor.fetchall()]
    changed = tuple(line for line in lines if line.is_change)
    moved = [(line.rate, line) for line in changed if line.rate is not None]
    rises = nlargest(_SHOWN, ((rate, line) for rate, line in moved if rate > 0), key=lambda pair: pair[0])
    falls = nsmallest(_SHOWN, ((rate, line) for rate, line in moved if rate < 0), key=lambda pair: pair[0])
    below = [line for line in changed if line.is_below_cost or line.is_below_floor]
    return Simulation(
        line_count=len(lines),
        equal_count=len(lines) - len(changed),
        new_count=sum(line.before is None for line in changed),
        ended_count=sum(line.after is None for line in changed),
        rise_count=sum(rate > 0 for rate, _line in moved),
        fall_count=sum(rate < 0 for rate, _line in moved),
        product_count=len({line.variant_id for line in changed}),
        agreements=tuple(sorted({line.list_name for line in changed if line.is_agreement})),
        classes=_classes([rate for rate, _line in moved]),
        rises=tuple(line for _rate, line in rises),
        falls=tuple(line for _rate, line in falls),
        below=tuple(nsmallest(_SHOWN, below, key=_margin)),
        below_count=len(below),
        changed=changed,
    )


def _classes(rates: Sequence[Decimal]) -> tuple[int, ...]:
    counted = Counter(sum(rate > bound for bound in BOUNDS) for rate in rates)
    return tuple(counted[place] for place in range(len(BOUNDS) + 1))


def _margin(line: SimulatedLine) -> Decimal:
    """How far the new price is from the higher of cost and floor, as a fraction; the worst is the lowest."""
    limit = max(value for value in (line.cost, line.floor_price) if value is not None)
    return ((line.after or Decimal(0)) - limit) / limit
