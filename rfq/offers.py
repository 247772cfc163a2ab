"""Use cases of the supplier's side: look, decline, offer. Needs the tenant's scope as the tenant's party."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from core import formatting
from core.actor import Actor
from core.db import atomic
from core.errors import NotFound
from core.events import emit
from core.money import ZERO
from core.numbers import next_number
from rfq.drafting import Match, articles, matches
from rfq.enums import InvitationState, RFQState, Side, VersionState
from rfq.errors import (
    DeadlineOver,
    InvalidFreight,
    InvalidPrice,
    NothingOffered,
    RequestClosed,
    UnitNotSold,
    UnknownArticle,
    ValidityInThePast,
)
from rfq.events import InvitationChanged, QuoteSent
from rfq.models import Invitation, Quote, QuoteVersion, RFQCounter, RFQLine
from rfq.moves import move_invitation, move_version, move_versions
from rfq.policies import require_supplier
from rfq.versions import VersionLine, is_amount, is_price, write_version

_MOST = Decimal(10) ** 12
_OVER = frozenset({InvitationState.WON, InvitationState.CLOSED})


@dataclass(frozen=True, slots=True)
class OfferLine:
    """A price per asked unit and a lead time; no price: not offered.

    ``sku`` is the own article that is offered: "" for none, None for the one that the line's codes name.
    """

    unit_price: Decimal | None
    lead_time_days: int | None = None
    sku: str | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """What a supplier answers, by request line."""

    lines: Mapping[UUID, OfferLine]
    valid_until: datetime
    freight: Decimal = ZERO
    message: str = ""


@atomic
def mark_viewed(*, invitation_id: UUID, actor: Actor) -> None:
    """Note that the supplier has seen the request; again does nothing.

    Raises NotAllowed, NotFound. Emits InvitationChanged.
    """
    invitation = _locked(invitation_id, actor)
    if invitation.state == InvitationState.INVITED:
        invitation.viewed_at = timezone.now()
        move_invitation(invitation, InvitationState.VIEWED, actor)
        _changed(invitation)


@atomic
def decline(*, invitation_id: UUID, reason: str, actor: Actor) -> None:
    """Say that there will be no offer, and why.

    Raises NotAllowed, NotFound, RequestClosed, IllegalMove. Emits InvitationChanged.
    """
    invitation = _open(invitation_id, actor)
    invitation.decline_reason = reason
    move_invitation(invitation, InvitationState.DECLINED, actor, note=reason)
    for version in QuoteVersion.objects.filter(
        quote__invitation=invitation, state__in=(VersionState.SENT, VersionState.COUNTERED)
    ):
        move_version(version, VersionState.WITHDRAWN if version.side == Side.SUPPLIER else VersionState.DECLINED, actor)
    _changed(invitation)


@atomic
def send_quote(*, invitation_id: UUID, offer: Offer, actor: Actor) -> UUID:
    """Send the next version of the quote; what was on the table before is superseded. Answers the version's id.

    Lines name the supplier's own articles, so that the order can reserve them. The first offer must come before the
    deadline, a negotiation may last longer. Raises NotAllowed, NotFound, RequestClosed, DeadlineOver, NothingOffered,
    InvalidPrice, InvalidFreight, UnknownArticle, UnitNotSold, ValidityInThePast. Emits QuoteSent.
    """
    invitation = _open(invitation_id, actor)
    if invitation.state != InvitationState.QUOTED and invitation.rfq.deadline_at <= timezone.now():
        raise DeadlineOver(when=formatting.moment(invitation.rfq.deadline_at))
    asked = list(RFQLine.objects.filter(rfq_id=invitation.rfq_id).order_by("position"))
    _check(offer, asked, invitation.rfq.currency)
    lines = _lines(offer, asked)
    quote = _quote(invitation)
    on_table = QuoteVersion.objects.filter(quote=quote, state__in=(VersionState.SENT, VersionState.COUNTERED))
    move_versions(on_table, VersionState.SUPERSEDED, actor)
    version = write_version(
        quote=quote,
        side=Side.SUPPLIER,
        lines=lines,
        freight=offer.freight,
        valid_until=offer.valid_until,
        currency=invitation.rfq.currency,
        message=offer.message,
        actor=actor,
    )
    if invitation.state != InvitationState.QUOTED:
        move_invitation(invitation, InvitationState.QUOTED, actor)
    emit(
        QuoteSent(
            quote_version_id=version.id,
            quote_id=quote.id,
            rfq_id=invitation.rfq_id,
            invitation_id=invitation.id,
            company_id=quote.company_id,
            tenant_id=quote.tenant_id,
            number=quote.number,
            net=version.net_amount + version.freight_amount,
            currency=version.currency,
        )
    )
    return version.id


def _check(offer: Offer, asked: Sequence[RFQLine], currency: str) -> None:
    for line in asked:
        price = offer.lines[line.id].unit_price if line.id in offer.lines else None
        if price is not None and not (is_price(price) and price * line.quantity < _MOST):
            raise InvalidPrice(field=str(line.id))
    if not is_amount(offer.freight, currency):
        raise InvalidFreight(field="freight")
    offered = [line for line in asked if line.id in offer.lines and offer.lines[line.id].unit_price is not None]
    if not offered:
        raise NothingOffered(field="lines")
    if offer.valid_until <= timezone.now():
        raise ValidityInThePast(field="valid_until")


def _lines(offer: Offer, asked: Sequence[RFQLine]) -> list[VersionLine]:
    found = _articles(offer, asked)
    lines = []
    for line in asked:
        answer = offer.lines.get(line.id, OfferLine(None))
        match = found.get(line.id)
        lines.append(
            VersionLine(
                rfq_line_id=line.id,
                position=line.position,
                name=line.description,
                quantity=line.quantity,
                unit_code=line.unit_code,
                unit_price=answer.unit_price,
                lead_time_days=answer.lead_time_days,
                variant_id=match.variant.id if match else None,
                sku=match.variant.sku if match else "",
                unit_factor=match.unit.factor if match else Decimal(1),
                base_unit_code=match.variant.base_unit.code if match else line.unit_code,
                tax_rate=match.variant.tax_rate if match else Decimal("0.2"),
                pack=line.pack if match and match.variant.is_pack else None,
            )
        )
    return lines


def _articles(offer: Offer, asked: Sequence[RFQLine]) -> dict[UUID, Match]:
    """The own article of each line: the one that the offer names, else the one that the line's codes name."""
    skus = {line_id: line.sku for line_id, line in offer.lines.items() if line.sku is not None}
    found, wrong = articles(skus, asked)
    for line_id, is_ours in wrong.items():
        refusal = UnitNotSold if is_ours else UnknownArticle
        raise refusal(field=str(line_id), sku=skus[line_id])
    rest = [line for line in asked if line.id not in skus]
    return {**(matches(rest) if rest else {}), **found}


def _quote(invitation: Invitation) -> Quote:
    quote = Quote.objects.select_for_update(of=("self",)).filter(invitation=invitation).first()
    return quote or Quote.objects.create(
        invitation=invitation,
        company_id=invitation.company_id,
        tenant_id=invitation.tenant_id,
        number=next_number(RFQCounter, "OF", owner=f"t{invitation.tenant_id}"),
    )


def _locked(invitation_id: UUID, actor: Actor) -> Invitation:
    tenant_id = require_supplier(actor)
    invitation = (
        Invitation.objects.select_for_update(of=("self",)).filter(pk=invitation_id, tenant_id=tenant_id).first()
    )
    if invitation is None:
        raise NotFound
    return invitation


def _open(invitation_id: UUID, actor: Actor) -> Invitation:
    """An invitation that can still be answered. The buyer's award closes it under the same lock."""
    invitation = _locked(invitation_id, actor)
    if invitation.state in _OVER or invitation.rfq.state != RFQState.OPEN:
        raise RequestClosed
    return invitation


def _changed(invitation: Invitation) -> None:
    emit(
        InvitationChanged(
            rfq_id=invitation.rfq_id,
            invitation_id=invitation.id,
            company_id=invitation.company_id,
            tenant_id=invitation.tenant_id,
            state=invitation.state,
        )
    )
