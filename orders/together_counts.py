"""What is bought together, as it is counted each night (:mod:`orders.together`)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from catalog.models import Variant
from core.fields import Keyed
from customers.models import Customer


class TogetherCount(Keyed):
    """In how many orders of the last year two articles were together: of one customer, or of a sector's customers.

    Of a sector only what at least three companies have in common is kept (:mod:`orders.together`).
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, null=True, related_name="+")
    sector = models.CharField(max_length=2, blank=True)
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="+")
    order_count = models.PositiveIntegerField()
    company_count = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("variant", "customer", "sector", "other"), nulls_distinct=False, name="orders_together_once"
            ),
            models.CheckConstraint(
                condition=Q(customer__isnull=False, sector="") | Q(customer__isnull=True, company_count__gte=3),
                name="orders_together_of_several",
            ),
        ]
