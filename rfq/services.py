"""Use cases of the buyer's side: ask, counter, accept, cancel. The supplier's side is in :mod:`rfq.offers`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from catalog.packs.snapshots import PackSnapshot
from core import formatting
from core.actor import Actor
from core.db import atomic
from core.errors import NotFound
from core.events import emit
from core.numbers import next_number
from rfq.differences import changes_text
from rfq.enums import InvitationState, RFQState, Side, VersionState
from rfq.errors import (
    CounterOfferPending,
    DeadlineInThePast,
    InvalidPrice,
    NoLines,
    NoSuppliers,
    NothingAsked,
    NotOnTheTable,
    OfferExpired,
    OfferWithdrawn,
    RequestClosed,
)
from rfq.events import QuoteCountered, RFQAwarded, RFQCancelled, RFQSent
from rfq.models import RFQ, Award, Invitation, Quote, QuoteLine, QuoteVersion, RFQCounter, RFQLine
from rfq.moves import close_invitations, move_invitation, move_rfq, move_version, move_versions
from rfq.policies import require_buyer
from rfq.versions import as_version_line, is_price, write_version
from tenants.enums import TenantState
from tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class NewLine:
    """An article that is asked for, in words; quantity in ``unit_code`` units; ``pack`` is one with its options."""

    description: str
    quantity: Decimal
    unit_code: str = "H87"
    gtin: str = ""
    part_number: str = ""
    requested_on: date | None = None
    pack: PackSnapshot | None = None


@dataclass(frozen=True, slots=True)
class NewRFQ:
    title: str
    deadline_at: datetime
    lines: Sequence[NewLine]
    tenant_ids: Sequence[UUID]
    delivery_address: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    currency: str = "EUR"


@atomic
def send_rfq(*, data: NewRFQ, actor: Actor) -> UUID:
    """Ask suppliers for a quote, in the actor's company's name. Needs the company's scope.

    Raises MayNotBuy, NoLines, NoSuppliers, DeadlineInThePast. Emits RFQSent.
    """
    require_buyer(actor)
    if not data.lines:
        raise NoLines(field="lines")
    if data.deadline_at <= timezone.now():
        raise DeadlineInThePast(field="deadline_at")
    known = dict(Tenant.objects.filter(state=TenantState.ACTIVE, pk__in=data.tenant_ids).values_list("pk", "name"))
    suppliers = [tenant_id for tenant_id in dict.fromkeys(data.tenant_ids) if tenant_id in known]
    if not suppliers or len(suppliers) != len(set(data.tenant_ids)):
        raise NoSuppliers(field="suppliers")
    company_id, now = actor.require_company(), timezone.now()
    rfq = RFQ.objects.create(
        company_id=company_id,
        company_name=actor.company_name,
        number=next_number(RFQCounter, "DV", owner=f"c{company_id}"),
        title=data.title,
        state=RFQState.DRAFT,
        currency=data.currency,
        deadline_at=data.deadline_at,
        delivery_address=dict(data.delivery_address),
        note=data.note,
        created_by_id=actor.require_user(),
        created_by_name=actor.name,
        sent_at=now,
    )
    RFQLine.objects.bulk_create([_line(rfq, position, line) for position, line in enumerate(data.lines, 1)])
    Invitation.objects.bulk_create(
        [
            Invitation(rfq=rfq, company_id=company_id, tenant_id=tenant_id, tenant_name=known[tenant_id])
            for tenant_id in suppliers
        ]
    )
    move_rfq(rfq, RFQState.OPEN, actor)
    emit(RFQSent(rfq_id=rfq.id, company_id=rfq.company_id, tenant_ids=tuple(suppliers)))
    return rfq.id


def _line(rfq: RFQ, position: int, line: NewLine) -> RFQLine:
    return RFQLine(
        rfq=rfq,
        company_id=rfq.company_id,
        position=position,
        description=line.description,
        gtin=line.gtin,
        part_number=line.part_number,
        quantity=line.quantity,
        unit_code=line.unit_code,
        requested_on=line.requested_on,
        pack=line.pack.unpriced().as_json() if line.pack is not None else None,
    )


@atomic
def counter_offer(*, version_id: UUID, prices: Mapping[UUID, Decimal], message: str, actor: Actor) -> UUID:
    """Answer a supplier's version with the prices one would pay, by request line; answers the new version's id.

    Lines without a price keep the offered one. Raises MayNotBuy, NotFound, RequestClosed, NotOnTheTable, InvalidPrice,
    NothingAsked. Emits QuoteCountered.
    """
    require_buyer(actor)
    bad = next((line_id for line_id, price in prices.items() if not is_price(price)), None)
    if bad is not None:
        raise InvalidPrice(field=str(bad))
    rfq, version, quote, _others = _on_the_table(version_id, actor)
    if not prices and not message.strip():
        raise NothingAsked(field="message")
    lines = []
    for line in version.lines.all():
        price = prices.get(line.rfq_line_id)
        wanted = price if price is not None and line.is_offered else line.unit_price
        lines.append(as_version_line(line, wanted))
    move_version(version, VersionState.COUNTERED, actor)
    counter = write_version(
        quote=quote,
        side=Side.BUYER,
        lines=lines,
        freight=version.freight_amount,
        valid_until=version.valid_until,
        currency=version.currency,
        message=message,
        actor=actor,
    )
    emit(
        QuoteCountered(
            quote_version_id=counter.id,
            rfq_id=rfq.id,
            invitation_id=quote.invitation_id,
            company_id=quote.company_id,
            tenant_id=quote.tenant_id,
            number=quote.number,
            net=counter.net_amount + counter.freight_amount,
        )
    )
    return counter.id


@dataclass(frozen=True, slots=True)
class AcceptedOffer:
    """What was accepted, as plain values: what the order is written from."""

    rfq_id: UUID
    version_id: UUID
    quote_id: UUID
    tenant_id: UUID
    company_id: UUID
    currency: str
    freight_amount: Decimal
    delivery_address: dict[str, str]
    lines: tuple[QuoteLine, ...]
    invited_tenant_ids: tuple[UUID, ...]


@atomic
def awarded_order(*, version_id: UUID, actor: Actor) -> UUID | None:
    """The order that this version has become already, if it has: accepting twice is accepting once.

    Locks the request until the end of the transaction. Raises MayNotBuy, NotFound.
    """
    require_buyer(actor)
    rfq_id = _request_of(version_id, actor)
    RFQ.objects.select_for_update(of=("self",)).get(pk=rfq_id)
    return Award.objects.filter(version_id=version_id).values_list("order_id", flat=True).first()


@atomic
def accept_version(*, version_id: UUID, actor: Actor) -> AcceptedOffer:
    """Accept the version on the table: the request is awarded, the other suppliers' invitations are closed.

    Raises MayNotBuy, NotFound, RequestClosed, NotOnTheTable, OfferExpired. The caller writes order and award in the
    same transaction, see :func:`record_award`.
    """
    require_buyer(actor)
    rfq, version, quote, invitations = _on_the_table(version_id, actor)
    if version.valid_until <= timezone.now():
        raise OfferExpired(until=formatting.moment(version.valid_until))
    move_version(version, VersionState.ACCEPTED, actor)
    move_rfq(rfq, RFQState.AWARDED, actor)
    move_invitation(next(row for row in invitations if row.pk == quote.invitation_id), InvitationState.WON, actor)
    close_invitations((row for row in invitations if row.pk != quote.invitation_id), actor)
    _turn_down(rfq, actor)
    return AcceptedOffer(
        rfq_id=rfq.id,
        version_id=version.id,
        quote_id=quote.id,
        tenant_id=version.tenant_id,
        company_id=version.company_id,
        currency=version.currency,
        freight_amount=version.freight_amount,
        delivery_address=dict(rfq.delivery_address),
        lines=tuple(line for line in version.lines.all() if line.is_offered),
        invited_tenant_ids=tuple(invitation.tenant_id for invitation in invitations),
    )


@atomic
def record_award(*, offer: AcceptedOffer, order_id: UUID, actor: Actor) -> None:
    """Note which order came of an accepted offer. Emits RFQAwarded."""
    Award.objects.create(
        rfq_id=offer.rfq_id,
        version_id=offer.version_id,
        company_id=offer.company_id,
        tenant_id=offer.tenant_id,
        order_id=order_id,
        awarded_by_name=actor.name,
    )
    emit(
        RFQAwarded(
            rfq_id=offer.rfq_id,
            quote_id=offer.quote_id,
            company_id=offer.company_id,
            tenant_id=offer.tenant_id,
            order_id=order_id,
            invited_tenant_ids=offer.invited_tenant_ids,
        )
    )


@atomic
def cancel_rfq(*, rfq_id: UUID, actor: Actor) -> None:
    """Take a request back; suppliers see it closed. Raises MayNotBuy, NotFound, RequestClosed. Emits RFQCancelled."""
    require_buyer(actor)
    rfq = _open_rfq(rfq_id, actor)
    move_rfq(rfq, RFQState.CANCELLED, actor)
    invitations = _locked_invitations(rfq)
    close_invitations(invitations, actor)
    _turn_down(rfq, actor)
    emit(RFQCancelled(rfq.id, rfq.company_id, tuple(invitation.tenant_id for invitation in invitations)))


def _open_rfq(rfq_id: UUID, actor: Actor) -> RFQ:
    rfq = RFQ.objects.select_for_update(of=("self",)).filter(pk=rfq_id, company_id=actor.require_company()).first()
    if rfq is None:
        raise NotFound
    if rfq.state != RFQState.OPEN:
        raise RequestClosed
    return rfq


def _request_of(version_id: UUID, actor: Actor) -> UUID:
    """The request that a version of the actor's company belongs to. Raises NotFound."""
    found = QuoteVersion.objects.filter(pk=version_id, company_id=actor.require_company()).values_list(
        "quote__invitation__rfq_id", flat=True
    )
    rfq_id = found.first()
    if rfq_id is None:
        raise NotFound
    return rfq_id


def _locked_invitations(rfq: RFQ) -> list[Invitation]:
    """All invitations of a locked request: nobody can answer it until this transaction ends."""
    return list(Invitation.objects.select_for_update(of=("self",)).filter(rfq=rfq).order_by("pk"))


def _turn_down(rfq: RFQ, actor: Actor) -> None:
    """What still lies on some table of an ended request is declined."""
    open_versions = QuoteVersion.objects.filter(quote__invitation__rfq=rfq, state=VersionState.SENT)
    move_versions(open_versions, VersionState.DECLINED, actor)


def _on_the_table(version_id: UUID, actor: Actor) -> tuple[RFQ, QuoteVersion, Quote, list[Invitation]]:
    """The supplier's version that can be answered now, with its request and quote.

    Locks request, invitations and quote, in this order; a supplier locks its invitation, then its quote.
    """
    rfq = _open_rfq(_request_of(version_id, actor), actor)
    invitations = _locked_invitations(rfq)
    quote = Quote.objects.select_for_update(of=("self",)).get(versions=version_id)
    versions = list(QuoteVersion.objects.filter(quote=quote).order_by("number"))
    latest, shown = versions[-1], next(version for version in versions if version.pk == version_id)
    if latest.state == VersionState.WITHDRAWN:
        raise OfferWithdrawn(number=latest.number)
    if latest.side == Side.BUYER:
        raise CounterOfferPending(number=latest.number)
    if latest.pk != version_id or latest.state != VersionState.SENT:
        raise NotOnTheTable(number=latest.number, changes=changes_text(shown, latest))
    return rfq, latest, quote, invitations
