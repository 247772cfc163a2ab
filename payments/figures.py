"""What is overdue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import F, Min, Sum
from django.utils import timezone

from payments.enums import InvoiceState
from payments.models import Invoice


@dataclass(frozen=True, slots=True)
class Overdue:
    """Unpaid amounts, by currency, of invoices whose due date has passed, tax included."""

    amounts: dict[str, Decimal]
    customers: int
    oldest_due_on: date | None

    @property
    def oldest_days(self) -> int:
        return (timezone.localdate() - self.oldest_due_on).days if self.oldest_due_on else 0


def overdue() -> Overdue:
    """What should have been paid by now; one statement."""
    rows = Invoice.objects.filter(state=InvoiceState.ISSUED, due_on__lt=timezone.localdate())
    sums = rows.values_list("currency").annotate(
        amount=Sum(F("total_amount") - F("paid_amount") - F("credited_amount")),
        customers=ArrayAgg("customer", distinct=True),
        oldest=Min("due_on"),
    )
    customers = {key for _code, _amount, keys, _day in sums for key in keys}
    oldest = min((day for _code, _amount, _keys, day in sums), default=None)
    return Overdue({code: amount for code, amount, _keys, _day in sums}, len(customers), oldest)
