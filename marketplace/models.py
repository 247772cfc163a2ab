"""Documents, who buys from whom, who sells the same goods, the taxonomy (schema ``public``, row-level security)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Company
from core.fields import AmountField, CurrencyField, Keyed
from core.numbers import Counter
from tenants.models import Tenant


class DocumentKind(models.TextChoices):
    ORDER = "order", _("Order")
    INVOICE = "invoice", _("Invoice")
    QUOTE = "quote", _("Quote")
    SHIPMENT = "shipment", _("Shipment")


class Document(Keyed):
    """One document between a company and a tenant, as both find it in their lists."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    tenant_name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=DocumentKind.choices)
    object_id = models.UUIDField()
    unit_id = models.UUIDField(null=True)
    number = models.CharField(max_length=30)
    state = models.CharField(max_length=20)
    amount = AmountField(null=True)
    currency = CurrencyField()
    due_on = models.DateField(null=True)
    happened_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-happened_at", "-id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("tenant", "kind", "object_id"), name="marketplace_document_once"),
        ]
        indexes: ClassVar = [models.Index(fields=("company", "-happened_at"), name="marketplace_document_list")]


class Account(Keyed):
    """A company has an account with a tenant, whatever its state: its own prices are asked for there."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("company", "tenant"), name="marketplace_account_once"),
        ]


class Purchase(Keyed):
    """What a company ordered at once from several suppliers; only the company sees it (ADR 0017).

    ``unit_id`` is the business unit of the person who ordered.
    """

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    number = models.CharField(max_length=30)
    placed_by_id = models.UUIDField()
    placed_by_name = models.CharField(max_length=120)
    unit_id = models.UUIDField(null=True)
    po_number = models.CharField(max_length=60, blank=True)
    placed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("company", "number"), name="marketplace_purchase_number"),
        ]


class PurchaseOrder(Keyed):
    """One of a purchase's orders, in its supplier's schema: its key there, and what it came to when it was placed."""

    purchase = models.ForeignKey(Purchase, on_delete=models.CASCADE, related_name="orders")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    tenant_name = models.CharField(max_length=120)
    order_id = models.UUIDField(unique=True)
    number = models.CharField(max_length=30)
    net_amount = AmountField()
    total_amount = AmountField()
    currency = CurrencyField()

    class Meta:
        ordering = ("tenant_name", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("purchase", "tenant"), name="marketplace_purchaseorder_once"),
        ]


class PurchaseCounter(Counter):
    """Counters of purchase numbers, one per company and year."""


class GoodsOffer(Keyed):
    """A variant that any visitor sees at a tenant, by the goods that it is (:mod:`catalog.goods`).

    No prices and no stock: those are the tenant's own, and asked for there.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    variant_id = models.UUIDField()
    goods_id = models.UUIDField(db_index=True)
    gtin = models.CharField(max_length=14, blank=True)
    brand_key = models.CharField(max_length=120, blank=True)
    part_key = models.CharField(max_length=80, blank=True)
    brand = models.CharField(max_length=120, blank=True)
    taxonomy_code = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("tenant", "variant_id"), name="marketplace_goods_offer_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=("gtin",), name="marketplace_goods_gtin", condition=~Q(gtin="")),
            models.Index(fields=("brand_key", "part_key"), name="marketplace_goods_part", condition=~Q(part_key="")),
        ]


class TaxonomyNode(Keyed):
    """A node of the platform's taxonomy, that tenants' categories mean; ``code`` is its path, ``fasteners/screws``.

    ``etim_class``, ``unspsc`` and ``eclass`` are what it is called in these classifications, where it is known.
    """

    code = models.CharField(max_length=120, unique=True)
    name_fr = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    etim_class = models.CharField(max_length=8, blank=True)
    unspsc = models.CharField(max_length=8, blank=True)
    eclass = models.CharField(max_length=11, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("code",)
