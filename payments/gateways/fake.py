"""A gateway on our own pages for demos and tests: one chooses the answer, no money moves, all else is real."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Literal
from uuid import UUID

from django.utils.crypto import salted_hmac

from core.scope import current_scope
from payments.errors import InvalidSignature
from payments.gateways import signed
from payments.gateways.port import Checkout, CheckoutIntent, GatewayEvent, RefundOrder, Verdict

SIGNATURE_HEADER = "Test-Gateway-Signature"
#: Where its page is on the tenant's host.
CHECKOUT_PATH = "payments/test/<uuid:intent_id>/"

_VERDICTS: dict[str, Verdict] = {
    "payment.succeeded": "succeeded",
    "payment.failed": "failed",
    "refund.succeeded": "succeeded",
    "refund.failed": "failed",
}


class FakeGateway:
    """The test gateway. Each tenant has a key of its own, derived from the installation's secret."""

    name = "fake"

    def create_checkout(self, intent: CheckoutIntent) -> Checkout:
        path = "/" + CHECKOUT_PATH.replace("<uuid:intent_id>", str(intent.id))
        return Checkout(reference=f"test_{intent.id.hex}", redirect_url=path)

    def refund(self, order: RefundOrder) -> str:
        return f"test_{order.id.hex}"

    def verify_webhook(self, body: bytes, headers: Mapping[str, str]) -> GatewayEvent:
        signed.verify(body, headers.get(SIGNATURE_HEADER, ""), _secret())
        try:
            payload = json.loads(body)
            return self.read_event(payload)
        except (ValueError, TypeError, KeyError, InvalidOperation) as error:
            raise InvalidSignature from error

    def read_event(self, payload: Mapping[str, Any]) -> GatewayEvent:
        data = payload["data"]
        return GatewayEvent(
            event_id=str(payload["id"]),
            kind=str(payload["type"]),
            verdict=_VERDICTS.get(str(payload["type"]), "irrelevant"),
            tenant_id=signed.uuid_or_none(data.get("tenant_id")),
            intent_id=signed.uuid_or_none(data.get("intent_id")),
            reference=str(data.get("reference", "")),
            amount=Decimal(str(data["amount"])) if "amount" in data else None,
            currency=str(data.get("currency", "")),
            payload=dict(payload),
            refund_id=signed.uuid_or_none(data.get("refund_id")),
        )

    def message(
        self,
        *,
        event_id: str,
        intent_id: UUID,
        amount: Decimal,
        currency: str,
        answer: Literal["succeeded", "failed"],
    ) -> tuple[bytes, dict[str, str]]:
        """Body and headers of the webhook that tells what the person at the test page chose."""
        about = {"intent_id": str(intent_id), "reference": f"test_{intent_id.hex}"}
        return _message(event_id, f"payment.{answer}", about, amount, currency)

    def refund_message(
        self, order: RefundOrder, *, event_id: str, answer: Literal["succeeded", "failed"]
    ) -> tuple[bytes, dict[str, str]]:
        """Body and headers of the webhook that tells what became of a refund."""
        about = {"refund_id": str(order.id), "reference": f"test_{order.id.hex}"}
        return _message(event_id, f"refund.{answer}", about, order.amount, order.currency)


def _message(
    event_id: str, kind: str, about: Mapping[str, str], amount: Decimal, currency: str
) -> tuple[bytes, dict[str, str]]:
    tenant_id = str(current_scope().tenant_id)
    data = {"tenant_id": tenant_id, **about, "amount": str(amount), "currency": currency}
    body = json.dumps({"id": event_id, "type": kind, "data": data}).encode()
    return body, {SIGNATURE_HEADER: signed.sign(body, _secret())}


def _secret() -> str:
    return salted_hmac("payments.gateways.fake", str(current_scope().tenant_id), algorithm="sha256").hexdigest()
