"""The catalogue (tenant's schema)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from catalog.enums import AttributeKind, VariantState
from core.fields import Keyed, QuantityField
from core.states import state_check


class Category(Keyed):
    """A node of the tenant's category tree; ``path`` is its slugs from the root, such as ``fixings/bolts``."""

    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    slug = models.CharField(max_length=80)
    path = models.CharField(max_length=400, unique=True)
    name_fr = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("path",)


class Brand(Keyed):
    slug = models.CharField(max_length=120, unique=True)
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ("slug",)


class AttributeDefinition(Keyed):
    """What a key of ``Variant.attributes`` means and how it is shown and filtered."""

    code = models.CharField(max_length=60, unique=True)
    label_fr = models.CharField(max_length=80)
    label_en = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=10, choices=AttributeKind.choices, default=AttributeKind.TEXT)
    unit = models.CharField(max_length=20, blank=True)
    is_filter = models.BooleanField(default=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("position", "code")


class Product(Keyed):
    """What is described and sold together: one or more variants."""

    code = models.CharField(max_length=80, unique=True)
    name_fr = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    description_fr = models.TextField(blank=True)
    description_en = models.TextField(blank=True)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="products")
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, null=True, related_name="products")
    created_at = models.DateTimeField(default=timezone.now)


class Variant(Keyed):
    """One SKU. ``attributes`` maps attribute codes to values: a string, or ``{"fr": …, "en": …}``."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variants")
    sku = models.CharField(max_length=80, unique=True)
    sku_key = models.CharField(max_length=80, db_index=True)
    gtin = models.CharField(max_length=14, blank=True, db_index=True)
    manufacturer_part_number = models.CharField(max_length=80, blank=True, db_index=True)
    name_fr = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    attributes = models.JSONField(default=dict)
    state = models.CharField(max_length=20, choices=VariantState.choices, default=VariantState.ACTIVE)
    tax_rate = models.DecimalField(max_digits=7, decimal_places=6, default="0.2")
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("sku",)
        constraints: ClassVar = [
            state_check(VariantState, name="catalog_variant_state"),
            models.CheckConstraint(condition=Q(tax_rate__gte=0, tax_rate__lt=1), name="catalog_variant_tax_rate"),
        ]


class OrderUnit(Keyed):
    """A unit that a variant is ordered in (UN/ECE Rec 20/21), with its factor to the base unit.

    ``minimum`` and ``multiple`` count in this unit. The base unit has factor 1.
    """

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="units")
    code = models.CharField(max_length=3)
    factor = QuantityField()
    is_base = models.BooleanField(default=False)
    minimum = QuantityField(default=1)
    multiple = QuantityField(default=1)

    class Meta:
        ordering = ("factor", "code")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("variant", "code"), name="catalog_unit_once"),
            models.UniqueConstraint(fields=("variant",), condition=Q(is_base=True), name="catalog_unit_one_base"),
            models.CheckConstraint(
                condition=Q(factor__gt=0, minimum__gt=0, multiple__gt=0), name="catalog_unit_positive"
            ),
            models.CheckConstraint(condition=Q(is_base=False) | Q(factor=1), name="catalog_unit_base_factor"),
        ]
