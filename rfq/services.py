"""Use cases of a negotiation on the buyer's side: the counter-offer. The supplier's side is in :mod:`rfq.offers`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from core.actor import Actor
from core.db import atomic
from core.errors import Refused
from core.events import emit
from rfq.differences import changes_text
from rfq.enums import Side, VersionState
from rfq.errors import (
    CounterOfferPending,
    InvalidPrice,
    InvalidTiers,
    NothingAsked,
    NotOnTheTable,
    OfferExpired,
    OfferWithdrawn,
)
from rfq.events import QuoteCountered
from rfq.history import has_expired
from rfq.locking import live_rfq, locked_invitations, request_of
from rfq.models import RFQ, Invitation, Quote, QuoteLine, QuoteVersion
from rfq.moves import move_version
from rfq.policies import require_buyer
from rfq.versions import Content, VersionLine, as_version_line, content_of, is_price, is_quantity, write_version


@dataclass(frozen=True, slots=True)
class CounterLine:
    """What a buyer would have instead of an offered line; what is None stays as it was offered."""

    unit_price: Decimal | None = None
    quantity: Decimal | None = None
    lead_time_days: int | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class OnTheTable:
    """The supplier's version that can be answered now, with its locked request, quote and invitations."""

    rfq: RFQ
    version: QuoteVersion
    quote: Quote
    invitations: list[Invitation]

    @property
    def invitation(self) -> Invitation:
        """The one of the supplier whose version it is."""
        return next(row for row in self.invitations if row.pk == self.quote.invitation_id)


@atomic
def counter_offer(*, version_id: UUID, lines: Mapping[UUID, CounterLine], message: str, actor: Actor) -> UUID:
    """Answer a supplier's version with what one would take, by offered line; answers the new version's id.

    Lines that are not named keep what was offered. Raises MayNotBuy, NotFound, RequestClosed, NotOnTheTable,
    OfferExpired, InvalidPrice, InvalidTiers, NothingAsked. Emits QuoteCountered.
    """
    require_buyer(actor)
    for line_id, line in lines.items():
        _check(line_id, line)
    table = on_the_table(version_id, actor)
    if not lines and not message.strip():
        raise NothingAsked(field="message")
    offered = list(table.version.lines.all())
    content = replace(
        content_of(table.version, offered), lines=[_countered(line, lines.get(line.id)) for line in offered]
    )
    return _written(table, replace(content, message=message), actor)


def _check(line_id: UUID, line: CounterLine) -> None:
    if line.unit_price is not None and not is_price(line.unit_price):
        raise InvalidPrice(field=str(line_id))
    if line.quantity is not None and not is_quantity(line.quantity):
        raise InvalidTiers(field=str(line_id))


def _countered(line: QuoteLine, wish: CounterLine | None) -> VersionLine:
    """The line as the buyer would have it. For another quantity it has no tiers: they were for the offered one."""
    if wish is None or not line.is_offered:
        return as_version_line(line, line.unit_price)
    price = wish.unit_price if wish.unit_price is not None else line.unit_price
    wanted = as_version_line(line, price)
    return replace(
        wanted,
        quantity=wish.quantity if wish.quantity is not None else line.quantity,
        lead_time_days=wish.lead_time_days if wish.lead_time_days is not None else line.lead_time_days,
        remark=wish.remark,
        tiers=wanted.tiers if wish.quantity in (None, line.quantity) else (),
    )


def _written(table: OnTheTable, content: Content, actor: Actor) -> UUID:
    quote = table.quote
    move_version(table.version, VersionState.COUNTERED, actor)
    counter = write_version(quote=quote, rfq_id=table.rfq.id, side=Side.BUYER, content=content, actor=actor)
    emit(
        QuoteCountered(
            quote_version_id=counter.id,
            rfq_id=table.rfq.id,
            invitation_id=quote.invitation_id,
            company_id=quote.company_id,
            tenant_id=quote.tenant_id,
            number=quote.number,
            net=counter.net_amount + counter.freight_amount,
        )
    )
    return counter.id


def on_the_table(version_id: UUID, actor: Actor) -> OnTheTable:
    """The supplier's version that can be answered now. Raises NotFound, RequestClosed, NotOnTheTable, OfferExpired.

    Locks request, invitations and quote, in this order; a supplier locks its invitation, then its quote.
    """
    rfq = live_rfq(request_of(version_id, actor), actor)
    invitations = locked_invitations(rfq)
    quote = Quote.objects.select_for_update(of=("self",)).get(versions=version_id)
    versions = list(QuoteVersion.objects.filter(quote=quote).order_by("number"))
    latest, shown = versions[-1], next(version for version in versions if version.pk == version_id)
    if latest.pk != version_id or latest.state != VersionState.SENT or latest.side == Side.BUYER:
        raise _outdated(shown, latest)
    if has_expired(latest):
        raise OfferExpired.of(latest.valid_until)
    return OnTheTable(rfq, latest, quote, invitations)


def _outdated(shown: QuoteVersion, latest: QuoteVersion) -> Refused:
    """Why the version that a page showed cannot be answered any more."""
    if latest.state == VersionState.WITHDRAWN:
        return OfferWithdrawn(number=latest.number)
    if latest.state == VersionState.EXPIRED:
        return OfferExpired.of(latest.valid_until)
    if latest.side == Side.BUYER:
        return CounterOfferPending(number=latest.number)
    return NotOnTheTable(number=latest.number, changes=changes_text(shown, latest))
