"""The buyer's screens: its requests, and every supplier's answer side by side, as texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.packs.snapshots import PackSnapshot
from catalog.packs.wording import PackText, pack_text
from core import formatting
from core.actor import Actor
from core.errors import NotFound
from rfq.differences import days_text
from rfq.enums import InvitationState, RFQState, Side, VersionState
from rfq.history import INVITATION_TONES, Version, VersionNote, history, latest_offer, time_left, versions_of
from rfq.models import RFQ, Award, Invitation, RFQLine
from rfq.policies import can_buy, seen_rfqs
from rfq.versions import totals_of

RFQ_TONES = {"draft": "mute", "open": "info", "awarded": "ok", "cancelled": "mute"}


@dataclass(frozen=True, slots=True)
class RFQRow:
    id: UUID
    number: str
    title: str
    state_text: str
    tone: str
    deadline_text: str
    left_text: str
    answers_text: str
    created_text: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One supplier's offer for one line; ``before_text`` is the price of its version before."""

    is_offered: bool
    price_text: str = ""
    net_text: str = ""
    lead_text: str = ""
    before_text: str = ""
    is_best: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A supplier in the comparison. ``version_id`` is set when its version is on the table.

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
    tax_text: str
    gross_text: str
    total: Decimal | None
    offered_text: str
    is_complete: bool
    decline_reason: str
    history: tuple[VersionNote, ...]
    is_best: bool = False
    distance_text: str = ""

    @property
    def counts(self) -> bool:
        """Whether the offer is one to compare with others: for all lines, and still valid."""
        return self.total is not None and self.is_complete and not self.is_expired


@dataclass(frozen=True, slots=True)
class AskedLine:
    id: UUID
    position: int
    description: str
    quantity_text: str
    wanted_text: str
    code_text: str
    cells: tuple[Cell, ...]
    counter_value: str = ""
    pack: PackText | None = None


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
    left_text: str
    answers_text: str
    news_text: str
    best_text: str
    best_name: str
    address_text: str
    created_text: str
    columns: tuple[Column, ...]
    lines: tuple[AskedLine, ...]
    can_negotiate: bool
    order_id: UUID | None
    order_tenant_id: UUID | None


def rfqs_of_company(actor: Actor, *, limit: int = 100) -> list[RFQRow]:
    """The company's requests, newest first; one statement."""
    quoted = Count("invitations", filter=Q(invitations__state__in=(InvitationState.QUOTED, InvitationState.WON)))
    rows = seen_rfqs(actor).annotate(asked=Count("invitations"), quoted=quoted).order_by("-created_at", "-pk")
    return [
        RFQRow(
            id=row.id,
            number=row.number,
            title=row.title,
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
    """A request of the actor's company with every supplier's answer. Raises NotFound. Six statements."""
    rfq = seen_rfqs(actor).filter(pk=rfq_id).first()
    if rfq is None:
        raise NotFound
    lines = list(RFQLine.objects.filter(rfq=rfq).order_by("position"))
    invitations = list(Invitation.objects.filter(rfq=rfq).order_by("created_at", "tenant_name"))
    versions = versions_of(invitations)
    current = {key: latest_offer(found) for key, found in versions.items()}
    columns = [_column(row, versions.get(row.id, []), rfq, len(lines)) for row in invitations]
    best = min((c.total for c in columns if c.total is not None and c.counts), default=None)
    columns = [_marked(column, best) for column in columns]
    offers = [current.get(row.id) for row in invitations]
    before = [_offer_before(versions.get(row.id, ())) for row in invitations]
    award = Award.objects.filter(rfq=rfq).first()
    winner = next((c for c in columns if c.is_best), None)
    answered = sum(c.total is not None for c in columns)
    return Comparison(
        id=rfq.id,
        number=rfq.number,
        title=rfq.title,
        note=rfq.note,
        state=rfq.state,
        state_text=str(RFQState(rfq.state).label),
        tone=RFQ_TONES[rfq.state],
        deadline_text=formatting.moment(rfq.deadline_at),
        left_text=time_left(rfq.deadline_at),
        answers_text=f"{answered} / {len(columns)}",
        news_text=_news(invitations),
        best_text=winner.total_text if winner else "–",
        best_name=winner.name if winner else "",
        address_text=", ".join(v for k in ("street", "postal_code", "city") if (v := rfq.delivery_address.get(k))),
        created_text=formatting.moment(rfq.created_at),
        columns=tuple(columns),
        lines=tuple(_asked(line, offers, before, rfq.currency) for line in lines),
        can_negotiate=rfq.state == RFQState.OPEN and can_buy(actor),
        order_id=award.order_id if award else None,
        order_tenant_id=award.tenant_id if award else None,
    )


def _column(row: Invitation, versions: Sequence[Version], rfq: RFQ, asked: int) -> Column:
    offer = latest_offer(versions)
    version = offer.version if offer else None
    latest = versions[-1].version if versions else None
    on_table = version is not None and version.state == VersionState.SENT and rfq.state == RFQState.OPEN
    offered = sum(line.is_offered for line in offer.lines.values()) if offer else 0
    total = version.net_amount + version.freight_amount if version else None
    sums = totals_of(version, offer.lines.values()) if version and offer else None
    return Column(
        invitation_id=row.id,
        tenant_id=row.tenant_id,
        name=row.tenant_name,
        state_text=str(InvitationState(row.state).label),
        tone=INVITATION_TONES[row.state],
        note=_("seen %(when)s") % {"when": formatting.clock(row.viewed_at)} if row.viewed_at else "",
        version_id=version.id if version and on_table else None,
        latest_id=latest.id if latest else None,
        version_text=f"V{version.number}" if version else "",
        trend_text=_trend(versions, total),
        valid_text=_("until %(when)s") % {"when": formatting.clock(version.valid_until)} if version else "",
        is_expired=version is not None and version.valid_until <= timezone.now(),
        is_countered=latest is not None and latest.side == Side.BUYER and latest.state == VersionState.SENT,
        net_text=formatting.money(version.net_amount, version.currency) if version else "–",
        freight_text=formatting.money(version.freight_amount, version.currency) if version else "–",
        total_text=formatting.money(total, rfq.currency) if total is not None else "–",
        tax_text=formatting.money(sums.tax, rfq.currency) if sums else "–",
        gross_text=formatting.money(sums.gross, rfq.currency) if sums else "–",
        total=total,
        offered_text=_("%(offered)s of %(asked)s lines") % {"offered": offered, "asked": asked},
        is_complete=offered == asked,
        decline_reason=row.decline_reason,
        history=history(versions),
    )


def _trend(versions: Sequence[Version], total: Decimal | None) -> str:
    """``−4.8 % since V1``, when the supplier has moved."""
    first = next((full.version for full in versions if full.version.side == Side.SUPPLIER), None)
    if first is None or total is None:
        return ""
    start = first.net_amount + first.freight_amount
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


def _offer_before(versions: Sequence[Version]) -> Version | None:
    """The supplier's version before its last one."""
    own = [full for full in versions if full.version.side == Side.SUPPLIER]
    return own[-2] if len(own) > 1 else None


def _asked(
    line: RFQLine, offers: Sequence[Version | None], before: Sequence[Version | None], currency: str
) -> AskedLine:
    now = timezone.now()
    prices = [
        quoted.unit_price
        for offer in offers
        if offer is not None and offer.version.valid_until > now
        if (quoted := offer.lines.get(line.id)) is not None and quoted.is_offered and quoted.unit_price is not None
    ]
    best = min(prices) if len(prices) > 1 else None
    return AskedLine(
        id=line.id,
        position=line.position,
        description=line.description,
        quantity_text=f"{formatting.number(line.quantity)} {formatting.unit_name(line.unit_code, line.quantity)}",
        wanted_text=_("wished %(day)s") % {"day": formatting.day(line.requested_on)} if line.requested_on else "",
        code_text=line.part_number or line.gtin,
        cells=tuple(
            _cell(line.id, offer, earlier, best, currency) for offer, earlier in zip(offers, before, strict=True)
        ),
        pack=pack_text(PackSnapshot.from_json(line.pack), Decimal(1)) if line.pack else None,
    )


def _cell(line_id: UUID, offer: Version | None, before: Version | None, best: Decimal | None, currency: str) -> Cell:
    line = offer.lines.get(line_id) if offer else None
    if offer is None or line is None or not line.is_offered or line.unit_price is None:
        return Cell(is_offered=False)
    earlier = before.lines.get(line_id) if before else None
    has_moved = earlier is not None and earlier.unit_price not in (None, line.unit_price)
    return Cell(
        is_offered=True,
        price_text=formatting.unit_price(line.unit_price, currency),
        net_text=formatting.money(line.net_amount, currency),
        lead_text=days_text(line) if line.lead_time_days is not None else "",
        before_text=formatting.unit_price(earlier.unit_price, currency)
        if has_moved and earlier and earlier.unit_price is not None
        else "",
        is_best=line.unit_price == best and offer.version.valid_until > timezone.now(),
    )
