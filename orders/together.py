"""What is ordered together: by a customer itself, and by customers of its sector at this supplier.

Counted every night over the orders of a year, cancelled ones left out. What others do shows only where at least three
companies do it, none of which is the reader: what a reader does itself is its own pair, and shown as such.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from catalog.keys import uuid_array
from catalog.queries import ListedVariant, listed_variants
from core.db import atomic
from customers.queries import CustomerInfo
from orders.enums import OrderState

#: Companies behind a suggestion that is not the reader's own.
COMPANIES = 3
PERIOD = timedelta(days=365)
#: Orders with more articles say nothing about what belongs together, and have millions of pairs.
MOST_ARTICLES = 100
_KEPT = 20
#: Candidates for each one shown: some are no longer sold, or not to everybody.
_SPARE = 4

_COUNT = """
WITH goods AS (
    SELECT DISTINCT o.id AS order_id, o.customer_id, left(c.naf_code, 2) AS sector, l.variant_id
      FROM orders_order o
      JOIN orders_orderline l ON l.order_id = o.id
      JOIN customers_customer c ON c.id = o.customer_id
      JOIN catalog_variant v ON v.id = l.variant_id
     WHERE o.state <> %(cancelled)s AND o.placed_at >= %(since)s
), small AS (
    SELECT order_id FROM goods GROUP BY order_id HAVING count(*) BETWEEN 2 AND %(most)s
), pairs AS (
    SELECT a.customer_id, a.sector, a.variant_id, b.variant_id AS other_id, count(*) AS orders
      FROM small s JOIN goods a ON a.order_id = s.order_id
      JOIN goods b ON b.order_id = s.order_id AND b.variant_id <> a.variant_id
     GROUP BY a.customer_id, a.sector, a.variant_id, b.variant_id
), counted AS (
    SELECT customer_id, '' AS sector, variant_id, other_id, orders, 1 AS companies FROM pairs
    UNION ALL
    SELECT NULL, sector, variant_id, other_id, sum(orders), count(*) FROM pairs
     WHERE sector <> '' GROUP BY sector, variant_id, other_id HAVING count(*) >= %(companies)s
), ranked AS (
    SELECT *, row_number() OVER (
           PARTITION BY customer_id, sector, variant_id ORDER BY companies DESC, orders DESC, other_id) AS place
      FROM counted
)
INSERT INTO orders_togethercount (id, customer_id, sector, variant_id, other_id, order_count, company_count)
SELECT gen_random_uuid(), customer_id, sector, variant_id, other_id, orders, companies
  FROM ranked WHERE place <= %(kept)s
"""

_SUGGEST = """
SELECT t.other_id
  FROM orders_togethercount t
 WHERE t.variant_id = ANY(%(variants)s::uuid[]) AND t.other_id <> ALL(%(left_out)s::uuid[])
   AND (t.customer_id = %(customer)s OR t.customer_id IS NULL AND t.sector <> ''
        AND t.sector = (SELECT left(naf_code, 2) FROM customers_customer WHERE id = %(customer)s))
 GROUP BY t.other_id
 ORDER BY bool_or(t.customer_id IS NOT NULL) DESC, sum(t.order_count) DESC, t.other_id
 LIMIT %(limit)s
"""


@atomic
def refresh() -> int:
    """Count anew what is ordered together at the current tenant; answers how many pairs. Three statements."""
    values: dict[str, Any] = {
        "cancelled": OrderState.CANCELLED.value,
        "since": timezone.now() - PERIOD,
        "most": MOST_ARTICLES,
        "companies": COMPANIES,
        "kept": _KEPT,
    }
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE orders_togethercount IN EXCLUSIVE MODE")
        cursor.execute("DELETE FROM orders_togethercount")
        cursor.execute(_COUNT, values)
        return int(cursor.rowcount)


def ordered_together(
    customer: CustomerInfo, variant_ids: Sequence[UUID], *, limit: int, left_out: Collection[UUID] = ()
) -> dict[UUID, ListedVariant]:
    """Goods on sale that the customer sees and that are ordered with these, its own habits first; two statements."""
    if not variant_ids:
        return {}
    values: dict[str, Any] = {
        "variants": uuid_array(variant_ids),
        "left_out": uuid_array({*variant_ids, *left_out}),
        "customer": customer.id,
        "limit": limit * _SPARE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SUGGEST, values)
        order = [key for (key,) in cursor.fetchall()]
    listed = listed_variants(order, customer.view) if order else {}
    return {key: listed[key] for key in [key for key in order if key in listed][:limit]}
