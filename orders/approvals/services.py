"""Asking for an approval, deciding, taking back, escalating.

Everybody who changes a request locks its row first: of two who decide at once, or of an approver and a buyer who
changes the order, the second one finds what the first one made of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from accounts.spending.judging import Judgement
from accounts.spending.people import overseers, path_of, people_of
from core import formatting
from core.actor import Actor, system
from core.db import atomic
from core.errors import IllegalMove, NotAllowed, NotFound
from core.events import emit
from core.scope import current_scope
from customers.queries import CustomerInfo, customer_by_id
from orders import carts
from orders.approvals.errors import NothingToApprove, OtherContent, PricesExpired, ReasonMissing
from orders.approvals.gate import judged, waiting_of_cart
from orders.approvals.models import ApprovalDecision, ApprovalRequest, ApprovalStep, ApprovalTransition
from orders.approvals.policies import open_seats, seen_requests
from orders.approvals.snapshot import Content, digest_of
from orders.details import agreed, with_fee
from orders.enums import ApprovalState, OrderSource
from orders.errors import EmptyOrder, MayNotOrder
from orders.events import ApprovalAsked, ApprovalEnded
from orders.lines import priced_lines
from orders.models import Cart
from orders.placing import OrderDetails, totals_of, write_order
from orders.policies import require_order
from orders.services import Delivery, address_of, check_total
from orders.states import APPROVAL

#: How long the prices of an order that waits are kept.
FROZEN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of a decision: the order that it placed, if it was the last one."""

    state: str
    order_id: UUID | None = None


@atomic
def ask(
    *,
    actor: Actor,
    customer: CustomerInfo,
    delivery: Delivery,
    details: OrderDetails,
    expected_total: Decimal | None = None,
    cart_id: UUID | None = None,
) -> UUID:
    """Make of the actor's cart an order that waits for its approval; answers the request's id.

    The cart is closed and comes back when the request is changed. Sent twice, the second time answers the same request.
    Raises what a checkout raises, and NothingToApprove.
    """
    require_order(actor, customer)
    taken, wishes = carts.take_cart(actor=actor, customer=customer, cart_id=cart_id)
    if not wishes:
        return _request_of_cart(cart_id, actor)
    goods = priced_lines(customer, wishes)
    lines = with_fee(goods, customer)
    check_total(lines, customer, expected_total)
    said = agreed(details, customer, goods)
    judgement = judged(actor, customer, lines, said.cost_centre_code)
    if not judgement.needs_approval:
        raise NothingToApprove
    address = address_of(delivery, actor, customer)
    content = Content(tuple(lines), address, said)
    request = _written(actor, customer, content, judgement, taken)
    return request.pk


@atomic
def decide(*, request_id: UUID, actor: Actor, approve: bool, digest: str, reason: str = "") -> Decision:
    """Approve or reject the step that a request is at; the last approval places the order at the frozen prices.

    ``digest`` is that of the content which the approver saw. Raises NotFound, IllegalMove, PricesExpired, OtherContent,
    OwnOrder, NotYourTurn, ReasonMissing at ``reason``; and what placing raises: then nothing is decided.
    """
    request = _locked(request_id, actor)
    if request.state != ApprovalState.PENDING:
        raise IllegalMove
    if request.frozen_until <= timezone.now():
        raise PricesExpired(until=formatting.day(request.frozen_until))
    if digest != request.digest:
        raise OtherContent
    steps = list(request.steps.prefetch_related("decisions"))
    step = next(step for step in steps if step.done_at is None)
    seats = open_seats(actor, request, step)
    if not approve and not reason.strip():
        raise ReasonMissing(field="reason")
    ApprovalDecision.objects.bulk_create(
        ApprovalDecision(
            step=step,
            user_id=actor.require_user(),
            user_name=actor.name,
            for_user_id=key,
            for_name=name,
            is_approved=approve,
            reason=reason.strip()[:500],
            digest=digest,
        )
        for key, name in seats.items()
    )
    if not approve:
        _end(request, ApprovalState.REJECTED, actor, reason.strip()[:500])
        return Decision(request.state)
    return _approved(request, steps, step, seats, actor)


@atomic
def withdraw(*, request_id: UUID, actor: Actor) -> None:
    """Give up an order that waits. Raises NotFound, NotAllowed for others than its requester, IllegalMove."""
    _end(_own(request_id, actor), ApprovalState.WITHDRAWN, actor)


@atomic
def change(*, request_id: UUID, actor: Actor, customer: CustomerInfo) -> None:
    """Put an order that waits, or that was rejected or has expired, back into the cart.

    One that waits is superseded: what is checked out next begins anew. Raises NotFound, NotAllowed, IllegalMove.
    """
    request = _own(request_id, actor)
    if request.state == ApprovalState.PENDING:
        _end(request, ApprovalState.SUPERSEDED, actor)
    elif request.state not in (ApprovalState.REJECTED, ApprovalState.EXPIRED):
        raise IllegalMove
    cart = Cart.objects.select_for_update(of=("self",)).filter(approval_requests=request, is_open=False).first()
    if cart is None:
        raise IllegalMove
    carts.reopen(actor=actor, customer=customer, cart=cart)


@atomic
def escalate(*, step_id: UUID) -> bool:
    """Let those who manage spending decide a step that has waited for too long; once."""
    request = ApprovalRequest.objects.select_for_update(of=("self",)).filter(steps__pk=step_id).first()
    step = ApprovalStep.objects.filter(pk=step_id, done_at=None, escalated_at=None).first()
    if request is None or step is None or request.state != ApprovalState.PENDING:
        return False
    people = people_of(request.company_id)
    found = overseers(people, path=path_of(request.unit_id), without=request.requester_id)
    step.escalated_ids = [person.id for person in found]
    step.escalated_at = timezone.now()
    step.save(update_fields=["escalated_ids", "escalated_at"])
    _tell(request, step.escalated_ids)
    return True


@atomic
def expire(*, request_id: UUID) -> bool:
    """End a request whose prices are no longer kept."""
    request = ApprovalRequest.objects.select_for_update(of=("self",)).filter(pk=request_id).first()
    if request is None or request.state != ApprovalState.PENDING or request.frozen_until > timezone.now():
        return False
    _end(request, ApprovalState.EXPIRED, system("approvals"))
    return True


def look_after() -> tuple[int, int]:
    """Escalate and expire what is due at the current tenant; answers how many of both."""
    now = timezone.now()
    pending = ApprovalRequest.objects.filter(state=ApprovalState.PENDING)
    expired = sum(expire(request_id=key) for key in pending.filter(frozen_until__lte=now).values_list("pk", flat=True))
    due = ApprovalStep.objects.filter(request__in=pending, done_at=None, escalated_at=None, escalate_at__lte=now)
    return sum(escalate(step_id=key) for key in due.values_list("pk", flat=True)), expired


def _written(
    actor: Actor, customer: CustomerInfo, content: Content, judgement: Judgement, cart_id: UUID | None
) -> ApprovalRequest:
    sums = totals_of(content.lines, customer.currency)
    data, now = content.as_json(), timezone.now()
    request = ApprovalRequest.objects.create(
        customer_id=customer.id,
        company_id=customer.company_id,
        unit_id=actor.unit_id,
        unit_name=actor.unit_name,
        requester_id=actor.require_user(),
        requester_name=actor.name,
        cart_id=cart_id,
        content=data,
        digest=digest_of(data, [sums.net, sums.gross, customer.currency]),
        reasons=[asdict(reason) for reason in judgement.reasons],
        line_count=len(content.lines),
        currency=customer.currency,
        net_amount=sums.net,
        total_amount=sums.gross,
        frozen_until=now + FROZEN,
    )
    steps = [
        ApprovalStep(
            request=request,
            position=position,
            needed=step.needed,
            approver_ids=[person.id for person in step.approvers],
            approver_names=[person.name for person in step.approvers],
            escalation_hours=step.escalation_hours,
        )
        for position, step in enumerate(judgement.steps, 1)
    ]
    steps[0].escalate_at = _due(steps[0])
    ApprovalStep.objects.bulk_create(steps)
    ApprovalTransition.objects.create(
        subject=request,
        from_state="",
        to_state=ApprovalState.PENDING,
        actor_id=actor.user_id,
        actor_name=actor.name,
    )
    _tell(request, steps[0].approver_ids)
    return request


def _approved(
    request: ApprovalRequest, steps: Sequence[ApprovalStep], step: ApprovalStep, seats: dict[UUID, str], actor: Actor
) -> Decision:
    """Count an approval: the step may be done, and with the last step the order is placed."""
    decided = {decision.for_user_id for decision in step.decisions.all()} | set(seats)
    count = len(decided & set(step.approver_ids))
    if count < step.needed and not decided & set(step.escalated_ids):
        return Decision(request.state)
    step.done_at = timezone.now()
    step.save(update_fields=["done_at"])
    following = next((row for row in steps if row.position > step.position), None)
    if following is not None:
        following.escalate_at = _due(following)
        following.save(update_fields=["escalate_at"])
        _tell(request, following.approver_ids)
        return Decision(request.state)
    order_id = _placed(request)
    _end(request, ApprovalState.APPROVED, actor)
    request.order_id = order_id
    request.save(update_fields=["order"])
    return Decision(request.state, order_id)


def _placed(request: ApprovalRequest) -> UUID:
    """Write the order as it was asked for, for who asked for it. Raises MayNotOrder where the account is closed now."""
    customer = customer_by_id(request.customer_id)
    if customer is None or not customer.is_approved:
        raise MayNotOrder
    if request.digest != _digest(request):
        raise OtherContent
    content = Content.from_json(request.content)
    requester = Actor(
        kind="buyer",
        user_id=request.requester_id,
        name=request.requester_name,
        company_id=request.company_id,
        company_name=customer.company_name,
        unit_id=request.unit_id,
        unit_name=request.unit_name,
    )
    order = write_order(
        actor=requester,
        customer=replace(customer, currency=request.currency),
        lines=content.lines,
        delivery_address=content.delivery_address,
        details=content.details,
        source=OrderSource.CART,
        cart_id=request.cart_id,
    )
    return order.pk


def _digest(request: ApprovalRequest) -> str:
    """The digest of what is written in the row."""
    return digest_of(request.content, [request.net_amount, request.total_amount, request.currency])


def _end(request: ApprovalRequest, state: ApprovalState, actor: Actor, note: str = "") -> None:
    APPROVAL.move(request, to=state, actor=actor, note=note)
    tenant_id = current_scope().tenant_id
    if tenant_id is not None:
        emit(ApprovalEnded(request.pk, request.company_id, tenant_id, request.requester_id, state.value, note))


def _tell(request: ApprovalRequest, user_ids: Sequence[UUID]) -> None:
    """Say to whom it waits for now."""
    tenant_id = current_scope().tenant_id
    if tenant_id is not None:
        emit(ApprovalAsked(request.pk, request.company_id, tenant_id, [str(key) for key in user_ids]))


def _due(step: ApprovalStep) -> datetime:
    return timezone.now() + timedelta(hours=step.escalation_hours)


def _locked(request_id: UUID, actor: Actor) -> ApprovalRequest:
    """Raises NotFound for who may not see it."""
    seen = seen_requests(actor).filter(pk=request_id).values("pk")
    request = ApprovalRequest.objects.select_for_update(of=("self",)).filter(pk__in=seen).first()
    if request is None:
        raise NotFound
    return request


def _own(request_id: UUID, actor: Actor) -> ApprovalRequest:
    request = _locked(request_id, actor)
    if request.requester_id != actor.user_id:
        raise NotAllowed
    return request


def _request_of_cart(cart_id: UUID | None, actor: Actor) -> UUID:
    """The request that the cart has become. Raises EmptyOrder."""
    request_id = waiting_of_cart(cart_id, actor)
    if request_id is None:
        raise EmptyOrder
    return request_id
