"""Goods that somebody has a price of their own for: from an agreement, their lists, their group's, their segments'."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from catalog.enums import ON_SALE
from catalog.models import Variant
from catalog.visibility import Viewpoint
from pricing.queries import PriceContext, terms_of

#: The level of lists that are everybody's (:class:`pricing.prices.ListInForce`).
_EVERYBODY = 4

# A list of everybody's that comes before the own one wins: then the price is not the own one.
_OWN = """
WITH lists AS (SELECT * FROM unnest(%s::uuid[], %s::int[], %s::boolean[]) AS given (id, place, is_own))
SELECT p.variant_id FROM lists o JOIN pricing_price p ON p.price_list_id = o.id
 WHERE o.is_own AND p.valid_from <= %s AND (p.valid_to IS NULL OR p.valid_to > %s)
   AND NOT EXISTS (
       SELECT FROM lists e JOIN pricing_price q ON q.price_list_id = e.id
        WHERE NOT e.is_own AND e.place < o.place AND q.variant_id = p.variant_id
          AND q.valid_from <= %s AND (q.valid_to IS NULL OR q.valid_to > %s))
"""


def negotiated_goods(context: PriceContext, view: Viewpoint) -> QuerySet[Variant, UUID]:
    """Keys of the goods on sale that are seen and whose price comes from a list that is not everybody's, by reference.

    One statement for the lists in force; the answer is one more for each page or count of it.
    """
    now = timezone.now()
    lists = terms_of(context, now).terms.lists
    is_own = [found.level < _EVERYBODY for found in lists]
    rows = Variant.objects.order_by("sku").values_list("pk", flat=True)
    if not any(is_own):
        return rows.none()
    keys = [found.id for found in lists]
    own = RawSQL(_OWN, (keys, list(range(len(keys))), is_own, now, now, now, now))  # noqa: S611  # constants only
    return rows.filter(view.condition(), state__in=ON_SALE, pk__in=own)
