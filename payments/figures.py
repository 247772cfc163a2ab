"""What is overdue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, Min, Sum
from django.utils import timezone

from payments.enums import InvoiceState
from payments.models import Invoice


@dataclass(frozen=True, slots=True)
class Overdue:
    """Unpaid amounts of invoices whose due date has passed, tax included."""

    amount: Decimal
    customers: int
    oldest_due_on: date | None

    @property
    def oldest_days(self) -> int:
        return (timezone.localdate() - self.oldest_due_on).days if self.oldest_due_on else 0


def overdue() -> Overdue:
    """What should have been paid by now; one statement."""
    rows = Invoice.objects.filter(state=InvoiceState.ISSUED, due_on__lt=timezone.localdate())
    sums = rows.aggregate(
        amount=Sum(F("total_amount") - F("paid_amount") - F("credited_amount")),
        customers=Count("customer", distinct=True),
        oldest=Min("due_on"),
    )
    return Overdue(sums["amount"] or Decimal(0), sums["customers"], sums["oldest"])
