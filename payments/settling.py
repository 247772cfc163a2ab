"""Money settles an invoice: its amounts, the customer's credit and its state change together."""

from __future__ import annotations

from decimal import Decimal

from core.actor import Actor
from core.events import emit
from core.money import ZERO
from core.scope import current_scope
from payments import credit
from payments.enums import InvoiceState
from payments.events import InvoicePaid
from payments.models import Allocation, Invoice, Payment
from payments.states import INVOICE


def settle(invoice: Invoice, payment: Payment, amount: Decimal, actor: Actor) -> None:
    """Allocate a part of a payment to a locked invoice, at most what is open of it. Emits InvoicePaid with the last."""
    tenant_id = current_scope().tenant_id
    if tenant_id is None:
        raise RuntimeError("invoices live in a tenant's scope")
    Allocation.objects.create(payment=payment, invoice=invoice, amount=amount)
    invoice.paid_amount += amount
    invoice.save(update_fields=["paid_amount"])
    credit.settle(
        customer_id=invoice.customer_id, invoice_id=invoice.id, amount=amount, currency=invoice.currency, actor=actor
    )
    if invoice.open_amount > ZERO:
        return
    INVOICE.move(invoice, to=InvoiceState.PAID, actor=actor)
    emit(
        InvoicePaid(
            invoice_id=invoice.id,
            order_id=invoice.order_id,
            company_id=invoice.company_id,
            tenant_id=tenant_id,
            number=invoice.number,
            total=invoice.total_amount,
            currency=invoice.currency,
        )
    )
