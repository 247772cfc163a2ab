"""An accepted quote becomes an order at exactly the quoted prices, in one transaction over both schemas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.spending.judging import cost_centre
from agreements.services import NewAgreement, Period, sign
from core.actor import Actor
from core.db import atomic, savepoint
from core.errors import NotFound, Refused
from core.scope import current_scope
from core.tenancy import use_tenant
from customers.errors import NotACustomer
from customers.queries import CustomerInfo, customer_of
from orders.approvals.asking import Origin, ask_for, is_same
from orders.approvals.errors import ApprovalNeeded
from orders.approvals.gate import require_free, waiting_for_offer
from orders.approvals.snapshot import Content
from orders.enums import OrderSource
from orders.errors import SupplierClosed
from orders.offered import Said, agreed_lines, content_of
from orders.placing import OrderDetails, totals_of, write_order
from rfq.awarding import (
    AcceptedOffer,
    Became,
    Picks,
    accept_offer,
    became,
    offer_to_accept,
    record_award,
)
from rfq.errors import NothingPicked, NotOnTheTable
from rfq.models import QuoteVersion
from rfq.pending.services import award_waits, hold, require_unclaimed
from tenants.directory import TenantInfo, find_by_id, is_open


class AccountNeeded(NotACustomer):
    """A quote was accepted from a supplier that has not approved the company as its customer."""

    message = _(
        "Your company has no approved account with %(supplier)s yet. Ask for one on its storefront; once it is "
        "approved, accept this offer again. Nothing was ordered or changed."
    )


@dataclass(frozen=True, slots=True)
class Part:
    """What is taken of one supplier's version; without ``picks`` what it offers first for each line."""

    version_id: UUID
    picks: Picks | None = None


@dataclass(frozen=True, slots=True)
class Awarded:
    """What has come of an award, by supplier: orders, what waits for its approval, and agreements."""

    orders: Mapping[UUID, UUID]
    requests: Mapping[UUID, UUID]
    agreements: Mapping[UUID, UUID] = field(default_factory=dict)


class AwardRefused(Refused):
    """Some supplier's part cannot be ordered, so nothing is: ``refusals`` say why, by version."""

    code = "award_refused"
    status = 409
    message = _("Nothing was ordered: %(count)s of the suppliers’ offers cannot be ordered as they are.")

    def __init__(self, refusals: Mapping[UUID, Refused]) -> None:
        super().__init__(count=len(refusals))
        self.refusals = refusals


@atomic
def accept_quote(
    *,
    version_id: UUID,
    actor: Actor,
    po_number: str = "",
    cost_centre_code: str = "",
    delivery_address: Mapping[str, str] | None = None,
) -> UUID:
    """Accept a supplier's version, and so award the request to it: answers the id of the order in its schema.

    Everything or nothing: version, award, closed invitations, order in the version's currency, reserved stock and
    credit. Accepting the same version again answers the same order. Raises MayNotBuy, NotFound, RequestClosed,
    NotOnTheTable, OfferExpired, SupplierClosed, AwardWaits, AccountNeeded, ApprovalNeeded, CostCentreMissing,
    CostCentreUnknown, BudgetUsedUp, NoApprover, CreditExceeded, NoCreditInCurrency. Emits OrderPlaced, RFQAwarded.
    """
    made = _order(Part(version_id), actor, Said(po_number, cost_centre_code, delivery_address))
    if made.order_id is None:  # it has become an agreement before
        raise NotOnTheTable
    return made.order_id


@atomic
def ask_to_accept(
    *,
    version_id: UUID,
    actor: Actor,
    po_number: str = "",
    cost_centre_code: str = "",
    delivery_address: Mapping[str, str] | None = None,
) -> UUID:
    """Let the order that a version would become wait for its approval; answers the request's id.

    The offer stays on the table: who negotiates on, or whose offer has expired by then, finds that out when the last
    one approves. Asked for the same again, it answers the same request; something else, or lines that wait at another
    supplier, are refused. Raises what :func:`accept_quote` raises, NothingToApprove.
    """
    return _ask(Part(version_id), actor, Said(po_number, cost_centre_code, delivery_address))


@atomic
def award_parts(
    *,
    parts: Sequence[Part],
    actor: Actor,
    po_number: str = "",
    cost_centre_code: str = "",
    closes: bool = False,
    period: Period | None = None,
) -> Awarded:
    """Give the lines of a request to several suppliers in one step: an order with each of them, or none at all.

    With a ``period`` it is an agreement with each of them, for these days, from which orders call off; only orders
    have a cost centre.

    A part that needs an approval waits for it; ``closes`` ends the request for everybody else, where nothing waits.
    Every supplier's part is tried, so that all refusals are known at once; suppliers are taken in the order of their
    keys. Sent again, it answers the same. Raises NothingPicked, LinePickedTwice, CostCentreMissing, CostCentreUnknown,
    AwardRefused. Emits RFQAwarded and OrderPlaced or AgreementSigned for each of them, ApprovalAsked.
    """
    if not parts:
        raise NothingPicked(field="lines")
    if period is None:
        cost_centre(actor.require_company(), cost_centre_code, chosen_by=actor)
    tenants = {part.version_id: _tenant_of(part.version_id, actor) for part in parts}
    made: dict[UUID, Became] = {}
    requests: dict[UUID, UUID] = {}
    refusals: dict[UUID, Refused] = {}
    in_order = sorted(parts, key=lambda part: tenants[part.version_id].id)
    for part in in_order:
        tenant_id = tenants[part.version_id].id
        said = Said(po_number, cost_centre_code, closes=closes and part is in_order[-1] and not requests, period=period)
        try:
            with savepoint():
                made[tenant_id] = _order(part, actor, said)
        except ApprovalNeeded:
            try:
                with savepoint():
                    requests[tenant_id] = _ask(part, actor, said)
            except Refused as refusal:
                refusals[part.version_id] = refusal
        except Refused as refusal:
            refusals[part.version_id] = refusal
    if refusals:
        raise AwardRefused(refusals)
    orders = {key: one.order_id for key, one in made.items() if one.order_id is not None}
    agreements = {key: one.agreement_id for key, one in made.items() if one.agreement_id is not None}
    return Awarded(orders, requests, agreements)


@atomic
def order_offer(*, part: Part, actor: Actor, customer: CustomerInfo, content: Content, closes: bool = True) -> Became:
    """Accept what is taken of a version at its supplier, and order it, or agree on it, as ``content`` says.

    Raises what :func:`accept_quote` raises.
    """
    scope = current_scope()
    tenant = find_by_id(scope.tenant_id) if scope.tenant_id is not None else None
    if tenant is None or not is_open(tenant):
        raise SupplierClosed
    with use_tenant(scope, company_id=customer.company_id):
        offer = offer_to_accept(version_id=part.version_id, actor=actor, picks=part.picks, closes=closes)
        return _written(offer, actor, customer, content, closes=closes)


def _written(offer: AcceptedOffer, actor: Actor, customer: CustomerInfo, content: Content, *, closes: bool) -> Became:
    """The order, or the agreement, of an offer that was looked at in this transaction."""
    accept_offer(offer=offer, actor=actor)
    if content.period is not None:
        made = Became(None, _agreed(offer, actor, customer, content.details, content.period.begun()))
    else:
        made = Became(_ordered(offer, actor, customer, content))
    record_award(offer=offer, became=made, actor=actor, closes=closes)
    return made


def _ordered(offer: AcceptedOffer, actor: Actor, customer: CustomerInfo, content: Content) -> UUID:
    order = write_order(
        actor=actor,
        customer=customer,
        lines=content.lines,
        delivery_address=content.delivery_address,
        details=content.details,
        source=OrderSource.QUOTE,
        quote_version_id=offer.version_id,
    )
    return order.id


def _agreed(offer: AcceptedOffer, actor: Actor, customer: CustomerInfo, details: OrderDetails, period: Period) -> UUID:
    conditions = offer.conditions
    data = NewAgreement(
        rfq_id=offer.rfq_id,
        quote_version_id=offer.version_id,
        content_hash=offer.content_hash,
        currency=offer.currency,
        net_amount=sum((line.net_amount for line in offer.lines), Decimal(0)),
        lines=agreed_lines(offer),
        freight_amount=offer.freight_amount,
        incoterm=conditions.incoterm,
        incoterm_place=conditions.incoterm_place,
        term_kind=conditions.term_kind,
        term_days=conditions.term_days,
        po_number=details.po_number,
    )
    return sign(data=data, period=period, customer=customer, actor=actor)


def _order(part: Part, actor: Actor, said: Said) -> Became:
    tenant = _open_tenant_of(part.version_id, actor)
    with use_tenant(tenant.scope, company_id=actor.require_company()):
        known = became(version_id=part.version_id, actor=actor)
        if known is not None:
            return known
        customer = _customer(actor, tenant)
        offer = offer_to_accept(version_id=part.version_id, actor=actor, picks=part.picks, closes=said.closes)
        content = content_of(offer, customer, said)
        customer = replace(customer, currency=offer.currency)
        code = content.details.cost_centre_code
        require_free(actor, customer, content.lines, code, needs_centre=content.period is None)
        require_unclaimed(offer, closes=said.closes)
        return _written(offer, actor, customer, content, closes=said.closes)


def _ask(part: Part, actor: Actor, said: Said) -> UUID:
    tenant = _open_tenant_of(part.version_id, actor)
    with use_tenant(tenant.scope, company_id=actor.require_company()):
        customer = _customer(actor, tenant)
        offer = offer_to_accept(version_id=part.version_id, actor=actor, picks=part.picks, closes=said.closes)
        origin = Origin(
            OrderSource.QUOTE,
            quote_version_id=part.version_id,
            valid_until=offer.valid_until,
            picks={taken.line.pk: taken.quantity for taken in offer.lines},
            closes=said.closes,
        )
        content = content_of(offer, customer, said)
        waiting = waiting_for_offer(part.version_id)
        if waiting is not None:
            if is_same(waiting, content, origin):
                return waiting.pk
            raise award_waits(tenant.name, waiting.net_amount, waiting.currency, waiting.requester_name)
        require_unclaimed(offer, closes=said.closes, waits=True)
        customer = replace(customer, currency=offer.currency)
        request_id = ask_for(actor=actor, customer=customer, content=content, origin=origin)
        hold(
            offer=offer,
            request_id=request_id,
            net=totals_of(content.lines, offer.currency).net,
            closes=said.closes,
            ends_on=said.period.ends_on if said.period is not None else None,
            actor=actor,
        )
        return request_id


def _tenant_of(version_id: UUID, actor: Actor) -> TenantInfo:
    own = QuoteVersion.objects.filter(pk=version_id, company_id=actor.require_company())
    tenant_id = own.values_list("tenant_id", flat=True).first()
    tenant = find_by_id(tenant_id) if tenant_id else None
    if tenant is None:
        raise NotFound
    return tenant


def _open_tenant_of(version_id: UUID, actor: Actor) -> TenantInfo:
    tenant = _tenant_of(version_id, actor)
    if not is_open(tenant):
        raise SupplierClosed
    return tenant


def _customer(actor: Actor, tenant: TenantInfo) -> CustomerInfo:
    customer = customer_of(actor.require_company())
    if customer is None or not customer.is_approved:
        raise AccountNeeded(supplier=tenant.name)
    return customer
