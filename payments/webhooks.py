"""Messages of gateways: verified, stored, and then handled once, whatever order and however often they come."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

import structlog
from django.utils import timezone

from core.actor import Actor, system
from core.db import atomic
from core.events import emit
from core.money import ZERO
from core.scope import current_scope
from core.tenancy import use_tenant
from payments import credit
from payments.enums import IntentState, InvoiceState, WebhookOutcome
from payments.events import InvoicePaid, PaymentFailed, WebhookReceived
from payments.gateways import GatewayEvent, PaymentGateway, gateway_called
from payments.models import Allocation, Invoice, Payment, PaymentIntent, WebhookEvent
from payments.states import INTENT, INVOICE

log = structlog.get_logger(__name__)


def receive(*, gateway: PaymentGateway, body: bytes, headers: Mapping[str, str]) -> bool:
    """Verify and store a message; it is handled from the outbox. Answers whether it was new.

    One that names another tenant is somebody else's and is not kept. Raises InvalidSignature.
    """
    event = gateway.verify_webhook(body, headers)
    tenant_id = current_scope().tenant_id
    if tenant_id is None or (event.tenant_id is not None and event.tenant_id != tenant_id):
        return False
    return store(event=event, gateway_name=gateway.name)


@atomic
def store(*, event: GatewayEvent, gateway_name: str) -> bool:
    """Keep a verified message; one that is known already is dropped. Emits WebhookReceived for a new one."""
    row, is_new = WebhookEvent.objects.get_or_create(
        gateway=gateway_name,
        event_id=event.event_id[:120],
        defaults={"kind": event.kind[:80], "payload": event.payload},
    )
    if is_new:
        emit(WebhookReceived(webhook_event_id=row.id))
    return is_new


def handle(*, webhook_event_id: UUID) -> None:
    """Handle a stored message in the tenant's own name: it belongs to no user's request."""
    with use_tenant(current_scope().as_party("tenant")):
        apply(webhook_event_id=webhook_event_id)


@atomic
def apply(*, webhook_event_id: UUID) -> None:
    """Do what a stored message says, once: payment, allocation, invoice and credit in one transaction.

    Emits InvoicePaid or PaymentFailed.
    """
    row = WebhookEvent.objects.select_for_update(of=("self",)).get(pk=webhook_event_id)
    if row.handled_at is not None:
        return
    gateway = gateway_called(row.gateway)
    if gateway is None:
        raise RuntimeError(f"gateway {row.gateway} is not configured any more")
    row.outcome = _outcome(gateway.read_event(row.payload), row.gateway)
    row.handled_at = timezone.now()
    row.save(update_fields=["outcome", "handled_at"])


def _outcome(event: GatewayEvent, gateway_name: str) -> WebhookOutcome:
    if event.verdict == "irrelevant":
        return WebhookOutcome.IRRELEVANT
    invoice_id = _invoice_of(event.intent_id, gateway_name)
    if invoice_id is None or event.intent_id is None:
        log.warning("payments.unknown_intent", gateway=gateway_name, gateway_event=event.event_id)
        return WebhookOutcome.UNKNOWN
    invoice = Invoice.objects.select_for_update(of=("self",)).get(pk=invoice_id)
    intent = PaymentIntent.objects.select_for_update(of=("self",)).get(pk=event.intent_id)
    actor = system(gateway_name)
    if event.verdict == "failed":
        return _failed(intent, invoice, actor)
    if (event.amount, event.currency) != (intent.amount, intent.currency):
        log.error("payments.amount_mismatch", intent=str(intent.pk), gateway_event=event.event_id)
        return WebhookOutcome.MISMATCH
    if event.verdict == "pending":
        return _pending(intent, actor)
    return _succeeded(intent, invoice, actor)


def _invoice_of(intent_id: UUID | None, gateway_name: str) -> UUID | None:
    if intent_id is None:
        return None
    found = PaymentIntent.objects.filter(pk=intent_id, gateway=gateway_name)
    return found.values_list("invoice_id", flat=True).first()


def _pending(intent: PaymentIntent, actor: Actor) -> WebhookOutcome:
    if intent.state != IntentState.CREATED:
        return WebhookOutcome.REPEATED
    INTENT.move(intent, to=IntentState.PENDING, actor=actor)
    return WebhookOutcome.APPLIED


def _failed(intent: PaymentIntent, invoice: Invoice, actor: Actor) -> WebhookOutcome:
    """A failure after a success is an older message: money that came stays."""
    if not INTENT.may(intent.state, IntentState.FAILED):
        return WebhookOutcome.REPEATED
    INTENT.move(intent, to=IntentState.FAILED, actor=actor)
    emit(
        PaymentFailed(
            invoice_id=invoice.id, order_id=invoice.order_id, company_id=invoice.company_id, tenant_id=_tenant_id()
        )
    )
    return WebhookOutcome.APPLIED


def _succeeded(intent: PaymentIntent, invoice: Invoice, actor: Actor) -> WebhookOutcome:
    if not INTENT.may(intent.state, IntentState.SUCCEEDED):
        return WebhookOutcome.REPEATED
    INTENT.move(intent, to=IntentState.SUCCEEDED, actor=actor)
    payment = Payment.objects.create(
        customer_id=invoice.customer_id,
        intent=intent,
        method="card",
        amount=intent.amount,
        currency=intent.currency,
    )
    settled = min(payment.amount, invoice.open_amount)
    if settled > ZERO:  # money beyond what is owed stays with the customer, unallocated
        _settle(invoice, payment, settled, actor)
    return WebhookOutcome.APPLIED


def _settle(invoice: Invoice, payment: Payment, amount: Decimal, actor: Actor) -> None:
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
            tenant_id=_tenant_id(),
            number=invoice.number,
            total=invoice.total_amount,
            currency=invoice.currency,
        )
    )


def _tenant_id() -> UUID:
    tenant_id = current_scope().tenant_id
    if tenant_id is None:
        raise RuntimeError("invoices live in a tenant's scope")
    return tenant_id
