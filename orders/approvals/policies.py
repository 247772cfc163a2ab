"""Who sees an order that waits, and in whose place somebody may decide."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.permissions import Permission
from accounts.spending.people import stands_for
from core.actor import Actor
from core.errors import NotFound
from orders.approvals.errors import NotYourTurn, OwnOrder
from orders.approvals.models import ApprovalRequest, ApprovalStep
from orders.enums import ApprovalState
from orders.models import Cart
from orders.states import APPROVAL


def seen_requests(actor: Actor, principals: Mapping[UUID, str] | None = None) -> QuerySet[ApprovalRequest]:
    """Requests of the actor's company that it may see: its own, those of its units, those it may decide.

    Raises NotFound for anybody but a person of a company.
    """
    if actor.kind != "buyer" or actor.user_id is None or actor.company_id is None:
        raise NotFound
    rows = ApprovalRequest.objects.filter(company_id=actor.company_id)
    if not actor.may(Permission.SEE_PRICES):
        return rows.none()
    seats = seats_of(actor, principals)
    mine = Q(requester_id=actor.user_id)
    deciding = Q(pk__in=_steps_of(seats).values("request_id")) if seats else Q(pk__in=())
    if actor.unit_ids is not None:
        return rows.filter(mine | Q(unit_id__in=actor.unit_ids) | deciding)
    return rows


def seats_of(actor: Actor, principals: Mapping[UUID, str] | None = None) -> dict[UUID, str]:
    """In whose place the actor may decide: its own (without a name), and those it is the deputy of; one statement.

    Nobody who orders on behalf of a company decides for it.
    """
    if actor.acting_id is not None or actor.user_id is None or actor.company_id is None:
        return {}
    if not actor.may(Permission.APPROVE):
        return {}
    others = stands_for(actor.company_id, actor.user_id) if principals is None else principals
    return {actor.user_id: ""} | {key: name for key, name in others.items() if key != actor.user_id}


def require_seat(actor: Actor, request: ApprovalRequest, step: ApprovalStep) -> tuple[UUID, str]:
    """The seat of a step that the actor decides in: whose, and its name. Raises OwnOrder, NotYourTurn."""
    if actor.user_id == request.requester_id:
        raise OwnOrder
    seat = open_seat(actor, request, step)
    if seat is None:
        raise NotYourTurn
    return seat


def open_seat(actor: Actor, request: ApprovalRequest, step: ApprovalStep) -> tuple[UUID, str] | None:
    """The actor's own seat, or the first one that it is the deputy of.

    One person decides once: a step of two needs two people, whoever stands for whom.
    """
    decisions = step.decisions.all()
    if any(decision.user_id == actor.user_id for decision in decisions):
        return None
    able = {*step.approver_ids, *step.escalated_ids} - {request.requester_id}
    able -= {decision.for_user_id for decision in decisions}
    return next((seat for seat in seats_of(actor).items() if seat[0] in able), None)


def carts_to_change(request: ApprovalRequest) -> QuerySet[Cart]:
    """The cart that a request was made of, where it can be put back: once, and neither ordered nor waiting again."""
    if request.cart_id is None or not APPROVAL.may(request.state, ApprovalState.SUPERSEDED):
        return Cart.objects.none()
    waiting = ApprovalRequest.objects.filter(cart=OuterRef("pk"), state=ApprovalState.PENDING).exclude(pk=request.pk)
    taken = Cart.objects.filter(pk=request.cart_id, is_open=False, saved_at=None, deleted_at=None)
    return taken.filter(~Exists(waiting), order=None)


def _steps_of(seats: Mapping[UUID, str]) -> QuerySet[ApprovalStep]:
    keys = list(seats)
    return ApprovalStep.objects.filter(Q(approver_ids__overlap=keys) | Q(escalated_ids__overlap=keys))
