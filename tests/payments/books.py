"""Invoices that are paid by card and credited, and what must hold of all of them whatever was done."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from core.ids import uuid7
from core.tenancy import use_tenant
from payments import webhooks
from payments.checkout import ReturnAddresses, start_payment
from payments.crediting import issue_credit_note
from payments.enums import InvoiceState, RepaymentState
from payments.gateways import RefundOrder
from payments.gateways.fake import FakeGateway
from payments.models import (
    CreditAccount,
    CreditEntry,
    CreditNote,
    CustomerCredit,
    Invoice,
    PaymentIntent,
    Repayment,
    WebhookEvent,
)
from tests.orders.test_returns import shipped
from tests.world import World

PAGES = ReturnAddresses("http://acme.localhost/", "http://acme.localhost/")


def invoiced(world: World, quantity: int = 10) -> UUID:
    """An invoice of Acme to Delmas: 5.04 for each piece, tax included."""
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order = shipped(world, ("VN-1005", quantity, ""))
        return Invoice.objects.values_list("pk", flat=True).get(order_id=order.pk)


def pay(world: World, invoice_id: UUID) -> UUID:
    """Delmas pays what is open by card, and the gateway tells so; answers the intent."""
    gateway = FakeGateway()
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        start_payment(invoice_id=invoice_id, addresses=PAGES, gateway=gateway, actor=world.delmas.buyer)
    with use_tenant(world.acme.scope, party="tenant"):
        intent = PaymentIntent.objects.filter(invoice=invoice_id).latest("created_at")
        body, headers = gateway.message(
            event_id=f"evt_{uuid7().hex}",
            intent_id=intent.pk,
            amount=intent.amount,
            currency=intent.currency,
            answer="succeeded",
        )
        _hear(gateway, body, headers)
        return intent.pk


def credited(world: World, invoice_id: UUID, quantity: int) -> UUID:
    """A credit note for so many pieces."""
    with use_tenant(world.acme.scope, party="tenant"):
        line = Invoice.objects.get(pk=invoice_id).lines.get()
        return issue_credit_note(
            invoice_id=invoice_id, quantities={line.pk: Decimal(quantity)}, reason="RE", actor=world.acme.staff
        )


def tell(world: World, repayment: Repayment, answer: str, *, amount: Decimal | None = None) -> str:
    """The gateway tells what became of a refund; answers the outcome of its message."""
    gateway = FakeGateway()
    with use_tenant(world.acme.scope, party="tenant"):
        currency = CustomerCredit.objects.get(pk=repayment.credit_id).currency
        order = RefundOrder(repayment.pk, world.acme.id, "", amount or repayment.amount, currency)
        body, headers = gateway.refund_message(
            order,
            event_id=f"evt_{uuid7().hex}",
            answer=answer,  # type: ignore[arg-type]
        )
        return _hear(gateway, body, headers)


def _hear(gateway: FakeGateway, body: bytes, headers: dict[str, str]) -> str:
    assert webhooks.receive(gateway=gateway, body=body, headers=headers)
    row = WebhookEvent.objects.latest("received_at")
    webhooks.handle(webhook_event_id=row.pk)
    return WebhookEvent.objects.get(pk=row.pk).outcome


def assert_books_agree(world: World) -> None:
    """Accounts, invoices, card payments and credits at Acme are the sums of what was written about them."""
    with use_tenant(world.acme.scope, party="tenant"):
        for account in CreditAccount.objects.all():
            entries = CreditEntry.objects.filter(account=account)
            assert account.invoiced_amount == _sum(entries, "invoiced_delta")
            unpaid = Invoice.objects.filter(customer=account.customer_id, state=InvoiceState.ISSUED)
            assert account.invoiced_amount == sum(row.open_amount for row in unpaid)
        for invoice in Invoice.objects.all():
            assert invoice.paid_amount == _sum(invoice.allocations.all(), "amount")
            assert invoice.credited_amount == _sum(invoice.credit_notes.all(), "settled_amount")
            back = _sum(
                Repayment.objects.exclude(state=RepaymentState.FAILED).filter(intent__invoice=invoice), "amount"
            )
            assert back <= _sum(invoice.intents.filter(state="succeeded"), "amount")
        for intent in PaymentIntent.objects.all():
            assert intent.refunded_amount == _sum(intent.refunds.exclude(state=RepaymentState.FAILED), "amount")
        for note in CreditNote.objects.all():
            credit = CustomerCredit.objects.filter(credit_note=note).first()
            assert (credit.amount if credit else Decimal(0)) == note.total_amount - note.settled_amount
        for credit in CustomerCredit.objects.all():
            assert credit.used_amount == _sum(credit.repayments.exclude(state=RepaymentState.FAILED), "amount")


def _sum(rows: object, column: str) -> Decimal:
    return rows.aggregate(sum=Sum(column))["sum"] or Decimal(0)  # type: ignore[attr-defined]
