"""After commit: open pages are told that there is news (ids only; they fetch what they may see)."""

from __future__ import annotations

from uuid import UUID

from core.events import handles
from core.live import company_group, push, tenant_group, topic
from customers.events import AccountDecided, AccountRequested
from orders.events import MessageSent, OrderPlaced, OrderRevised, OrderStateChanged, ReturnChanged
from payments.events import CreditNoteIssued, InvoiceIssued, InvoicePaid, PaymentFailed
from shipping.events import ShipmentChanged

#: What a supplier's work queue listens to.
TODO = "todo"


def tell_company(company_id: UUID, *names: str) -> None:
    """News for a buying company's open pages."""
    for name in names:
        push(company_group(company_id, name), name)


def tell_tenant(tenant_id: UUID, *names: str) -> None:
    """News for a supplier's open back-office pages."""
    for name in names:
        push(tenant_group(tenant_id, name), name)


def _tell_both(company_id: UUID, tenant_id: UUID, order_id: UUID) -> None:
    names = (topic("order", order_id), topic("orders"))
    tell_company(company_id, *names)
    tell_tenant(tenant_id, *names, TODO)


@handles(OrderPlaced)
def live_order_placed(event: OrderPlaced) -> None:
    _tell_both(event.company_id, event.tenant_id, event.order_id)


@handles(OrderStateChanged)
def live_order_changed(event: OrderStateChanged) -> None:
    _tell_both(event.company_id, event.tenant_id, event.order_id)


@handles(OrderRevised)
def live_order_revised(event: OrderRevised) -> None:
    _tell_both(event.company_id, event.tenant_id, event.order_id)


@handles(ReturnChanged)
def live_return_changed(event: ReturnChanged) -> None:
    _tell_both(event.company_id, event.tenant_id, event.order_id)


@handles(ShipmentChanged)
def live_shipment_changed(event: ShipmentChanged) -> None:
    _tell_both(event.company_id, event.tenant_id, event.order_id)


@handles(InvoiceIssued)
def live_invoice_issued(event: InvoiceIssued) -> None:
    _tell_both(event.company_id, event.tenant_id, event.order_id)


@handles(InvoicePaid)
def live_invoice_paid(event: InvoicePaid) -> None:
    _tell_both(event.company_id, event.tenant_id, event.order_id)


@handles(CreditNoteIssued)
def live_credit_note_issued(event: CreditNoteIssued) -> None:
    _tell_both(event.company_id, event.tenant_id, event.order_id)


@handles(PaymentFailed)
def live_payment_failed(event: PaymentFailed) -> None:
    _tell_both(event.company_id, event.tenant_id, event.order_id)


@handles(MessageSent)
def live_message_sent(event: MessageSent) -> None:
    name = topic("messages", event.object_id)
    tell_company(event.company_id, name, topic("orders"))
    tell_tenant(event.tenant_id, name, TODO)


@handles(AccountRequested)
def live_account_requested(event: AccountRequested) -> None:
    tell_tenant(event.tenant_id, TODO)


@handles(AccountDecided)
def live_account_decided(event: AccountDecided) -> None:
    tell_tenant(event.tenant_id, TODO)
