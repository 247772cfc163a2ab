"""Names for requests to begin again from (schema ``public``, row-level security)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import Company
from core.fields import Keyed
from rfq.models import RFQ


class RFQTemplate(Keyed):
    """A request that was sent, and so does not change, as the beginning of new ones. Only its company reads it."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    rfq = models.ForeignKey(RFQ, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    created_at = models.DateTimeField(default=timezone.now)
    created_by_name = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("company", Lower("name"), name="rfq_template_name")]
