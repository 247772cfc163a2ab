"""What credit notes owe beyond cards: the supplier takes it off an open invoice, or says that it was paid back.

Locks: the invoice that is settled, then what the note owes, then the customer's credit account.
"""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from core.actor import Actor
from core.db import atomic
from core.errors import NotAllowed, NotFound
from core.money import ZERO
from core.scope import current_scope
from payments.enums import InvoiceState, RepaymentMethod, RepaymentState
from payments.errors import NothingOwed, NotSettleable
from payments.models import CreditNote, CustomerCredit, Invoice, Payment, Repayment
from payments.refunds import tell_ended
from payments.settling import settle

#: What settles an invoice and is no money that came in.
CREDIT_METHOD = "credit_note"


@atomic
def settle_with_credit(*, credit_note_id: UUID, invoice_id: UUID, actor: Actor) -> Decimal:
    """Take what a note owes off another invoice of its customer, as far as that is open; answers the amount.

    Raises NotAllowed, NotFound, NothingOwed, NotSettleable. Emits RepaymentEnded, InvoicePaid where nothing is left.
    """
    _require_staff(actor)
    invoice = Invoice.objects.select_for_update(of=("self",)).filter(pk=invoice_id).first()
    credit = _locked(credit_note_id)
    if invoice is None:
        raise NotFound
    if (invoice.customer_id, invoice.currency) != (credit.customer_id, credit.currency):
        raise NotSettleable(field="invoice")
    if invoice.state != InvoiceState.ISSUED or invoice.open_amount <= ZERO:
        raise NotSettleable(field="invoice")
    amount = min(credit.left, invoice.open_amount)
    payment = Payment.objects.create(
        customer_id=invoice.customer_id, method=CREDIT_METHOD, amount=amount, currency=invoice.currency
    )
    settle(invoice, payment, amount, actor)
    _use(credit, amount, actor, method=RepaymentMethod.INVOICE, reference=invoice.number, payment=payment)
    return amount


@atomic
def note_paid_back(*, credit_note_id: UUID, reference: str, actor: Actor) -> Decimal:
    """Say that all that a note still owes was paid back in another way; answers the amount.

    Raises NotAllowed, NotFound, NothingOwed. Emits RepaymentEnded.
    """
    _require_staff(actor)
    credit = _locked(credit_note_id)
    amount = credit.left
    _use(credit, amount, actor, method=RepaymentMethod.OUTSIDE, reference=reference.strip())
    return amount


def _use(
    credit: CustomerCredit,
    amount: Decimal,
    actor: Actor,
    *,
    method: RepaymentMethod,
    reference: str,
    payment: Payment | None = None,
) -> None:
    credit.used_amount += amount
    credit.save(update_fields=["used_amount"])
    row = Repayment.objects.create(
        credit=credit,
        method=method,
        state=RepaymentState.DONE,
        amount=amount,
        payment=payment,
        reference=reference[:60],
        created_by_name=actor.name[:120],
    )
    tell_ended(row)


def _locked(credit_note_id: UUID) -> CustomerCredit:
    """What a note still owes. Raises NotFound, NothingOwed."""
    rows = CustomerCredit.objects.select_for_update(of=("self",)).select_related("credit_note__invoice")
    credit = rows.filter(credit_note=credit_note_id).first()
    if credit is None and not CreditNote.objects.filter(pk=credit_note_id).exists():
        raise NotFound
    if credit is None or credit.left <= ZERO:
        raise NothingOwed
    return credit


def _require_staff(actor: Actor) -> None:
    if actor.kind != "staff" or actor.tenant_id is None or actor.tenant_id != current_scope().tenant_id:
        raise NotAllowed
