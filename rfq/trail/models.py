"""Rows of a request's history that no state machine writes (schema ``public``, row-level security)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Company
from core.fields import Keyed
from rfq.enums import Side
from rfq.models import RFQ, Invitation, QuoteVersion
from tenants.models import Tenant


class DeadlineChange(Keyed):
    """The suppliers were given more time, or a new beginning; every invited supplier reads why."""

    rfq = models.ForeignKey(RFQ, on_delete=models.CASCADE, related_name="deadline_changes")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    before_at = models.DateTimeField()
    deadline_at = models.DateTimeField()
    reason = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("at", "id")


class RFQReminder(Keyed):
    """One side was reminded of a deadline, or of an offer that expires; the row is what makes it once.

    Only the operator reads it: an offer may be sealed.
    """

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(QuoteVersion, on_delete=models.CASCADE, null=True, related_name="+")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    side = models.CharField(max_length=10, choices=Side.choices)
    until = models.DateTimeField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("invitation", "until"), condition=Q(version=None), name="rfq_reminder_of_deadline"
            ),
            models.UniqueConstraint(fields=("version", "side"), name="rfq_reminder_of_version"),
        ]
