"""Paying by card: the intent is written and committed, then the gateway is called, then its answer is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from django.utils import timezone

from core.actor import Actor
from core.db import atomic, in_service
from core.errors import NotAllowed, NotFound
from core.scope import current_scope
from payments import policies
from payments.enums import IntentState, InvoiceState
from payments.errors import AlreadyPaid, GatewayUnavailable
from payments.gateways import CheckoutIntent, GatewayError, PaymentGateway
from payments.models import Invoice, PaymentIntent
from payments.states import INTENT

log = structlog.get_logger(__name__)

#: A checkout page stays open for a day; a younger intent is used again, so that a double click opens one page.
_REUSE = timedelta(hours=20)


@dataclass(frozen=True, slots=True)
class ReturnAddresses:
    """Absolute addresses that the gateway sends the buyer back to."""

    success_url: str
    cancel_url: str


def start_payment(*, invoice_id: UUID, addresses: ReturnAddresses, gateway: PaymentGateway, actor: Actor) -> str:
    """Open a checkout for what is unpaid of an invoice; answers the address to send the buyer to.

    No service: three steps, and the network between two transactions. Repeating it before the payment is decided opens
    the same checkout. Raises NotFound, NotAllowed, AlreadyPaid, GatewayUnavailable.
    """
    intent = open_intent(invoice_id=invoice_id, gateway_name=gateway.name, addresses=addresses, actor=actor)
    if in_service():
        raise RuntimeError("a gateway is never called inside a transaction")
    try:
        checkout = gateway.create_checkout(intent)
    except GatewayError as error:
        log.warning("payments.gateway_failed", gateway=gateway.name, intent=str(intent.id), error=str(error))
        raise GatewayUnavailable from error
    record_checkout(intent_id=intent.id, reference=checkout.reference, actor=actor)
    return checkout.redirect_url


@atomic
def open_intent(*, invoice_id: UUID, gateway_name: str, addresses: ReturnAddresses, actor: Actor) -> CheckoutIntent:
    """Write the intent to pay what is left of an invoice, or find the one that is still open.

    Raises NotFound, NotAllowed, AlreadyPaid.
    """
    tenant_id = current_scope().tenant_id
    invoice = Invoice.objects.select_for_update(of=("self",)).filter(pk=invoice_id).first()
    if tenant_id is None or invoice is None:
        raise NotFound
    if not policies.can_see(actor, invoice):
        raise NotFound
    if not policies.can_pay(actor, invoice):
        raise NotAllowed
    left = invoice.open_amount
    if invoice.state != InvoiceState.ISSUED or left <= 0:
        raise AlreadyPaid
    intent = invoice.intents.filter(
        gateway=gateway_name,
        amount=left,
        state__in=(IntentState.CREATED, IntentState.PENDING),
        created_at__gte=timezone.now() - _REUSE,
    ).first()
    if intent is None:
        intent = PaymentIntent.objects.create(
            invoice=invoice,
            gateway=gateway_name,
            amount=left,
            currency=invoice.currency,
            created_by_name=actor.name[:120],
        )
    return CheckoutIntent(
        id=intent.id,
        tenant_id=tenant_id,
        amount=intent.amount,
        currency=intent.currency,
        description=invoice.number,
        success_url=addresses.success_url,
        cancel_url=addresses.cancel_url,
    )


@atomic
def record_checkout(*, intent_id: UUID, reference: str, actor: Actor) -> None:
    """Remember the gateway's name for an intent. The gateway may already have told how it ended: that stays."""
    intent = PaymentIntent.objects.select_for_update(of=("self",)).get(pk=intent_id)
    if intent.gateway_reference != reference:
        intent.gateway_reference = reference
        intent.save(update_fields=["gateway_reference"])
    if intent.state == IntentState.CREATED:
        INTENT.move(intent, to=IntentState.PENDING, actor=actor)
