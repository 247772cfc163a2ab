"""Answers at once: where the supplier wishes it, a request for what it has is quoted when it is sent, by nobody.

Once for each request, decided under the invitation's lock; why a request is left to people is kept for them to read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from core.actor import Actor
from core.db import atomic
from core.errors import NotFound
from core.money import ZERO, TaxedLine, Totals, line_net, totals
from customers.queries import CustomerInfo, customer_of
from payments import credit
from quoting.bounds import policy_now
from quoting.enums import OPEN_DRAFT, LeftToPeople
from quoting.judging import Judgement, judge
from quoting.models import Assignment, InstantAnswer, QuoteDraft, QuotingPolicy
from rfq import offers
from rfq.drafting import Proposal, proposals
from rfq.enums import InvitationState
from rfq.errors import DeadlineOver, RequestClosed
from rfq.models import RFQ, Invitation, RFQLine
from rfq.offers import Offer, OfferLine
from rfq.versions import FREIGHT_RATE

#: What the policy's amounts are in.
_CURRENCY = "EUR"


@dataclass(frozen=True, slots=True)
class _Left:
    """Why a request is left to people, and at which of its lines."""

    because: LeftToPeople
    position: int | None = None


@atomic
def answer_at_once(*, rfq_id: UUID, tenant_id: UUID) -> UUID | None:
    """Answer a request that keeps all rules, or note why not; again does nothing. Answers the version's id.

    In the tenant's scope as the tenant. Emits QuoteSent.
    """
    policy = policy_now()
    if not policy.answers_at_once:
        return None
    nobody = Actor("staff", tenant_id=tenant_id)
    rows = Invitation.objects.filter(rfq_id=rfq_id, tenant_id=tenant_id)
    invitation = _held(rows.values_list("pk", flat=True).first(), nobody)
    if invitation is None or InstantAnswer.objects.filter(invitation_id=invitation.id).exists():
        return None
    offer = _offer(invitation, policy)
    if isinstance(offer, _Left):
        InstantAnswer.objects.create(invitation_id=invitation.id, left_because=offer.because, position=offer.position)
        return None
    version_id = offers.send_quote(invitation_id=invitation.id, offer=offer, actor=nobody)
    InstantAnswer.objects.create(invitation_id=invitation.id, version_id=version_id)
    return version_id


def instant_answer_of(invitation_id: UUID) -> InstantAnswer | None:
    """What became of the try to answer a request at once, if there was one; one statement."""
    return InstantAnswer.objects.filter(invitation_id=invitation_id).first()


def _held(invitation_id: UUID | None, nobody: Actor) -> Invitation | None:
    """The invitation, locked; None when it cannot be answered any more."""
    if invitation_id is None:
        return None
    try:
        invitation = offers.held_open(invitation_id, nobody)
    except (NotFound, RequestClosed, DeadlineOver):
        return None
    return invitation if invitation.rfq.deadline_at > timezone.now() else None


def _offer(invitation: Invitation, policy: QuotingPolicy) -> Offer | _Left:
    """What is offered, or the first rule that is not kept."""
    rfq, customer = invitation.rfq, customer_of(invitation.company_id)
    if _is_taken(invitation):
        return _Left(LeftToPeople.TAKEN)
    if customer is None or not customer.is_approved:
        return _Left(LeftToPeople.NO_ACCOUNT)
    if not rfq.currency == customer.currency == _CURRENCY:
        return _Left(LeftToPeople.CURRENCY)
    if _has_own_conditions(rfq, customer, policy):
        return _Left(LeftToPeople.CONDITIONS)
    lines = list(RFQLine.objects.filter(rfq=rfq).order_by("position"))
    found = proposals(lines, invitation.company_id, currency=_CURRENCY)
    left = next(_wrong_lines(lines, found), None)
    if left is not None:
        return left
    offer = Offer(
        lines={line.id: _line(found[line.id]) for line in lines},
        valid_until=timezone.now() + timedelta(days=policy.at_once_days),
        freight=policy.at_once_freight,
    )
    judged = judge(lines, invitation.company_id, _CURRENCY, offer)
    return _beyond(judged, _whole(lines, found, offer.freight), policy, customer.id) or offer


def _is_taken(invitation: Invitation) -> bool:
    is_new = invitation.state in (InvitationState.INVITED, InvitationState.VIEWED)
    if not is_new or Assignment.objects.filter(invitation_id=invitation.id, ended_at__isnull=True).exists():
        return True
    return QuoteDraft.objects.filter(invitation_id=invitation.id, state__in=OPEN_DRAFT).exists()


def _has_own_conditions(rfq: RFQ, customer: CustomerInfo, policy: QuotingPolicy) -> bool:
    """Whether somebody has to think about delivery, payment or a longer validity."""
    usual_term = (customer.payment_term_kind, customer.payment_term_days)
    asks_term = rfq.term_days is not None and (rfq.term_kind, rfq.term_days) != usual_term
    return bool(rfq.incoterm) or asks_term or (rfq.validity_days or 0) > policy.at_once_days


def _wrong_lines(lines: Sequence[RFQLine], found: Mapping[UUID, Proposal]) -> Iterator[_Left]:
    """Lines that are not of the catalogue, not sold so, not priced, not there, or not there in time."""
    taken: dict[UUID, Decimal] = defaultdict(Decimal)
    for line in lines:
        because = _wrong(line, found.get(line.id), taken)
        if because is not None:
            yield _Left(because, line.position)


def _wrong(line: RFQLine, proposal: Proposal | None, taken: dict[UUID, Decimal]) -> LeftToPeople | None:
    if line.question:
        return LeftToPeople.QUESTION
    if proposal is None or not _is_for_machines(proposal):
        return LeftToPeople.NOT_IN_CATALOGUE
    variant, unit = proposal.match.variant, proposal.match.unit
    if not (unit.minimum <= line.quantity <= (unit.maximum or line.quantity)) or line.quantity % unit.multiple:
        return LeftToPeople.QUANTITY
    if proposal.unit_price is None:
        return LeftToPeople.NO_PRICE
    taken[variant.id] += line.quantity * unit.factor
    if taken[variant.id] > proposal.available:
        return LeftToPeople.NOT_IN_STOCK
    ready_on = timezone.localdate() + timedelta(days=proposal.lead_time_days)
    return LeftToPeople.TOO_LATE if line.requested_on and line.requested_on < ready_on else None


def _is_for_machines(proposal: Proposal) -> bool:
    """Whether a code names it, it is no pack, and the customer may see it: its own view is the catalogue here."""
    variant = proposal.match.variant
    return variant.is_visible and not variant.is_pack and not proposal.match.is_by_words


def _line(proposal: Proposal) -> OfferLine:
    return OfferLine(proposal.unit_price, proposal.lead_time_days, sku=proposal.match.variant.sku)


def _whole(lines: Sequence[RFQLine], found: Mapping[UUID, Proposal], freight: Decimal) -> Totals:
    """What the offer comes to, with the usual VAT."""
    taxed = [TaxedLine(freight, "S", FREIGHT_RATE)]
    for line in lines:
        net = line_net(found[line.id].unit_price or ZERO, line.quantity, _CURRENCY)
        taxed.append(TaxedLine(net, "S", found[line.id].match.variant.tax_rate))
    return totals(taxed, _CURRENCY)


def _beyond(judged: Judgement, whole: Totals, policy: QuotingPolicy, customer_id: UUID) -> _Left | None:
    """A limit, the highest amount or the credit that the offer goes beyond."""
    breach = next((line.position for line in judged.lines if line.breaches), None)
    if breach is not None:
        return _Left(LeftToPeople.LIMITS, breach)
    if policy.at_once_amount is None or whole.net > policy.at_once_amount:
        return _Left(LeftToPeople.AMOUNT)
    left = credit.status(customer_id)
    if left.currency != _CURRENCY or whole.gross > left.available:
        return _Left(LeftToPeople.CREDIT)
    return None
