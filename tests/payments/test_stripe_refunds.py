"""Refunds through Stripe: what is asked for, and how its messages are read. Its answers are a double's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import pytest
import stripe

from payments.gateways import GatewayError, GatewayRefused, RefundOrder
from payments.gateways.stripe import StripeGateway

ORDER = RefundOrder(UUID(int=5), UUID(int=6), "cs_1", Decimal("20.16"), "EUR")


class Double(stripe.HTTPClient):
    """Answers in turn what it was given, and keeps what it was asked."""

    name = "double"

    def __init__(self, *answers: tuple[int, dict[str, Any]]) -> None:
        super().__init__()
        self.answers, self.asked = list(answers), list[tuple[str, str, Mapping[str, str], dict[str, list[str]]]]()

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **_other: Any
    ) -> tuple[str, int, Mapping[str, str]]:
        self.asked.append((method, url, headers or {}, parse_qs(post_data or "")))
        status, body = self.answers.pop(0)
        return json.dumps(body), status, {}

    def close(self) -> None:
        """Nothing is open."""


def _gateway(*answers: tuple[int, dict[str, Any]]) -> tuple[StripeGateway, Double]:
    double = Double(*answers)
    return StripeGateway("sk_test_x", "whsec_x", http_client=double), double


SESSION = (200, {"id": "cs_1", "object": "checkout.session", "payment_intent": "pi_9"})


def test_a_refund_names_the_payment_and_its_key() -> None:
    gateway, double = _gateway(SESSION, (200, {"id": "re_1", "object": "refund", "status": "succeeded"}))
    assert gateway.refund(ORDER) == "re_1"
    method, url, headers, sent = double.asked[1]
    assert (method, url.endswith("/v1/refunds")) == ("post", True)
    assert headers["Idempotency-Key"] == ORDER.idempotency_key
    assert (sent["amount"], sent["payment_intent"]) == (["2016"], ["pi_9"])
    assert sent["metadata[refund_id]"] == [str(ORDER.id)]


def test_what_will_never_work_is_told_from_what_may() -> None:
    wrong = (400, {"error": {"type": "invalid_request_error", "code": "charge_already_refunded", "message": "no"}})
    gateway, _double = _gateway(SESSION, wrong)
    with pytest.raises(GatewayRefused, match="charge_already_refunded"):
        gateway.refund(ORDER)
    gateway, _double = _gateway((200, {"id": "cs_1", "object": "checkout.session", "payment_intent": None}))
    with pytest.raises(GatewayRefused):
        gateway.refund(ORDER)
    gateway, _double = _gateway((401, {"error": {"type": "authentication_error", "message": "no"}}))
    with pytest.raises(GatewayError) as refused:
        gateway.refund(ORDER)
    assert not isinstance(refused.value, GatewayRefused)


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("succeeded", "succeeded"),
        ("pending", "pending"),
        ("requires_action", "pending"),
        ("failed", "failed"),
        ("canceled", "failed"),
    ],
)
def test_messages_about_refunds(status: str, verdict: str) -> None:
    gateway, _double = _gateway()
    refund: dict[str, Any] = {"object": "refund", "id": "re_1", "amount": 2016, "currency": "eur", "status": status}
    ours = {"tenant_id": str(ORDER.tenant_id), "refund_id": str(ORDER.id)}
    payload = {"id": "evt_1", "type": "refund.updated", "data": {"object": {**refund, "metadata": ours}}}
    event = gateway.read_event(payload)
    assert (event.verdict, event.refund_id, event.tenant_id) == (verdict, ORDER.id, ORDER.tenant_id)
    assert (event.amount, event.currency, event.intent_id) == (Decimal("20.16"), "EUR", None)
    elsewhere = {"id": "evt_2", "type": "refund.updated", "data": {"object": {**refund, "metadata": {}}}}
    assert gateway.read_event(elsewhere).verdict == "irrelevant"
