"""Due dates by French law (C. com. L441-10): net days, or days and the end of the month in one of two lawful orders."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from django.utils.translation import gettext as _

from customers.enums import TermKind

#: Terms that every supplier is offered to choose from, the default first.
USUAL_TERMS: tuple[tuple[str, int], ...] = (
    (TermKind.NET, 30),
    (TermKind.NET, 45),
    (TermKind.NET, 60),
    (TermKind.DAYS_THEN_END_OF_MONTH, 45),
    (TermKind.NET, 0),
)


def legal_maximum(kind: str) -> int:
    """The longest lawful term of a kind in days: 60 net, or 45 around the end of a month (C. com. L441-10)."""
    return 60 if kind == TermKind.NET else 45


def due_date(kind: str, days: int, issued_on: date) -> date:
    """When an invoice of ``issued_on`` is due.

    *days_eom* adds the days and then goes to the end of that month; *eom_days* goes to the end of the invoice's month
    and then adds the days: the contract says which.
    """
    if kind == TermKind.NET:
        return issued_on + timedelta(days=days)
    if kind == TermKind.DAYS_THEN_END_OF_MONTH:
        return _end_of_month(issued_on + timedelta(days=days))
    return _end_of_month(issued_on) + timedelta(days=days)


def term_text(kind: str, days: int) -> str:
    """A payment term as people call it, in the active language."""
    if kind == TermKind.NET:
        return _("%(days)s days net") % {"days": days} if days else _("on receipt")
    if kind == TermKind.DAYS_THEN_END_OF_MONTH:
        return _("%(days)s days end of month") % {"days": days}
    return _("end of month + %(days)s days") % {"days": days}


def _end_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
