"""What credit notes still owe, as both sides see it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, QuerySet, Sum
from django.utils.translation import gettext as _

from core import formatting
from core.actor import Actor
from core.money import ZERO
from payments.enums import InvoiceState, RepaymentMethod, RepaymentState
from payments.models import CreditNote, CustomerCredit, Invoice, Repayment
from payments.policies import seen_invoices

_TONES = {RepaymentState.DONE: "ok", RepaymentState.FAILED: "bad"}


@dataclass(frozen=True, slots=True)
class RepaymentRow:
    """A part of what was owed that is given back."""

    when_text: str
    text: str
    state_text: str
    tone: str
    amount_text: str


@dataclass(frozen=True, slots=True)
class OwedDetail:
    """What became of what a credit note owes; ``left_text`` is empty once nothing is owed any more.

    ``invoices`` are the unpaid ones that it can be taken off, for the supplier.
    """

    left_text: str
    repayments: tuple[RepaymentRow, ...]
    invoices: tuple[tuple[str, str], ...]


def balances(actor: Actor, *, customer_id: UUID | None = None) -> str:
    """What is owed to the actor's company, or by the supplier to its customers or one of them; one statement.

    A text with an amount for each currency, empty where nothing is owed.
    """
    rows = CustomerCredit.objects.filter(credit_note__invoice__in=seen_invoices(actor), used_amount__lt=F("amount"))
    if customer_id is not None:
        rows = rows.filter(customer=customer_id)
    sums = rows.values_list("currency").annotate(sum=Sum(F("amount") - F("used_amount"))).order_by("currency")
    return formatting.sums(dict(sums))


def owed_of(actor: Actor, note: CreditNote) -> OwedDetail | None:
    """What became of what a credit note owes; None where it never did. Two statements, three for the supplier."""
    credit = CustomerCredit.objects.filter(credit_note=note).first()
    if credit is None:
        return None
    rows = credit.repayments.all()
    return OwedDetail(
        left_text=formatting.money(credit.left, credit.currency) if credit.left > ZERO else "",
        repayments=tuple(_row(row, credit.currency) for row in rows),
        invoices=tuple(_choice(row) for row in _settleable(credit)) if actor.kind == "staff" and credit.left else (),
    )


def _settleable(credit: CustomerCredit) -> QuerySet[Invoice]:
    rows = Invoice.objects.filter(customer=credit.customer_id, currency=credit.currency, state=InvoiceState.ISSUED)
    return rows.order_by("due_on", "pk")[:50]


def _choice(row: Invoice) -> tuple[str, str]:
    values = {"number": row.number, "amount": formatting.money(row.open_amount, row.currency)}
    return row.pk.hex, _("%(number)s: %(amount)s to pay") % values


def _row(row: Repayment, currency: str) -> RepaymentRow:
    return RepaymentRow(
        when_text=formatting.moment(row.created_at),
        text=formatting.labelled(str(RepaymentMethod(row.method).label), row.reference),
        state_text=str(RepaymentState(row.state).label),
        tone=_TONES.get(RepaymentState(row.state), "warn"),
        amount_text=formatting.money(row.amount, currency),
    )
