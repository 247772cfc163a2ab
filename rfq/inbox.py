"""The supplier's screens: requests that wait, and one of them with the own answer, as texts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Case, Count, DateTimeField, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.packs.snapshots import PackSnapshot
from catalog.packs.wording import PackText, pack_text
from core import formatting
from core.actor import Actor
from core.errors import NotFound
from core.scope import current_scope
from rfq.conditions import Conditions
from rfq.enums import UNANSWERED, UNDECIDED_VERSION, InvitationState, Side, VersionState
from rfq.figures import counter_offers
from rfq.history import (
    INVITATION_TONES,
    Countdown,
    Version,
    VersionNote,
    countdown,
    history,
    latest_offer,
    time_left,
    versions_of,
)
from rfq.models import Invitation, QuoteLine, RFQLine
from rfq.standing import goes_on, goes_on_for
from rfq.states import INVITATION
from rfq.talk.presence import is_shown
from rfq.talk.queries import FileRow
from rfq.wording import days_text, line_place_text, place_text, quantity_text, wishes_of

_SOON = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class InboxRow:
    id: UUID
    number: str
    title: str
    company_name: str
    state: str
    state_text: str
    tone: str
    deadline_text: str
    left_text: str
    lines_text: str
    waits: bool
    is_countered: bool


@dataclass(frozen=True, slots=True)
class InboxLine:
    """A line as the supplier answers it: its own last price, the buyer's counter-price."""

    id: UUID
    position: int
    description: str
    code_text: str
    quantity: Decimal
    quantity_text: str
    wanted_text: str
    own: QuoteLine | None
    own_alternatives: tuple[QuoteLine, ...]
    own_price_text: str
    counter_text: str
    target_text: str
    question: str
    takes_equivalent: bool
    pack: PackText | None = None
    place_text: str = ""


@dataclass(frozen=True, slots=True)
class InboxDetail:
    id: UUID
    rfq_id: UUID
    number: str
    title: str
    note: str
    company_id: UUID
    company_name: str
    asked_by: str
    state: str
    state_text: str
    tone: str
    deadline_text: str
    left_text: str
    address_text: str
    wishes: tuple[tuple[str, str], ...]
    validity_days: int | None
    wished: Conditions
    conditions: Conditions
    freight: Decimal
    currency: str
    asked_currency: str
    lines: tuple[InboxLine, ...]
    history: tuple[VersionNote, ...]
    latest_id: UUID | None
    version_text: str
    total_text: str
    is_countered: bool
    can_answer: bool
    can_decline: bool
    can_withdraw: bool
    files: tuple[FileRow, ...]
    left: Countdown
    valid: Countdown | None
    shows_presence: bool


def invited(actor: Actor) -> QuerySet[Invitation]:
    """Requests that the tenant was invited to, the most urgent first.

    Counter-offers before answers that are due within a day, those before others, those before what waits for the buyer,
    what is over last; in each the nearest deadline first.
    """
    live, unanswered = goes_on(), Q(state__in=UNANSWERED)
    urgency = Case(
        When(~live, then=4),
        When(is_countered=True, then=0),
        When(unanswered & Q(rfq__deadline_at__lte=timezone.now() + _SOON), then=1),
        When(unanswered, then=2),
        default=3,
        output_field=IntegerField(),
    )
    lines = RFQLine.objects.filter(rfq=OuterRef("rfq")).order_by().values("rfq").annotate(count=Count("pk"))
    due = Case(When(live, then=F("rfq__deadline_at")), output_field=DateTimeField())
    return (
        Invitation.objects.select_related("rfq")
        .filter(tenant_id=_tenant_of(actor))
        .annotate(is_countered=Exists(counter_offers()))
        .annotate(urgency=urgency, line_count=Subquery(lines.values("count")))
        .order_by("urgency", due.asc(nulls_last=True), "-rfq__deadline_at", "pk")
    )


def inbox_rows(rows: Iterable[Invitation]) -> list[InboxRow]:
    """These of :func:`invited` as texts; one statement."""
    return [_inbox_row(row) for row in rows]


def inbox_detail(actor: Actor, invitation_id: UUID) -> InboxDetail:
    """One request as the invited tenant sees it: nothing of any other supplier. Raises NotFound. Six statements."""
    row = Invitation.objects.select_related("rfq").filter(pk=invitation_id, tenant_id=_tenant_of(actor)).first()
    if row is None:
        raise NotFound
    rfq, state, can_answer = row.rfq, InvitationState(row.state), goes_on_for(row)
    versions = versions_of([row]).get(row.id, [])
    own = latest_offer(versions)
    counter = versions[-1] if versions and versions[-1].version.side == Side.BUYER else None
    lines = RFQLine.objects.filter(rfq=rfq).order_by("position")
    notes = history(versions)
    return InboxDetail(
        id=row.id,
        rfq_id=rfq.id,
        number=rfq.number,
        title=rfq.title,
        note=rfq.note,
        company_id=row.company_id,
        company_name=rfq.company_name,
        asked_by=rfq.created_by_name,
        state=row.state,
        state_text=str(state.label),
        tone=INVITATION_TONES[row.state],
        deadline_text=formatting.moment(rfq.deadline_at),
        left_text=time_left(rfq.deadline_at),
        address_text=place_text(rfq.delivery_address),
        wishes=wishes_of(rfq),
        validity_days=rfq.validity_days,
        wished=Conditions.of(rfq),
        conditions=Conditions.of(own.version if own else rfq),
        freight=own.version.freight_amount if own else Decimal(0),
        currency=own.version.currency if own else rfq.currency,
        asked_currency=rfq.currency,
        lines=tuple(_inbox_line(line, own, counter, rfq.currency) for line in lines),
        history=notes,
        latest_id=versions[-1].version.id if versions else None,
        version_text=f"V{own.version.number}" if own else "",
        total_text=formatting.money(own.version.net_amount + own.version.freight_amount, own.version.currency)
        if own
        else "",
        is_countered=counter is not None and counter.version.state == VersionState.SENT,
        can_answer=can_answer,
        can_decline=can_answer and INVITATION.may(row.state, InvitationState.DECLINED),
        can_withdraw=can_answer and own is not None and own.version.state in UNDECIDED_VERSION,
        left=countdown(rfq.deadline_at),
        valid=countdown(own.version.valid_until) if own and own.version.state in UNDECIDED_VERSION else None,
        shows_presence=can_answer and is_shown(rfq),
        files=next((note.files for note in notes if own and note.title == f"V{own.version.number}"), ()),
    )


def asked_lines(invitation_id: UUID) -> list[RFQLine]:
    """The lines of an invitation's request, for drafting an answer."""
    return list(RFQLine.objects.filter(rfq__invitations__pk=invitation_id).order_by("position"))


def _inbox_row(row: Invitation) -> InboxRow:
    state, is_open = InvitationState(row.state), goes_on_for(row)
    lines: int = row.line_count  # type: ignore[attr-defined]
    is_countered: bool = row.is_countered and is_open  # type: ignore[attr-defined]
    return InboxRow(
        id=row.id,
        number=row.rfq.number,
        title=row.rfq.title,
        company_name=row.rfq.company_name,
        state=row.state,
        state_text=_("Counter-offer") if is_countered else str(state.label),
        tone="warn" if is_countered else INVITATION_TONES[row.state],
        deadline_text=formatting.moment(row.rfq.deadline_at),
        left_text=time_left(row.rfq.deadline_at) if is_open else "",
        lines_text=ngettext("%(count)s line", "%(count)s lines", lines) % {"count": lines},
        waits=is_open and (state in UNANSWERED or is_countered),
        is_countered=is_countered,
    )


def _inbox_line(line: RFQLine, own: Version | None, counter: Version | None, currency: str) -> InboxLine:
    mine = own.lines.get(line.id) if own else None
    theirs = counter.lines.get(line.id) if counter else None
    return InboxLine(
        id=line.id,
        position=line.position,
        description=line.description,
        code_text=line.part_number or line.gtin,
        quantity=line.quantity,
        quantity_text=quantity_text(line.quantity, line.unit_code),
        wanted_text=_("wished %(day)s") % {"day": formatting.day(line.requested_on)} if line.requested_on else "",
        own=mine,
        own_alternatives=tuple(own.alternatives.get(line.id, ())) if own else (),
        own_price_text=formatting.unit_price(mine.unit_price, own.version.currency)
        if own and mine and mine.unit_price is not None
        else "",
        counter_text=_wish(mine, theirs, counter.version.currency) if counter and mine and theirs else "",
        target_text=formatting.unit_price(line.target_price, currency) if line.target_price is not None else "",
        question=line.question,
        takes_equivalent=line.takes_equivalent,
        pack=pack_text(PackSnapshot.from_json(line.pack), Decimal(1)) if line.pack else None,
        place_text=line_place_text(line),
    )


def _wish(mine: QuoteLine, theirs: QuoteLine, currency: str) -> str:
    """What the buyer would have otherwise: price, quantity, days, and its remark."""
    said = []
    if theirs.unit_price is not None and theirs.unit_price != mine.unit_price:
        said.append(formatting.unit_price(theirs.unit_price, currency))
    if theirs.quantity != mine.quantity:
        said.append(quantity_text(theirs.quantity, theirs.unit_code))
    if theirs.lead_time_days is not None and theirs.lead_time_days != mine.lead_time_days:
        said.append(days_text(theirs.lead_time_days))
    if theirs.remark and theirs.remark != mine.remark:
        said.append(theirs.remark)
    return " · ".join(said)


def _tenant_of(actor: Actor) -> UUID:
    tenant_id = current_scope().tenant_id
    if actor.kind != "staff" or tenant_id is None or actor.tenant_id != tenant_id:
        raise NotFound
    return tenant_id
