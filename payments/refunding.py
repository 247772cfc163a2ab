"""What a credit note owes goes back to the card: the refund is committed, then the gateway is asked, then it tells."""

from __future__ import annotations

from uuid import UUID

import structlog

from core.actor import system
from core.db import in_service
from core.ids import uuid7
from payments import refunds, webhooks
from payments.gateways import GatewayRefused, PaymentGateway
from payments.gateways.fake import FakeGateway

log = structlog.get_logger(__name__)


def send_refunds(*, credit_note_id: UUID, gateway: PaymentGateway) -> None:
    """Ask for what the cards of a note's invoice get back; again after a failure, with the same keys.

    No service: the network is between two transactions. A refund that the gateway refuses for good is owed again.
    Raises GatewayError where it did not answer.
    """
    for repayment_id in refunds.open_refunds(credit_note_id=credit_note_id, gateway_name=gateway.name):
        _send(repayment_id, gateway)


def _send(repayment_id: UUID, gateway: PaymentGateway) -> None:
    order, actor = refunds.refund_order(repayment_id), system(gateway.name)
    if in_service():
        raise RuntimeError("a gateway is never called inside a transaction")
    try:
        reference = gateway.refund(order)
    except GatewayRefused as error:
        log.warning("payments.refund_refused", gateway=gateway.name, refund=str(order.id), error=str(error))
        refunds.refuse_refund(repayment_id=repayment_id, reason=str(error), actor=actor)
        return
    refunds.record_refund(repayment_id=repayment_id, reference=reference, actor=actor)
    if isinstance(gateway, FakeGateway):  # no bank stands behind it that would tell later
        body, headers = gateway.refund_message(order, event_id=f"evt_{uuid7().hex}", answer="succeeded")
        webhooks.receive(gateway=gateway, body=body, headers=headers)
