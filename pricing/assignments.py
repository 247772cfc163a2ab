"""Which price lists there are, and which of them customers were given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from pricing.models import PriceList, PriceListAssignment


def list_choices() -> list[tuple[UUID, str]]:
    """Lists that can be given to a customer (not the list price, which everybody gets), by name; one statement."""
    return list(PriceList.objects.filter(is_base=False).values_list("pk", "name"))


def lists_of(customer_ids: Iterable[UUID]) -> dict[UUID, list[tuple[UUID, str]]]:
    """The lists of customers by priority, as (key, name); one statement."""
    rows = (
        PriceListAssignment.objects.filter(customer_id__in=list(customer_ids))
        .order_by("priority", "pk")
        .values_list("customer_id", "price_list_id", "price_list__name")
    )
    found: dict[UUID, list[tuple[UUID, str]]] = defaultdict(list)
    for customer_id, list_id, name in rows:
        if customer_id is not None:
            found[customer_id].append((list_id, name))
    return dict(found)
