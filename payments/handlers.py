"""Reactions to events about payments."""

from core.events import handles
from payments import webhooks
from payments.events import WebhookReceived


@handles(WebhookReceived)
def handle_webhook(event: WebhookReceived) -> None:
    """Do what a gateway's message says; again after a failure, until it is done or an operator sees it."""
    webhooks.handle(webhook_event_id=event.webhook_event_id)
