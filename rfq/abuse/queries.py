"""Reports and stopped companies for the operator; how often a company awards, for a supplier it has asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Case, Count, Q, When
from django.utils import timezone

from core import formatting
from core.actor import Actor
from core.errors import NotFound
from core.scope import OPERATOR
from core.tenancy import use_tenant
from rfq.abuse.models import RequestStop, SpamReport
from rfq.enums import ReportState, RFQState
from rfq.models import RFQ, Invitation
from rfq.policies import require_supplier

#: Below so many ended requests a rate would tell of single ones.
_MORE_THAN = 5
_YEAR = timedelta(days=365)
_AWARDED = (RFQState.AWARDED, RFQState.PART_AWARDED)
_ENDED = (*_AWARDED, RFQState.CLOSED, RFQState.CANCELLED, RFQState.EXPIRED)
_TONES = {"open": "warn", "dismissed": "mute", "stopped": "bad"}


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report with the request that it is about."""

    id: UUID
    company: str
    supplier: str
    number: str
    title: str
    reason: str
    reported_text: str
    state_text: str
    tone: str
    decided_text: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class StopRow:
    """A company whose requests are stopped."""

    id: UUID
    company: str
    reason: str
    stopped_text: str


def reports(*, limit: int = 200) -> list[ReportRow]:
    """Reports, open ones first, then the newest; one statement, as the operator."""
    is_decided = Case(When(state=ReportState.OPEN, then=0), default=1)
    rows = SpamReport.objects.select_related("rfq", "invitation").order_by(is_decided, "-reported_at", "-pk")
    return [
        ReportRow(
            id=row.id,
            company=row.rfq.company_name,
            supplier=row.invitation.tenant_name,
            number=row.rfq.number,
            title=row.rfq.title,
            reason=row.reason,
            reported_text=f"{formatting.moment(row.reported_at)} · {row.reported_by_name}",
            state_text=str(ReportState(row.state).label),
            tone=_TONES[row.state],
            decided_text=f"{formatting.moment(row.decided_at)} · {row.decided_by_name}" if row.decided_at else "",
            is_open=row.state == ReportState.OPEN,
        )
        for row in rows[:limit]
    ]


def stops(*, limit: int = 200) -> list[StopRow]:
    """Companies that may send nothing, newest first; one statement, as the operator."""
    rows = RequestStop.objects.select_related("company").filter(lifted_at=None).order_by("-stopped_at", "-pk")
    return [
        StopRow(
            id=row.id,
            company=row.company.legal_name,
            reason=row.reason,
            stopped_text=f"{formatting.moment(row.stopped_at)} · {row.stopped_by_name}",
        )
        for row in rows[:limit]
    ]


def open_reports() -> int:
    """How many wait for the operator; one statement."""
    return SpamReport.objects.filter(state=ReportState.OPEN).count()


def is_reported(invitation_id: UUID) -> bool:
    """Whether the tenant has reported it; one statement, in the tenant's scope."""
    return SpamReport.objects.filter(invitation=invitation_id).exists()


def award_rate(actor: Actor, invitation_id: UUID) -> int | None:
    """In percent, how many of the company's ended requests of twelve months came to an award; None for few of them.

    Over all suppliers, rounded to ten, without the request itself: it tells neither names nor numbers, nor how this
    one ended. Two statements. Raises NotAllowed, NotFound for a request that the tenant was not invited to.
    """
    tenant_id = require_supplier(actor)
    row = Invitation.objects.filter(pk=invitation_id, tenant_id=tenant_id).first()
    if row is None:
        raise NotFound
    with use_tenant(OPERATOR):
        rows = RFQ.objects.filter(company_id=row.company_id, sent_at__gte=timezone.now() - _YEAR, state__in=_ENDED)
        counts = rows.exclude(pk=row.rfq_id).aggregate(
            ended=Count("pk"), awarded=Count("pk", filter=Q(state__in=_AWARDED))
        )
    ended, awarded = counts["ended"], counts["awarded"]
    return (awarded * 20 + ended) // (2 * ended) * 10 if ended > _MORE_THAN else None
