"""Who ordered for a customer: the list that both the supplier and the company read."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from core import formatting
from customers.acting import ActingEntryInfo, ActingInfo, sessions_of


@dataclass(frozen=True, slots=True)
class ActingLine:
    """Something that was done: when, what, and about what."""

    when_text: str
    what_text: str
    text: str


@dataclass(frozen=True, slots=True)
class ActingRow:
    """A session: who, from when until when, and what was done in it."""

    staff_name: str
    when_text: str
    is_open: bool
    lines: tuple[ActingLine, ...]


def acting_rows(customer_id: UUID) -> list[ActingRow]:
    """The latest sessions of a customer; two statements."""
    return [_row(info) for info in sessions_of(customer_id)]


def _row(info: ActingInfo) -> ActingRow:
    is_open = info.ended_at is None and info.expires_at > timezone.now()
    end = info.ended_at or info.expires_at
    values = {"start": formatting.moment(info.started_at), "end": formatting.moment(end)}
    text = _("Since %(start)s") if is_open else _("%(start)s to %(end)s")
    return ActingRow(info.staff_name, text % values, is_open, tuple(_line(entry) for entry in info.entries))


def _line(entry: ActingEntryInfo) -> ActingLine:
    return ActingLine(formatting.moment(entry.at), str(entry.kind.label), entry.text)
