"""Use cases of the supplier's side: look, decline, offer. Needs the tenant's scope as the tenant's party."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from core import formatting
from core.actor import Actor
from core.db import atomic
from core.events import emit
from core.money import ZERO
from core.numbers import next_number
from customers.queries import customer_of
from rfq.conditions import USUAL, Conditions
from rfq.drafting import Match, articles, currency_of, matches
from rfq.enums import UNDECIDED_VERSION, InvitationState, LineKind, Side, VersionState
from rfq.errors import (
    DeadlineOver,
    InvalidFreight,
    InvalidPrice,
    InvalidSetup,
    InvalidTiers,
    NothingOffered,
    NothingOnTheTable,
    ReasonMissing,
    RequestClosed,
    UnitNotSold,
    UnknownArticle,
    ValidityInThePast,
)
from rfq.events import InvitationChanged, QuoteSent, QuoteWithdrawn
from rfq.locking import own_invitation
from rfq.models import RFQ, Invitation, Quote, QuoteVersion, RFQCounter, RFQLine
from rfq.moves import move_invitation, move_version, move_versions
from rfq.standing import goes_on_for, is_too_late
from rfq.talk.errors import TooManyFiles
from rfq.talk.models import QuoteFile
from rfq.versions import (
    Content,
    Tier,
    VersionFile,
    VersionLine,
    as_version_file,
    is_amount,
    is_price,
    is_quantity,
    write_version,
)

_MOST = Decimal(10) ** 12
#: Quantities with prices of their own in one line.
MOST_TIERS = 10
#: What one line may be offered besides.
MOST_ALTERNATIVES = 5
#: Data sheets of one offer.
MOST_FILES = 10

#: A line of the request, and which of the offers for it: 0 is the first.
Key = tuple[UUID, int]


@dataclass(frozen=True, slots=True)
class OfferLine:
    """A price per asked unit and a lead time; no price: not offered.

    ``sku`` is the own article that is offered: "" for none, None for the one that the line's codes name. ``name`` says
    what it is where it is not what was asked; ``quantity`` where it is not as much. ``tiers`` are prices for other
    quantities; ``setup`` is due once. ``alternatives`` may be offered besides.
    """

    unit_price: Decimal | None
    lead_time_days: int | None = None
    sku: str | None = None
    kind: str = LineKind.AS_ASKED
    name: str = ""
    quantity: Decimal | None = None
    setup: Decimal = ZERO
    tiers: tuple[Tier, ...] = ()
    remark: str = ""
    alternatives: tuple[OfferLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """What a supplier answers, by request line; in the request's currency unless it names one of its others.

    ``files`` come with it (:func:`rfq.talk.files.stored_for_offer`), after those of its last offer that are ``kept``:
    all of them where that is None.
    """

    lines: Mapping[UUID, OfferLine]
    valid_until: datetime
    freight: Decimal = ZERO
    message: str = ""
    conditions: Conditions = USUAL
    files: Sequence[VersionFile] = ()
    kept: Collection[UUID] | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One offer for one line of the request."""

    asked: RFQLine
    option: int
    line: OfferLine

    @property
    def key(self) -> Key:
        return self.asked.id, self.option

    @property
    def field(self) -> str:
        """The name of its field: ``<line>`` or ``<line>-2``."""
        return f"{self.asked.id}-{self.option}" if self.option else str(self.asked.id)

    @property
    def quantity(self) -> Decimal:
        return self.line.quantity if self.line.quantity is not None else self.asked.quantity


@atomic
def mark_viewed(*, invitation_id: UUID, actor: Actor) -> None:
    """Note that the supplier has seen the request; again does nothing.

    Raises NotAllowed, NotFound. Emits InvitationChanged.
    """
    invitation = own_invitation(invitation_id, actor)
    if invitation.state == InvitationState.INVITED:
        invitation.viewed_at = timezone.now()
        move_invitation(invitation, InvitationState.VIEWED, actor)
        _changed(invitation)


@atomic
def begin(*, invitation_id: UUID, actor: Actor) -> None:
    """Note that the supplier is writing its answer; again, or in a negotiation, does nothing.

    Raises NotAllowed, NotFound, RequestClosed, DeadlineOver. Emits InvitationChanged.
    """
    invitation = held_open(invitation_id, actor)
    if invitation.state in (InvitationState.INVITED, InvitationState.VIEWED):
        invitation.viewed_at = invitation.viewed_at or timezone.now()
        move_invitation(invitation, InvitationState.IN_PROGRESS, actor)
        _changed(invitation)


@atomic
def decline(*, invitation_id: UUID, reason: str, actor: Actor) -> None:
    """Say that there will be no offer, and why.

    Raises NotAllowed, NotFound, RequestClosed, DeadlineOver, IllegalMove. Emits InvitationChanged.
    """
    invitation = held_open(invitation_id, actor)
    invitation.decline_reason = reason
    move_invitation(invitation, InvitationState.DECLINED, actor, note=reason)
    for version in QuoteVersion.objects.filter(quote__invitation=invitation, state__in=UNDECIDED_VERSION):
        move_version(version, VersionState.WITHDRAWN if version.side == Side.SUPPLIER else VersionState.DECLINED, actor)
    _changed(invitation)


@atomic
def withdraw(*, invitation_id: UUID, reason: str, actor: Actor) -> None:
    """Take back the offer that is on the table; another one may be sent while the request is open.

    Raises NotAllowed, NotFound, RequestClosed, DeadlineOver, NothingOnTheTable, ReasonMissing. Emits QuoteWithdrawn.
    """
    invitation = held_open(invitation_id, actor)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    versions = list(QuoteVersion.objects.filter(quote__invitation=invitation, state__in=UNDECIDED_VERSION))
    own = [version for version in versions if version.side == Side.SUPPLIER]
    if not own:
        raise NothingOnTheTable
    move_versions(own, VersionState.WITHDRAWN, actor, note=reason)
    move_versions([v for v in versions if v.side == Side.BUYER], VersionState.DECLINED, actor, note=reason)
    emit(
        QuoteWithdrawn(
            rfq_id=invitation.rfq_id,
            invitation_id=invitation.id,
            company_id=invitation.company_id,
            tenant_id=invitation.tenant_id,
            reason=reason.strip(),
            at=timezone.now(),
            sealed_until=_sealed_until(invitation.rfq),
        )
    )


@atomic
def send_quote(*, invitation_id: UUID, offer: Offer, actor: Actor) -> UUID:
    """Send the next version of the quote; what was on the table before is superseded. Answers the version's id.

    Lines name the supplier's own articles, so that the order can reserve them. The first offer must come before the
    deadline, a negotiation may last longer. Raises NotAllowed, NotFound, RequestClosed, DeadlineOver, NothingOffered,
    NotYourCurrency, InvalidPrice, InvalidFreight, InvalidSetup, InvalidTiers, UnknownArticle, UnitNotSold,
    ValidityInThePast, TermTooLong, TooManyFiles. Emits QuoteSent.
    """
    invitation = held_open(invitation_id, actor)
    rfq, content = invitation.rfq, _content(invitation, offer)
    quote = _quote(invitation)
    before = (*UNDECIDED_VERSION, VersionState.EXPIRED)
    move_versions(QuoteVersion.objects.filter(quote=quote, state__in=before), VersionState.SUPERSEDED, actor)
    version = write_version(quote=quote, rfq_id=rfq.id, side=Side.SUPPLIER, content=content, actor=actor)
    if invitation.state != InvitationState.QUOTED:
        move_invitation(invitation, InvitationState.QUOTED, actor)
    emit(
        QuoteSent(
            quote_version_id=version.id,
            quote_id=quote.id,
            rfq_id=rfq.id,
            invitation_id=invitation.id,
            company_id=quote.company_id,
            tenant_id=quote.tenant_id,
            number=quote.number,
            net=version.net_amount + version.freight_amount,
            currency=version.currency,
            sealed_until=_sealed_until(rfq),
        )
    )
    return version.id


@atomic
def check_offer(*, invitation_id: UUID, offer: Offer, actor: Actor) -> None:
    """Refuse what :func:`send_quote` would refuse, and send nothing. Raises what it raises."""
    _content(held_open(invitation_id, actor), offer)


def held_open(invitation_id: UUID, actor: Actor) -> Invitation:
    """An invitation that can still be answered, locked. The buyer's award closes it under the same lock.

    Raises NotAllowed, NotFound, RequestClosed, DeadlineOver.
    """
    invitation = own_invitation(invitation_id, actor)
    if is_too_late(invitation):
        raise DeadlineOver(when=formatting.moment(invitation.rfq.deadline_at))
    if not goes_on_for(invitation):
        raise RequestClosed
    return invitation


def answers_of(offer: Offer, asked: Iterable[RFQLine]) -> Iterator[Answer]:
    """What is offered for each line, the first offer first; nothing where the line is not answered."""
    for row in asked:
        first = offer.lines.get(row.id, OfferLine(None))
        yield Answer(row, 0, first)
        for option, line in enumerate(first.alternatives, 1):
            if line.unit_price is not None:
                yield Answer(row, option, line)


def own_articles(answers: Sequence[Answer]) -> tuple[dict[Key, Match], dict[Key, bool]]:
    """The own article of each offer: the one that it names, else the one that the line's codes name.

    The second answer is that of :func:`rfq.drafting.articles`. Four statements at most.
    """
    named = {answer.key: answer for answer in answers if answer.line.sku is not None}
    skus = {key: answer.line.sku or "" for key, answer in named.items()}
    found, wrong = articles(skus, {key: answer.asked for key, answer in named.items()})
    rest = [answer.asked for answer in answers if answer.key not in named and answer.option == 0]
    by_code = matches(rest) if rest else {}
    return {**{(line_id, 0): match for line_id, match in by_code.items()}, **found}, wrong


def _content(invitation: Invitation, offer: Offer) -> Content:
    """What a version with this offer says, checked."""
    rfq = invitation.rfq
    currency = currency_of(offer.currency, rfq.currency)
    answers = list(answers_of(offer, RFQLine.objects.filter(rfq=rfq).order_by("position")))
    _check(offer, answers, currency)
    return Content(
        lines=_lines(answers),
        valid_until=offer.valid_until,
        currency=currency,
        freight=offer.freight,
        message=offer.message,
        conditions=offer.conditions.as_agreed_with(customer_of(invitation.company_id)),
        files=_files(offer, invitation),
    )


def _check(offer: Offer, answers: Sequence[Answer], currency: str) -> None:
    offer.conditions.check()
    for answer in answers:
        _check_line(answer, currency)
    if not is_amount(offer.freight, currency):
        raise InvalidFreight(field="freight")
    if all(answer.line.unit_price is None for answer in answers):
        raise NothingOffered(field="lines")
    if offer.valid_until <= timezone.now():
        raise ValidityInThePast(field="valid_until")


def _check_line(answer: Answer, currency: str) -> None:
    line = answer.line
    if line.unit_price is None:
        return
    prices = {answer.quantity: line.unit_price, **dict(line.tiers)}
    if not all(is_quantity(quantity) for quantity in prices):
        raise InvalidTiers(field=answer.field)
    if not all(is_price(price) and price * quantity < _MOST for quantity, price in prices.items()):
        raise InvalidPrice(field=answer.field)
    if len(prices) != len(line.tiers) + 1 or len(line.tiers) > MOST_TIERS:
        raise InvalidTiers(field=answer.field)
    if not is_amount(line.setup, currency):
        raise InvalidSetup(field=answer.field)


def _lines(answers: Sequence[Answer]) -> list[VersionLine]:
    found, wrong = own_articles(answers)
    for answer in answers:
        if answer.key in wrong:
            refusal = UnitNotSold if wrong[answer.key] else UnknownArticle
            raise refusal(field=answer.field, sku=answer.line.sku)
    lines = []
    for answer in answers:
        asked, line, match = answer.asked, answer.line, found.get(answer.key)
        is_offered = line.unit_price is not None
        lines.append(
            VersionLine(
                rfq_line_id=asked.id,
                position=asked.position,
                option=answer.option,
                kind=line.kind if is_offered else LineKind.NOT_AVAILABLE,
                name=line.name or asked.description,
                quantity=answer.quantity,
                unit_code=asked.unit_code,
                unit_price=line.unit_price,
                lead_time_days=line.lead_time_days,
                variant_id=match.variant.id if match else None,
                sku=match.variant.sku if match else "",
                unit_factor=match.unit.factor if match else Decimal(1),
                base_unit_code=match.variant.base_unit.code if match else asked.unit_code,
                tax_rate=match.variant.tax_rate if match else Decimal("0.2"),
                pack=asked.pack if match and match.variant.is_pack else None,
                setup=line.setup if is_offered else ZERO,
                tiers=tuple(sorted(line.tiers)) if is_offered else (),
                remark=line.remark,
            )
        )
    return lines


def _files(offer: Offer, invitation: Invitation) -> list[VersionFile]:
    """What is kept of the last offer's files, unless it was taken back, and what is new. Raises TooManyFiles."""
    last = QuoteVersion.objects.filter(quote__invitation=invitation, side=Side.SUPPLIER).order_by("-number")[:1]
    rows = QuoteFile.objects.filter(version__in=last.values("pk")).exclude(version__state=VersionState.WITHDRAWN)
    kept = [as_version_file(row) for row in rows if offer.kept is None or row.pk in offer.kept]
    if len(kept) + len(offer.files) > MOST_FILES:
        raise TooManyFiles(field="files", count=MOST_FILES)
    return [*kept, *offer.files]


def _quote(invitation: Invitation) -> Quote:
    quote = Quote.objects.select_for_update(of=("self",)).filter(invitation=invitation).first()
    return quote or Quote.objects.create(
        invitation=invitation,
        company_id=invitation.company_id,
        tenant_id=invitation.tenant_id,
        number=next_number(RFQCounter, "OF", owner=f"t{invitation.tenant_id}"),
    )


def _sealed_until(rfq: RFQ) -> datetime | None:
    return rfq.deadline_at if rfq.is_sealed and rfq.deadline_at > timezone.now() else None


def _changed(invitation: Invitation) -> None:
    emit(
        InvitationChanged(
            rfq_id=invitation.rfq_id,
            invitation_id=invitation.id,
            company_id=invitation.company_id,
            tenant_id=invitation.tenant_id,
            state=invitation.state,
            reason=invitation.decline_reason,
            at=timezone.now(),
        )
    )
