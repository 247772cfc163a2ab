"""The supplier's front page as orders see it: how much was sold, what waits, and for which goods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, Min, Q, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from core import formatting
from customers.enums import CustomerState
from orders.enums import OrderSource, OrderState, ReturnState
from orders.models import Order

#: States in which the supplier has something to do.
OPEN = (OrderState.PLACED, OrderState.CONFIRMED, OrderState.SHIPPING)
_DAYS = 14


@dataclass(frozen=True, slots=True)
class MonthSales:
    """Net amounts ordered since the first of the month, and in the same days of the month before."""

    net: Decimal
    before: Decimal
    month: date
    month_before: date

    @property
    def change(self) -> Decimal | None:
        """The growth as a fraction; None when there was nothing to compare with."""
        return (self.net - self.before) / self.before if self.before else None


@dataclass(frozen=True, slots=True)
class DaySales:
    """Net amounts ordered on one day: agreed by quote, and others."""

    day: date
    count: int
    from_quotes: Decimal
    others: Decimal


@dataclass(frozen=True, slots=True)
class OpenOrder:
    id: UUID
    number: str
    company_name: str
    state: str
    placed_at: datetime
    ship_by: datetime
    net_text: str
    line_count: int


@dataclass(frozen=True, slots=True)
class WaitingGoods:
    """A variant without free stock that open orders wait for."""

    variant_id: UUID
    name: str
    sku: str
    order_count: int
    restock_on: date | None
    lead_time_days: int


@dataclass(frozen=True, slots=True)
class WorkCounts:
    """How many accounts, orders, missing goods and returns to be decided wait."""

    accounts: int
    orders: int
    goods: int
    returns: int


def month_sales() -> MonthSales:
    """What was ordered this month, without what was cancelled; one statement."""
    now = timezone.localtime()
    month = now.date().replace(day=1)
    before = (month - timedelta(days=1)).replace(day=1)
    start, start_before = _midnight(month), _midnight(before)
    same_moment = min(start_before + (now - start), start)
    kept = ~Q(state=OrderState.CANCELLED)
    sums = Order.objects.aggregate(
        net=Sum("net_amount", filter=kept & Q(placed_at__gte=start)),
        before=Sum("net_amount", filter=kept & Q(placed_at__gte=start_before, placed_at__lt=same_moment)),
    )
    return MonthSales(sums["net"] or Decimal(0), sums["before"] or Decimal(0), month, before)


def sales_by_day() -> list[DaySales]:
    """The last 14 days, today last, days without orders included; one statement."""
    today = timezone.localdate()
    first = today - timedelta(days=_DAYS - 1)
    by_quote = Q(source=OrderSource.QUOTE)
    rows = (
        Order.objects.exclude(state=OrderState.CANCELLED)
        .filter(placed_at__gte=_midnight(first))
        .order_by()
        .values(day=TruncDate("placed_at"))
        .annotate(
            count=Count("pk"),
            quotes=Sum("net_amount", filter=by_quote),
            others=Sum("net_amount", filter=~by_quote),
        )
    )
    found: dict[date, Mapping[str, Any]] = {row["day"]: row for row in rows}
    return [_day(day, found.get(day)) for day in (first + timedelta(days=index) for index in range(_DAYS))]


def open_orders(*, limit: int = 20) -> list[OpenOrder]:
    """Orders to confirm or to ship, the oldest first; one statement. The line that is wanted first says by when."""
    left = Q(lines__shipped_quantity__lt=F("lines__base_quantity"))
    rows = Order.objects.filter(state__in=OPEN).annotate(
        line_count=Count("lines"), lead_days=Min("lines__lead_time_days", filter=left)
    )
    return [
        OpenOrder(
            id=row.id,
            number=row.number,
            company_name=row.company_name,
            state=row.state,
            placed_at=row.placed_at,
            ship_by=row.placed_at + timedelta(days=row.lead_days or 0),
            net_text=formatting.money(row.net_amount, row.currency),
            line_count=row.line_count,
        )
        for row in rows.order_by("placed_at", "pk")[:limit]
    ]


def waiting_goods(*, limit: int = 5) -> list[WaitingGoods]:
    """Variants that open orders wait for and of which nothing is free, the most wanted first; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING_GOODS, {"open": [state.value for state in OPEN], "limit": limit})
        rows = cursor.fetchall()
    return [
        WaitingGoods(
            variant_id=variant_id,
            name=formatting.localised(name_fr, name_en),
            sku=sku,
            order_count=orders,
            restock_on=restock,
            lead_time_days=lead or 0,
        )
        for variant_id, sku, name_fr, name_en, orders, restock, lead in rows
    ]


# Goods that were not all there when they were ordered and are not all shipped: lines, and what is in lines of packs.
_WAITING = """
WITH open_line AS (
    SELECT l.* FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
     WHERE o.state = ANY(%(open)s) AND l.shipped_quantity < l.base_quantity
), waiting AS (
    SELECT order_id, variant_id, sku, name_fr, name_en FROM open_line
     WHERE pack IS NULL AND variant_id IS NOT NULL AND NOT is_service AND reserved_quantity < base_quantity
     UNION ALL
    SELECT l.order_id, c.variant_id, c.sku, c.name_fr, c.name_en
      FROM open_line l JOIN orders_ordercomponent c ON c.line_id = l.id WHERE c.reserved_quantity < c.quantity
), missing AS (
    SELECT w.* FROM waiting w
     WHERE NOT EXISTS (SELECT 1 FROM inventory_stock s WHERE s.variant_id = w.variant_id AND s.on_hand > s.reserved)
)
"""
_WAITING_GOODS = f"""{_WAITING}
SELECT m.variant_id, m.sku, m.name_fr, m.name_en, count(DISTINCT m.order_id) AS orders, s.restock_on, s.lead_time_days
  FROM missing m LEFT JOIN inventory_stock s ON s.variant_id = m.variant_id
 GROUP BY m.variant_id, m.sku, m.name_fr, m.name_en, s.restock_on, s.lead_time_days
 ORDER BY orders DESC, m.sku
 LIMIT %(limit)s
"""  # noqa: S608  # our own words
_WORK = f"""{_WAITING}
SELECT (SELECT count(*) FROM customers_customer WHERE state = %(pending)s),
       (SELECT count(*) FROM orders_order WHERE state = ANY(%(open)s)),
       (SELECT count(DISTINCT variant_id) FROM missing),
       (SELECT count(*) FROM orders_orderreturn WHERE state = %(requested)s)
"""  # noqa: S608  # our own words


def work_counts() -> WorkCounts:
    """Accounts and returns to decide about, orders to confirm or ship, goods that orders wait for; one statement."""
    values: dict[str, str | list[str]] = {
        "pending": CustomerState.PENDING.value,
        "open": [state.value for state in OPEN],
        "requested": ReturnState.REQUESTED.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(_WORK, values)
        return WorkCounts(*cursor.fetchone())


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _day(day: date, row: Mapping[str, Any] | None) -> DaySales:
    if row is None:
        return DaySales(day, 0, Decimal(0), Decimal(0))
    return DaySales(day, row["count"], row["quotes"] or Decimal(0), row["others"] or Decimal(0))
