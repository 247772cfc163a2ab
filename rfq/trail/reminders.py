"""On the schedule: who has not answered a day before the deadline, and offers that expire within two days.

Nothing but letters comes of it: what has expired is decided by who acts.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from core.db import atomic
from core.events import emit
from rfq.enums import LIVE_RFQ, UNANSWERED, RFQState, Side, VersionState
from rfq.events import AnswerDue, OfferExpiring
from rfq.models import Invitation, QuoteVersion
from rfq.trail.models import DeadlineChange, RFQReminder

BEFORE_DEADLINE = timedelta(hours=24)
BEFORE_EXPIRY = timedelta(hours=48)
_AT_ONCE = 200


def remind() -> int:
    """Remind suppliers of deadlines and both sides of offers that expire, each once; as the operator.

    Who was told of the date later than that knows it. Answers how many were reminded. Emits AnswerDue, OfferExpiring.
    """
    now = timezone.now()
    told = [_remind_of_deadline(row) for row in _unanswered(now)]
    for side in (Side.SUPPLIER, Side.BUYER):
        told += [_remind_of_expiry(version, side) for version in _expiring(now, side)]
    return sum(told)


def _unanswered(now: datetime) -> list[Invitation]:
    late = OuterRef("rfq__deadline_at") - BEFORE_DEADLINE
    had = RFQReminder.objects.filter(invitation=OuterRef("pk"), version=None, until=OuterRef("rfq__deadline_at"))
    moved = DeadlineChange.objects.filter(rfq=OuterRef("rfq"), at__gt=late)
    rows = Invitation.objects.select_related("rfq").filter(
        ~Exists(had),
        ~Exists(moved),
        state__in=UNANSWERED,
        rfq__state=RFQState.OPEN,
        rfq__deadline_at__gt=now,
        rfq__deadline_at__lte=now + BEFORE_DEADLINE,
        rfq__sent_at__lte=F("rfq__deadline_at") - BEFORE_DEADLINE,
    )
    return list(rows.order_by("rfq__deadline_at", "pk")[:_AT_ONCE])


def _expiring(now: datetime, side: Side) -> list[QuoteVersion]:
    """Versions on the table; the buyer of a sealed request is told nothing about them before its deadline."""
    had = RFQReminder.objects.filter(version=OuterRef("pk"), side=side)
    rows = QuoteVersion.objects.select_related("quote").filter(
        ~Exists(had),
        state=VersionState.SENT,
        rfq__state__in=LIVE_RFQ,
        valid_until__gt=now,
        valid_until__lte=now + BEFORE_EXPIRY,
        sent_at__lte=F("valid_until") - BEFORE_EXPIRY,
    )
    if side == Side.BUYER:
        rows = rows.exclude(Q(rfq__is_sealed=True, rfq__deadline_at__gt=now))
    return list(rows.order_by("valid_until", "pk")[:_AT_ONCE])


@atomic
def _remind_of_deadline(row: Invitation) -> bool:
    until = row.rfq.deadline_at
    _row, is_new = RFQReminder.objects.get_or_create(
        invitation=row,
        version=None,
        until=until,
        defaults={"company_id": row.company_id, "tenant_id": row.tenant_id, "side": Side.SUPPLIER},
    )
    if is_new:
        emit(AnswerDue(row.rfq_id, row.id, row.company_id, row.tenant_id, until))
    return is_new


@atomic
def _remind_of_expiry(version: QuoteVersion, side: Side) -> bool:
    invitation_id = version.quote.invitation_id
    _row, is_new = RFQReminder.objects.get_or_create(
        version=version,
        side=side,
        defaults={
            "invitation_id": invitation_id,
            "company_id": version.company_id,
            "tenant_id": version.tenant_id,
            "until": version.valid_until,
        },
    )
    if is_new:
        emit(
            OfferExpiring(
                quote_version_id=version.id,
                rfq_id=version.rfq_id,
                invitation_id=invitation_id,
                company_id=version.company_id,
                tenant_id=version.tenant_id,
                side=str(side),
                valid_until=version.valid_until,
            )
        )
    return is_new
