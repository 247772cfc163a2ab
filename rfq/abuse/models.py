"""Reports of suppliers and what the operator made of them (schema ``public``, row-level security)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Company
from core.fields import Keyed
from core.states import state_check
from rfq.enums import ReportState
from rfq.models import RFQ, Invitation
from tenants.models import Tenant


class SpamReport(Keyed):
    """A supplier says that a request is none. The supplier and the operator read it, the company never."""

    invitation = models.OneToOneField(Invitation, on_delete=models.CASCADE, related_name="spam_report")
    rfq = models.ForeignKey(RFQ, on_delete=models.CASCADE, related_name="+")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    reason = models.TextField()
    reported_by_id = models.UUIDField()
    reported_by_name = models.CharField(max_length=120)
    reported_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=12, choices=ReportState.choices, default=ReportState.OPEN)
    decided_by_name = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [state_check(ReportState, name="rfq_spamreport_state")]


class RequestStop(Keyed):
    """The operator lets a company send no requests, until it is lifted. The company reads its own, and why."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    reason = models.TextField()
    stopped_by_name = models.CharField(max_length=120)
    stopped_at = models.DateTimeField(default=timezone.now)
    lifted_by_name = models.CharField(max_length=120, blank=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("company",), condition=Q(lifted_at=None), name="rfq_requeststop_one"),
        ]
