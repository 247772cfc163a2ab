"""Recurring orders as texts."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import formatting
from frontend.storefront.recurring.forms import WEEKDAYS
from orders.enums import Frequency, RecurringState, RunState
from orders.recurring.lines import Change
from orders.recurring.queries import RecurringInfo, RunInfo
from orders.recurring.schedule import Schedule

_TONES = {
    RecurringState.ACTIVE: "ok",
    RecurringState.PAUSED: "warn",
    RecurringState.ENDED: "mute",
    RunState.PLACED: "ok",
    RunState.WAITING: "warn",
    RunState.FAILED: "bad",
    RunState.SKIPPED: "mute",
    RunState.MISSED: "warn",
}


@dataclass(frozen=True, slots=True)
class RecurringRow:
    """A recurring order in the overview."""

    id: UUID
    name: str
    rhythm_text: str
    next_text: str
    owner_text: str
    state_text: str
    state_tone: str


@dataclass(frozen=True, slots=True)
class RunRow:
    """What became of a day."""

    day_text: str
    state_text: str
    state_tone: str
    number: str
    order_id: UUID | None
    approval_id: UUID | None
    reason: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A line that is not what it was the last time."""

    sku: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar; ``names`` are the lists that are ordered then."""

    day: date
    number: int
    text: str
    is_today: bool
    is_past: bool
    names: tuple[str, ...]


def recurring_row(info: RecurringInfo) -> RecurringRow:
    """One line of the overview."""
    return RecurringRow(
        id=info.id,
        name=info.list_name,
        rhythm_text=rhythm_text(info.schedule),
        next_text=formatting.day(info.next_days[0]) if info.next_days else "—",
        owner_text=_("me") if info.is_own else info.owner_name,
        state_text=str(info.state.label),
        state_tone=_TONES[info.state],
    )


def run_row(run: RunInfo) -> RunRow:
    """One line of the history."""
    return RunRow(
        formatting.day(run.due_on),
        str(run.state.label),
        _TONES[run.state],
        run.number,
        run.order_id,
        run.approval_id,
        run.reason,
    )


def change_row(change: Change) -> ChangeRow:
    """A change in one sentence."""
    parts = [change.problem, quantity_text(change)]
    if change.before and change.now:
        before, now = (formatting.unit_price(Decimal(text), change.currency) for text in (change.before, change.now))
        parts.append(f"{before} → {now}")
    if change.available:
        parts.append(_("only %(stock)s in stock") % {"stock": formatting.number(Decimal(change.available))})
    name = formatting.localised(change.name_fr, change.name_en)
    return ChangeRow(change.sku, name, " · ".join(part for part in parts if part))


def quantity_text(change: Change) -> str:
    """``200 → 400 pieces``; of a new line only how much is ordered."""
    if not change.has:
        return ""
    has = Decimal(change.has)
    now = f"{formatting.number(has)} {formatting.unit_name(change.unit_code, has)}"
    if not change.had:
        return _("new: %(quantity)s") % {"quantity": now}
    return f"{formatting.number(Decimal(change.had))} → {now}"


def rhythm_text(schedule: Schedule) -> str:
    """``every 2 weeks: Monday, Thursday``."""
    values = {"num": schedule.interval}
    if schedule.frequency == Frequency.MONTHS:
        text = ngettext("every month", "every %(num)d months", schedule.interval) % values
        return _("%(rhythm)s, on day %(day)d") % {"rhythm": text, "day": schedule.starts_on.day}
    names = dict(WEEKDAYS)
    days = schedule.weekdays or (schedule.starts_on.weekday(),)
    text = ngettext("every week", "every %(num)d weeks", schedule.interval) % values
    return f"{text} : {', '.join(str(names[day]) for day in days)}"


def weeks_ahead(orders: Iterable[RecurringInfo], today: date, *, weeks: int = 5) -> list[list[Day]]:
    """A calendar of whole weeks from this one on, with what is ordered on which day."""
    monday = today - timedelta(days=today.weekday())
    planned: dict[date, list[str]] = {}
    for info in orders:
        if info.state == RecurringState.ACTIVE:
            for day in info.next_days:
                planned.setdefault(day, []).append(info.list_name)
    days = [monday + timedelta(days=number) for number in range(weeks * len(calendar.day_name))]
    cells = [
        Day(day, day.day, formatting.day(day), day == today, day < today, tuple(planned.get(day, ()))) for day in days
    ]
    return [cells[start : start + 7] for start in range(0, len(cells), 7)]
