"""Tables of media imports (tenant's schema)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from catalog.enums import MediaKind
from core.fields import Keyed
from core.states import state_check
from integrations.models import import_path, private_storage


class MediaImportState(models.TextChoices):
    """WAITING: a catalogue names files, and their ZIP has not come yet."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"
    UNDOING = "undoing"
    UNDONE = "undone"


class MediaOutcome(models.TextChoices):
    """What became of a file. UNDONE: it was taken away again; KEPT: undoing left it, ``code`` says why."""

    PENDING = "pending"
    ADDED = "added"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    UNDONE = "undone"
    KEPT = "kept"


class MediaImport(Keyed):
    """Files on their way to goods: a ZIP, or what the catalogue import of ``catalog_import_id`` names."""

    filename = models.CharField(max_length=200)
    file = models.FileField(upload_to=import_path, storage=private_storage, max_length=200, blank=True)
    state = models.CharField(max_length=20, choices=MediaImportState.choices, default=MediaImportState.RUNNING)
    catalog_import_id = models.UUIDField(null=True, unique=True)
    is_cancel_requested = models.BooleanField(default=False)
    created_by_name = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    alive_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at", "-id")
        constraints: ClassVar = [state_check(MediaImportState, name="integrations_media_import_state")]


class MediaImportItem(Keyed):
    """One file: where it is (a name in the ZIP, or an address), whose it is, and what became of it, with the reason.

    Without a ``sku`` the name says whose it is; without a ``kind`` the content and the name say what it is.
    ``media_id`` is the picture or document that it became, or that was there; ``params`` its titles when it came.
    """

    media_import = models.ForeignKey(MediaImport, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    source = models.CharField(max_length=2000)
    sku = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=12, choices=MediaKind.choices, blank=True)
    outcome = models.CharField(max_length=10, choices=MediaOutcome.choices, default=MediaOutcome.PENDING)
    code = models.CharField(max_length=40, blank=True)
    params = models.JSONField(default=dict)
    media_id = models.UUIDField(null=True, db_index=True)

    class Meta:
        ordering = ("media_import", "position", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(outcome__in=MediaOutcome.values), name="integrations_media_item_outcome"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=("media_import", "outcome", "position"), name="integrations_media_item_next")
        ]
