"""The index of documents (schema ``public``, row-level security)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Company
from core.fields import AmountField, CurrencyField, Keyed
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
