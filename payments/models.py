"""Receivables (tenant's schema). They know orders by id and number only: orders stand above."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from core.fields import AmountField, CurrencyField, Keyed, QuantityField, RateField, UnitPriceField
from core.numbers import Counter
from core.states import Transition, state_check
from customers.enums import TermKind
from customers.models import Customer
from payments.enums import EntryKind, IntentState, InvoiceState, RepaymentMethod, RepaymentState, WebhookOutcome


class CreditAccount(Keyed):
    """A customer's limit in one currency and what is used of it: available = limit − invoiced unpaid − reserved."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="credit_accounts")
    currency = CurrencyField()
    limit_amount = AmountField(default=0)
    reserved_amount = AmountField(default=0)
    invoiced_amount = AmountField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("customer", "currency"), name="payments_credit_once"),
            models.CheckConstraint(
                condition=Q(limit_amount__gte=0, reserved_amount__gte=0, invoiced_amount__gte=0),
                name="payments_credit_not_negative",
            ),
        ]


class CreditEntry(Keyed):
    """Append-only ledger of a credit account; the sums of its columns are the account's amounts."""

    account = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=10, choices=EntryKind.choices)
    reserved_delta = AmountField(default=0)
    invoiced_delta = AmountField(default=0)
    order_id = models.UUIDField(null=True, db_index=True)
    invoice_id = models.UUIDField(null=True, db_index=True)
    note = models.CharField(max_length=160, blank=True)
    actor_name = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("at", "id")


class Invoice(Keyed):
    """A commercial invoice; seller, buyer and lines are snapshots (EN 16931 content)."""

    number = models.CharField(max_length=30, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="invoices")
    company_id = models.UUIDField(db_index=True)
    order_id = models.UUIDField(unique=True)
    order_number = models.CharField(max_length=30)
    unit_id = models.UUIDField(null=True, db_index=True)
    po_number = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=20, choices=InvoiceState.choices, default=InvoiceState.ISSUED)
    issued_on = models.DateField()
    due_on = models.DateField()
    currency = CurrencyField()
    net_amount = AmountField()
    tax_amount = AmountField()
    total_amount = AmountField()
    paid_amount = AmountField(default=0)
    credited_amount = AmountField(default=0)
    seller = models.JSONField()
    buyer = models.JSONField()
    payment_term_kind = models.CharField(max_length=10, choices=TermKind.choices)
    payment_term_days = models.PositiveSmallIntegerField()
    supplied_on = models.DateField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            state_check(InvoiceState, name="payments_invoice_state"),
            models.CheckConstraint(
                condition=Q(paid_amount__gte=0, credited_amount__gte=0)
                & Q(total_amount__gte=F("paid_amount") + F("credited_amount")),
                name="payments_invoice_paid",
            ),
            models.CheckConstraint(condition=Q(due_on__gte=F("issued_on")), name="payments_invoice_due"),
        ]

    @property
    def open_amount(self) -> Decimal:
        """What is still to pay."""
        return self.total_amount - self.paid_amount - self.credited_amount


class InvoiceTransition(Transition):
    subject = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="transitions")


class InvoiceLine(Keyed):
    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    sku = models.CharField(max_length=80, blank=True)
    name_fr = models.CharField(max_length=240)
    name_en = models.CharField(max_length=240, blank=True)
    base_quantity = QuantityField()
    base_unit_code = models.CharField(max_length=3)
    unit_price = UnitPriceField()
    net_amount = AmountField()
    tax_category = models.CharField(max_length=2, default="S")
    tax_rate = RateField()
    vatex = models.CharField(max_length=24, blank=True)
    tax_mention = models.CharField(max_length=20, blank=True)
    credited_quantity = QuantityField(default=0)

    class Meta:
        ordering = ("position",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(credited_quantity__gte=0) & Q(credited_quantity__lte=F("base_quantity")),
                name="payments_invoiceline_credited",
            ),
        ]


class InvoiceTax(Keyed):
    """One VAT group of an invoice (BG-23); an exemption has its code (BT-121) and the key of its sentence (BT-120)."""

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="taxes")
    tax_category = models.CharField(max_length=2)
    tax_rate = RateField()
    vatex = models.CharField(max_length=24, blank=True)
    tax_mention = models.CharField(max_length=20, blank=True)
    net_amount = AmountField()
    tax_amount = AmountField()


class CreditNote(Keyed):
    """What comes off an invoice (EN 16931, BT-3 = 381; the invoice is BT-25); parties and lines are snapshots.

    ``settled_amount`` of it reduced what was to pay, the rest is owed to the customer. Append-only.
    """

    TYPE_CODE: ClassVar = "381"

    number = models.CharField(max_length=30, unique=True)
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="credit_notes")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="credit_notes")
    company_id = models.UUIDField(db_index=True)
    issued_on = models.DateField()
    currency = CurrencyField()
    net_amount = AmountField()
    tax_amount = AmountField()
    total_amount = AmountField()
    settled_amount = AmountField()
    reason = models.CharField(max_length=240)
    seller = models.JSONField()
    buyer = models.JSONField()
    issued_by_name = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(total_amount=F("net_amount") + F("tax_amount")), name="payments_creditnote_total"
            ),
            models.CheckConstraint(
                condition=Q(settled_amount__gte=0) & Q(settled_amount__lte=F("total_amount")),
                name="payments_creditnote_settled",
            ),
        ]


class CreditNoteLine(Keyed):
    credit_note = models.ForeignKey(CreditNote, on_delete=models.PROTECT, related_name="lines")
    invoice_line = models.ForeignKey(InvoiceLine, on_delete=models.PROTECT, related_name="credits")
    position = models.PositiveSmallIntegerField()
    sku = models.CharField(max_length=80, blank=True)
    name_fr = models.CharField(max_length=240)
    name_en = models.CharField(max_length=240, blank=True)
    base_quantity = QuantityField()
    base_unit_code = models.CharField(max_length=3)
    unit_price = UnitPriceField()
    net_amount = AmountField()
    tax_category = models.CharField(max_length=2, default="S")
    tax_rate = RateField()

    class Meta:
        ordering = ("position",)


class CreditNoteTax(Keyed):
    """One VAT group of a credit note."""

    credit_note = models.ForeignKey(CreditNote, on_delete=models.PROTECT, related_name="taxes")
    tax_category = models.CharField(max_length=2)
    tax_rate = RateField()
    net_amount = AmountField()
    tax_amount = AmountField()


class PaymentIntent(Keyed):
    """A card payment of an invoice through a gateway: written before the gateway is called.

    ``refunded_amount`` of it went back to the card, or is on its way.
    """

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="intents")
    gateway = models.CharField(max_length=20)
    gateway_reference = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=20, choices=IntentState.choices, default=IntentState.CREATED)
    amount = AmountField()
    refunded_amount = AmountField(default=0, db_default=0)
    currency = CurrencyField()
    created_by_name = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("gateway", "gateway_reference"),
                condition=~Q(gateway_reference=""),
                name="payments_intent_reference",
            ),
            state_check(IntentState, name="payments_intent_state"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payments_intent_amount"),
            models.CheckConstraint(
                condition=Q(refunded_amount__gte=0, refunded_amount__lte=F("amount")), name="payments_intent_refunded"
            ),
        ]


class PaymentIntentTransition(Transition):
    subject = models.ForeignKey(PaymentIntent, on_delete=models.CASCADE, related_name="transitions")


class Payment(Keyed):
    """Money that came in."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="payments")
    intent = models.OneToOneField(PaymentIntent, on_delete=models.PROTECT, null=True, related_name="payment")
    method = models.CharField(max_length=20)
    amount = AmountField()
    currency = CurrencyField()
    received_at = models.DateTimeField(default=timezone.now)


class Allocation(Keyed):
    """The part of a payment that settles an invoice."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="allocations")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="allocations")
    amount = AmountField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("payment", "invoice"), name="payments_allocation_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payments_allocation_amount"),
        ]


class CustomerCredit(Keyed):
    """What a credit note owes to its customer: what it did not take off its invoice, because that was paid.

    ``used_amount`` of it is given back, or on its way.
    """

    credit_note = models.OneToOneField(CreditNote, on_delete=models.PROTECT, related_name="owed")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="credits")
    currency = CurrencyField()
    amount = AmountField()
    used_amount = AmountField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, used_amount__gte=0, used_amount__lte=F("amount")),
                name="payments_customercredit_used",
            ),
        ]

    @property
    def left(self) -> Decimal:
        """What is still owed."""
        return self.amount - self.used_amount


class Repayment(Keyed):
    """A part of what is owed that is given back: to a card, on an open invoice, or otherwise by the supplier.

    A refund to a card is written before the gateway is called, and counts as used until it has failed.
    """

    credit = models.ForeignKey(CustomerCredit, on_delete=models.PROTECT, related_name="repayments")
    method = models.CharField(max_length=10, choices=RepaymentMethod.choices)
    state = models.CharField(max_length=10, choices=RepaymentState.choices)
    amount = AmountField()
    intent = models.ForeignKey(PaymentIntent, on_delete=models.PROTECT, null=True, related_name="refunds")
    gateway_reference = models.CharField(max_length=120, blank=True)
    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, null=True, related_name="repayment")
    reference = models.CharField(max_length=60, blank=True)
    created_by_name = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("created_at", "id")
        constraints: ClassVar = [
            state_check(RepaymentState, name="payments_repayment_state"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payments_repayment_amount"),
            models.CheckConstraint(
                condition=Q(method="card", intent__isnull=False, payment=None)
                | Q(method="invoice", intent=None, payment__isnull=False)
                | Q(method="outside", intent=None, payment=None),
                name="payments_repayment_method",
            ),
            models.UniqueConstraint(fields=("credit", "intent"), name="payments_repayment_once"),
        ]


class RepaymentTransition(Transition):
    subject = models.ForeignKey(Repayment, on_delete=models.CASCADE, related_name="transitions")


class WebhookEvent(Keyed):
    """A verified message from a gateway, stored before it is handled, handled once."""

    gateway = models.CharField(max_length=20)
    event_id = models.CharField(max_length=120)
    kind = models.CharField(max_length=80)
    payload = models.JSONField()
    received_at = models.DateTimeField(default=timezone.now)
    handled_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, choices=WebhookOutcome.choices, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=("gateway", "event_id"), name="payments_webhook_once")]


class PaymentsCounter(Counter):
    """Counter of invoice numbers: gapless per year (CGI ann. II art. 242 nonies A)."""
