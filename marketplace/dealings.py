"""What a company has had from suppliers until now, as the index of documents tells it, to be read beside offers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Max, Min, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import formatting
from core.actor import Actor
from marketplace.models import DocumentKind
from marketplace.policies import seen_documents
from orders.enums import OrderState
from rfq.enums import VersionState

_YEAR = timedelta(days=365)
_KINDS = (DocumentKind.ORDER, DocumentKind.QUOTE, DocumentKind.SHIPMENT, DocumentKind.CREDIT_NOTE)


@dataclass(frozen=True, slots=True)
class Dealings:
    """With one supplier. ``sums_text`` alone tells amounts; ``facts`` are the rest, empty ones left out."""

    orders_text: str
    sums_text: str
    facts: tuple[str, ...]


def dealings_with(actor: Actor, tenant_ids: Collection[UUID], *, besides: UUID) -> dict[UUID, Dealings]:
    """By supplier, as far as the actor sees documents: orders and parcels of its sites, credit notes with invoices.

    Offers are to other requests than the one that is compared (``besides``). Amounts are those of the last twelve
    months, by currency. One statement.
    """
    rows = (
        seen_documents(actor)
        .filter(tenant_id__in=tenant_ids, kind__in=_KINDS)
        .exclude(kind=DocumentKind.QUOTE, object_id=besides)
        .order_by()
        .values("tenant_id", "currency")
        .annotate(**_figures(timezone.now() - _YEAR))
        .order_by("currency")
    )
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["tenant_id"]].append(dict(row))
    return {tenant_id: _dealings(found.get(tenant_id, [])) for tenant_id in tenant_ids}


def _figures(since: datetime) -> dict[str, Any]:
    order = Q(kind=DocumentKind.ORDER) & ~Q(state=OrderState.CANCELLED)
    won = Q(kind=DocumentKind.QUOTE, state=VersionState.ORDERED)
    recent = Q(happened_at__gte=since)
    arrived = Q(kind=DocumentKind.SHIPMENT, arrived_on__isnull=False, promised_on__isnull=False) & recent
    return {
        "orders": Count("pk", filter=order),
        "recent": Count("pk", filter=order & recent),
        "amount_sum": Sum("amount", filter=order & recent),
        "first_at": Min("happened_at", filter=order),
        "last_at": Max("happened_at", filter=order),
        "offers": Count("pk", filter=Q(kind=DocumentKind.QUOTE)),
        "won": Count("pk", filter=won),
        "won_at": Max("updated_at", filter=won),
        "arrived": Count("pk", filter=arrived),
        "on_time": Count("pk", filter=arrived & Q(arrived_on__lte=F("promised_on"))),
        "credits": Count("pk", filter=Q(kind=DocumentKind.CREDIT_NOTE) & recent),
    }


def _dealings(rows: list[dict[str, Any]]) -> Dealings:
    """One supplier's figures of all currencies."""
    sums = formatting.sums({row["currency"]: row["amount_sum"] for row in rows if row["amount_sum"]})
    recent = _total(rows, "recent")
    text = ngettext("%(count)s order in 12 months", "%(count)s orders in 12 months", recent)
    return Dealings(
        orders_text=text % {"count": formatting.number(recent)} if _total(rows, "orders") else _("no order yet"),
        sums_text=_("%(amount)s incl. VAT") % {"amount": sums} if sums else "",
        facts=tuple(fact for fact in (_since(rows), _punctuality(rows), _offers(rows), _credits(rows)) if fact),
    )


def _since(rows: list[dict[str, Any]]) -> str:
    first = min((row["first_at"] for row in rows if row["first_at"]), default=None)
    last = max((row["last_at"] for row in rows if row["last_at"]), default=None)
    if first is None or last is None:
        return ""
    days = {"first": formatting.day(timezone.localdate(first)), "last": formatting.day(timezone.localdate(last))}
    return _("first order %(first)s, last %(last)s") % days


def _punctuality(rows: list[dict[str, Any]]) -> str:
    arrived, on_time = _total(rows, "arrived"), _total(rows, "on_time")
    if not arrived:
        return ""
    text = ngettext("%(on_time)s of %(count)s parcel on time", "%(on_time)s of %(count)s parcels on time", arrived)
    return text % {"on_time": on_time, "count": arrived}


def _offers(rows: list[dict[str, Any]]) -> str:
    offers, won = _total(rows, "offers"), _total(rows, "won")
    if not offers:
        return ""
    text = ngettext("%(won)s of %(count)s offer taken", "%(won)s of %(count)s offers taken", offers)
    said = text % {"won": won, "count": offers}
    last = max((row["won_at"] for row in rows if row["won_at"]), default=None)
    if last is None:
        return said
    return _("%(offers)s, the last %(day)s") % {"offers": said, "day": formatting.day(timezone.localdate(last))}


def _credits(rows: list[dict[str, Any]]) -> str:
    count = _total(rows, "credits")
    return ngettext("%(count)s credit note", "%(count)s credit notes", count) % {"count": count} if count else ""


def _total(rows: list[dict[str, Any]], name: str) -> int:
    return sum(row[name] for row in rows)
