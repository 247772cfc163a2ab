"""Stock and its movements (tenant's schema). Quantities count base units."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from catalog.models import Variant
from core.fields import Keyed, QuantityField


class Stock(Keyed):
    """What a variant has: on hand, of it reserved for orders; ``lead_time_days`` for what is not there."""

    variant = models.OneToOneField(Variant, on_delete=models.CASCADE, related_name="stock")
    on_hand = QuantityField(default=0)
    reserved = QuantityField(default=0)
    lead_time_days = models.PositiveSmallIntegerField(default=0)
    restock_on = models.DateField(null=True)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(on_hand__gte=0, reserved__gte=0) & Q(reserved__lte=F("on_hand")),
                name="inventory_stock_not_oversold",
            ),
        ]


class StockMovement(Keyed):
    """Append-only ledger of stock: counted, reserved, released, shipped, returned."""

    class Kind(models.TextChoices):
        COUNT = "count"
        RESERVE = "reserve"
        RELEASE = "release"
        SHIP = "ship"
        RETURN = "return"

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="movements")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    quantity = QuantityField()
    reference = models.CharField(max_length=80, blank=True)
    order_line_id = models.UUIDField(null=True, db_index=True)
    at = models.DateTimeField(default=timezone.now)


class StockAlert(Keyed):
    """Somebody wants to be told when a variant is in stock again; ``told_at`` when that was done, once."""

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="+")
    user_id = models.UUIDField()
    company_id = models.UUIDField()
    created_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("user_id", "company_id", "variant"), name="inventory_stockalert_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=("variant",), condition=Q(told_at=None), name="inventory_stockalert_open"),
        ]
