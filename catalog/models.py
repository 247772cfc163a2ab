"""The catalogue (tenant's schema)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Func, Q, Value
from django.db.models.functions import Lower
from django.utils import timezone

from catalog.enums import AttributeKind, CategoryMove, MediaKind, RelationKind, VariantState
from core.fields import Keyed, QuantityField
from core.states import Transition, state_check


class Category(Keyed):
    """A node of the tenant's category tree; ``path`` is its slugs from the root, such as ``fixings/bolts``.

    ``taxonomy_code`` names the node of the platform's taxonomy that it means. It has a name in one language at least;
    a ``position`` of 0 comes after the others, by name.
    """

    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    slug = models.CharField(max_length=80)
    path = models.CharField(max_length=400, unique=True)
    name_fr = models.CharField(max_length=120, blank=True)
    name_en = models.CharField(max_length=120, blank=True)
    position = models.PositiveIntegerField(default=0)
    taxonomy_code = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ("path",)


class CategoryAlias(Keyed):
    """A path that a category had, or one that was merged into it: files and addresses that name it still find it.

    Never the path that a category has.
    """

    path = models.CharField(max_length=400, unique=True)
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="aliases")


class CategoryChange(Keyed):
    """What somebody did to the category tree: the names on the way to the category before and after, or nothing."""

    kind = models.CharField(max_length=10, choices=CategoryMove.choices)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-at", "-pk")


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


class AttributeOption(Keyed):
    """A value that an attribute of kind ``list`` can have."""

    attribute = models.ForeignKey(AttributeDefinition, on_delete=models.CASCADE, related_name="options")
    code = models.CharField(max_length=60)
    label_fr = models.CharField(max_length=80)
    label_en = models.CharField(max_length=80, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("position", "code")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("attribute", "code"), name="catalog_option_once"),
        ]


class Family(Keyed):
    """Products that are described by the same attributes, such as screws or cables."""

    code = models.CharField(max_length=60, unique=True)
    name_fr = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("position", "code")


class FamilyAttribute(Keyed):
    """An attribute that a family's products have."""

    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="attributes")
    attribute = models.ForeignKey(AttributeDefinition, on_delete=models.CASCADE, related_name="families")
    is_required = models.BooleanField(default=False)
    is_filter = models.BooleanField(default=True)
    is_comparable = models.BooleanField(default=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("position", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("family", "attribute"), name="catalog_family_attribute_once"),
        ]


class Product(Keyed):
    """What is described and sold together: one or more variants.

    ``axes`` are the codes of the attributes that tell its variants apart, such as size and finish; at most three.
    """

    code = models.CharField(max_length=80, unique=True)
    name_fr = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    description_fr = models.TextField(blank=True)
    description_en = models.TextField(blank=True)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="products")
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, null=True, related_name="products")
    family = models.ForeignKey(Family, on_delete=models.PROTECT, null=True, related_name="products")
    axes = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)


class Variant(Keyed):
    """One SKU. ``attributes`` maps attribute codes to values: a string, or ``{"fr": …, "en": …}``.

    ``keywords_fr`` and ``keywords_en`` are what it is found by besides its names (:mod:`catalog.keywords`); only the
    supplier sees them. Weight and size are those of one base unit as it is shipped; ``customs_code`` is the goods' CN
    code (eight digits).
    ``is_service``: it is performed, never kept in stock or shipped, and bears the VAT of services.
    """

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variants")
    sku = models.CharField(max_length=80, unique=True)
    sku_key = models.CharField(max_length=80, db_index=True)
    gtin = models.CharField(max_length=14, blank=True, db_index=True)
    manufacturer_part_number = models.CharField(max_length=80, blank=True, db_index=True)
    part_number_key = models.GeneratedField(
        expression=Lower(
            Func("manufacturer_part_number", Value("[^A-Za-z0-9]"), Value(""), Value("g"), function="regexp_replace")
        ),
        output_field=models.CharField(max_length=80),
        db_persist=True,
        db_index=True,
    )
    name_fr = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    keywords_fr = models.TextField(blank=True, default="", db_default="")
    keywords_en = models.TextField(blank=True, default="", db_default="")
    attributes = models.JSONField(default=dict)
    state = models.CharField(max_length=20, choices=VariantState.choices, default=VariantState.ACTIVE)
    tax_rate = models.DecimalField(max_digits=7, decimal_places=6, default="0.2")
    weight_kg = models.DecimalField(max_digits=12, decimal_places=6, null=True)
    length_mm = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    width_mm = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    height_mm = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    origin_country = models.CharField(max_length=2, blank=True)
    customs_code = models.CharField(max_length=10, blank=True)
    is_dangerous = models.BooleanField(default=False)
    un_number = models.CharField(max_length=4, blank=True)
    is_oversize = models.BooleanField(default=False)
    is_service = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("sku",)
        constraints: ClassVar = [
            state_check(VariantState, name="catalog_variant_state"),
            models.CheckConstraint(condition=Q(tax_rate__gte=0, tax_rate__lt=1), name="catalog_variant_tax_rate"),
            models.CheckConstraint(
                condition=(Q(weight_kg__isnull=True) | Q(weight_kg__gte=0))
                & (Q(length_mm__isnull=True) | Q(length_mm__gt=0))
                & (Q(width_mm__isnull=True) | Q(width_mm__gt=0))
                & (Q(height_mm__isnull=True) | Q(height_mm__gt=0)),
                name="catalog_variant_measures",
            ),
        ]


class VariantMove(Transition):
    """A step of a variant's life."""

    subject = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="moves")


class OrderUnit(Keyed):
    """A unit that a variant is ordered in (UN/ECE Rec 20/21), with its factor to the base unit.

    ``minimum``, ``multiple`` and ``maximum`` count in this unit. The base unit has factor 1.
    """

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="units")
    code = models.CharField(max_length=3)
    factor = QuantityField()
    is_base = models.BooleanField(default=False)
    minimum = QuantityField(default=1)
    multiple = QuantityField(default=1)
    maximum = QuantityField(null=True)
    gtin = models.CharField(max_length=14, blank=True, db_index=True)

    class Meta:
        ordering = ("factor", "code")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("variant", "code"), name="catalog_unit_once"),
            models.UniqueConstraint(fields=("variant",), condition=Q(is_base=True), name="catalog_unit_one_base"),
            models.CheckConstraint(
                condition=Q(factor__gt=0, minimum__gt=0, multiple__gt=0), name="catalog_unit_positive"
            ),
            models.CheckConstraint(condition=Q(is_base=False) | Q(factor=1), name="catalog_unit_base_factor"),
            models.CheckConstraint(
                condition=Q(maximum__isnull=True) | Q(maximum__gte=models.F("minimum")), name="catalog_unit_maximum"
            ),
        ]


class Relation(Keyed):
    """Another variant that replaces this one, does the same, or goes with it."""

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="relations")
    other = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="related_from")
    kind = models.CharField(max_length=12, choices=RelationKind.choices)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("kind", "position", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("variant", "kind", "other"), name="catalog_relation_once"),
            models.CheckConstraint(condition=~Q(variant=models.F("other")), name="catalog_relation_to_another"),
        ]


class CustomerPartNumber(Keyed):
    """What a customer calls a variant in its own system; ``number_key`` is the number folded for look-ups."""

    customer_id = models.UUIDField()
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="customer_numbers")
    number = models.CharField(max_length=80)
    number_key = models.CharField(max_length=80)

    class Meta:
        ordering = ("number", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("customer_id", "number_key"), name="catalog_customer_number_once"),
        ]


class Media(Keyed):
    """A picture or a document of a product, or of one of its variants.

    Pictures are written anew by the server, in several sizes; ``digest`` (SHA-256) names the stored file.
    """

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="media")
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, null=True, related_name="media")
    kind = models.CharField(max_length=12, choices=MediaKind.choices)
    title_fr = models.CharField(max_length=160, blank=True)
    title_en = models.CharField(max_length=160, blank=True)
    language = models.CharField(max_length=2, blank=True)
    digest = models.CharField(max_length=64)
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    source_url = models.CharField(max_length=500, blank=True)
    position = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("position", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("product", "variant", "kind", "digest"), nulls_distinct=False, name="catalog_media_once"
            ),
        ]


class CatalogSettings(Keyed):
    """One row per tenant: who sees the catalogue when no rule says otherwise, and whether prices are public."""

    visitors_see = models.BooleanField(default=True)
    customers_see = models.BooleanField(default=True)
    prices_are_public = models.BooleanField(default=False)
    singleton = models.BooleanField(default=True, unique=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(singleton=True), name="catalog_settings_one_row"),
        ]


class VisibilityRule(Keyed):
    """Shows or hides goods to a customer, a group, a segment, or (none named) to everybody.

    Names one product, family, brand or category with all below it, or (none named) the whole catalogue. How rules
    that contradict each other are ranked: :mod:`catalog.visibility`.
    """

    customer_id = models.UUIDField(null=True, db_index=True)
    group_id = models.UUIDField(null=True, db_index=True)
    segment_id = models.UUIDField(null=True, db_index=True)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, null=True, related_name="+")
    family = models.ForeignKey(Family, on_delete=models.CASCADE, null=True, related_name="+")
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, null=True, related_name="+")
    category = models.ForeignKey(Category, on_delete=models.CASCADE, null=True, related_name="+")
    is_visible = models.BooleanField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("created_at", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("customer_id", "group_id", "segment_id", "product", "family", "brand", "category"),
                nulls_distinct=False,
                name="catalog_visibility_once",
            ),
            models.CheckConstraint(
                condition=models.lookups.LessThanOrEqual(
                    Func(
                        "customer_id",
                        "group_id",
                        "segment_id",
                        function="num_nonnulls",
                        output_field=models.IntegerField(),
                    ),
                    1,
                ),
                name="catalog_visibility_one_party",
            ),
            models.CheckConstraint(
                condition=models.lookups.LessThanOrEqual(
                    Func(
                        "product",
                        "family",
                        "brand",
                        "category",
                        function="num_nonnulls",
                        output_field=models.IntegerField(),
                    ),
                    1,
                ),
                name="catalog_visibility_one_target",
            ),
        ]


# The tables of packs live in their own package; Django looks for an app's models here.
import catalog.packs.models  # noqa: E402, F401
