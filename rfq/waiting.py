"""Offers that wait for the buyer's answer."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from core import formatting
from core.actor import Actor
from core.scope import current_scope
from rfq.enums import LIVE_RFQ, Side, VersionState
from rfq.history import time_left
from rfq.models import QuoteVersion
from rfq.policies import can_see_offers


@dataclass(frozen=True, slots=True)
class WaitingOffer:
    """An offer of the current tenant that is on the table; ``left_text`` until the request's deadline."""

    rfq_id: UUID
    number: str
    title: str
    amount_text: str
    left_text: str


def waiting_offers(actor: Actor, *, limit: int = 5) -> list[WaitingOffer]:
    """Offers of the current tenant that the actor's company has not answered, by deadline; one statement."""
    tenant_id = current_scope().tenant_id
    if not can_see_offers(actor) or tenant_id is None:
        return []
    rows = (
        QuoteVersion.objects.select_related("rfq")
        .filter(company_id=actor.require_company(), tenant_id=tenant_id, side=Side.SUPPLIER, state=VersionState.SENT)
        .filter(rfq__state__in=LIVE_RFQ, valid_until__gt=timezone.now())
        .order_by("rfq__deadline_at", "pk")
    )
    return [_offer(row) for row in rows[:limit]]


def _offer(row: QuoteVersion) -> WaitingOffer:
    rfq = row.rfq
    return WaitingOffer(
        rfq_id=rfq.id,
        number=rfq.number,
        title=rfq.title,
        amount_text=formatting.money(row.net_amount + row.freight_amount, row.currency),
        left_text=time_left(rfq.deadline_at),
    )
