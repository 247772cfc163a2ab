"""The buyer's screens: its requests, and every supplier's answer side by side, as texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import formatting
from core.actor import Actor
from core.errors import NotFound
from rfq.enums import InvitationState, RFQState, Side, VersionState
from rfq.history import INVITATION_TONES, Version, VersionNote, history, latest_offer, time_left, versions_of
from rfq.models import RFQ, Award, Invitation, QuoteLine, RFQLine
from rfq.policies import can_buy

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
    """A supplier in the comparison. ``version_id`` is set when its version is on the table."""

    invitation_id: UUID
    tenant_id: UUID
    name: str
    state_text: str
    tone: str
    note: str
    version_id: UUID | None
    version_text: str
    valid_text: str
    is_expired: bool
    net_text: str
    freight_text: str
    total_text: str
    total: Decimal | None
    is_complete: bool
    is_best: bool
    decline_reason: str
    history: tuple[VersionNote, ...]


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
    rows = (
        RFQ.objects.filter(company_id=actor.require_company())
        .annotate(asked=Count("invitations"), quoted=quoted)
        .order_by("-created_at", "-pk")
    )
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
    rfq = RFQ.objects.filter(pk=rfq_id, company_id=actor.require_company()).first()
    if rfq is None:
        raise NotFound
    lines = list(RFQLine.objects.filter(rfq=rfq).order_by("position"))
    invitations = list(Invitation.objects.filter(rfq=rfq).order_by("created_at", "tenant_name"))
    versions = versions_of(invitations)
    current = {key: latest_offer(found) for key, found in versions.items()}
    columns = [_column(row, versions.get(row.id, []), rfq, len(lines)) for row in invitations]
    best = min((c.total for c in columns if c.total is not None and c.is_complete), default=None)
    columns = [_marked(column, best) for column in columns]
    offers = [current.get(row.id) for row in invitations]
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
        best_text=winner.total_text if winner else "—",
        best_name=winner.name if winner else "",
        address_text=", ".join(v for k in ("street", "postal_code", "city") if (v := rfq.delivery_address.get(k))),
        created_text=formatting.moment(rfq.created_at),
        columns=tuple(columns),
        lines=tuple(_asked(line, offers, versions, invitations) for line in lines),
        can_negotiate=rfq.state == RFQState.OPEN and can_buy(actor),
        order_id=award.order_id if award else None,
        order_tenant_id=award.tenant_id if award else None,
    )


def _column(row: Invitation, versions: Sequence[Version], rfq: RFQ, asked: int) -> Column:
    state = InvitationState(row.state)
    offer = latest_offer(versions)
    version = offer.version if offer else None
    is_over = version is not None and version.valid_until <= timezone.now()
    on_table = version is not None and version.state == VersionState.SENT and rfq.state == RFQState.OPEN
    total = version.net_amount + version.freight_amount if version else None
    offered = sum(line.is_offered for line in offer.lines.values()) if offer else 0
    return Column(
        invitation_id=row.id,
        tenant_id=row.tenant_id,
        name=row.tenant_name,
        state_text=str(state.label),
        tone=INVITATION_TONES[row.state],
        note=_("seen %(when)s") % {"when": formatting.clock(row.viewed_at)} if row.viewed_at else "",
        version_id=version.id if version and on_table else None,
        version_text=f"V{version.number}" if version else "",
        valid_text=_("until %(when)s") % {"when": formatting.clock(version.valid_until)} if version else "",
        is_expired=is_over,
        net_text=formatting.money(version.net_amount, version.currency) if version else "—",
        freight_text=formatting.money(version.freight_amount, version.currency) if version else "—",
        total_text=formatting.money(total, rfq.currency) if total is not None else "—",
        total=total,
        is_complete=offered == asked,
        is_best=False,
        decline_reason=row.decline_reason,
        history=history(versions),
    )


def _marked(column: Column, best: Decimal | None) -> Column:
    return replace(column, is_best=best is not None and column.is_complete and column.total == best)


def _asked(
    line: RFQLine,
    offers: Sequence[Version | None],
    versions: Mapping[UUID, Sequence[Version]],
    invitations: Sequence[Invitation],
) -> AskedLine:
    found = [offer.lines.get(line.id) if offer else None for offer in offers]
    prices = [q.unit_price for q in found if q is not None and q.is_offered and q.unit_price is not None]
    best = min(prices) if len(prices) > 1 else None
    cells = []
    for quote_line, row, offer in zip(found, invitations, offers, strict=True):
        cells.append(_cell(quote_line, best, _before(versions.get(row.id, []), offer, line.id)))
    return AskedLine(
        id=line.id,
        position=line.position,
        description=line.description,
        quantity_text=f"{formatting.number(line.quantity)} {formatting.unit_name(line.unit_code, line.quantity)}",
        wanted_text=_("wished %(day)s") % {"day": formatting.day(line.requested_on)} if line.requested_on else "",
        code_text=line.part_number or line.gtin,
        cells=tuple(cells),
    )


def _before(versions: Sequence[Version], offer: Version | None, line_id: UUID) -> Decimal | None:
    """The supplier's price of a line in its version before ``offer``."""
    own = [full for full in versions if full.version.side == Side.SUPPLIER]
    if offer is None or len(own) < 2:
        return None
    earlier = own[-2].lines.get(line_id)
    return earlier.unit_price if earlier else None


def _cell(line: QuoteLine | None, best: Decimal | None, before: Decimal | None) -> Cell:
    if line is None or not line.is_offered or line.unit_price is None:
        return Cell(is_offered=False)
    currency = "EUR"
    lead = line.lead_time_days
    return Cell(
        is_offered=True,
        price_text=formatting.unit_price(line.unit_price, currency),
        net_text=formatting.money(line.net_amount, currency),
        lead_text=ngettext("%(days)s day", "%(days)s days", lead) % {"days": lead} if lead is not None else "",
        before_text=formatting.unit_price(before, currency) if before not in (None, line.unit_price) else "",
        is_best=line.unit_price == best,
    )
