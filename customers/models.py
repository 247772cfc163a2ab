"""Customers, groups and payment terms (tenant's schema)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from core.fields import AmountField, CurrencyField, Keyed
from core.numbers import Counter
from core.states import Transition, state_check
from customers.enums import (
    ActingKind,
    CheckSource,
    CustomerState,
    DoubtfulVat,
    Fact,
    Incoterm,
    RevenueBand,
    TermKind,
    VatOutcome,
    VatRegime,
)


class CustomerGroup(Keyed):
    """Customers with the same prices."""

    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=80)

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class PaymentTerm(Keyed):
    """When an invoice is due. French law caps it: 60 days net or 45 days end of month (C. com. L441-10)."""

    code = models.CharField(max_length=30, unique=True)
    kind = models.CharField(max_length=10, choices=TermKind.choices)
    days = models.PositiveSmallIntegerField()
    is_default = models.BooleanField(default=False)

    class Meta:
        ordering = ("days", "kind", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind="net", days__lte=60)
                | models.Q(kind__in=("days_eom", "eom_days"), days__lte=45),
                name="customers_term_legal_maximum",
            ),
            models.UniqueConstraint(
                fields=("is_default",), condition=models.Q(is_default=True), name="customers_term_one_default"
            ),
        ]


class Customer(Keyed):
    """A company as this tenant knows it."""

    company_id = models.UUIDField(unique=True)
    company_name = models.CharField(max_length=160)
    number = models.CharField(max_length=30, unique=True)
    siren = models.CharField(max_length=9, blank=True)
    vat_number = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2, default="FR")
    contact_name = models.CharField(max_length=120, blank=True)
    contact_email = models.EmailField(blank=True)
    state = models.CharField(max_length=20, choices=CustomerState.choices, default=CustomerState.PENDING)
    group = models.ForeignKey(CustomerGroup, on_delete=models.PROTECT, null=True, related_name="customers")
    payment_term = models.ForeignKey(PaymentTerm, on_delete=models.PROTECT, null=True, related_name="customers")
    currency = CurrencyField()
    naf_code = models.CharField(max_length=6, blank=True)
    revenue_band = models.CharField(max_length=10, choices=RevenueBand.choices, blank=True)
    customer_since = models.DateField(null=True)
    sales_rep_id = models.UUIDField(null=True)
    sales_rep_name = models.CharField(max_length=120, blank=True)
    message = models.TextField(blank=True)
    requested_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)
    decision_note = models.TextField(blank=True)
    decision_basis = models.JSONField(default=list)

    class Meta:
        ordering = ("company_name", "id")
        constraints: ClassVar = [
            state_check(CustomerState, name="customers_customer_state"),
            models.CheckConstraint(
                condition=~models.Q(state="approved") | models.Q(payment_term__isnull=False),
                name="customers_approved_has_term",
            ),
        ]

    def __str__(self) -> str:
        return self.company_name


class CustomerFacts(Keyed):
    """What prices and visibility depended on in a customer, and when; closed, never overwritten."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="facts")
    group_id = models.UUIDField(null=True)
    currency = CurrencyField()
    country = models.CharField(max_length=2)
    naf_code = models.CharField(max_length=6, blank=True)
    revenue_band = models.CharField(max_length=10, blank=True)
    customer_since = models.DateField(null=True)
    valid_from = models.DateTimeField(default=timezone.now)
    valid_to = models.DateTimeField(null=True)

    class Meta:
        ordering = ("valid_from", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("customer",), condition=models.Q(valid_to__isnull=True), name="customers_facts_current"
            ),
        ]


class OrderPolicy(Keyed):
    """What orders may and must be: of one customer, or of all of them; what is empty is as for all customers."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, null=True, related_name="+")
    delivery_methods = models.JSONField(default=list)
    payment_methods = models.JSONField(default=list)
    po_required = models.BooleanField(null=True)
    order_minimum = AmountField(null=True)
    small_order_below = AmountField(null=True)
    small_order_fee = AmountField(null=True)
    incoterm = models.CharField(max_length=3, choices=Incoterm.choices, blank=True)
    incoterm_place = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("customer",), nulls_distinct=False, name="customers_orderpolicy_once"),
            models.CheckConstraint(
                condition=(models.Q(order_minimum=None) | models.Q(order_minimum__gte=0))
                & (
                    models.Q(small_order_below=None, small_order_fee=None)
                    | models.Q(small_order_below__gte=0, small_order_fee__gte=0)
                ),
                name="customers_orderpolicy_amounts",
            ),
        ]


class SellerVat(Keyed):
    """How the tenant itself stands to VAT; one row, what is empty is as in its company's registration."""

    only = models.BooleanField(default=True, unique=True, editable=False)
    regime = models.CharField(max_length=10, choices=VatRegime.choices, default=VatRegime.NORMAL)
    vat_number = models.CharField(max_length=20, blank=True)
    ship_from = models.CharField(max_length=2, blank=True)
    doubtful = models.CharField(
        max_length=10, choices=DoubtfulVat.choices, default=DoubtfulVat.TAXED, db_default=DoubtfulVat.TAXED
    )

    class Meta:
        constraints: ClassVar = [
            state_check(DoubtfulVat, name="customers_sellervat_doubtful", field="doubtful"),
            models.CheckConstraint(condition=models.Q(only=True), name="customers_sellervat_only_one"),
        ]


class VatCheck(Keyed):
    """What was answered about a customer's VAT number, by the register or by hand; kept as the proof of an exemption.

    ``requester`` is the number that asked; ``consultation_number`` is the register's receipt. Append-only.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="vat_checks")
    number = models.CharField(max_length=20)
    outcome = models.CharField(max_length=12, choices=VatOutcome.choices)
    source = models.CharField(max_length=10, choices=CheckSource.choices)
    checked_at = models.DateTimeField(default=timezone.now)
    requester = models.CharField(max_length=20, blank=True)
    consultation_number = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=240, blank=True)
    actor_name = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ("-checked_at", "-id")
        indexes: ClassVar = [models.Index(fields=("customer", "-checked_at"), name="customers_vatcheck_latest")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(source="manual") | ~models.Q(note=""), name="customers_vatcheck_reason"
            ),
        ]


class Segment(Keyed):
    """Customers that have something in common, whoever they are: its rules look at their facts."""

    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=80)

    class Meta:
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name


class SegmentRule(Keyed):
    """One condition of a segment; a customer belongs to it when all of them hold. Closed, never overwritten.

    ``values``: one of these. A sector is the beginning of a NAF code; a seniority is one number of years.
    """

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="rules")
    fact = models.CharField(max_length=10, choices=Fact.choices)
    values = models.JSONField(default=list)
    valid_from = models.DateTimeField(default=timezone.now)
    valid_to = models.DateTimeField(null=True)

    class Meta:
        ordering = ("fact", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("segment", "fact"),
                condition=models.Q(valid_to__isnull=True),
                name="customers_segment_rule_once",
            ),
        ]


class DocumentKind(Keyed):
    """A document that the supplier asks companies for; ``fresh_months`` is how old it may be."""

    label_fr = models.CharField(max_length=80)
    label_en = models.CharField(max_length=80)
    is_required = models.BooleanField(default=True)
    fresh_months = models.PositiveSmallIntegerField(null=True)
    is_asked = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "id")


class AccountDocument(Keyed):
    """A document that a company gave; the latest of its kind counts, earlier ones are kept.

    ``again_reason`` is set when the supplier asked for another one.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="documents")
    kind = models.ForeignKey(DocumentKind, on_delete=models.PROTECT, related_name="documents")
    file_name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    dated_on = models.DateField(null=True)
    given_at = models.DateTimeField(default=timezone.now)
    given_by_name = models.CharField(max_length=120, blank=True)
    again_reason = models.CharField(max_length=240, blank=True)

    class Meta:
        ordering = ("-given_at", "-id")


class CustomerTransition(Transition):
    subject = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="transitions")


class CustomerCounter(Counter):
    """Counter of customer numbers."""


class ActingSession(Keyed):
    """Somebody of the tenant's staff orders for a customer: who, from when, until when at the latest."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="acting_sessions")
    staff_id = models.UUIDField()
    staff_name = models.CharField(max_length=120)
    started_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("staff_id",), condition=models.Q(ended_at=None), name="customers_acting_one_open"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=("customer", "-started_at"), name="customers_acting_of")]


class ActingEntry(Keyed):
    """What was done in such a session: an order by its number, any other change by the address that was asked."""

    session = models.ForeignKey(ActingSession, on_delete=models.CASCADE, related_name="entries")
    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=20, choices=ActingKind.choices)
    text = models.CharField(max_length=200)

    class Meta:
        ordering = ("at", "id")
