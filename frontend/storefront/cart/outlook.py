"""The credit by due date with the order in it, as the checkout shows it before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from core import formatting
from customers.queries import CustomerInfo
from customers.terms import due_date
from frontend.charts import BarChart, BarInput, bar_chart
from payments.credit import CreditStatus
from payments.outlook import Due, owed_by_day, with_order


@dataclass(frozen=True, slots=True)
class OutlookRow:
    """A day on which something is due, as texts."""

    day: str
    note: str
    owed: str
    order: str
    available: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """Days, and the same as bars; ``waiting_text`` is what is ordered and not invoiced, which no day has yet."""

    rows: tuple[OutlookRow, ...]
    chart: BarChart
    waiting_text: str


def outlook_of(customer: CustomerInfo, status: CreditStatus, amount: Decimal) -> Outlook:
    """What is due when, were the order invoiced today; one statement."""
    today = timezone.localdate()
    kind = customer.payment_term_kind
    due_on = due_date(kind, customer.payment_term_days, today) if kind else today
    days = with_order(owed_by_day(customer.id, status.currency), status, due_on=due_on, amount=amount)
    currency = customer.currency
    rows = tuple(
        OutlookRow(
            day=formatting.day(day.due_on),
            note=_("overdue") if day.due_on < today else "",
            owed=formatting.money(day.owed, currency),
            order=formatting.money(day.order, currency) if day.order else "—",
            available=formatting.money(day.available, currency),
        )
        for day in days
    )
    waiting = formatting.money(status.reserved, currency) if status.reserved else ""
    return Outlook(rows, _chart(days, currency), waiting)


def _chart(days: Sequence[Due], currency: str) -> BarChart:
    bars = [
        BarInput(formatting.day(day.due_on), formatting.money(day.owed + day.order, currency), (day.owed, day.order))
        for day in days
    ]
    return bar_chart(_("Due by day"), bars, (_("Due already"), _("This order")))
