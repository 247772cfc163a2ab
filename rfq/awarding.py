"""The buyer decides: a version, or some of its lines, is accepted; the request is awarded as a whole or in parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from core import formatting
from core.actor import Actor
from core.db import atomic
from core.events import emit
from core.money import ZERO, line_net
from rfq.closing import turn_down
from rfq.conditions import Conditions
from rfq.enums import InvitationState, RFQState, VersionState
from rfq.errors import (
    LineAwarded,
    LinePickedTwice,
    NoSplitting,
    NothingPicked,
    QuantityNotOffered,
)
from rfq.events import RFQAwarded
from rfq.locking import locked_rfq, request_of
from rfq.models import RFQ, Award, AwardLine, QuoteLine, QuoteVersion, RFQLine
from rfq.moves import move_invitation, move_rfq, move_version
from rfq.policies import require_buyer
from rfq.services import OnTheTable, on_the_table
from rfq.versions import price_at

#: Offered lines that are taken, and how much of each; None takes what was offered.
Picks = Mapping[UUID, Decimal | None]


@dataclass(frozen=True, slots=True)
class AcceptedLine:
    """An offered line that is taken: how much of it, at which of its prices. ``setup_amount`` is due once.

    ``delivery_address`` is there where the request wants the line elsewhere.
    """

    line: QuoteLine
    quantity: Decimal
    unit_price: Decimal
    net_amount: Decimal
    delivery_address: dict[str, str] | None = None

    @property
    def base_unit_price(self) -> Decimal:
        """What the order counts with; the quoted one where the quantity is the quoted one."""
        if self.unit_price == self.line.unit_price:
            return self.line.base_unit_price or ZERO
        return round(self.unit_price / self.line.unit_factor, 6)


@dataclass(frozen=True, slots=True)
class AcceptedOffer:
    """What is accepted, as plain values: what the order is written from."""

    rfq_id: UUID
    version_id: UUID
    content_hash: str
    quote_id: UUID
    tenant_id: UUID
    company_id: UUID
    currency: str
    freight_amount: Decimal
    valid_until: datetime
    delivery_address: dict[str, str]
    conditions: Conditions
    lines: tuple[AcceptedLine, ...]


@dataclass(frozen=True, slots=True)
class Became:
    """What an accepted offer has become: an order, or an agreement."""

    order_id: UUID | None = None
    agreement_id: UUID | None = None


@atomic
def became(*, version_id: UUID, actor: Actor) -> Became | None:
    """What this version has become already, if it has: accepting twice is accepting once.

    Locks the request until the end of the transaction. Raises MayNotBuy, NotFound.
    """
    require_buyer(actor)
    locked_rfq(request_of(version_id, actor), actor)
    award = Award.objects.filter(version_id=version_id).first()
    return Became(award.order_id, award.agreement_id) if award is not None else None


@atomic
def offer_to_accept(
    *, version_id: UUID, actor: Actor, picks: Picks | None = None, closes: bool = True
) -> AcceptedOffer:
    """The version on the table, or the picked lines of it; without picks what it offers first for each line.

    Locks what :func:`accept_offer` changes. Raises MayNotBuy, NotFound, RequestClosed, NotOnTheTable, OfferExpired,
    NothingPicked, LinePickedTwice, LineAwarded, NoSplitting, QuantityNotOffered.
    """
    require_buyer(actor)
    return _accepted(on_the_table(version_id, actor), picks, closes=closes)


@atomic
def accept_offer(*, offer: AcceptedOffer, actor: Actor) -> None:
    """Accept what :func:`offer_to_accept` answered in this same transaction, whose locks still hold.

    The caller writes order and award in it too, see :func:`record_award`.
    """
    version = QuoteVersion.objects.select_related("quote__invitation").get(pk=offer.version_id)
    move_version(version, VersionState.ACCEPTED, actor)
    move_invitation(version.quote.invitation, InvitationState.WON, actor)


@atomic
def record_award(*, offer: AcceptedOffer, became: Became, actor: Actor, closes: bool = True) -> None:
    """Note which order, or which agreement, came of an accepted offer.

    With its last line, or with what ``closes`` it, the request is awarded: the other suppliers' invitations and offers
    end. Emits RFQAwarded.
    """
    award = Award.objects.create(
        rfq_id=offer.rfq_id,
        version_id=offer.version_id,
        company_id=offer.company_id,
        tenant_id=offer.tenant_id,
        order_id=became.order_id,
        agreement_id=became.agreement_id,
        awarded_by_name=actor.name,
    )
    AwardLine.objects.bulk_create([_award_line(award, line) for line in offer.lines])
    move_version(QuoteVersion.objects.get(pk=offer.version_id), VersionState.ORDERED, actor)
    rfq = RFQ.objects.get(pk=offer.rfq_id)
    lost: Sequence[UUID] = ()
    if closes or _is_complete(rfq):
        move_rfq(rfq, RFQState.AWARDED, actor)
        lost = turn_down(rfq, actor)
    elif rfq.state != RFQState.PART_AWARDED:
        move_rfq(rfq, RFQState.PART_AWARDED, actor)
    emit(
        RFQAwarded(
            rfq_id=offer.rfq_id,
            quote_id=offer.quote_id,
            company_id=offer.company_id,
            tenant_id=offer.tenant_id,
            order_id=became.order_id,
            lost_tenant_ids=tuple(lost),
            agreement_id=became.agreement_id,
        )
    )


def _award_line(award: Award, line: AcceptedLine) -> AwardLine:
    return AwardLine(
        award=award,
        rfq_line_id=line.line.rfq_line_id,
        quote_line=line.line,
        company_id=award.company_id,
        tenant_id=award.tenant_id,
        quantity=line.quantity,
        unit_price=line.unit_price,
        net_amount=line.net_amount,
    )


def _is_complete(rfq: RFQ) -> bool:
    return not RFQLine.objects.filter(rfq=rfq, award_line__isnull=True).exists()


def _accepted(table: OnTheTable, picks: Picks | None, *, closes: bool) -> AcceptedOffer:
    rfq, version = table.rfq, table.version
    offered = [line for line in version.lines.select_related("rfq_line") if line.is_offered]
    if picks is None:
        lines = [_taken(line, None, version.currency) for line in offered if line.option == 0]
    else:
        lines = [_taken(line, picks[line.id], version.currency) for line in offered if line.id in picks]
    _check(rfq, offered, lines, closes=closes)
    return AcceptedOffer(
        rfq_id=rfq.id,
        version_id=version.id,
        content_hash=version.content_hash,
        quote_id=version.quote_id,
        tenant_id=version.tenant_id,
        company_id=version.company_id,
        currency=version.currency,
        freight_amount=version.freight_amount,
        valid_until=version.valid_until,
        delivery_address=dict(rfq.delivery_address),
        conditions=Conditions.of(version),
        lines=tuple(lines),
    )


def _taken(line: QuoteLine, quantity: Decimal | None, currency: str) -> AcceptedLine:
    """Raises QuantityNotOffered."""
    wanted = line.quantity if quantity in (None, line.quantity) else quantity
    price = price_at(line, wanted)
    if price is None:
        least = min([line.quantity, *(Decimal(tier[0]) for tier in line.tiers)])
        raise QuantityNotOffered(field=str(line.id), least=formatting.number(least))
    return AcceptedLine(line, wanted, price, line_net(price, wanted, currency), line.rfq_line.delivery_address)


def _check(rfq: RFQ, offered: Sequence[QuoteLine], lines: Sequence[AcceptedLine], *, closes: bool) -> None:
    if not lines:
        raise NothingPicked(field="lines")
    asked = [taken.line.rfq_line_id for taken in lines]
    twice = next((taken.line for taken in lines if asked.count(taken.line.rfq_line_id) > 1), None)
    if twice is not None:
        raise LinePickedTwice(field=str(twice.id), position=twice.position)
    if not rfq.may_split and (not closes or set(asked) != {line.rfq_line_id for line in offered}):
        raise NoSplitting(field="lines")
    done = RFQLine.objects.filter(pk__in=asked, award_line__isnull=False).first()
    if done is not None:
        raise LineAwarded(field="lines", position=done.position)
