"""The supplier's front page as requests see it: what waits, how many quotes were won, how quick the answers are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median
from uuid import UUID

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from core import formatting
from core.actor import Actor
from core.errors import NotFound
from core.scope import current_scope
from rfq.enums import UNANSWERED, InvitationState, Side, VersionState
from rfq.models import Invitation, InvitationTransition, Quote, QuoteVersion
from rfq.standing import goes_on

_WINDOW = timedelta(days=30)
_SAMPLE = 500


@dataclass(frozen=True, slots=True)
class WaitingRequest:
    """A request, or a counter-offer (then with its amount), that waits for our answer."""

    id: UUID
    number: str
    title: str
    company_name: str
    deadline_at: datetime
    line_count: int
    is_counter: bool
    counter_at: datetime | None
    amount_text: str


@dataclass(frozen=True, slots=True)
class WinRate:
    """Quotes that were decided in the last 30 days."""

    won: int
    decided: int

    @property
    def rate(self) -> Decimal | None:
        return Decimal(self.won) / self.decided if self.decided else None


def waiting_requests(actor: Actor, *, limit: int = 20) -> list[WaitingRequest]:
    """What waits for the tenant's answer, the nearest deadline first; one statement."""
    counter = counter_offers()
    rows = (
        _waiting(actor)
        .select_related("rfq")
        .annotate(
            line_count=Count("rfq__lines"),
            counter_at=Subquery(counter.values("sent_at")[:1]),
            counter_net=Subquery(counter.values("net_amount")[:1]),
        )
        .order_by("rfq__deadline_at", "pk")
    )
    return [
        WaitingRequest(
            id=row.id,
            number=row.rfq.number,
            title=row.rfq.title,
            company_name=row.rfq.company_name,
            deadline_at=row.rfq.deadline_at,
            line_count=row.line_count,
            is_counter=row.counter_at is not None,
            counter_at=row.counter_at,
            amount_text=formatting.money(row.counter_net, row.rfq.currency) if row.counter_net is not None else "",
        )
        for row in rows[:limit]
    ]


def waiting_count(actor: Actor) -> int:
    """How many requests wait for the tenant's answer; one statement."""
    return _waiting(actor).count()


def win_rate(actor: Actor) -> WinRate:
    """Of our quotes whose request was decided in the last 30 days, how many were taken; one statement."""
    quoted = Quote.objects.filter(invitation=OuterRef("subject"))
    moves = InvitationTransition.objects.filter(
        Exists(quoted), tenant_id=_tenant_of(actor), at__gte=timezone.now() - _WINDOW
    )
    counts = moves.aggregate(
        won=Count("pk", filter=Q(to_state=InvitationState.WON)),
        decided=Count("pk", filter=Q(to_state__in=(InvitationState.WON, InvitationState.CLOSED))),
    )
    return WinRate(counts["won"], counts["decided"])


def median_answer_time(actor: Actor) -> timedelta | None:
    """From a request to our first offer, over the last 30 days; None without one. One statement."""
    rows = (
        Quote.objects.filter(tenant_id=_tenant_of(actor), created_at__gte=timezone.now() - _WINDOW)
        .annotate(answered_at=Min("versions__sent_at", filter=Q(versions__side=Side.SUPPLIER)))
        .filter(answered_at__isnull=False)
        .order_by("-created_at")
        .values_list("answered_at", F("invitation__created_at"))
    )
    seconds = [(answered - asked).total_seconds() for answered, asked in rows[:_SAMPLE]]
    return timedelta(seconds=median(seconds)) if seconds else None


def counter_offers() -> QuerySet[QuoteVersion]:
    """The buyer's counter-offer on the table of the outer invitation."""
    return QuoteVersion.objects.filter(
        quote__invitation=OuterRef("pk"), side=Side.BUYER, state=VersionState.SENT
    ).order_by("-number")


def _waiting(actor: Actor) -> QuerySet[Invitation]:
    """Invitations to open requests that we have not answered, or whose last word is the buyer's."""
    unanswered = Q(state__in=UNANSWERED)
    return Invitation.objects.filter(goes_on(), unanswered | Exists(counter_offers()), tenant_id=_tenant_of(actor))


def _tenant_of(actor: Actor) -> UUID:
    tenant_id = current_scope().tenant_id
    if actor.kind != "staff" or tenant_id is None or actor.tenant_id != tenant_id:
        raise NotFound
    return tenant_id
