"""The supplier's screens: requests that wait, and one of them with the own answer, as texts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Case, Count, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.packs.snapshots import PackSnapshot
from catalog.packs.wording import PackText, pack_text
from core import formatting
from core.actor import Actor
from core.errors import NotFound
from core.scope import current_scope
from rfq.enums import InvitationState, RFQState, Side, VersionState
from rfq.history import INVITATION_TONES, Version, VersionNote, history, latest_offer, time_left, versions_of
from rfq.models import Invitation, QuoteVersion, RFQLine
from rfq.states import INVITATION


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
    quantity_text: str
    wanted_text: str
    own_sku: str | None
    own_price: Decimal | None
    own_price_text: str
    counter_text: str
    lead_time_days: int | None
    pack: PackText | None = None


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
    freight: Decimal
    lines: tuple[InboxLine, ...]
    history: tuple[VersionNote, ...]
    latest_id: UUID | None
    version_text: str
    total_text: str
    is_countered: bool
    can_answer: bool
    can_decline: bool
    is_late: bool


def inbox(actor: Actor, *, limit: int = 100) -> list[InboxRow]:
    """Requests that the tenant was invited to: those that wait for an answer first, by deadline; two statements."""
    rows = list(
        Invitation.objects.select_related("rfq")
        .filter(tenant_id=_tenant_of(actor))
        .annotate(line_count=Count("rfq__lines"), is_open=Case(When(rfq__state=RFQState.OPEN, then=0), default=1))
        .order_by("is_open", "rfq__deadline_at", "pk")[:limit]
    )
    countered = _countered(row.id for row in rows)
    found = [_inbox_row(row, row.line_count, is_countered=row.id in countered) for row in rows]
    return sorted(found, key=lambda row: not row.waits)


def inbox_detail(actor: Actor, invitation_id: UUID) -> InboxDetail:
    """One request as the invited tenant sees it: nothing of any other supplier. Raises NotFound. Five statements."""
    row = Invitation.objects.select_related("rfq").filter(pk=invitation_id, tenant_id=_tenant_of(actor)).first()
    if row is None:
        raise NotFound
    rfq, state, now = row.rfq, InvitationState(row.state), timezone.now()
    versions = versions_of([row]).get(row.id, [])
    own = latest_offer(versions)
    counter = versions[-1] if versions and versions[-1].version.side == Side.BUYER else None
    lines = RFQLine.objects.filter(rfq=rfq).order_by("position")
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
        address_text=", ".join(v for k in ("street", "postal_code", "city") if (v := rfq.delivery_address.get(k))),
        freight=own.version.freight_amount if own else Decimal(0),
        lines=tuple(_inbox_line(line, own, counter, rfq.currency) for line in lines),
        history=history(versions),
        latest_id=versions[-1].version.id if versions else None,
        version_text=f"V{own.version.number}" if own else "",
        total_text=formatting.money(own.version.net_amount + own.version.freight_amount, rfq.currency) if own else "",
        is_countered=counter is not None and counter.version.state == VersionState.SENT,
        can_answer=_can_answer(row),
        can_decline=rfq.state == RFQState.OPEN and INVITATION.may(row.state, InvitationState.DECLINED),
        is_late=rfq.state == RFQState.OPEN and row.state != InvitationState.QUOTED and rfq.deadline_at <= now,
    )


def asked_lines(invitation_id: UUID) -> list[RFQLine]:
    """The lines of an invitation's request, for drafting an answer."""
    return list(RFQLine.objects.filter(rfq__invitations__pk=invitation_id).order_by("position"))


def _can_answer(row: Invitation) -> bool:
    """The first offer before the deadline; a negotiation may last longer."""
    is_open = row.rfq.state == RFQState.OPEN and row.state not in (InvitationState.WON, InvitationState.CLOSED)
    return is_open and (row.state == InvitationState.QUOTED or row.rfq.deadline_at > timezone.now())


def _inbox_row(row: Invitation, lines: int, *, is_countered: bool) -> InboxRow:
    state, is_open = InvitationState(row.state), row.rfq.state == RFQState.OPEN
    return InboxRow(
        id=row.id,
        number=row.rfq.number,
        title=row.rfq.title,
        company_name=row.rfq.company_name,
        state=row.state,
        state_text=_("Counter-offer") if is_countered and is_open else str(state.label),
        tone="warn" if is_countered and is_open else INVITATION_TONES[row.state],
        deadline_text=formatting.moment(row.rfq.deadline_at),
        left_text=time_left(row.rfq.deadline_at) if is_open else "",
        lines_text=ngettext("%(count)s line", "%(count)s lines", lines) % {"count": lines},
        waits=is_open and (state in (InvitationState.INVITED, InvitationState.VIEWED) or is_countered),
        is_countered=is_countered,
    )


def _countered(invitation_ids: Iterable[UUID]) -> set[UUID]:
    """Invitations on whose table a buyer's counter-offer lies."""
    rows = QuoteVersion.objects.filter(
        quote__invitation__in=list(invitation_ids), side=Side.BUYER, state=VersionState.SENT
    )
    return set(rows.values_list("quote__invitation_id", flat=True))


def _inbox_line(line: RFQLine, own: Version | None, counter: Version | None, currency: str) -> InboxLine:
    mine = own.lines.get(line.id) if own else None
    theirs = counter.lines.get(line.id) if counter else None
    differs = theirs is not None and mine is not None and theirs.unit_price != mine.unit_price
    return InboxLine(
        id=line.id,
        position=line.position,
        description=line.description,
        code_text=line.part_number or line.gtin,
        quantity_text=f"{formatting.number(line.quantity)} {formatting.unit_name(line.unit_code, line.quantity)}",
        wanted_text=_("wished %(day)s") % {"day": formatting.day(line.requested_on)} if line.requested_on else "",
        own_sku=mine.sku if mine else None,
        own_price=mine.unit_price if mine else None,
        own_price_text=formatting.unit_price(mine.unit_price, currency) if mine and mine.unit_price is not None else "",
        counter_text=formatting.unit_price(theirs.unit_price, currency)
        if differs and theirs and theirs.unit_price is not None
        else "",
        lead_time_days=mine.lead_time_days if mine else None,
        pack=pack_text(PackSnapshot.from_json(line.pack), Decimal(1)) if line.pack else None,
    )


def _tenant_of(actor: Actor) -> UUID:
    tenant_id = current_scope().tenant_id
    if actor.kind != "staff" or tenant_id is None or actor.tenant_id != tenant_id:
        raise NotFound
    return tenant_id
