"""Price lists (tenant's schema). Prices are net, per base unit; tiers compare base quantities."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from catalog.models import Brand, Family, Product, Variant
from core.fields import AmountField, CurrencyField, Keyed, QuantityField, RateField, UnitPriceField
from core.ids import uuid7
from core.numbers import Counter
from core.states import Transition, state_check
from pricing.enums import BatchState, Outcome, Stacking


class PriceList(Keyed):
    """A named set of prices in one currency; ``is_base`` is the list price that everybody approved gets.

    An agreement's list comes before all others. No discount rule applies to the prices of a list that ``is_net``.
    Of a framework agreement ``agreement_id`` is its key: then prices and buyers are those agreed, nobody changes them.
    """

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    currency = CurrencyField()
    is_base = models.BooleanField(default=False)
    is_agreement = models.BooleanField(default=False)
    is_net = models.BooleanField(default=False)
    agreement_id = models.UUIDField(null=True, unique=True)
    valid_from = models.DateTimeField(null=True)
    valid_to = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("name", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("currency",), condition=Q(is_base=True), name="pricing_one_base_list"),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="pricing_list_validity",
            ),
        ]

    def __str__(self) -> str:
        return self.name


def _at_most_one(*columns: str) -> models.lookups.LessThanOrEqual:
    counted = models.Func(*columns, function="num_nonnulls", output_field=models.IntegerField())
    return models.lookups.LessThanOrEqual(counted, 1)


class PriceListAssignment(Keyed):
    """A list given to a customer, a group, a segment, or (none named) to everybody. Closed, never deleted.

    A customer's lists win over its group's, those over its segments', then lower ``priority``.
    """

    price_list = models.ForeignKey(PriceList, on_delete=models.CASCADE, related_name="assignments")
    customer_id = models.UUIDField(null=True, db_index=True)
    group_id = models.UUIDField(null=True, db_index=True)
    segment_id = models.UUIDField(null=True, db_index=True)
    priority = models.PositiveSmallIntegerField(default=0)
    valid_from = models.DateTimeField(default=timezone.now)
    valid_to = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=_at_most_one("customer_id", "group_id", "segment_id"), name="pricing_assignment_one_party"
            ),
            models.UniqueConstraint(
                fields=("price_list", "customer_id", "group_id", "segment_id"),
                condition=Q(valid_to__isnull=True),
                nulls_distinct=False,
                name="pricing_assignment_once",
            ),
        ]


class Price(Keyed):
    """A net unit price from ``min_quantity`` base units on. Validity is closed, never overwritten."""

    price_list = models.ForeignKey(PriceList, on_delete=models.CASCADE, related_name="prices")
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="prices")
    min_quantity = QuantityField(default=1)
    unit_price = UnitPriceField()
    valid_from = models.DateTimeField(default=timezone.now)
    valid_to = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("price_list", "variant", "min_quantity"),
                condition=Q(valid_to__isnull=True),
                name="pricing_price_current",
            ),
            models.CheckConstraint(condition=Q(unit_price__gte=0, min_quantity__gt=0), name="pricing_price_positive"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="pricing_price_validity"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=("variant", "price_list", "min_quantity"), name="pricing_price_lookup")
        ]


class DiscountRule(Keyed):
    """So much off list prices: a fraction (``rate``) or an amount per base unit. Closed, never overwritten.

    Everything that is named must hold: goods, party, and thresholds of one line (quantity in base units, net amount
    before discounts), of the calendar year's orders, and of the years as a customer. ``key`` is what the versions of
    one rule have in common; ``position`` is its place in a cascade.
    """

    key = models.UUIDField(default=uuid7)
    name = models.CharField(max_length=80)
    position = models.PositiveIntegerField(default=0)
    rate = RateField(null=True)
    amount = UnitPriceField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, null=True, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, null=True, related_name="+")
    family = models.ForeignKey(Family, on_delete=models.PROTECT, null=True, related_name="+")
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, null=True, related_name="+")
    customer_id = models.UUIDField(null=True)
    group_id = models.UUIDField(null=True)
    segment_id = models.UUIDField(null=True)
    min_quantity = QuantityField(null=True)
    min_amount = AmountField(null=True)
    min_year_amount = AmountField(null=True)
    min_years = models.PositiveSmallIntegerField(null=True)
    valid_from = models.DateTimeField(default=timezone.now)
    valid_to = models.DateTimeField(null=True)

    class Meta:
        ordering = ("position", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(rate__gt=0, rate__lte=1, amount__isnull=True)
                | Q(amount__gt=0, rate__isnull=True) & ~Q(currency=""),
                name="pricing_rule_rate_or_amount",
            ),
            models.CheckConstraint(
                condition=_at_most_one("variant", "product", "family", "brand"), name="pricing_rule_one_target"
            ),
            models.CheckConstraint(
                condition=_at_most_one("customer_id", "group_id", "segment_id"), name="pricing_rule_one_party"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="pricing_rule_validity"
            ),
            models.UniqueConstraint(fields=("key",), condition=Q(valid_to__isnull=True), name="pricing_rule_current"),
        ]


class PricingPolicy(Keyed):
    """How discount rules come together, and what they may take off at most. Closed, never overwritten."""

    stacking = models.CharField(max_length=10, choices=Stacking.choices, default=Stacking.BEST)
    max_discount_rate = RateField(default=1)
    singleton = models.BooleanField(default=True)
    valid_from = models.DateTimeField(default=timezone.now)
    valid_to = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(max_discount_rate__gte=0, max_discount_rate__lte=1), name="pricing_policy_rate"
            ),
            models.UniqueConstraint(
                fields=("singleton",), condition=Q(valid_to__isnull=True), name="pricing_policy_current"
            ),
        ]


class VariantCost(Keyed):
    """What a variant costs the supplier, and the price that no discount goes below. Closed, never overwritten.

    Per base unit. Never shown to a buyer, never written outside this schema.
    """

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="costs")
    currency = CurrencyField()
    cost = UnitPriceField(null=True)
    floor_price = UnitPriceField(null=True)
    valid_from = models.DateTimeField(default=timezone.now)
    valid_to = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("variant", "currency"), condition=Q(valid_to__isnull=True), name="pricing_cost_current"
            ),
            models.CheckConstraint(
                condition=(Q(cost__isnull=True) | Q(cost__gte=0))
                & (Q(floor_price__isnull=True) | Q(floor_price__gte=0)),
                name="pricing_cost_positive",
            ),
        ]


class ExchangeRate(Keyed):
    """One unit of ``source`` is ``rate`` units of ``target``. Closed, never overwritten."""

    source = CurrencyField()
    target = CurrencyField()
    rate = models.DecimalField(max_digits=18, decimal_places=8)
    valid_from = models.DateTimeField(default=timezone.now)
    valid_to = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("source", "target"), condition=Q(valid_to__isnull=True), name="pricing_exchange_current"
            ),
            models.CheckConstraint(condition=Q(rate__gt=0) & ~Q(source=F("target")), name="pricing_exchange_rate"),
        ]


class VolumeEntry(Keyed):
    """What a customer has ordered, net; a cancelled order's amount is taken back by a negative entry. Append-only."""

    customer_id = models.UUIDField()
    order_id = models.UUIDField(null=True)
    currency = CurrencyField()
    net_amount = AmountField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=("customer_id", "at"), name="pricing_volume_of_year")]


class DueChange(Keyed):
    """Prices of a list begin or end at ``at``: of one variant, or of all of its variants; then the search is told."""

    price_list = models.ForeignKey(PriceList, on_delete=models.CASCADE, related_name="+")
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, null=True, related_name="+")
    at = models.DateTimeField(db_index=True)


class PriceBatch(Keyed):
    """Price changes that are prepared together, looked at, and published at one moment."""

    number = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=20, choices=BatchState.choices, default=BatchState.DRAFT)
    starts_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by_name = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints: ClassVar = [
            state_check(BatchState, name="pricing_batch_state"),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "cancelled")) | Q(starts_at__isnull=False), name="pricing_batch_start"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PriceBatchTransition(Transition):
    subject = models.ForeignKey(PriceBatch, on_delete=models.CASCADE, related_name="transitions")


class PriceBatchLine(Keyed):
    """A new price, or none: the variant is taken off the list at this quantity.

    Publishing begins the price ``opened`` and ends ``closed``; ``outcome`` is what became of the line.
    """

    batch = models.ForeignKey(PriceBatch, on_delete=models.CASCADE, related_name="lines")
    price_list = models.ForeignKey(PriceList, on_delete=models.CASCADE, related_name="+")
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="+")
    min_quantity = QuantityField(default=1)
    unit_price = UnitPriceField(null=True)
    opened = models.ForeignKey(Price, on_delete=models.PROTECT, null=True, related_name="+")
    closed = models.ForeignKey(Price, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=12, choices=Outcome.choices, default=Outcome.WAITING)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("batch", "price_list", "variant", "min_quantity"), name="pricing_batch_line_once"
            ),
            models.CheckConstraint(
                condition=Q(min_quantity__gt=0) & (Q(unit_price__isnull=True) | Q(unit_price__gte=0)),
                name="pricing_batch_line_positive",
            ),
        ]


class PriceBatchCounter(Counter):
    """Counter of batch numbers."""
