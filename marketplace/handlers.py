"""The index of documents follows orders and invoices in their own transaction: the two never disagree."""

from __future__ import annotations

from core.events import handles
from marketplace import services
from marketplace.models import DocumentKind
from orders.enums import OrderState
from orders.events import OrderPlaced, OrderStateChanged
from payments.enums import InvoiceState
from payments.events import InvoiceIssued, InvoicePaid


@handles(OrderPlaced, in_transaction=True)
def enter_order(event: OrderPlaced) -> None:
    """A new order."""
    services.add_document(
        kind=DocumentKind.ORDER,
        object_id=event.order_id,
        company_id=event.company_id,
        tenant_id=event.tenant_id,
        number=event.number,
        state=OrderState.PLACED,
        amount=event.total,
        currency=event.currency,
    )


@handles(OrderStateChanged, in_transaction=True)
def follow_order(event: OrderStateChanged) -> None:
    """An order moved on."""
    services.change_state(
        kind=DocumentKind.ORDER, object_id=event.order_id, tenant_id=event.tenant_id, state=event.state
    )


@handles(InvoiceIssued, in_transaction=True)
def enter_invoice(event: InvoiceIssued) -> None:
    """A new invoice."""
    services.add_document(
        kind=DocumentKind.INVOICE,
        object_id=event.invoice_id,
        company_id=event.company_id,
        tenant_id=event.tenant_id,
        number=event.number,
        state=InvoiceState.ISSUED,
        amount=event.total,
        currency=event.currency,
        due_on=event.due_on,
    )


@handles(InvoicePaid, in_transaction=True)
def follow_invoice(event: InvoicePaid) -> None:
    """An invoice was paid."""
    services.change_state(
        kind=DocumentKind.INVOICE, object_id=event.invoice_id, tenant_id=event.tenant_id, state=InvoiceState.PAID
    )
