"""Price lists (tenant's schema). Prices are net, per base unit; tiers compare base quantities."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from catalog.models import Variant
from core.fields import CurrencyField, Keyed, QuantityField, UnitPriceField


class PriceList(Keyed):
    """A named set of prices in one currency; ``is_base`` is the list price that everybody approved gets."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    currency = CurrencyField()
    is_base = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("name", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("currency",), condition=Q(is_base=True), name="pricing_one_base_list"),
        ]

    def __str__(self) -> str:
        return self.name


class PriceListAssignment(Keyed):
    """A list given to a customer or to a group. A customer's lists win over its group's, then lower ``priority``."""

    price_list = models.ForeignKey(PriceList, on_delete=models.CASCADE, related_name="assignments")
    customer_id = models.UUIDField(null=True, db_index=True)
    group_id = models.UUIDField(null=True, db_index=True)
    priority = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(customer_id__isnull=True) ^ Q(group_id__isnull=True), name="pricing_assignment_one_party"
            ),
            models.UniqueConstraint(
                fields=("price_list", "customer_id"),
                condition=Q(customer_id__isnull=False),
                name="pricing_assignment_customer",
            ),
            models.UniqueConstraint(
                fields=("price_list", "group_id"), condition=Q(group_id__isnull=False), name="pricing_assignment_group"
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
