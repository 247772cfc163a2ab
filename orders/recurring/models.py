"""Recurring orders and what became of their days (tenant's schema)."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.fields import AmountField, CurrencyField, Keyed, RateField
from core.states import state_check
from customers.models import Customer
from orders.enums import AfterQuote, Frequency, RecurringState, RunState


class QuotePrices(Keyed):
    """Prices of an accepted quote version that recurring orders may go on with until ``ends_on``, that day included.

    ``lines`` are :class:`orders.recurring.quoted.QuotedLine` as JSON, a copy: the quote itself is in the exchange.
    ``freight_amount`` is charged with every order at these prices.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="quote_prices")
    quote_version_id = models.UUIDField(unique=True)
    quote_number = models.CharField(max_length=30)
    currency = CurrencyField()
    ends_on = models.DateField()
    freight_amount = AmountField(default=0)
    lines = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(freight_amount__gte=0), name="orders_quoteprices_freight"),
        ]


class RecurringOrder(Keyed):
    """A purchase list that is ordered by itself, at the prices of each day (:mod:`orders.recurring`).

    With ``quote_prices`` what was quoted is ordered at these prices; ``after_quote`` says what happens when they end.
    ``next_on`` is the next day; ``announced_on`` the day that its owner was last told of beforehand. ``known_prices``
    are net prices per base unit by line, as of the last order.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="recurring_orders")
    purchase_list = models.ForeignKey("orders.PurchaseList", on_delete=models.PROTECT, related_name="recurring_orders")
    owner_id = models.UUIDField()
    owner_name = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=10, choices=RecurringState.choices, default=RecurringState.ACTIVE)
    frequency = models.CharField(max_length=10, choices=Frequency.choices)
    interval = models.PositiveSmallIntegerField(default=1)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    next_on = models.DateField(null=True)
    announce_days = models.PositiveSmallIntegerField(default=2)
    announced_on = models.DateField(null=True)
    price_guard = RateField(null=True)
    known_prices = models.JSONField(default=dict)
    quote_prices = models.ForeignKey(QuotePrices, on_delete=models.PROTECT, null=True, related_name="recurring_orders")
    after_quote = models.CharField(
        max_length=10, choices=AfterQuote.choices, default=AfterQuote.PAUSE, db_default=AfterQuote.PAUSE
    )
    address_id = models.UUIDField()
    po_number = models.CharField(max_length=60, blank=True)
    project = models.CharField(max_length=80, blank=True, db_default="")
    cost_centre_code = models.CharField(max_length=30, blank=True, db_default="")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("next_on", "created_at", "id")
        constraints: ClassVar = [
            state_check(RecurringState, name="orders_recurring_state"),
            state_check(AfterQuote, name="orders_recurring_after_quote", field="after_quote"),
            models.CheckConstraint(condition=Q(interval__gte=1), name="orders_recurring_interval"),
            models.CheckConstraint(
                condition=~Q(state="active") | Q(next_on__isnull=False), name="orders_recurring_next"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=("next_on",), condition=Q(state="active"), name="orders_recurring_due"),
        ]


class RecurringRun(Keyed):
    """What became of one day of a recurring order: there is one row per day, and so at most one order."""

    recurring = models.ForeignKey(RecurringOrder, on_delete=models.CASCADE, related_name="runs")
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=RunState.choices)
    order_id = models.UUIDField(null=True)
    approval = models.ForeignKey("orders.ApprovalRequest", on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    changes = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-due_on",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("recurring", "due_on"), name="orders_recurringrun_once"),
            state_check(RunState, name="orders_recurringrun_state"),
            models.CheckConstraint(
                condition=Q(state="placed", order_id__isnull=False) | (~Q(state="placed") & Q(order_id=None)),
                name="orders_recurringrun_order",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", approval__isnull=False) | (~Q(state="waiting") & Q(approval=None)),
                name="orders_recurringrun_approval",
            ),
        ]
