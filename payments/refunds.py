"""Refunds to cards of what credit notes owe: written, asked for, and ended by the gateway's messages.

Locks: the note's invoice, its card payments, then what the note owes. Two notes of one invoice follow one another, so
never more goes back to a card than it paid.
"""

from __future__ import annotations

from uuid import UUID

import structlog

from core.actor import Actor, system
from core.db import atomic
from core.errors import NotFound
from core.events import emit
from core.money import ZERO
from core.scope import current_scope
from payments.enums import IntentState, RepaymentMethod, RepaymentState, WebhookOutcome
from payments.events import RepaymentEnded
from payments.gateways import GatewayEvent, RefundOrder
from payments.models import CustomerCredit, Invoice, PaymentIntent, Repayment
from payments.states import REPAYMENT

log = structlog.get_logger(__name__)


@atomic
def open_refunds(*, credit_note_id: UUID, gateway_name: str) -> list[UUID]:
    """Write a refund to each card that paid the note's invoice, as far as it paid and the note owes.

    Answers those that the gateway has not heard of. Once for each note: what fails is owed, and not asked for again.
    """
    invoice = Invoice.objects.select_for_update(of=("self",)).filter(credit_notes=credit_note_id).first()
    if invoice is None:
        raise NotFound
    paid = invoice.intents.filter(gateway=gateway_name, state=IntentState.SUCCEEDED)
    intents = list(paid.select_for_update(of=("self",)).order_by("pk"))
    credit = CustomerCredit.objects.select_for_update(of=("self",)).filter(credit_note=credit_note_id).first()
    if credit is None:
        return []
    if not credit.repayments.filter(method=RepaymentMethod.CARD).exists():
        for intent in intents:
            _open(credit, intent)
    unsent = credit.repayments.filter(method=RepaymentMethod.CARD, state=RepaymentState.CREATED)
    return list(unsent.values_list("pk", flat=True))


def refund_order(repayment_id: UUID) -> RefundOrder:
    """What the gateway is asked for."""
    row = Repayment.objects.select_related("intent", "credit").get(pk=repayment_id)
    tenant_id = current_scope().tenant_id
    if row.intent is None or tenant_id is None:
        raise RuntimeError("a refund is of a card payment, in a tenant's scope")
    return RefundOrder(row.pk, tenant_id, row.intent.gateway_reference, row.amount, row.credit.currency)


@atomic
def record_refund(*, repayment_id: UUID, reference: str, actor: Actor) -> None:
    """Remember the gateway's name for a refund. It may have told already how that ended: that stays.

    Locks as its message does: the foreign keys of a row that is written twice lock the card payment, too.
    """
    row = _locked(repayment_id)
    row.gateway_reference = reference
    row.save(update_fields=["gateway_reference"])
    if row.state == RepaymentState.CREATED:
        REPAYMENT.move(row, to=RepaymentState.PENDING, actor=actor)


@atomic
def refuse_refund(*, repayment_id: UUID, reason: str, actor: Actor) -> None:
    """The gateway will not do it: the amount is owed again. Emits RepaymentEnded."""
    row = _locked(repayment_id)
    if REPAYMENT.may(row.state, RepaymentState.FAILED):
        _fail(row, actor, reason)


def told(event: GatewayEvent, gateway_name: str) -> WebhookOutcome:
    """Do what a gateway's message says about a refund; in the transaction that handles it. Emits RepaymentEnded."""
    if event.verdict == "irrelevant":
        return WebhookOutcome.IRRELEVANT
    ours = Repayment.objects.filter(intent__gateway=gateway_name)
    if event.refund_id is None or not ours.filter(pk=event.refund_id).exists():
        log.warning("payments.unknown_refund", gateway=gateway_name, gateway_event=event.event_id)
        return WebhookOutcome.UNKNOWN
    row = _locked(event.refund_id)
    if (event.amount, event.currency) != (row.amount, row.credit.currency):
        log.error("payments.refund_mismatch", refund=str(row.pk), gateway_event=event.event_id)
        return WebhookOutcome.MISMATCH
    states = {"pending": RepaymentState.PENDING, "succeeded": RepaymentState.DONE, "failed": RepaymentState.FAILED}
    to = states[event.verdict]
    if not REPAYMENT.may(row.state, to):
        return WebhookOutcome.REPEATED
    actor = system(gateway_name)
    if to == RepaymentState.FAILED:
        _fail(row, actor, event.kind)
        return WebhookOutcome.APPLIED
    REPAYMENT.move(row, to=to, actor=actor)
    if to == RepaymentState.DONE:
        tell_ended(row)
    return WebhookOutcome.APPLIED


def tell_ended(row: Repayment) -> None:
    """Emit RepaymentEnded for a repayment whose credit, note and invoice are at hand."""
    note, tenant_id = row.credit.credit_note, current_scope().tenant_id
    if tenant_id is None:
        raise RuntimeError("credit notes live in a tenant's scope")
    emit(RepaymentEnded(row.pk, note.pk, note.invoice.order_id, note.company_id, tenant_id, row.state))


def _open(credit: CustomerCredit, intent: PaymentIntent) -> None:
    amount = min(credit.left, intent.amount - intent.refunded_amount)
    if amount <= ZERO:
        return
    Repayment.objects.create(
        credit=credit, method=RepaymentMethod.CARD, state=RepaymentState.CREATED, amount=amount, intent=intent
    )
    intent.refunded_amount += amount
    intent.save(update_fields=["refunded_amount"])
    credit.used_amount += amount
    credit.save(update_fields=["used_amount"])


def _fail(row: Repayment, actor: Actor, reason: str) -> None:
    """What did not arrive is owed again."""
    REPAYMENT.move(row, to=RepaymentState.FAILED, actor=actor, note=reason)
    if row.intent is not None:
        row.intent.refunded_amount -= row.amount
        row.intent.save(update_fields=["refunded_amount"])
    row.credit.used_amount -= row.amount
    row.credit.save(update_fields=["used_amount"])
    tell_ended(row)


def _locked(repayment_id: UUID) -> Repayment:
    """A refund with its invoice, card payment and credit locked, in this order."""
    found = Repayment.objects.values_list("credit__credit_note__invoice_id", "intent_id", "credit_id")
    invoice_id, intent_id, credit_id = found.get(pk=repayment_id)
    list(Invoice.objects.select_for_update(of=("self",)).filter(pk=invoice_id).values_list("pk"))
    intent = PaymentIntent.objects.select_for_update(of=("self",)).get(pk=intent_id)
    credit = CustomerCredit.objects.select_for_update(of=("self",)).select_related("credit_note__invoice")
    row = Repayment.objects.select_for_update(of=("self",)).get(pk=repayment_id)
    row.intent, row.credit = intent, credit.get(pk=credit_id)
    return row
