"""Deciding about an order that waits, taking it back, escalating.

Everybody who changes a request locks its row first: of two who decide at once, or of an approver and a buyer who
changes the order, the second one finds what the first one made of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from accounts.permissions import Permission
from accounts.spending.judging import require_budget
from accounts.spending.people import overseers, path_of, people_of
from accounts.spending.rules import Purchase
from agreements import calling
from core import formatting
from core.actor import Actor, system
from core.db import atomic
from core.errors import IllegalMove, NotAllowed, NotFound
from core.events import emit
from core.scope import current_scope
from customers.queries import CustomerInfo, customer_by_id
from orders import carts
from orders.approvals.asking import due, tell
from orders.approvals.errors import OtherContent, PricesExpired, ReasonMissing, VatIsAnother
from orders.approvals.models import ApprovalDecision, ApprovalRequest, ApprovalStep
from orders.approvals.policies import carts_to_change, require_seat, seen_requests
from orders.approvals.snapshot import Content, digest_of
from orders.call_offs import called_off
from orders.cart_locks import locked_among
from orders.enums import ApprovalState, OrderSource
from orders.errors import MayNotOrder
from orders.events import ApprovalEnded
from orders.placing import write_order
from orders.quotes import Part, order_offer
from orders.states import APPROVAL
from orders.vat import is_taxed_as_now
from rfq.awarding import Became, Picks
from rfq.pending.services import release


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of a decision: the order that it placed, if it was the last one."""

    state: str
    order_id: UUID | None = None
    agreement_id: UUID | None = None


@atomic
def decide(
    *, request_id: UUID, actor: Actor, approve: bool, digest: str, reason: str = "", by_mail: bool = False
) -> Decision:
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
    seat_id, seat_name = require_seat(actor, request, step)
    if not approve and not reason.strip():
        raise ReasonMissing(field="reason")
    ApprovalDecision.objects.create(
        step=step,
        user_id=actor.require_user(),
        user_name=actor.name,
        for_user_id=seat_id,
        for_name=seat_name,
        is_approved=approve,
        reason=reason.strip()[:500],
        digest=digest,
        by_mail=by_mail,
    )
    if not approve:
        _end(request, ApprovalState.REJECTED, actor, reason.strip()[:500])
        return Decision(request.state)
    return _approved(request, steps, step, seat_id, actor)


@atomic
def withdraw(*, request_id: UUID, actor: Actor) -> None:
    """Give up an order that waits. Raises NotFound, NotAllowed for others than its requester, IllegalMove."""
    _end(_own(request_id, actor), ApprovalState.WITHDRAWN, actor)


@atomic
def change(*, request_id: UUID, actor: Actor, customer: CustomerInfo) -> None:
    """Put an order that waits, or that was rejected, withdrawn or has expired, back into the cart; once.

    It is superseded: what is checked out next begins anew. Raises NotFound, NotAllowed, IllegalMove, also for a cart
    that has been ordered, that waits again, or that is a saved one.
    """
    request = _own(request_id, actor)
    if request.cart_id is None:
        raise IllegalMove
    cart = locked_among(carts_to_change(request), request.cart_id)
    if cart is None:
        raise IllegalMove
    _end(request, ApprovalState.SUPERSEDED, actor)
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
    tell(request, step.escalated_ids)
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


def _approved(
    request: ApprovalRequest, steps: Sequence[ApprovalStep], step: ApprovalStep, seat_id: UUID, actor: Actor
) -> Decision:
    """Count an approval: the step may be done, and with the last step the order is placed."""
    decided = {decision.for_user_id for decision in step.decisions.all()} | {seat_id}
    count = len(decided & set(step.approver_ids))
    if count < step.needed and not decided & set(step.escalated_ids):
        return Decision(request.state)
    step.done_at = timezone.now()
    step.save(update_fields=["done_at"])
    following = next((row for row in steps if row.position > step.position), None)
    if following is not None:
        following.escalate_at = due(following)
        following.save(update_fields=["escalate_at"])
        tell(request, following.approver_ids)
        return Decision(request.state)
    made = _placed(request)
    _end(request, ApprovalState.APPROVED, actor)
    request.order_id, request.agreement_id = made.order_id, made.agreement_id
    request.save(update_fields=["order", "agreement_id"])
    return Decision(request.state, made.order_id, made.agreement_id)


def _placed(request: ApprovalRequest) -> Became:
    """Write the order as it was asked for, for who asked for it.

    Raises MayNotOrder where the account is closed now, VatIsAnother where its VAT would be another, BudgetUsedUp where
    others have spent what was left, AgreementShort where they have called off what it counted on, and what accepting an
    offer raises.
    """
    customer = customer_by_id(request.customer_id)
    if customer is None or not customer.is_approved:
        raise MayNotOrder
    if request.digest != _digest(request):
        raise OtherContent
    content = Content.from_json(request.content)
    if not is_taxed_as_now(content.lines, customer, content.delivery_address, content.details):
        raise VatIsAnother
    require_budget(
        company_id=request.company_id,
        purchase=Purchase(request.net_amount, request.currency, current_scope().tenant_id),
        cost_centre_code=content.details.cost_centre_code,
    )
    requester = Actor(
        kind="buyer",
        user_id=request.requester_id,
        name=request.requester_name,
        company_id=request.company_id,
        company_name=customer.company_name,
        unit_id=request.unit_id,
        unit_name=request.unit_name,
        permissions=frozenset({Permission.REQUEST_QUOTES}),
    )
    customer = replace(customer, currency=request.currency)
    if request.quote_version_id is not None:
        return order_offer(
            part=Part(request.quote_version_id, _picks(request)),
            actor=requester,
            customer=customer,
            content=content,
            closes=request.closes_rfq,
        )
    calling.hold(called_off(content.lines))
    order = write_order(
        actor=requester,
        customer=customer,
        lines=content.lines,
        delivery_address=content.delivery_address,
        details=content.details,
        source=OrderSource(request.source),
        cart_id=request.cart_id,
    )
    return Became(order.pk)


def _picks(request: ApprovalRequest) -> Picks | None:
    if request.quote_picks is None:
        return None
    return {UUID(key): Decimal(value) if value is not None else None for key, value in request.quote_picks.items()}


def _digest(request: ApprovalRequest) -> str:
    """The digest of what is written in the row."""
    return digest_of(request.content, [request.net_amount, request.total_amount, request.currency])


def _end(request: ApprovalRequest, state: ApprovalState, actor: Actor, note: str = "") -> None:
    APPROVAL.move(request, to=state, actor=actor, note=note)
    if request.quote_version_id is not None:
        release(request_id=request.pk)
    tenant_id = current_scope().tenant_id
    if tenant_id is not None:
        emit(ApprovalEnded(request.pk, request.company_id, tenant_id, request.requester_id, state.value, note))


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
