"""A request with all answers to it, as its buyer may read them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, OuterRef, Q, Subquery
from django.utils import timezone

from core.actor import Actor
from core.errors import NotFound
from core.money import ZERO
from rfq.costs import ONE, Reckoning, reckoning_of, terms_of
from rfq.enums import LIVE_RFQ, Side, VersionState
from rfq.history import Version, has_expired, version_rows, with_lines
from rfq.landed import LandedCost, Prices, Split, best_split, landed_cost
from rfq.models import RFQ, Invitation, QuoteLine, QuoteVersion, RFQLine, RFQTransition
from rfq.policies import seen_rfqs
from rfq.rates import Rate, rates_at
from tenants.enums import TenantState

#: Net amount and one-off cost of what a version offers first, by line of the request.
Goods = Mapping[UUID, tuple[Decimal, Decimal]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one supplier has answered: its versions and the buyer's in their order.

    ``own`` is the supplier's last version. ``offer`` is its last word with the lines that were asked for, ``before``
    the one before; ``goods`` is what the last word offers for every line. None and nothing where there is no answer, or
    none that may be read; of what was taken back there is ``own`` alone.
    """

    invitation: Invitation
    versions: Sequence[QuoteVersion]
    own: QuoteVersion | None
    offer: Version | None
    before: Version | None
    goods: Goods

    @property
    def version(self) -> QuoteVersion | None:
        return self.offer.version if self.offer is not None else None

    @property
    def is_closed(self) -> bool:
        """Whether the supplier takes no orders at the moment."""
        return self.invitation.tenant.state != TenantState.ACTIVE


@dataclass(frozen=True, slots=True)
class Answers:
    """A request, some or all of its lines, and what each supplier has answered; ``moved_at``: its state's beginning."""

    rfq: RFQ
    lines: list[RFQLine]
    line_count: int
    answers: list[Answer]
    reckoning: Reckoning
    open_questions: int
    moved_at: datetime | None
    rates: Mapping[str, Rate]

    @property
    def acceptable(self) -> list[tuple[Answer, Version]]:
        """Offers on the table that are valid, of suppliers that take orders."""
        found = [(one, one.offer) for one in self.answers if one.offer is not None and not one.is_closed]
        return [(one, offer) for one, offer in found if self._may_accept(offer.version)]

    @property
    def comparable(self) -> list[tuple[Answer, Version]]:
        """Those of :attr:`acceptable` whose currency has a rate."""
        return [(one, offer) for one, offer in self.acceptable if self.rate_to(offer.version.currency) is not None]

    def rate_to(self, currency: str) -> Decimal | None:
        """What a unit of a currency counts in the request's; None where the company has not said so."""
        if currency == self.rfq.currency:
            return ONE
        return self.rates[currency].rate if currency in self.rates else None

    def _may_accept(self, version: QuoteVersion) -> bool:
        return self.rfq.state in LIVE_RFQ and version.state == VersionState.SENT and not has_expired(version)

    def cost_of(self, answer: Answer) -> LandedCost | None:
        """What all that an offer offers first costs in the request's currency; None without a rate to it."""
        version = answer.version
        rate = self.rate_to(version.currency) if version is not None else None
        if version is None or rate is None:
            return None
        setup = sum((setup for _net, setup in answer.goods.values()), ZERO)
        terms = terms_of(version, answer.invitation.id, self.reckoning, rate)
        return landed_cost((version.net_amount - setup) * rate, setup * rate, terms, self.rfq.currency)

    def cheapest_split(self, line_ids: Sequence[UUID] | None = None) -> Split | None:
        """The cheapest split of all lines, or of these, over :attr:`comparable`; None where nobody offers some line."""
        offers = [(one, offer, self.rate_to(offer.version.currency) or ONE) for one, offer in self.comparable]
        offered = {key for one, _offer, _rate in offers for key in one.goods}
        wanted = offered if line_ids is None else set(line_ids)
        if not wanted or not wanted <= offered or (line_ids is None and len(offered) < self.line_count):
            return None
        prices: Prices = {key: [_scaled(one.goods.get(key), rate) for one, _offer, rate in offers] for key in wanted}
        terms = [terms_of(offer.version, one.invitation.id, self.reckoning, rate) for one, offer, rate in offers]
        return best_split(prices, terms, self.rfq.currency)


def answers_of(actor: Actor, rfq_id: UUID, *, offset: int = 0, limit: int | None = None) -> Answers:
    """A request of the actor's company; with ``limit``, only so many of its lines. Nine statements at most.

    Raises NotFound.
    """
    waiting = Count("questions", filter=Q(questions__answered_at__isnull=True))
    asked = RFQLine.objects.filter(rfq=OuterRef("pk")).order_by().values("rfq").annotate(count=Count("pk"))
    moved = RFQTransition.objects.filter(subject=OuterRef("pk")).order_by("-at", "-pk").values("at")[:1]
    rows = (
        seen_rfqs(actor)
        .select_related("private")
        .annotate(open_questions=waiting, moved_at=Subquery(moved), line_count=Subquery(asked.values("count")))
    )
    rfq = rows.filter(pk=rfq_id).first()
    if rfq is None:
        raise NotFound
    every = RFQLine.objects.select_related("hidden_target").filter(rfq=rfq).order_by("position")
    lines = list(every if limit is None else every[offset : offset + limit])
    asked_of = Invitation.objects.select_related("tenant").filter(rfq=rfq)
    invitations = list(asked_of.order_by("created_at", "tenant_name"))
    versions = version_rows(invitations)
    own = {row.id: [one for one in versions.get(row.id, ()) if one.side == Side.SUPPLIER] for row in invitations}
    shown = [version for found in own.values() for version in found[-2:]]
    full = with_lines(shown, None if limit is None else [line.id for line in lines])
    goods = _goods([found[-1].pk for found in own.values() if found])
    answers = [_answer(row, versions.get(row.id, []), own[row.id], full, goods) for row in invitations]
    foreign = {one.version.currency for one in answers if one.version is not None} - {rfq.currency}
    until = timezone.now() if rfq.state in LIVE_RFQ else rfq.moved_at or rfq.created_at
    return Answers(
        rfq=rfq,
        lines=lines,
        line_count=rfq.line_count or 0,
        answers=answers,
        reckoning=reckoning_of(rfq),
        open_questions=rfq.open_questions,
        moved_at=rfq.moved_at,
        rates=rates_at(rfq.company_id, foreign, rfq.currency, until),
    )


def _scaled(goods: tuple[Decimal, Decimal] | None, rate: Decimal) -> tuple[Decimal, Decimal] | None:
    return (goods[0] * rate, goods[1] * rate) if goods is not None else None


def _answer(
    row: Invitation,
    versions: Sequence[QuoteVersion],
    own: Sequence[QuoteVersion],
    full: Mapping[UUID, Version],
    goods: Mapping[UUID, Goods],
) -> Answer:
    if not own or own[-1].state == VersionState.WITHDRAWN:
        return Answer(row, versions, own[-1] if own else None, None, None, {})
    before = full[own[-2].pk] if len(own) > 1 else None
    return Answer(row, versions, own[-1], full[own[-1].pk], before, goods.get(own[-1].pk, {}))


def _goods(version_ids: Sequence[UUID]) -> dict[UUID, dict[UUID, tuple[Decimal, Decimal]]]:
    """What versions offer first for each line; one statement, and no more of each line than this."""
    rows = QuoteLine.objects.filter(version__in=version_ids, option=0, is_offered=True)
    found: dict[UUID, dict[UUID, tuple[Decimal, Decimal]]] = defaultdict(dict)
    for version_id, line_id, net, setup in rows.order_by().values_list(
        "version_id", "rfq_line_id", "net_amount", "setup_amount"
    ):
        found[version_id][line_id] = (net, setup)
    return found
