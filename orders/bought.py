"""What a customer has ordered before."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from catalog.keys import uuid_array
from core import formatting
from core.actor import Actor
from customers.queries import CustomerInfo
from orders.enums import OrderState
from orders.models import Order, OrderLine

MOST = 5_000
#: So many days on which an article was ordered make a rhythm.
RHYTHM = 3


class Habit(StrEnum):
    """In which order to look at what was ordered: the last first, what was in the most orders, or what is due again."""

    LAST = "last"
    MOST = "most"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class Bought:
    """An article as it stood on the last order that had it, and in how many orders it was.

    ``unit_price`` was net per base unit then. With a rhythm of its own, it is due again on ``due_on``, as there were
    mostly ``every_days`` days from one order to the next.
    """

    variant_id: UUID
    sku: str
    name_fr: str
    name_en: str
    unit_code: str
    quantity: Decimal
    base_quantity: Decimal
    base_unit_code: str
    unit_price: Decimal
    currency: str
    last_at: datetime
    order_count: int
    due_on: date | None = None
    every_days: int | None = None

    @property
    def name(self) -> str:
        """The name in the active language."""
        return formatting.localised(self.name_fr, self.name_en)


# What the reader may see; then each article with its last line; then the median of the days from one order to the next.
_BOUGHT = """
WITH seen AS MATERIALIZED (
SELECT l.id, l.variant_id, l.position, o.id AS order_id, o.placed_at, (o.placed_at AT TIME ZONE %(zone)s)::date AS day
  FROM orders_order o JOIN orders_orderline l ON l.order_id = o.id
 WHERE o.customer_id = %(customer)s AND o.state <> %(cancelled)s AND l.variant_id IS NOT NULL
   AND (%(units)s::uuid[] IS NULL OR o.unit_id = ANY(%(units)s::uuid[]))
), goods AS (
SELECT variant_id, max(placed_at) AS last_at, count(DISTINCT order_id) AS order_count,
       (array_agg(id ORDER BY placed_at DESC, order_id DESC, position))[1] AS line_id
  FROM seen GROUP BY variant_id
), rhythm AS (
SELECT variant_id, max(day) AS last_on, ceil(percentile_cont(0.5) WITHIN GROUP (ORDER BY gap))::int AS every_days
  FROM (SELECT variant_id, day, day - lag(day) OVER (PARTITION BY variant_id ORDER BY day) AS gap
          FROM (SELECT DISTINCT variant_id, day FROM seen) AS days) AS gaps
 GROUP BY variant_id HAVING count(*) >= %(rhythm)s
), found AS (
SELECT g.*, r.last_on + r.every_days AS due_on, r.every_days
  FROM goods g LEFT JOIN rhythm r USING (variant_id)
 WHERE NOT %(only_due)s::boolean OR r.last_on + r.every_days <= %(today)s
)
"""
_PAGE = """, page AS (SELECT * FROM found ORDER BY {order} LIMIT %(limit)s OFFSET %(offset)s)
SELECT p.variant_id, l.sku, l.name_fr, l.name_en, l.unit_code, l.quantity, l.base_quantity, l.base_unit_code,
       l.unit_price, o.currency, p.last_at, p.order_count, p.due_on, p.every_days
  FROM page p JOIN orders_orderline l ON l.id = p.line_id JOIN orders_order o ON o.id = l.order_id
 ORDER BY {order}
"""
_COUNT = f"{_BOUGHT} SELECT count(*) FROM found"  # noqa: S608  # constants only
_ORDERS = {
    Habit.LAST: "last_at DESC, line_id",
    Habit.MOST: "order_count DESC, last_at DESC, line_id",
    Habit.DUE: "due_on DESC, order_count DESC, line_id",
}


def bought(
    customer: CustomerInfo,
    habit: Habit,
    *,
    limit: int,
    offset: int = 0,
    units: Collection[UUID] | None = None,
    today: date | None = None,
) -> list[Bought]:
    """What a customer has ordered, cancelled orders left out; of some sites where ``units`` names them. One statement.

    Goods are due when as many days have passed since their last order as mostly lie between two orders: the median,
    once they were ordered on three days. What became due last comes first, as old habits may have ended.
    """
    page = _PAGE.format(order=_ORDERS[habit])
    values = _values(customer, habit, units, today) | {"limit": limit, "offset": offset}
    with connection.cursor() as cursor:
        cursor.execute(_BOUGHT + page, values)
        return [Bought(*row) for row in cursor.fetchall()]


def bought_count(
    customer: CustomerInfo,
    habit: Habit = Habit.LAST,
    *,
    units: Collection[UUID] | None = None,
    today: date | None = None,
) -> int:
    """How many articles :func:`bought` knows; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, _values(customer, habit, units, today))
        (count,) = cursor.fetchone()
    return int(count)


def sites_of(actor: Actor, customer: CustomerInfo) -> list[tuple[UUID, str]]:
    """Sites that the actor sees the orders of and that have ordered, by name; one statement."""
    orders = Order.objects.filter(customer_id=customer.id, unit_id__isnull=False)
    if actor.unit_ids is not None:
        orders = orders.filter(unit_id__in=actor.unit_ids)
    found = dict(orders.order_by("placed_at").values_list("unit_id", "unit_name"))  # a site's last name
    return sorted(((key, name) for key, name in found.items() if key is not None), key=lambda site: site[1].casefold())


def _values(customer: CustomerInfo, habit: Habit, units: Collection[UUID] | None, today: date | None) -> dict[str, Any]:
    return {
        "customer": customer.id,
        "cancelled": OrderState.CANCELLED.value,
        "units": uuid_array(units) if units is not None else None,
        "zone": timezone.get_current_timezone_name(),
        "rhythm": RHYTHM,
        "only_due": habit == Habit.DUE,
        "today": today or timezone.localdate(),
    }


def as_bought(order: Order, line: OrderLine, variant_id: UUID) -> Bought:
    """A line of a past order as what was bought."""
    return Bought(
        variant_id=variant_id,
        sku=line.sku,
        name_fr=line.name_fr,
        name_en=line.name_en,
        unit_code=line.unit_code,
        quantity=line.quantity,
        base_quantity=line.base_quantity,
        base_unit_code=line.base_unit_code,
        unit_price=line.unit_price,
        currency=order.currency,
        last_at=order.placed_at,
        order_count=1,
    )


def bought_variants(customer: CustomerInfo) -> tuple[UUID, ...]:
    """The variants that a customer has ordered, whatever became of the order; one statement."""
    lines = OrderLine.objects.filter(order__customer_id=customer.id).order_by("variant_id")
    found = lines.values_list("variant_id", flat=True).distinct()[:MOST]
    return tuple(variant_id for variant_id in found if variant_id is not None)
