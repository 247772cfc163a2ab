"""Columns with the house's precisions."""

from __future__ import annotations

from functools import partial

from django.db import models

from core.ids import uuid7

#: Amounts of money: numeric(19,4).
AmountField = partial(models.DecimalField, max_digits=19, decimal_places=4)
#: Prices per base unit: numeric(19,6).
UnitPriceField = partial(models.DecimalField, max_digits=19, decimal_places=6)
#: Quantities: numeric(18,4).
QuantityField = partial(models.DecimalField, max_digits=18, decimal_places=4)
#: Rates as fractions (0.200000 is 20 %): numeric(7,6).
RateField = partial(models.DecimalField, max_digits=7, decimal_places=6)
CurrencyField = partial(models.CharField, max_length=3, default="EUR")


class Keyed(models.Model):
    """A row with a UUIDv7 key."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True
