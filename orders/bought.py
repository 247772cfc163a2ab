"""What a customer has ordered before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from django.db import connection

from core import formatting
from customers.queries import CustomerInfo
from orders.enums import OrderState
from orders.models import OrderLine

MOST = 5_000


class Habit(StrEnum):
    """In which order to look at what was ordered: the last first, or what was in the most orders."""

    LAST = "last"
    MOST = "most"


@dataclass(frozen=True, slots=True)
class Bought:
    """An article as it stood on the last order that had it, and in how many orders it was."""

    variant_id: UUID
    sku: str
    name_fr: str
    name_en: str
    unit_code: str
    quantity: Decimal
    base_quantity: Decimal
    last_at: datetime
    order_count: int

    @property
    def name(self) -> str:
        """The name in the active language."""
        return formatting.localised(self.name_fr, self.name_en)


_BOUGHT = """
SELECT l.variant_id, max(o.placed_at) AS last_at, count(DISTINCT o.id) AS order_count,
       (array_agg(l.id ORDER BY o.placed_at DESC, o.id DESC, l.position))[1] AS line_id
  FROM orders_order o JOIN orders_orderline l ON l.order_id = o.id
 WHERE o.customer_id = %s AND o.state <> %s AND l.variant_id IS NOT NULL
 GROUP BY l.variant_id
"""
_ORDERS = {
    Habit.LAST: "last_at DESC, line_id",
    Habit.MOST: "order_count DESC, last_at DESC, line_id",
}


def bought(customer: CustomerInfo, habit: Habit, *, limit: int, offset: int = 0) -> list[Bought]:
    """What a customer has ordered, cancelled orders left out; one statement."""
    order = _ORDERS[habit]
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH page AS ({_BOUGHT} ORDER BY {order} LIMIT %s OFFSET %s) "  # noqa: S608  # constants only
            "SELECT p.variant_id, l.sku, l.name_fr, l.name_en, l.unit_code, l.quantity, l.base_quantity, p.last_at, "
            f"p.order_count FROM page p JOIN orders_orderline l ON l.id = p.line_id ORDER BY {order}",
            [customer.id, OrderState.CANCELLED.value, limit, offset],
        )
        return [Bought(*row) for row in cursor.fetchall()]


def bought_count(customer: CustomerInfo) -> int:
    """How many articles :func:`bought` knows; one statement."""
    lines = OrderLine.objects.filter(order__customer_id=customer.id, variant_id__isnull=False)
    return lines.exclude(order__state=OrderState.CANCELLED).order_by().values("variant_id").distinct().count()


def bought_variants(customer: CustomerInfo) -> tuple[UUID, ...]:
    """The variants that a customer has ordered, whatever became of the order; one statement."""
    lines = OrderLine.objects.filter(order__customer_id=customer.id).order_by("variant_id")
    found = lines.values_list("variant_id", flat=True).distinct()[:MOST]
    return tuple(variant_id for variant_id in found if variant_id is not None)
