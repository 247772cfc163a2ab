"""Orders that wait, as pages show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.spending.judging import Reason
from agreements.services import Period
from core import formatting
from core.actor import Actor
from core.errors import NotFound
from orders.approvals.models import ApprovalDecision, ApprovalRequest, ApprovalStep
from orders.approvals.policies import carts_to_change, open_seat, seats_of, seen_requests
from orders.approvals.snapshot import Content
from orders.enums import ApprovalState
from orders.placing import PricedLine

TONES = {
    ApprovalState.PENDING: "warn",
    ApprovalState.APPROVED: "ok",
    ApprovalState.REJECTED: "bad",
    ApprovalState.EXPIRED: "bad",
}


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request in a list; ``waits_for`` are the people whose turn it is."""

    id: UUID
    requester_name: str
    unit_name: str
    total_text: str
    asked_text: str
    until_text: str
    reasons_text: str
    state: ApprovalState
    state_text: str
    tone: str
    waits_for: str


@dataclass(frozen=True, slots=True)
class DecisionRow:
    name: str
    for_name: str
    is_approved: bool
    reason: str
    at_text: str
    digest: str
    by_mail: bool


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step: *done*, *now* or *todo*; so many of these people."""

    position: int
    state: str
    names: str
    needed: int
    is_escalated: bool
    decisions: tuple[DecisionRow, ...]


@dataclass(frozen=True, slots=True)
class RequestPage:
    """One request with what is ordered, and what its reader may do with it; with a ``period`` it is an agreement."""

    row: RequestRow
    digest: str
    lines: Sequence[PricedLine]
    line_count: int
    currency: str
    net: Decimal
    total: Decimal
    po_number: str
    cost_centre_code: str
    address: str
    steps: tuple[StepRow, ...]
    order_id: UUID | None
    agreement_id: UUID | None
    period: Period | None
    period_text: str
    may_decide: bool
    may_change: bool
    may_withdraw: bool


def requests_page(
    actor: Actor, *, only_mine: bool, by_amount: bool = False, limit: int, offset: int = 0
) -> tuple[list[RequestRow], int]:
    """Requests that the actor may see, or those that wait for its decision: oldest or largest first; four statements.

    Raises NotFound.
    """
    rows = _waiting(actor) if only_mine else seen_requests(actor)
    if only_mine:
        order = ("-net_amount", "pk") if by_amount else ("created_at", "pk")
    else:
        order = ("-net_amount", "-pk") if by_amount else ("-created_at", "-pk")
    page = rows.order_by(*order).defer("content").prefetch_related("steps")[offset : offset + limit]
    return [_row(row, list(row.steps.all())) for row in page], rows.count()


def waiting_count(actor: Actor) -> int:
    """How many requests wait for the actor's decision; two statements, none for who may not approve."""
    return _waiting(actor).count() if seats_of(actor, {}) else 0


def request_page(actor: Actor, request_id: UUID, *, limit: int, offset: int = 0) -> RequestPage:
    """One request; six statements. Raises NotFound."""
    request = seen_requests(actor).filter(pk=request_id).prefetch_related("steps__decisions").first()
    if request is None:
        raise NotFound
    steps = list(request.steps.all())
    content = Content.from_json(request.content)
    current = _current(request, steps)
    own = request.requester_id == actor.user_id
    return RequestPage(
        row=_row(request, steps),
        digest=request.digest,
        lines=content.lines[offset : offset + limit],
        line_count=request.line_count,
        currency=request.currency,
        net=request.net_amount,
        total=request.total_amount,
        po_number=content.details.po_number,
        cost_centre_code=content.details.cost_centre_code,
        address=_address_text(content.delivery_address),
        steps=tuple(_step(step, current) for step in steps),
        order_id=request.order_id,
        agreement_id=request.agreement_id,
        period=content.period,
        period_text=_period_text(content.period),
        may_decide=current is not None and not own and open_seat(actor, request, current) is not None,
        may_change=own and carts_to_change(request).exists(),
        may_withdraw=own and request.state == ApprovalState.PENDING,
    )


def _waiting(actor: Actor) -> QuerySet[ApprovalRequest]:
    """What waits for one of the actor's seats at the step that it is at."""
    seats = list(seats_of(actor))
    if not seats or actor.user_id is None:
        return ApprovalRequest.objects.none()
    steps = ApprovalStep.objects.filter(Q(approver_ids__overlap=seats) | Q(escalated_ids__overlap=seats))
    steps = steps.filter(done_at=None, escalate_at__isnull=False)
    steps = steps.exclude(pk__in=ApprovalDecision.objects.filter(user_id=actor.user_id).values("step_id"))
    waiting = ApprovalRequest.objects.filter(
        company_id=actor.require_company(), state=ApprovalState.PENDING, frozen_until__gt=timezone.now()
    )
    return waiting.filter(pk__in=steps.values("request_id")).exclude(requester_id=actor.user_id)


def _current(request: ApprovalRequest, steps: Sequence[ApprovalStep]) -> ApprovalStep | None:
    if request.state != ApprovalState.PENDING:
        return None
    return next((step for step in steps if step.done_at is None), None)


def _row(request: ApprovalRequest, steps: Sequence[ApprovalStep]) -> RequestRow:
    current, state = _current(request, steps), ApprovalState(request.state)
    return RequestRow(
        id=request.pk,
        requester_name=request.requester_name,
        unit_name=request.unit_name,
        total_text=formatting.money(request.net_amount, request.currency),
        asked_text=_moment(request.created_at),
        until_text=_moment(request.frozen_until),
        reasons_text=" · ".join(Reason(**reason).text for reason in request.reasons),
        state=state,
        state_text=str(state.label),
        tone=TONES.get(state, "mute"),
        waits_for=", ".join(current.approver_names) if current else "",
    )


def _step(step: ApprovalStep, current: ApprovalStep | None) -> StepRow:
    here = current is not None and step.pk == current.pk
    return StepRow(
        position=step.position,
        state="done" if step.done_at else "now" if here else "todo",
        names=", ".join(step.approver_names),
        needed=step.needed,
        is_escalated=step.escalated_at is not None,
        decisions=tuple(
            DecisionRow(
                name=row.user_name,
                for_name=row.for_name,
                is_approved=row.is_approved,
                reason=row.reason,
                at_text=_moment(row.decided_at),
                digest=row.digest,
                by_mail=row.by_mail,
            )
            for row in step.decisions.all()
        ),
    )


def _period_text(period: Period | None) -> str:
    """From when until when it is agreed; nothing for an order."""
    return f"{formatting.day(period.starts_on)} – {formatting.day(period.ends_on)}" if period else ""


def _moment(value: datetime) -> str:
    return formatting.moment(value)


def _address_text(address: Mapping[str, str]) -> str:
    """On one line, the place first."""
    town = f"{address.get('postal_code', '')} {address.get('city', '')}"
    parts = (address.get("label", ""), address.get("street", ""), town, address.get("country", ""))
    return ", ".join(part.strip() for part in parts if part.strip())
