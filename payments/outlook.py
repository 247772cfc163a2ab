"""What a customer owes by when, and what one more order would do to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import F, Sum

from core.money import ZERO
from payments.credit import CreditStatus
from payments.enums import InvoiceState
from payments.models import Invoice


@dataclass(frozen=True, slots=True)
class Due:
    """What is due on a day, tax included; ``available`` is the credit from then on, all due by then being paid."""

    due_on: date
    owed: Decimal
    order: Decimal
    available: Decimal


def owed_by_day(customer_id: UUID, currency: str) -> list[tuple[date, Decimal]]:
    """Unpaid amounts of invoices in a currency by due date, the earliest first; one statement."""
    rows = Invoice.objects.filter(customer_id=customer_id, currency=currency, state=InvoiceState.ISSUED)
    sums = (
        rows.values("due_on")
        .annotate(owed=Sum(F("total_amount") - F("paid_amount") - F("credited_amount")))
        .order_by("due_on")
    )
    return [(row["due_on"], row["owed"]) for row in sums if row["owed"]]


def with_order(
    owed: Iterable[tuple[date, Decimal]], status: CreditStatus, *, due_on: date, amount: Decimal
) -> list[Due]:
    """Days on which something is due once an order of this amount is placed, which is due on ``due_on``.

    Orders that are not invoiced yet have no due date: they hold credit on every day.
    """
    days: dict[date, Decimal] = dict(owed)
    days.setdefault(due_on, ZERO)
    available, found = status.available - amount, []
    for day in sorted(days):
        order = amount if day == due_on else ZERO
        available += days[day] + order
        found.append(Due(day, days[day], order, available))
    return found
