"""Reactions to events about payments."""

from core.events import handles
from core.scope import current_scope
from core.tenancy import use_tenant
from payments import webhooks
from payments.events import CreditNoteIssued, WebhookReceived
from payments.gateways import configured_gateway
from payments.refunding import send_refunds


@handles(WebhookReceived)
def handle_webhook(event: WebhookReceived) -> None:
    """Do what a gateway's message says; again after a failure, until it is done or an operator sees it."""
    webhooks.handle(webhook_event_id=event.webhook_event_id)


@handles(CreditNoteIssued)
def refund_credit_note(event: CreditNoteIssued) -> None:
    """Send what the note owes back to the cards that paid; again after a failure, in the tenant's own name."""
    with use_tenant(current_scope().as_party("tenant")):
        send_refunds(credit_note_id=event.credit_note_id, gateway=configured_gateway())
