"""The buyer's screens: its requests, and every supplier's answer side by side, as texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import formatting
from core.actor import Actor
from core.money import ZERO
from rfq.answers import Answer, Answers, answers_of
from rfq.cells import AskedLine, Scale, asked_line
from rfq.costs import CostTexts, cost_texts
from rfq.enums import LIVE_RFQ, InvitationState, RFQState, Side, VersionState
from rfq.history import Countdown, countdown, has_expired, sender_text, time_left
from rfq.landed import Split
from rfq.models import RFQ, Award, Invitation, QuoteVersion
from rfq.pending.queries import PendingText, pending_awards
from rfq.policies import can_buy, seen_rfqs
from rfq.table import state_of, table_text
from rfq.talk.presence import is_shown
from rfq.timing import Timing, timing_of
from rfq.wording import place_text, wishes_of

RFQ_TONES = {
    "draft": "mute",
    "open": "info",
    "evaluating": "warn",
    "part_awarded": "warn",
    "awarded": "ok",
    "closed": "mute",
    "cancelled": "mute",
    "expired": "mute",
}


@dataclass(frozen=True, slots=True)
class RFQRow:
    id: UUID
    number: str
    title: str
    is_draft: bool
    state_text: str
    tone: str
    deadline_text: str
    left_text: str
    answers_text: str
    created_text: str


@dataclass(frozen=True, slots=True)
class RFQPage:
    """Some of the company's requests; ``total`` counts all that were looked for."""

    rows: list[RFQRow]
    total: int


@dataclass(frozen=True, slots=True)
class Column:
    """A supplier in the comparison. ``version_id`` is set when its version is on the table.

    ``is_sealed``: it has answered, and nobody may read what until the deadline. ``is_closed``: it takes no orders at
    the moment.

    Amounts are in the offer's currency, ``cost`` and ``total`` in the request's; ``rate_text`` says how one became the
    other, or why it did not: then there is no ``total``, and the offer has no rank.

    ``table_text`` says why it is not; ``trend_text`` compares the first offer with the last one.
    """

    invitation_id: UUID
    tenant_id: UUID
    name: str
    state_text: str
    tone: str
    note: str
    version_id: UUID | None
    table_text: str
    version_text: str
    trend_text: str
    valid_text: str
    is_expired: bool
    is_countered: bool
    net_text: str
    freight_text: str
    total_text: str
    freight: Decimal
    setup: Decimal
    currency: str
    total: Decimal | None
    cost: CostTexts | None
    offered_text: str
    is_complete: bool
    decline_reason: str
    has_versions: bool
    is_foreign: bool = False
    rate_text: str = ""
    is_sealed: bool = False
    is_closed: bool = False
    is_best: bool = False
    distance_text: str = ""
    valid: Countdown | None = None

    @property
    def counts(self) -> bool:
        """Whether the offer is one to compare with others: for all lines, still valid, and can be ordered."""
        return self.total is not None and self.is_complete and not self.is_expired and not self.is_closed


@dataclass(frozen=True, slots=True)
class AwardText:
    """An order or an agreement that has come of the request."""

    tenant_id: UUID
    order_id: UUID | None
    agreement_id: UUID | None
    name: str
    lines_text: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A request with all answers side by side, for its buyer."""

    id: UUID
    number: str
    title: str
    note: str
    state: str
    state_text: str
    tone: str
    deadline_text: str
    answers_text: str
    news_text: str
    best_text: str
    best_name: str
    split_text: str
    split_note: str
    wishes: tuple[tuple[str, str], ...]
    private_note: str
    address_text: str
    created_text: str
    columns: tuple[Column, ...]
    lines: tuple[AskedLine, ...]
    can_negotiate: bool
    is_sealed: bool
    may_split: bool
    awards: tuple[AwardText, ...]
    pending: tuple[PendingText, ...]
    timing: Timing
    shows_presence: bool
    questions_text: str

    @property
    def may_award_lines(self) -> bool:
        """Whether there are offers to choose from, line by line."""
        return self.can_negotiate and any(column.version_id for column in self.columns)

    @property
    def on_table_count(self) -> int:
        """Suppliers whose offer, or a counter-offer to it, is undecided; a sealed one counts."""
        return sum(bool(one.version_id) or one.is_countered or one.is_sealed for one in self.columns)

    @property
    def costs(self) -> tuple[CostTexts, ...]:
        return tuple(column.cost for column in self.columns if column.cost is not None)


def rfqs_page(actor: Actor, *, state: str = "", search: str = "", limit: int, offset: int = 0) -> RFQPage:
    """The company's requests of a state, by words of their number or title, newest first; two statements."""
    found = seen_rfqs(actor)
    if state:
        found = found.filter(state=state)
    if search:
        found = found.filter(Q(number__icontains=search) | Q(title__icontains=search))
    invited = Invitation.objects.filter(rfq=OuterRef("pk"))
    rows = found.annotate(asked=_count(invited), answered=_count(_answered(invited))).order_by("-created_at", "-pk")
    return RFQPage(_rfq_rows(rows[offset : offset + limit]), found.count())


def _rfq_rows(rows: Iterable[RFQ]) -> list[RFQRow]:
    return [
        RFQRow(
            id=row.id,
            number=row.number,
            title=row.title,
            is_draft=row.state == RFQState.DRAFT,
            state_text=str(RFQState(row.state).label),
            tone=RFQ_TONES[row.state],
            deadline_text=formatting.moment(row.deadline_at),
            left_text=time_left(row.deadline_at) if row.state == RFQState.OPEN else "",
            answers_text=f"{row.answered} / {row.asked}",  # type: ignore[attr-defined]
            created_text=formatting.day(timezone.localdate(row.created_at)),
        )
        for row in rows
    ]


def _answered(invited: QuerySet[Invitation]) -> QuerySet[Invitation]:
    """Those whose supplier has offered and not taken it back; of what is sealed, whose state says so."""
    own = QuoteVersion.objects.filter(quote__invitation=OuterRef("pk"), side=Side.SUPPLIER).order_by("-number")
    is_sealed = Q(last=None, rfq__is_sealed=True, state=InvitationState.QUOTED)
    has_offered = Q(last__isnull=False) & ~Q(last=VersionState.WITHDRAWN)
    return invited.alias(last=Subquery(own.values("state")[:1])).filter(has_offered | is_sealed)


def _count(rows: QuerySet[Invitation]) -> Coalesce:
    return Coalesce(Subquery(rows.order_by().values("rfq").annotate(count=Count("pk")).values("count")), 0)


def comparison(actor: Actor, rfq_id: UUID) -> Comparison:
    """A request of the actor's company with every supplier's answer. Raises NotFound. Eleven statements."""
    return compare(answers_of(actor, rfq_id), actor)


def compare(found: Answers, actor: Actor) -> Comparison:
    """The answers side by side; two statements."""
    rfq, invitations = found.rfq, [one.invitation for one in found.answers]
    columns = [_column(one, found) for one in found.answers]
    best = min((c.total for c in columns if c.total is not None and c.counts), default=None)
    columns = [_marked(column, best) for column in columns]
    offers, before = [one.offer for one in found.answers], [one.before for one in found.answers]
    winner = next((c for c in columns if c.is_best), None)
    answered = sum(bool(c.version_text) or c.is_sealed for c in columns)
    scale = Scale(rfq.currency, found.rate_to)
    split = found.cheapest_split() if rfq.may_split else None
    return Comparison(
        id=rfq.id,
        number=rfq.number,
        title=rfq.title,
        note=rfq.note,
        state=rfq.state,
        state_text=str(RFQState(rfq.state).label),
        tone=RFQ_TONES[rfq.state],
        deadline_text=formatting.moment(rfq.deadline_at),
        answers_text=f"{answered} / {len(columns)}",
        news_text=_news(invitations),
        best_text=winner.cost.total if winner and winner.cost else "–",
        best_name=winner.name if winner else "",
        split_text=formatting.money(split.total, rfq.currency) if split else "",
        split_note=_split_note(split, best, rfq.currency),
        wishes=wishes_of(rfq),
        private_note=rfq.private.note if hasattr(rfq, "private") else "",
        address_text=place_text(rfq.delivery_address),
        created_text=formatting.moment(rfq.created_at),
        columns=tuple(columns),
        lines=tuple(asked_line(line, offers, before, scale) for line in found.lines),
        can_negotiate=rfq.state in LIVE_RFQ and can_buy(actor),
        is_sealed=rfq.is_sealed and rfq.deadline_at > timezone.now(),
        may_split=rfq.may_split,
        awards=_awards(rfq, invitations),
        pending=pending_awards(rfq.id, actor),
        timing=timing_of(rfq, found.moved_at),
        shows_presence=is_shown(rfq),
        questions_text=_questions_text(found.open_questions),
    )


def _questions_text(count: int) -> str:
    if not count:
        return ""
    text = ngettext("%(count)s question waits for your answer", "%(count)s questions wait for your answer", count)
    return text % {"count": count}


def _split_note(split: Split | None, best: Decimal | None, currency: str) -> str:
    """How many suppliers the cheapest split has, and how far it is from the best whole offer."""
    if split is None:
        return ""
    count = len(set(split.by_line.values()))
    text = ngettext("%(count)s supplier", "%(count)s suppliers", count) % {"count": count}
    if best is None or split.total == best:
        return text
    sign = "−" if split.total < best else "+"
    return f"{text} · {sign}{formatting.money(abs(split.total - best), currency)}"


def _awards(rfq: RFQ, invitations: Sequence[Invitation]) -> tuple[AwardText, ...]:
    names = {row.tenant_id: row.tenant_name for row in invitations}
    rows = Award.objects.filter(rfq=rfq).annotate(line_count=Count("lines")).order_by("awarded_at", "pk")
    return tuple(
        AwardText(
            row.tenant_id,
            row.order_id,
            row.agreement_id,
            names.get(row.tenant_id, ""),
            ngettext("%(count)s line", "%(count)s lines", row.line_count) % {"count": row.line_count},
        )
        for row in rows
    )


def _column(answer: Answer, found: Answers) -> Column:
    row, version, rfq = answer.invitation, answer.version, found.rfq
    text, (state_text, tone) = table_text(answer, rfq), state_of(answer)
    offered, asked, cost = len(answer.goods), found.line_count, found.cost_of(answer)
    return Column(
        invitation_id=row.id,
        tenant_id=row.tenant_id,
        name=row.tenant_name,
        state_text=state_text,
        tone=tone,
        note=_("seen %(when)s") % {"when": formatting.clock(row.viewed_at)} if row.viewed_at else "",
        version_id=version.id if version and not text and rfq.state in LIVE_RFQ else None,
        table_text=text,
        version_text=_version_text(version) if version else "",
        trend_text=_trend(answer),
        valid_text=_("until %(when)s") % {"when": formatting.clock(version.valid_until)} if version else "",
        is_expired=version is not None and has_expired(version),
        is_countered=any(one.side == Side.BUYER and one.state == VersionState.SENT for one in answer.versions[-1:]),
        net_text=formatting.money(version.net_amount, version.currency) if version else "–",
        freight_text=formatting.money(version.freight_amount, version.currency) if version else "–",
        total_text=formatting.money(version.net_amount + version.freight_amount, version.currency) if version else "–",
        freight=version.freight_amount if version else ZERO,
        setup=sum((setup for _net, setup in answer.goods.values()), ZERO),
        currency=version.currency if version else rfq.currency,
        total=cost.total if cost else None,
        cost=cost_texts(cost, version, rfq.currency) if version else None,
        offered_text=_("%(offered)s of %(asked)s lines") % {"offered": offered, "asked": asked},
        is_complete=offered == asked,
        decline_reason=row.decline_reason,
        has_versions=bool(answer.versions),
        is_foreign=version is not None and version.currency != rfq.currency,
        rate_text=_rate_text(version, found) if version else "",
        is_sealed=not answer.versions and row.state == InvitationState.QUOTED and rfq.is_sealed,
        is_closed=answer.is_closed and rfq.state in LIVE_RFQ,
        valid=countdown(version.valid_until) if version else None,
    )


def _rate_text(version: QuoteVersion, found: Answers) -> str:
    """By which rate an offer in another currency is compared, or that it is not."""
    if version.currency == found.rfq.currency:
        return ""
    if (rate := found.rates.get(version.currency)) is not None:
        return rate.text
    currencies = {"source": version.currency, "target": found.rfq.currency}
    return _("not compared: you have not said what 1 %(source)s is in %(target)s") % currencies


def _version_text(version: QuoteVersion) -> str:
    """``V1``; that nobody wrote it where it came at once."""
    return f"V{version.number}, {sender_text(version)}" if version.is_automatic else f"V{version.number}"


def _trend(answer: Answer) -> str:
    """``−4.8 % since V1``, when the supplier has moved."""
    first, last = next((one for one in answer.versions if one.side == Side.SUPPLIER), None), answer.version
    if first is None or last is None or first.currency != last.currency:
        return ""
    start, total = (version.net_amount + version.freight_amount for version in (first, last))
    if not start or start == total:
        return ""
    return _("%(change)s since V%(number)s") % {"change": _signed(total / start - 1), "number": first.number}


def _signed(rate: Decimal) -> str:
    text = formatting.percent(abs(rate).quantize(Decimal("0.001")))
    return f"−{text}" if rate < 0 else f"+{text}"


def _marked(column: Column, best: Decimal | None) -> Column:
    if best is None or column.total is None or not column.counts:
        return column
    if column.total == best:
        return replace(column, is_best=True)
    return replace(column, distance_text=_signed(column.total / best - 1) if best else "")


def _news(invitations: Sequence[Invitation]) -> str:
    """Who has looked and not answered yet."""
    looking = [row for row in invitations if row.state == InvitationState.VIEWED and row.viewed_at]
    if not looking:
        return ""
    last = max(looking, key=lambda row: row.viewed_at or row.created_at)
    when = formatting.clock(last.viewed_at or last.created_at)
    return _("%(name)s: seen %(when)s") % {"name": last.tenant_name, "when": when}
