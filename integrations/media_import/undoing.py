"""Undoing a media import: what it added goes, newest first, a portion per transaction, unless somebody cares for it.

It stays where its title was changed since, and where another import has found it there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.utils import timezone

from catalog.media.services import remove_many
from catalog.models import Media
from core.actor import Actor, system
from core.db import atomic
from integrations.media_import.models import MediaImport, MediaImportItem, MediaImportState, MediaOutcome

PORTION = 100


def run(import_id: UUID) -> None:
    """Undo a media import portion by portion from where it stands, until done or cancelled."""
    try:
        while _undo_portion(import_id):
            pass
    except Exception:
        _fail(import_id)
        raise


@atomic
def take_back(import_id: UUID, actor: Actor) -> int:
    """One portion of what an import added; how many files that were, 0 at the end. Emits CatalogChanged and others."""
    added = MediaImportItem.objects.filter(media_import_id=import_id, outcome=MediaOutcome.ADDED)
    portion = list(added.select_for_update().order_by("-position", "-id")[:PORTION])
    if not portion:
        _close(import_id)
        return 0
    reasons = _reasons_to_keep(portion)
    for item in portion:
        item.code = reasons.get(item.pk, "")
        item.outcome = MediaOutcome.KEPT if item.code else MediaOutcome.UNDONE
    going = [item.media_id for item in portion if item.media_id and item.outcome == MediaOutcome.UNDONE]
    remove_many(media_ids=going, actor=actor)
    MediaImportItem.objects.bulk_update(portion, ["outcome", "code"])
    return len(portion)


def added_count(catalog_import_id: UUID) -> int:
    """How many pictures and documents that a catalogue named are there."""
    items = MediaImportItem.objects.filter(media_import__catalog_import_id=catalog_import_id)
    return items.filter(outcome=MediaOutcome.ADDED).count()


def brought_by(catalog_import_id: UUID, media_ids: Iterable[UUID]) -> set[UUID]:
    """Those of these pictures and documents that undoing the catalogue's import takes away."""
    added = MediaImportItem.objects.filter(
        media_import__catalog_import_id=catalog_import_id, outcome=MediaOutcome.ADDED, media_id__in=list(media_ids)
    )
    items = list(added)
    kept = _reasons_to_keep(items)
    return {item.media_id for item in items if item.media_id and item.pk not in kept}


def _reasons_to_keep(items: Sequence[MediaImportItem]) -> dict[UUID, str]:
    """Codes by item of those that stay. What is gone already is no reason."""
    ids = [item.media_id for item in items if item.media_id]
    standing = {row.pk: row for row in Media.objects.filter(pk__in=ids)}
    others = MediaImportItem.objects.filter(media_id__in=ids, outcome=MediaOutcome.UNCHANGED)
    owners: dict[UUID | None, set[UUID]] = defaultdict(set)
    for media_id, owner in others.values_list("media_id", "media_import_id"):
        owners[media_id].add(owner)
    found: dict[UUID, str] = {}
    for item in items:
        row = standing.get(item.media_id) if item.media_id else None
        if item.media_id is None:
            found[item.pk] = "kept_unknown"
        elif row and {"title_fr": row.title_fr, "title_en": row.title_en} != item.params:
            found[item.pk] = "kept_changed"
        elif row and owners[row.pk] - {item.media_import_id}:
            found[item.pk] = "kept_shared"
    return found


@atomic
def _undo_portion(import_id: UUID) -> int:
    row = MediaImport.objects.select_for_update().filter(pk=import_id, state=MediaImportState.UNDOING).first()
    if row is None:
        return 0
    if row.is_cancel_requested:
        row.state, row.is_cancel_requested = MediaImportState.CANCELLED, False
        row.save(update_fields=["state", "is_cancel_requested"])
        return 0
    MediaImport.objects.filter(pk=import_id).update(alive_at=timezone.now())
    return take_back(import_id, system(row.created_by_name))


def _close(import_id: UUID) -> None:
    """Nothing of it is there any more: what did not come yet will not, and what it found there is not its own."""
    items = MediaImportItem.objects.filter(media_import_id=import_id)
    items.filter(outcome=MediaOutcome.PENDING).update(outcome=MediaOutcome.UNDONE)
    items.filter(outcome=MediaOutcome.UNCHANGED).update(media_id=None)
    MediaImport.objects.filter(pk=import_id).update(
        state=MediaImportState.UNDONE, finished_at=timezone.now(), is_cancel_requested=False
    )


@atomic
def _fail(import_id: UUID) -> None:
    undoing = MediaImport.objects.filter(pk=import_id, state=MediaImportState.UNDOING)
    undoing.update(state=MediaImportState.FAILED, finished_at=timezone.now(), is_cancel_requested=False)
