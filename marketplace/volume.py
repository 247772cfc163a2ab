"""Volume per tenant, from the index of documents: what the operator sees without entering any tenant's schema."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Max, Sum
from django.utils import timezone

from core.money import ZERO
from marketplace.models import Document, DocumentKind


@dataclass(frozen=True)
class Volume:
    """Orders of one tenant in the period; ``amounts`` are the sums of their totals, by currency."""

    orders: int
    amounts: dict[str, Decimal]
    last_at: datetime


def volume_per_tenant(*, days: int = 30) -> dict[UUID, Volume]:
    """Orders and amounts of the last ``days`` by tenant; needs the operator's scope. One statement."""
    since = timezone.now() - timedelta(days=days)
    rows = (
        Document.objects.filter(kind=DocumentKind.ORDER, happened_at__gte=since)
        .exclude(state="cancelled")
        .order_by()
        .values_list("tenant_id", "currency")
        .annotate(orders=Count("id"), total=Sum("amount", default=ZERO), last=Max("happened_at"))
    )
    found: dict[UUID, Volume] = {}
    for tenant_id, currency, orders, amount, last in rows:
        known = found.get(tenant_id, Volume(0, {}, last))
        found[tenant_id] = Volume(known.orders + orders, {**known.amounts, currency: amount}, max(known.last_at, last))
    return found
