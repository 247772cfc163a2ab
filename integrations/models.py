"""Imports and API keys (tenant's schema)."""

from __future__ import annotations

from pathlib import PurePath
from typing import ClassVar

from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.api_keys import ApiKeyRow
from core.fields import Keyed
from core.scope import current_scope
from core.states import Transition, state_check


class ImportState(models.TextChoices):
    """A file is checked first (dry run); applying it is the person's decision."""

    UPLOADED = "uploaded"
    CHECKING = "checking"
    CHECKED = "checked"
    APPLYING = "applying"
    APPLIED = "applied"
    CANCELLED = "cancelled"
    FAILED = "failed"
    UNDOING = "undoing"
    UNDONE = "undone"


def private_storage() -> Storage:
    """Files that no URL serves."""
    return storages["private"]


def import_path(instance: CatalogImport, filename: str) -> str:
    """Where a tenant's file is kept: below its schema's name, under the import's own key."""
    suffix = PurePath(filename).suffix.lower()[:8]
    return f"imports/{current_scope().schema_name}/{instance.id.hex}{suffix}"


class CatalogImport(Keyed):
    """One supplier file on its way into catalogue, prices and stock.

    ``detected`` is what was found in the file, ``settings`` what a person corrected, ``mapping`` the target of each
    column by its position. ``signature`` names the header, so that the next file of this source is read alike
    (``remembered`` is the import that it was read alike to; none is to one without ``is_memory``), ``first_signature``
    the header before anybody corrected how the file is read. ``done_count`` rows are checked, applied, or undone, and
    the relations of ``related_count`` written: work goes on from there after an interruption.
    """

    filename = models.CharField(max_length=200)
    file = models.FileField(upload_to=import_path, storage=private_storage, max_length=200)
    state = models.CharField(max_length=20, choices=ImportState.choices, default=ImportState.UPLOADED)
    settings = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    detected = models.JSONField(default=dict)
    signature = models.CharField(max_length=64, blank=True, db_index=True)
    first_signature = models.CharField(max_length=64, blank=True, db_index=True)
    is_memory = models.BooleanField(default=True)
    remembered = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    price_list_code = models.CharField(max_length=40, blank=True)
    row_count = models.PositiveIntegerField(default=0)
    done_count = models.PositiveIntegerField(default=0)
    related_count = models.PositiveIntegerField(default=0)
    created_count = models.PositiveIntegerField(default=0)
    changed_count = models.PositiveIntegerField(default=0)
    unchanged_count = models.PositiveIntegerField(default=0)
    refused_count = models.PositiveIntegerField(default=0)
    ignored_count = models.PositiveIntegerField(default=0)
    warning_count = models.PositiveIntegerField(default=0)
    restored_count = models.PositiveIntegerField(default=0)
    removed_count = models.PositiveIntegerField(default=0)
    archived_count = models.PositiveIntegerField(default=0)
    left_count = models.PositiveIntegerField(default=0)
    is_cancel_requested = models.BooleanField(default=False)
    error = models.TextField(blank=True)
    created_by_name = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    applied_at = models.DateTimeField(null=True)
    undone_by_name = models.CharField(max_length=120, blank=True)
    alive_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at", "-id")
        constraints: ClassVar = [state_check(ImportState, name="integrations_import_state")]


class CatalogImportTransition(Transition):
    subject = models.ForeignKey(CatalogImport, on_delete=models.CASCADE, related_name="transitions")


class CatalogImportIssue(Keyed):
    """A row that is refused or a value that is doubtful: where, what was there, why; with the original row."""

    catalog_import = models.ForeignKey(CatalogImport, on_delete=models.CASCADE, related_name="issues")
    row_number = models.PositiveIntegerField()
    column = models.CharField(max_length=120, blank=True)
    value = models.CharField(max_length=400, blank=True)
    code = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    is_blocking = models.BooleanField(default=True)
    row = models.JSONField(default=list)

    class Meta:
        ordering = ("row_number", "id")
        indexes: ClassVar = [models.Index(fields=("catalog_import", "row_number"), name="integrations_issue_row")]


class UndoOutcome(models.TextChoices):
    """What became of a row when its import was undone; PARTLY: some of its values were changed since."""

    RESTORED = "restored"
    PARTLY = "partly"
    LEFT = "left"
    REMOVED = "removed"
    ARCHIVED = "archived"


class CatalogImportChange(Keyed):
    """What an import did to a variant. Append-only; undoing adds its ``outcome``.

    ``differences`` are ``[field, before, after]``, empty for one that it created. ``left`` names the fields that were
    changed by somebody else since and are left alone.
    """

    catalog_import = models.ForeignKey(CatalogImport, on_delete=models.CASCADE, related_name="changes")
    row_number = models.PositiveIntegerField()
    variant_id = models.UUIDField()
    sku = models.CharField(max_length=80)
    is_created = models.BooleanField(default=False)
    differences = models.JSONField(default=list)
    outcome = models.CharField(max_length=10, choices=UndoOutcome.choices, blank=True)
    left = models.JSONField(default=list)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("id",)
        indexes: ClassVar = [
            models.Index(fields=("catalog_import", "id"), name="integrations_change_order"),
            models.Index(fields=("variant_id",), condition=~Q(outcome=""), name="integrations_change_undone"),
        ]


class ApiKey(ApiKeyRow):
    """A key of a company's system at this tenant, or of the tenant's own (no company)."""

    company_id = models.UUIDField(db_index=True, null=True)


class IdempotentRequest(Keyed):
    """A creating request that was answered; the same key with the same body gets the same answer.

    ``company_id`` is the company that sent it, or the tenant where its own system did.
    """

    company_id = models.UUIDField()
    key = models.CharField(max_length=120)
    body_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    response = models.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("company_id", "key"), name="integrations_idempotency_once"),
            models.CheckConstraint(
                condition=Q(status__isnull=True) | Q(status__gte=100), name="integrations_idempotency_status"
            ),
        ]


# The tables of media imports and of changes in bulk live in their own packages; Django looks for an app's models here.
import integrations.bulk_edit.models  # noqa: E402
import integrations.media_import.models  # noqa: E402, F401
