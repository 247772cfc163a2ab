"""Agreements for a screen: lists, one with its lines, how it is used up, and what called off from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, DecimalField, F, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.enums import AgreementState, ExtensionState, Side, Standing
from agreements.models import Agreement, AgreementLine, CallOff, Extension
from agreements.policies import can_agree, is_own_staff, seen_agreements
from core import formatting
from core.actor import Actor
from core.errors import NotFound
from core.money import ZERO, round_amount
from customers.terms import term_text

_TONES = {
    Standing.ACTIVE: "ok",
    Standing.UPCOMING: "info",
    Standing.USED_UP: "warn",
    Standing.CANCELLED: "mute",
    Standing.EXPIRED: "mute",
    Standing.ENDED: "mute",
}
_EXTENSION_TONES = {"proposed": "warn", "accepted": "ok", "declined": "mute", "withdrawn": "mute"}
#: Not over: it may be extended.
_OPEN = (Standing.UPCOMING, Standing.ACTIVE, Standing.USED_UP)
#: Bars of a chart at most.
_MOST_BARS = 24
_VALUE = DecimalField(max_digits=38, decimal_places=10)


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """An agreement in a list; ``used_percent`` is the value that was called off of what is committed."""

    id: UUID
    number: str
    company_name: str
    po_number: str
    standing: Standing
    standing_text: str
    tone: str
    period_text: str
    net_text: str
    left_text: str
    used_percent: int
    line_count: int


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of an agreement; quantities are base units, ``left_text`` those that nobody has called off yet."""

    id: UUID
    variant_id: UUID
    sku: str
    name: str
    unit_code: str
    unit_text: str
    price_text: str
    committed: Decimal
    called: Decimal
    left: Decimal
    base_unit: str
    committed_text: str
    called_text: str
    left_text: str
    unit_price: Decimal
    may_overrun: bool
    setup_text: str

    @property
    def is_open(self) -> bool:
        """Whether anything can be called off."""
        return self.may_overrun or self.left > ZERO


@dataclass(frozen=True, slots=True)
class CallRow:
    """What an order took, or gave back."""

    order_id: UUID
    order_number: str
    sku: str
    quantity_text: str
    kind_text: str
    at_text: str
    by: str


@dataclass(frozen=True, slots=True)
class Course:
    """What was left at the end of a stretch of the period, as a net amount; ``called`` is what was called off by then.

    Both are nothing for a stretch that has not begun.
    """

    label: str
    left: Decimal
    called: Decimal


@dataclass(frozen=True, slots=True)
class ExtensionRow:
    """A proposal to let an agreement last longer. ``may_answer``: the reader's side decides; ``is_own``: it asked."""

    id: UUID
    title: str
    meta: str
    reason: str
    state_text: str
    tone: str
    decided_text: str
    note: str
    is_waiting: bool
    may_answer: bool
    is_own: bool


@dataclass(frozen=True, slots=True)
class AgreementDetail:
    """One agreement: ``conditions`` are those of the offer, as (term, value), ``course`` how it is used up.

    ``besides_text`` is what the offer asks for besides its prices, which no call off charges.
    """

    row: AgreementRow
    currency: str
    rfq_id: UUID
    content_hash: str
    end_reason: str
    conditions: tuple[tuple[str, str], ...]
    lines: tuple[LineRow, ...]
    course: tuple[Course, ...]
    ends_text: str
    besides_text: str
    extensions: tuple[ExtensionRow, ...]
    may_extend: bool

    @property
    def is_active(self) -> bool:
        """Whether something can be called off today."""
        return self.row.standing == Standing.ACTIVE


def agreement_counts(actor: Actor) -> dict[str, int]:
    """How many the actor may see: all of them (""), and those in force today or later; one statement."""
    return seen_agreements(actor).aggregate(all=Count("pk"), current=Count("pk", filter=_current()))


def agreements_page(
    actor: Actor, *, only_current: bool = False, limit: int = 50, offset: int = 0
) -> list[AgreementRow]:
    """A page of the agreements that the actor may see, newest first; one statement."""
    rows = seen_agreements(actor)
    rows = rows.filter(_current()) if only_current else rows
    today = timezone.localdate()
    return [_row(row, today) for row in _summed(rows).order_by("-signed_at", "-pk")[offset : offset + limit]]


def agreement_page(actor: Actor, agreement_id: UUID) -> AgreementDetail:
    """One agreement; five statements. Raises NotFound."""
    row = _summed(seen_agreements(actor).filter(pk=agreement_id)).first()
    if row is None:
        raise NotFound
    lines, found = list(row.lines.all()), _row(row, timezone.localdate())
    extensions = tuple(_extension(one, actor, is_open=found.standing in _OPEN) for one in row.extensions.all())
    reason = ""
    if row.state in (AgreementState.ENDED, AgreementState.CANCELLED):
        reason = row.transitions.filter(to_state=row.state).values_list("note", flat=True).first() or ""
    return AgreementDetail(
        row=found,
        currency=row.currency,
        rfq_id=row.rfq_id,
        content_hash=row.content_hash,
        end_reason=reason,
        conditions=_conditions(row),
        lines=tuple(_line(line, row.currency) for line in lines),
        course=_course(row, lines),
        ends_text=formatting.day(row.ends_on),
        extensions=extensions,
        may_extend=can_agree(actor) and found.standing in _OPEN and not any(one.is_waiting for one in extensions),
        besides_text=besides_text(row.freight_amount, sum((line.setup_amount for line in lines), ZERO), row.currency),
    )


def _extension(row: Extension, actor: Actor, *, is_open: bool) -> ExtensionRow:
    is_waiting = row.state == ExtensionState.PROPOSED and is_open
    may, is_own = is_waiting and can_agree(actor), row.side == (Side.SUPPLIER if is_own_staff(actor) else Side.BUYER)
    decided = f"{formatting.moment(row.decided_at)} · {row.decided_by_name}" if row.decided_at else ""
    return ExtensionRow(
        id=row.pk,
        title=f"{formatting.day(row.before_on)} → {formatting.day(row.ends_on)}",
        meta=f"{row.get_side_display()} · {formatting.moment(row.proposed_at)} · {row.proposed_by_name}",
        reason=row.reason,
        state_text=str(row.get_state_display()),
        tone=_EXTENSION_TONES[row.state],
        decided_text=decided,
        note=row.note,
        is_waiting=is_waiting,
        may_answer=may and not is_own,
        is_own=may and is_own,
    )


def besides_text(freight: Decimal, setup: Decimal, currency: str) -> str:
    """What an offer asks for besides its prices, ``transport €85.00, one-off costs €40.00``; empty for nothing."""
    transport, once = (formatting.money(amount, currency) for amount in (freight, setup))
    said = [_("transport %(amount)s") % {"amount": transport}] if freight else []
    said += [_("one-off costs %(amount)s") % {"amount": once}] if setup else []
    return ", ".join(said)


def calls_of(agreement_id: UUID, *, limit: int = 50) -> list[CallRow]:
    """What orders took and gave back, the latest first; one statement. Whoever may see the agreement."""
    rows = CallOff.objects.filter(line__agreement_id=agreement_id).select_related("line").order_by("-at", "-pk")
    return [
        CallRow(
            order_id=row.order_id,
            order_number=row.order_number,
            sku=row.line.sku,
            quantity_text=_amount(row.quantity, row.line.base_unit_code),
            kind_text=str(row.get_kind_display()),
            at_text=formatting.moment(row.at),
            by=row.actor_name,
        )
        for row in rows[:limit]
    ]


def _current() -> Q:
    return Q(state=AgreementState.ACTIVE, ends_on__gte=timezone.localdate())


def _summed(rows: QuerySet[Agreement]) -> QuerySet[Agreement]:
    """With what is committed and called off, in money, and whether anything is left."""
    price, called = F("lines__unit_price"), F("lines__called_quantity")
    left = Q(lines__may_overrun=True) | Q(lines__called_quantity__lt=F("lines__committed_quantity"))
    return rows.annotate(
        line_count=Count("lines"),
        open_count=Count("lines", filter=left),
        committed_value=Sum(price * F("lines__committed_quantity"), output_field=_VALUE),
        called_value=Sum(price * called, output_field=_VALUE),
    )


def _row(row: Any, today: date) -> AgreementRow:
    """Of a row with its sums."""
    committed, called = (getattr(row, name) or ZERO for name in ("committed_value", "called_value"))
    standing = row.standing(today, is_used_up=not row.open_count)
    percent = int((called * 100 / committed).to_integral_value(ROUND_DOWN)) if committed else 0
    return AgreementRow(
        id=row.pk,
        number=row.number,
        company_name=row.company_name,
        po_number=row.po_number,
        standing=standing,
        standing_text=str(standing.label),
        tone=_TONES.get(standing, "mute"),
        period_text=f"{formatting.day(row.starts_on)} – {formatting.day(row.ends_on)}",
        net_text=formatting.money(row.net_amount, row.currency),
        left_text=formatting.money(round_amount(max(committed - called, ZERO), row.currency), row.currency),
        used_percent=percent,
        line_count=row.line_count,
    )


def _line(line: AgreementLine, currency: str) -> LineRow:
    return LineRow(
        id=line.pk,
        variant_id=line.variant_id,
        sku=line.sku,
        name=formatting.localised(line.name_fr, line.name_en),
        unit_code=line.unit_code,
        unit_text=formatting.unit_name(line.unit_code),
        price_text=formatting.unit_price(line.quoted_price, currency),
        committed=line.committed_quantity,
        called=line.called_quantity,
        left=line.remaining,
        base_unit=formatting.unit_name(line.base_unit_code, 2),
        committed_text=_amount(line.committed_quantity, line.base_unit_code),
        called_text=_amount(line.called_quantity, line.base_unit_code),
        left_text=_amount(line.remaining, line.base_unit_code),
        unit_price=line.unit_price,
        may_overrun=line.may_overrun,
        setup_text=formatting.money(line.setup_amount, currency) if line.setup_amount else "",
    )


def _conditions(row: Agreement) -> tuple[tuple[str, str], ...]:
    term = term_text(row.term_kind, row.term_days) if row.term_days is not None else _("as usual")
    delivery = f"{row.incoterm} {row.incoterm_place}".strip() or _("as usual")
    freight = formatting.money(row.freight_amount, row.currency) if row.freight_amount else _("none")
    return (
        (_("Delivery"), delivery),
        (_("Term of payment"), term),
        (_("Transport in the offer"), freight),
        (_("Signed"), f"{formatting.moment(row.signed_at)} · {row.signed_by_name}"),
        (_("Fingerprint of the offer"), row.content_hash[:16]),
    )


def _course(row: Agreement, lines: Sequence[AgreementLine]) -> tuple[Course, ...]:
    """The period in stretches of equal length, months or shorter ones; one statement."""
    prices = {line.pk: line.unit_price for line in lines}
    total = sum((line.unit_price * line.committed_quantity for line in lines), ZERO)
    days = CallOff.objects.filter(line__agreement=row).order_by().annotate(day=TruncDate("at"))
    by_day: dict[date, Decimal] = {}
    for day, line_id, quantity in days.values_list("day", "line_id").annotate(sum=Sum("quantity")):
        by_day[day] = by_day.get(day, ZERO) + quantity * prices[line_id]
    today, found = timezone.localdate(), []
    for first, last in _stretches(row.starts_on, row.ends_on):
        has_begun = first <= today
        called = sum((value for day, value in by_day.items() if day <= last), ZERO)
        left = max(total - called, ZERO)
        label = formatting.day(min(last, today) if has_begun else last)
        found.append(Course(label, left if has_begun else ZERO, min(called, total) if has_begun else ZERO))
    return tuple(found)


def _stretches(starts_on: date, ends_on: date) -> list[tuple[date, date]]:
    """The days from the first to the last in at most so many pieces, each with its first and last day."""
    days = (ends_on - starts_on).days + 1
    length = -(-days // _MOST_BARS)
    firsts = [starts_on + timedelta(days=index) for index in range(0, days, length)]
    return [(first, min(first + timedelta(days=length - 1), ends_on)) for first in firsts]


def _amount(quantity: Decimal, unit_code: str) -> str:
    return f"{formatting.number(quantity)} {formatting.unit_name(unit_code, quantity)}"
