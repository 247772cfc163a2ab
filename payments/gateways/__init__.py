"""Payment gateways behind one port: Stripe where its key is set, else a labelled test gateway that moves no money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.module_loading import import_string

from payments.gateways.fake import FakeGateway
from payments.gateways.port import (
    Checkout,
    CheckoutIntent,
    GatewayError,
    GatewayEvent,
    GatewayRefused,
    PaymentGateway,
    RefundOrder,
)

if TYPE_CHECKING:  # its client is loaded where it is used only: every process starts faster without
    from payments.gateways.stripe import StripeGateway

__all__ = [
    "Checkout",
    "CheckoutIntent",
    "GatewayError",
    "GatewayEvent",
    "GatewayRefused",
    "PaymentGateway",
    "RefundOrder",
    "configured_gateway",
    "gateway_called",
]


def configured_gateway() -> PaymentGateway:
    """The gateway that new payments go through."""
    if settings.STRIPE_SECRET_KEY:
        stripe: type[StripeGateway] = import_string("payments.gateways.stripe.StripeGateway")
        return stripe(settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET)
    return FakeGateway()


def gateway_called(name: str) -> PaymentGateway | None:
    """The configured gateway when it has this name: messages from any other are not listened to."""
    gateway = configured_gateway()
    return gateway if gateway.name == name else None
