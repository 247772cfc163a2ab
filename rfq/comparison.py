"""The buyer's screens: its requests, and every supplier's answer side by side, as texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import formatting
from core.actor import Actor
from rfq.answers import Answer, Answers, answers_of
from rfq.cells import AskedLine, Scale, asked_line
from rfq.costs import CostTexts, cost_texts
from rfq.enums import LIVE_RFQ, InvitationState, RFQState, Side, VersionState
from rfq.history import INVITATION_TONES, Countdown, countdown, has_expired, sender_text, time_left
from rfq.landed import Split
from rfq.models import RFQ, Award, Invitation, QuoteVersion
from rfq.policies import can_buy, seen_rfqs
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
class Column:
    """A supplier in the comparison. ``version_id`` is set when its version is on the table.

    ``is_sealed``: it has answered, and nobody may read what until the deadline. ``is_closed``: it takes no orders at
    the moment.

    Amounts are in the offer's currency, ``cost`` and ``total`` in the request's; ``rate_text`` says how one became the
    other, or why it did not: then there is no ``total``, and the offer has no rank.

    ``latest_id`` is the last version of either side; ``trend_text`` compares the first offer with the last one.
    """

    invitation_id: UUID
    tenant_id: UUID
    name: str
    state_text: str
    tone: str
    note: str
    version_id: UUID | None
    latest_id: UUID | None
    version_text: str
    trend_text: str
    valid_text: str
    is_expired: bool
    is_countered: bool
    net_text: str
    freight_text: str
    total_text: str
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
    def may_answer(self) -> bool:
        """Whether its supplier may still answer, so that one waits for it."""
        return not self.version_text and not self.decline_reason and not self.is_sealed

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
    timing: Timing
    shows_presence: bool
    questions_text: str

    @property
    def may_award_lines(self) -> bool:
        """Whether lines may go to several suppliers, and there are offers to choose from."""
        return self.can_negotiate and self.may_split and any(column.version_id for column in self.columns)

    @property
    def costs(self) -> tuple[CostTexts, ...]:
        return tuple(column.cost for column in self.columns if column.cost is not None)


def rfqs_of_company(actor: Actor, *, limit: int = 100) -> list[RFQRow]:
    """The company's requests, newest first; one statement."""
    quoted = Count("invitations", filter=Q(invitations__state__in=(InvitationState.QUOTED, InvitationState.WON)))
    rows = seen_rfqs(actor).annotate(asked=Count("invitations"), quoted=quoted).order_by("-created_at", "-pk")
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
            answers_text=f"{row.quoted} / {row.asked}",
            created_text=formatting.day(timezone.localdate(row.created_at)),
        )
        for row in rows[:limit]
    ]


def comparison(actor: Actor, rfq_id: UUID) -> Comparison:
    """A request of the actor's company with every supplier's answer. Raises NotFound. Nine statements."""
    return compare(answers_of(actor, rfq_id), actor)


def compare(found: Answers, actor: Actor) -> Comparison:
    """The answers side by side; one statement."""
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
    latest = answer.versions[-1] if answer.versions else None
    on_table = version is not None and version.state == VersionState.SENT and rfq.state in LIVE_RFQ
    offered, asked, cost = len(answer.goods), found.line_count, found.cost_of(answer)
    return Column(
        invitation_id=row.id,
        tenant_id=row.tenant_id,
        name=row.tenant_name,
        state_text=str(InvitationState(row.state).label),
        tone=INVITATION_TONES[row.state],
        note=_("seen %(when)s") % {"when": formatting.clock(row.viewed_at)} if row.viewed_at else "",
        version_id=version.id if version and on_table else None,
        latest_id=latest.id if latest else None,
        version_text=_version_text(version) if version else "",
        trend_text=_trend(answer),
        valid_text=_("until %(when)s") % {"when": formatting.clock(version.valid_until)} if version else "",
        is_expired=version is not None and has_expired(version),
        is_countered=latest is not None and latest.side == Side.BUYER and latest.state == VersionState.SENT,
        net_text=formatting.money(version.net_amount, version.currency) if version else "–",
        freight_text=formatting.money(version.freight_amount, version.currency) if version else "–",
        total_text=formatting.money(version.net_amount + version.freight_amount, version.currency) if version else "–",
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
