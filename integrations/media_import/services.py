"""Use cases of media imports: a ZIP comes, is cancelled, goes on, is tried again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import PurePath
from uuid import UUID

from django.core.files.base import File
from django.utils import timezone

from catalog.policies import require_manage
from core.actor import Actor
from core.db import atomic
from core.events import emit
from integrations.events import MediaImportRequested
from integrations.media_import import archive, names
from integrations.media_import.errors import MediaImportNotFound, MediaImportRunning, NothingBrought
from integrations.media_import.models import MediaImport, MediaImportItem, MediaImportState, MediaOutcome

#: Without a sign of life for so long, the work is taken for dead. A fetch takes half a minute at most.
SILENCE = timedelta(seconds=90)
#: Somebody is or should be at work.
WORKING = (MediaImportState.RUNNING, MediaImportState.UNDOING)


def upload(*, file: File[bytes], actor: Actor) -> UUID:
    """Take a ZIP in and have its files given to the goods that their names speak of.

    Raises NotAllowed, NoArchive, ArchiveTooBig, HostileArchive, NothingInArchive. Emits MediaImportRequested.
    """
    require_manage(actor)
    found = archive.entries(file, file.size or 0)
    file.seek(0)
    return _store(file, found, actor)


@atomic
def _store(file: File[bytes], found: list[archive.Entry], actor: Actor) -> UUID:
    row = MediaImport(filename=_filename(file), created_by_name=actor.name[:120])
    row.file.save(row.filename, file, save=False)
    row.save()
    ordered = sorted(found, key=lambda entry: names.order_of(entry.name))
    MediaImportItem.objects.bulk_create(
        [
            MediaImportItem(
                media_import=row,
                position=position,
                source=entry.name.replace("\0", "")[:2000],
                outcome=MediaOutcome.REFUSED if entry.refusal else MediaOutcome.PENDING,
                code=entry.refusal,
            )
            for position, entry in enumerate(ordered)
        ],
        batch_size=2000,
    )
    emit(MediaImportRequested(import_id=row.pk))
    return row.pk


def _filename(file: File[bytes]) -> str:
    return PurePath(file.name or "").name[:200] or "media.zip"


def bring(*, import_id: UUID, file: File[bytes], actor: Actor) -> None:
    """Take in the ZIP with the files that a catalogue names, and give them to their goods.

    Raises NotAllowed, MediaImportNotFound, MediaImportRunning, NoArchive and its like. Emits MediaImportRequested.
    """
    require_manage(actor)
    archive.entries(file, file.size or 0)
    file.seek(0)
    _attach(import_id, file, actor)


@atomic
def _attach(import_id: UUID, file: File[bytes], actor: Actor) -> None:
    row = _locked(import_id)
    if row.catalog_import_id is None:
        raise MediaImportNotFound
    if row.state in WORKING:
        raise MediaImportRunning
    row.file.save(_filename(file), file, save=False)
    row.save(update_fields=["file"])
    go_on(import_id=import_id, actor=actor)


@atomic
def cancel(*, import_id: UUID, actor: Actor) -> None:
    """Stop after the file that is being worked on. Raises NotAllowed, MediaImportNotFound."""
    require_manage(actor)
    row = _locked(import_id)
    if row.state in WORKING:
        row.is_cancel_requested = True
        row.save(update_fields=["is_cancel_requested"])


@atomic
def go_on(*, import_id: UUID, actor: Actor) -> None:
    """Work on what is pending and try again what was refused: after a kill, a cancellation, a server's bad day.

    Raises NotAllowed, MediaImportNotFound, MediaImportRunning. Emits MediaImportRequested.
    """
    require_manage(actor)
    row = _locked(import_id)
    if row.state in WORKING and not is_silent(row):
        raise MediaImportRunning
    if row.state not in WORKING:
        again = MediaImportItem.objects.filter(media_import=row, outcome=MediaOutcome.REFUSED)
        again.exclude(code__in=archive.REFUSALS).update(outcome=MediaOutcome.PENDING, code="", params={})
    _start(row, row.state if row.state == MediaImportState.UNDOING else MediaImportState.RUNNING)


@atomic
def undo(*, import_id: UUID, actor: Actor) -> None:
    """Have taken away again what an import added, where nobody has changed it since and no other import needs it.

    Raises NotAllowed, MediaImportNotFound, MediaImportRunning, NothingBrought. Emits MediaImportRequested.
    """
    require_manage(actor)
    row = _locked(import_id)
    if row.state in WORKING:
        raise MediaImportRunning
    if not MediaImportItem.objects.filter(media_import=row, outcome=MediaOutcome.ADDED).exists():
        raise NothingBrought
    _start(row, MediaImportState.UNDOING)


def require_still(catalog_import_id: UUID) -> None:
    """Whether nobody is at work on what a catalogue names; work that is dead ends here. Raises MediaImportRunning."""
    found = MediaImport.objects.select_for_update(of=("self",)).filter(catalog_import_id=catalog_import_id)
    row = found.filter(state__in=WORKING).first()
    if row is None:
        return
    if not is_silent(row):
        raise MediaImportRunning
    row.state = MediaImportState.CANCELLED
    row.save(update_fields=["state"])


def _start(row: MediaImport, state: str) -> None:
    row.state, row.alive_at, row.is_cancel_requested = state, timezone.now(), False
    row.finished_at = None
    row.save(update_fields=["state", "alive_at", "is_cancel_requested", "finished_at"])
    emit(MediaImportRequested(import_id=row.pk))


def is_silent(row: MediaImport) -> bool:
    """Whether work should be going on and is not."""
    return row.state in WORKING and row.alive_at < timezone.now() - SILENCE


def _locked(import_id: UUID) -> MediaImport:
    row = MediaImport.objects.select_for_update(of=("self",)).filter(pk=import_id).first()
    if row is None:
        raise MediaImportNotFound
    return row
