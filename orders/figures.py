"""The supplier's front page as orders see it: how much was sold, what waits, and for which goods."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, Min, Q, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from core import formatting
from core.money import ZERO, most
from customers.enums import CustomerState
from orders.enums import OrderSource, OrderState, ReturnState
from orders.models import Order

#: States in which the supplier has something to do.
OPEN = (OrderState.PLACED, OrderState.CONFIRMED, OrderState.SHIPPING)
_DAYS = 14


@dataclass(frozen=True, slots=True)
class MonthSales:
    """Net amounts by currency ordered since the first of the month, and in the same days of the month before."""

    net: dict[str, Decimal]
    before: dict[str, Decimal]
    month: date
    month_before: date

    @property
    def change(self) -> Decimal | None:
        """The growth as a fraction, in the currency of most sales; None when there was nothing to compare with."""
        currency = most(self.net or self.before)
        before = self.before.get(currency, ZERO)
        return (self.net.get(currency, ZERO) - before) / before if before else None


@dataclass(frozen=True, slots=True)
class DaySales:
    """Net amounts ordered on one day, by currency, and those of one currency: agreed by quote, and others."""

    day: date
    net: dict[str, Decimal]
    from_quotes: Decimal
    others: Decimal


@dataclass(frozen=True, slots=True)
class RecentSales:
    """Net amounts of days in a row; those of ``currency``, in which most was sold, are told apart by day."""

    currency: str
    net: dict[str, Decimal]
    days: tuple[DaySales, ...]


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
    now_on, then_on = Q(placed_at__gte=start), Q(placed_at__gte=start_before, placed_at__lt=same_moment)
    sums = list(
        Order.objects.filter(kept, now_on | then_on)
        .order_by()
        .values_list("currency")
        .annotate(now=Sum("net_amount", filter=now_on), then=Sum("net_amount", filter=then_on))
    )
    net = {code: amount for code, amount, _then in sums if amount}
    return MonthSales(net, {code: amount for code, _now, amount in sums if amount}, month, before)


def recent_sales() -> RecentSales:
    """The last 14 days, today last, days without orders included; one statement."""
    today = timezone.localdate()
    first = today - timedelta(days=_DAYS - 1)
    by_quote = Q(source=OrderSource.QUOTE)
    rows = (
        Order.objects.exclude(state=OrderState.CANCELLED)
        .filter(placed_at__gte=_midnight(first))
        .order_by()
        .values_list(TruncDate("placed_at"), "currency")
        .annotate(
            quotes=Sum("net_amount", filter=by_quote, default=ZERO),
            others=Sum("net_amount", filter=~by_quote, default=ZERO),
        )
    )
    net: dict[str, Decimal] = defaultdict(Decimal)
    found: dict[date, dict[str, tuple[Decimal, Decimal]]] = defaultdict(dict)
    for day, currency, quotes, others in rows:
        net[currency] += quotes + others
        found[day][currency] = quotes, others
    drawn = most(net)
    days = (first + timedelta(days=index) for index in range(_DAYS))
    return RecentSales(drawn, dict(net), tuple(_day(day, found[day], drawn) for day in days))


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


def _day(day: date, sums: Mapping[str, tuple[Decimal, Decimal]], currency: str) -> DaySales:
    quotes, others = sums.get(currency, (ZERO, ZERO))
    return DaySales(day, {code: quoted + rest for code, (quoted, rest) in sums.items()}, quotes, others)
