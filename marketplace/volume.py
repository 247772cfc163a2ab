"""Volume per tenant, from the index of documents: what the operator sees without entering any tenant's schema."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Max, Sum
from django.utils import timezone

from marketplace.models import Document, DocumentKind


@dataclass(frozen=True)
class Volume:
    """Orders of one tenant in the period; ``amount`` is the sum of their totals."""

    tenant_id: UUID
    orders: int
    amount: Decimal
    last_at: datetime | None


def volume_per_tenant(*, days: int = 30) -> dict[UUID, Volume]:
    """Orders and amounts of the last ``days`` by tenant; needs the operator's scope. One statement."""
    since = timezone.now() - timedelta(days=days)
    rows = (
        Document.objects.filter(kind=DocumentKind.ORDER, happened_at__gte=since)
        .exclude(state="cancelled")
        .order_by()
        .values("tenant_id")
        .annotate(orders=Count("id"), total=Sum("amount"), last=Max("happened_at"))
    )
    return {
        row["tenant_id"]: Volume(row["tenant_id"], row["orders"], row["total"] or Decimal(0), row["last"])
        for row in rows
    }
