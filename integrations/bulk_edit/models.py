"""The table of changes in bulk (tenant's schema)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from core.fields import Keyed
from core.states import state_check


class BulkState(models.TextChoices):
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class BulkChange(Keyed):
    """One change for everything that a filter found (both as plain texts), and how far it is.

    ``cursor`` is the reference up to which it is made, written with what it did: work goes on from there after an
    interruption or a stop. Refusals are counted, the first ones named. ``batch_id`` is the draft that takes new prices.
    """

    wanted = models.JSONField(default=dict)
    change = models.JSONField(default=dict)
    state = models.CharField(max_length=20, choices=BulkState.choices, default=BulkState.RUNNING)
    total = models.PositiveIntegerField()
    done_count = models.PositiveIntegerField(default=0)
    changed_count = models.PositiveIntegerField(default=0)
    refused_count = models.PositiveIntegerField(default=0)
    refusals = models.JSONField(default=list)
    cursor = models.CharField(max_length=80, blank=True)
    batch_id = models.UUIDField(null=True)
    error = models.TextField(blank=True)
    is_stop_requested = models.BooleanField(default=False)
    created_by_name = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    alive_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-created_at", "-id")
        constraints: ClassVar = [state_check(BulkState, name="integrations_bulk_change_state")]
