"""The outbox and the record of failed tasks (schema ``public``)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from core.fields import Keyed


class OutboxEvent(Keyed):
    """An event, written in the transaction in which it happened; deliveries are made from it after commit."""

    name = models.CharField(max_length=100)
    payload = models.JSONField()
    scope = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now)
    expanded_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=("id",), condition=models.Q(expanded_at=None), name="core_outbox_new"),
        ]


class OutboxDelivery(Keyed):
    """One handler's turn with one event: done, to be tried again at ``due_at``, or dead."""

    class State(models.TextChoices):
        DUE = "due"
        DONE = "done"
        DEAD = "dead"

    event = models.ForeignKey(OutboxEvent, on_delete=models.CASCADE, related_name="deliveries")
    handler = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DUE)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("event", "handler"), name="core_delivery_once"),
            models.CheckConstraint(condition=models.Q(state__in=("due", "done", "dead")), name="core_delivery_state"),
        ]
        indexes: ClassVar = [
            models.Index(fields=("due_at",), condition=models.Q(state="due"), name="core_delivery_due"),
            models.Index(fields=("state",), condition=models.Q(state="dead"), name="core_delivery_dead"),
        ]


class TaskFailure(Keyed):
    """A Celery task that ended with an error; what the operator's console shows as failed jobs."""

    task = models.CharField(max_length=200)
    scope = models.JSONField()
    arguments = models.JSONField()
    error = models.TextField()
    failed_at = models.DateTimeField(default=timezone.now)
    resolved_at = models.DateTimeField(null=True)
