"""Stripe Checkout (stripe 16): one session per intent, our own idempotency key, signed webhooks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import stripe

from core.money import exponent
from payments.errors import InvalidSignature
from payments.gateways import signed
from payments.gateways.port import (
    TOLERANCE_SECONDS,
    Checkout,
    CheckoutIntent,
    GatewayError,
    GatewayEvent,
    GatewayRefused,
    RefundOrder,
    Verdict,
)

SIGNATURE_HEADER = "Stripe-Signature"
_TIMEOUT_SECONDS = 10
_KINDS: dict[str, Verdict] = {
    "checkout.session.async_payment_succeeded": "succeeded",
    "checkout.session.async_payment_failed": "failed",
    "checkout.session.expired": "failed",
}


class StripeGateway:
    """Card payments through Stripe's own page; nothing of a card touches us."""

    name = "stripe"

    def __init__(self, secret_key: str, webhook_secret: str, *, http_client: stripe.HTTPClient | None = None) -> None:
        self._webhook_secret = webhook_secret
        self._client = stripe.StripeClient(
            secret_key,
            max_network_retries=2,
            http_client=http_client or stripe.RequestsClient(timeout=_TIMEOUT_SECONDS),
        )

    def create_checkout(self, intent: CheckoutIntent) -> Checkout:
        ours = {"tenant_id": str(intent.tenant_id), "intent_id": str(intent.id)}
        params: Any = {
            "mode": "payment",
            "client_reference_id": str(intent.id),
            "metadata": ours,
            "payment_intent_data": {"metadata": ours, "description": intent.description},
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": intent.currency.lower(),
                        "unit_amount": _minor(intent.amount, intent.currency),
                        "product_data": {"name": intent.description},
                    },
                }
            ],
            "success_url": intent.success_url,
            "cancel_url": intent.cancel_url,
        }
        try:
            session = self._client.v1.checkout.sessions.create(
                params, options={"idempotency_key": intent.idempotency_key}
            )
        except stripe.StripeError as error:
            raise GatewayError(error.code or type(error).__name__) from error
        if not session.url:
            raise GatewayError("session_without_url")
        return Checkout(reference=session.id, redirect_url=session.url)

    def refund(self, order: RefundOrder) -> str:
        params: Any = {
            "amount": _minor(order.amount, order.currency),
            "metadata": {"tenant_id": str(order.tenant_id), "refund_id": str(order.id)},
        }
        try:
            session = self._client.v1.checkout.sessions.retrieve(order.checkout_reference)
            if not session.payment_intent:
                raise GatewayRefused("session_without_payment")
            params["payment_intent"] = str(session.payment_intent)
            made = self._client.v1.refunds.create(params, options={"idempotency_key": order.idempotency_key})
        except stripe.InvalidRequestError as error:
            raise GatewayRefused(error.code or "invalid_request") from error
        except stripe.StripeError as error:
            raise GatewayError(error.code or type(error).__name__) from error
        return made.id

    def verify_webhook(self, body: bytes, headers: Mapping[str, str]) -> GatewayEvent:
        header = headers.get(SIGNATURE_HEADER, "")
        try:
            stripe.WebhookSignature.verify_header(
                body, header, self._webhook_secret, TOLERANCE_SECONDS
            )  # looks at the past only …
            signed.require_fresh(int(dict(part.split("=", 1) for part in header.split(","))["t"]))  # … and so we do
            return self.read_event(json.loads(body))
        except (stripe.SignatureVerificationError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise InvalidSignature from error

    def read_event(self, payload: Mapping[str, Any]) -> GatewayEvent:
        kind, about = str(payload["type"]), payload["data"]["object"]
        is_session, is_refund = about.get("object") == "checkout.session", about.get("object") == "refund"
        metadata = (about.get("metadata") or {}) if is_session or is_refund else {}
        currency = str(about.get("currency") or "").upper()
        total = about.get("amount_total") if is_session else about.get("amount") if is_refund else None
        return GatewayEvent(
            event_id=str(payload["id"]),
            kind=kind,
            verdict=_verdict(kind, about) if is_session else _refund_verdict(about) if is_refund else "irrelevant",
            tenant_id=signed.uuid_or_none(metadata.get("tenant_id")),
            intent_id=signed.uuid_or_none(metadata.get("intent_id")),
            reference=str(about.get("id") or ""),
            amount=Decimal(total).scaleb(-exponent(currency)) if isinstance(total, int) else None,
            currency=currency,
            payload=dict(payload),
            refund_id=signed.uuid_or_none(metadata.get("refund_id")),
        )


def _refund_verdict(refund: Mapping[str, Any]) -> Verdict:
    """One that was not asked for here, but on the gateway's own pages, is none of ours."""
    if not (refund.get("metadata") or {}).get("refund_id"):
        return "irrelevant"
    verdicts: dict[str, Verdict] = {"succeeded": "succeeded", "failed": "failed", "canceled": "failed"}
    return verdicts.get(str(refund.get("status")), "pending")


def _verdict(kind: str, session: Mapping[str, Any]) -> Verdict:
    if kind == "checkout.session.completed":
        return "succeeded" if session.get("payment_status") in ("paid", "no_payment_required") else "pending"
    return _KINDS.get(kind, "irrelevant")


def _minor(amount: Decimal, currency: str) -> int:
    """``12.34`` EUR as 1234; an amount with a fraction of a cent is a bug."""
    scaled = amount.scaleb(exponent(currency))
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{amount} {currency} is not a whole number of its smallest unit")
    return int(scaled)
