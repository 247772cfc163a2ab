"""An order that needs an approval is written down as it is, and waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from accounts.spending.judging import Judgement
from core.actor import Actor
from core.db import atomic
from core.events import emit
from core.scope import current_scope
from customers.queries import CustomerInfo
from orders import carts
from orders.approvals.errors import NothingToApprove
from orders.approvals.gate import judged, waiting_of_cart
from orders.approvals.models import ApprovalRequest, ApprovalStep, ApprovalTransition
from orders.approvals.snapshot import Content, digest_of
from orders.call_offs import parted
from orders.details import agreed, with_fee
from orders.enums import ApprovalState, OrderSource
from orders.errors import EmptyOrder
from orders.events import ApprovalAsked
from orders.lines import NewLine, orderable, priced
from orders.placing import OrderDetails, totals_of
from orders.policies import require_order
from orders.quoted import Quoted
from orders.seen_prices import require_taken
from orders.services import Delivery, addressed, check_total, content_of
from orders.vat import taxed

#: How long the prices of an order that waits are kept.
FROZEN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an order that waits comes from, and until when its prices hold if that is sooner than usual.

    Of an offer, ``picks`` are the lines that are taken (:mod:`rfq.awarding`), and ``closes`` whether its request ends.
    """

    source: OrderSource = OrderSource.CART
    cart_id: UUID | None = None
    quote_version_id: UUID | None = None
    valid_until: datetime | None = None
    picks: Mapping[UUID, Decimal | None] | None = None
    closes: bool = True


@atomic
def ask(
    *,
    actor: Actor,
    customer: CustomerInfo,
    delivery: Delivery,
    details: OrderDetails,
    expected_total: Decimal | None = None,
    cart_id: UUID | None = None,
    prices_taken: str = "",
    cart_version: int | None = None,
) -> UUID:
    """Make of the actor's cart an order that waits for its approval; answers the request's id.

    The cart is closed and comes back when the request is changed. Sent twice, the second time answers the same request.
    Raises what a checkout raises, and NothingToApprove.
    """
    require_order(actor, customer)
    taken, wishes = carts.take_cart(actor=actor, customer=customer, cart_id=cart_id, version=cart_version)
    if not wishes:
        return _request_of_cart(cart_id, actor)
    checked = orderable(customer, wishes)
    goods = [priced(line) for line in checked]
    said = agreed(details, customer, goods)
    lines, address = addressed(with_fee(goods, customer), wishes, delivery, actor, customer)
    lines = taxed(parted(lines, customer.currency), customer, address, said)
    check_total(lines, customer, expected_total)
    require_taken(checked, prices_taken)
    content = Content(tuple(lines), address, said)
    return ask_for(actor=actor, customer=customer, content=content, origin=Origin(cart_id=taken))


@atomic
def ask_for_lines(
    *,
    actor: Actor,
    customer: CustomerInfo,
    lines: Sequence[NewLine],
    delivery_address: Mapping[str, str],
    details: OrderDetails,
    source: OrderSource,
    quoted: Quoted | None = None,
) -> UUID:
    """Let an order of these lines wait, as :func:`orders.services.place_order` would place it.

    Prices that are ``quoted`` wait no longer than they hold. Raises what that raises, and NothingToApprove.
    """
    require_order(actor, customer)
    content = content_of(lines, customer, delivery_address, details, quoted)
    origin = Origin(source, valid_until=quoted.until if quoted else None)
    return ask_for(actor=actor, customer=customer, content=content, origin=origin)


@atomic
def ask_for(*, actor: Actor, customer: CustomerInfo, content: Content, origin: Origin) -> UUID:
    """Let exactly this wait; answers the request's id.

    Raises NothingToApprove, CostCentreMissing, CostCentreUnknown, BudgetUsedUp, NoApprover. Emits ApprovalAsked.
    """
    code, is_order = content.details.cost_centre_code, content.period is None
    judgement = judged(actor, customer, content.lines, code, needs_centre=is_order)
    if not judgement.needs_approval:
        raise NothingToApprove
    request = _request(actor, customer, content, judgement, origin)
    request.save(force_insert=True)
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
    steps[0].escalate_at = due(steps[0])
    ApprovalStep.objects.bulk_create(steps)
    ApprovalTransition.objects.create(
        subject=request,
        from_state="",
        to_state=ApprovalState.PENDING,
        actor_id=actor.user_id,
        actor_name=actor.name,
    )
    tell(request, steps[0].approver_ids)
    return request.pk


def is_same(request: ApprovalRequest, content: Content, origin: Origin) -> bool:
    """Whether a request that waits asks for exactly this."""
    said = (_digest(content, request.currency), _as_json(origin.picks), origin.closes)
    return said == (request.digest, request.quote_picks, request.closes_rfq)


def tell(request: ApprovalRequest, user_ids: Sequence[UUID]) -> None:
    """Say to whom it waits for now. Emits ApprovalAsked."""
    tenant_id = current_scope().tenant_id
    if tenant_id is not None:
        emit(ApprovalAsked(request.pk, request.company_id, tenant_id, [str(key) for key in user_ids]))


def due(step: ApprovalStep) -> datetime:
    """When a step that begins now is escalated."""
    return timezone.now() + timedelta(hours=step.escalation_hours)


def _request(
    actor: Actor, customer: CustomerInfo, content: Content, judgement: Judgement, origin: Origin
) -> ApprovalRequest:
    sums = totals_of(content.lines, customer.currency)
    until = timezone.now() + FROZEN
    return ApprovalRequest(
        customer_id=customer.id,
        company_id=customer.company_id,
        unit_id=actor.unit_id,
        unit_name=actor.unit_name,
        requester_id=actor.require_user(),
        requester_name=actor.name,
        source=origin.source,
        cart_id=origin.cart_id,
        quote_version_id=origin.quote_version_id,
        quote_picks=_as_json(origin.picks),
        closes_rfq=origin.closes,
        content=content.as_json(),
        digest=_digest(content, customer.currency),
        reasons=[asdict(reason) for reason in judgement.reasons],
        line_count=len(content.lines),
        currency=customer.currency,
        net_amount=sums.net,
        total_amount=sums.gross,
        frozen_until=min(until, origin.valid_until or until),
    )


def _digest(content: Content, currency: str) -> str:
    sums = totals_of(content.lines, currency)
    return digest_of(content.as_json(), [sums.net, sums.gross, currency])


def _as_json(picks: Mapping[UUID, Decimal | None] | None) -> dict[str, str | None] | None:
    if picks is None:
        return None
    return {str(key): str(quantity) if quantity is not None else None for key, quantity in picks.items()}


def _request_of_cart(cart_id: UUID | None, actor: Actor) -> UUID:
    """The request that the cart has become. Raises EmptyOrder."""
    request_id = waiting_of_cart(cart_id, actor)
    if request_id is None:
        raise EmptyOrder
    return request_id
