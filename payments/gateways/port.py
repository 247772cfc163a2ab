"""What a payment gateway does for us: it opens a checkout, and it tells later what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, Protocol
from uuid import UUID

#: Seconds by which the clock of a signed message may differ from ours, in either direction.
TOLERANCE_SECONDS = 300

Verdict = Literal["succeeded", "pending", "failed", "irrelevant"]


class GatewayError(Exception):
    """The gateway could not be reached or refused what we asked; nothing was charged."""


@dataclass(frozen=True, slots=True)
class CheckoutIntent:
    """A payment to be made: written and committed before the gateway hears of it.

    Nothing in it depends on who asks or in which language: a gateway refuses a repeated key with other values.
    """

    id: UUID
    tenant_id: UUID
    amount: Decimal
    currency: str
    description: str
    success_url: str
    cancel_url: str

    @property
    def idempotency_key(self) -> str:
        """The same for every attempt at the same intent, so that a repeated call opens no second checkout."""
        return f"checkout-{self.id.hex}"


@dataclass(frozen=True, slots=True)
class Checkout:
    """Where the buyer pays, and the gateway's own name for it."""

    reference: str
    redirect_url: str


class GatewayRefused(GatewayError):
    """The gateway will never do what we asked: asking again is of no use."""


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """Money to be sent back of a checkout that was paid: written and committed before the gateway hears of it."""

    id: UUID
    tenant_id: UUID
    checkout_reference: str
    amount: Decimal
    currency: str

    @property
    def idempotency_key(self) -> str:
        """The same for every attempt at the same refund, so that a repeated call sends nothing twice."""
        return f"refund-{self.id.hex}"


@dataclass(frozen=True, slots=True)
class GatewayEvent:
    """A verified message. ``tenant_id`` and ``intent_id`` are what we gave along when the checkout was opened.

    ``refund_id`` is what we gave along with a refund: then it is about that, and not about a payment.
    """

    event_id: str
    kind: str
    verdict: Verdict
    tenant_id: UUID | None
    intent_id: UUID | None
    reference: str
    amount: Decimal | None
    currency: str
    payload: dict[str, Any]
    refund_id: UUID | None = None


class PaymentGateway(Protocol):
    @property
    def name(self) -> str:
        """Its name in addresses and rows."""
        ...

    def create_checkout(self, intent: CheckoutIntent) -> Checkout:
        """Open a checkout page. Talks to the network: never inside a transaction. Raises GatewayError."""
        ...

    def refund(self, order: RefundOrder) -> str:
        """Ask for a refund; answers the gateway's own name for it. What became of it is told later, as a message.

        Talks to the network: never inside a transaction. Raises GatewayRefused, GatewayError.
        """
        ...

    def verify_webhook(self, body: bytes, headers: Mapping[str, str]) -> GatewayEvent:
        """The message in ``body`` when it is signed and fresh. Raises InvalidSignature."""
        ...

    def read_event(self, payload: Mapping[str, Any]) -> GatewayEvent:
        """The message that was verified and stored earlier."""
        ...
