"""Awards that wait (schema ``public``, row-level security)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from accounts.models import Company
from core.fields import AmountField, CurrencyField, Keyed
from rfq.models import RFQ, QuoteVersion
from tenants.models import Tenant


class PendingAward(Keyed):
    """An order, or an agreement until ``ends_on``, that waits for its approval at the supplier; gone with the wait.

    ``request_id`` names the approval in the supplier's schema, ``line_ids`` the lines of the request that it takes;
    ``closes``: with it the request ends for the others.
    """

    rfq = models.ForeignKey(RFQ, on_delete=models.CASCADE, related_name="pending_awards")
    version = models.OneToOneField(QuoteVersion, on_delete=models.CASCADE, related_name="pending_award")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    tenant_name = models.CharField(max_length=120)
    request_id = models.UUIDField(unique=True)
    line_ids = ArrayField(models.UUIDField())
    closes = models.BooleanField()
    ends_on = models.DateField(null=True)
    currency = CurrencyField()
    net_amount = AmountField()
    unit_id = models.UUIDField(null=True)
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by_id = models.UUIDField()
    asked_by_name = models.CharField(max_length=120)

    class Meta:
        ordering = ("asked_at", "id")
