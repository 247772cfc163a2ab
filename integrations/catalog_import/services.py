"""Use cases of imports: upload, correct what was detected, map, check, apply, cancel, go on."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path, PurePath
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.utils import timezone

from catalog.policies import require_manage
from core.actor import Actor
from core.db import atomic
from core.events import emit
from integrations.catalog_import import limits, mapping, memory, price_lists
from integrations.catalog_import.errors import (
    CurrencyDiffers,
    FileTooBig,
    ImportNotFound,
    StillRunning,
)
from integrations.catalog_import.jobs import mapping_of
from integrations.catalog_import.lifecycle import reset_counts
from integrations.catalog_import.memory import FORMAT_SETTINGS, VALUE_SETTINGS
from integrations.catalog_import.reading import local_copy
from integrations.catalog_import.states import CATALOG_IMPORT, EDITABLE, RUNNING
from integrations.events import CatalogApplyRequested, CatalogCheckRequested, CatalogUndoRequested
from integrations.models import CatalogImport, ImportState

#: Without a sign of life for so long, the work is taken for dead and may be started again.
SILENCE = timedelta(seconds=60)
_EVENTS = {
    ImportState.CHECKING: CatalogCheckRequested,
    ImportState.APPLYING: CatalogApplyRequested,
    ImportState.UNDOING: CatalogUndoRequested,
}


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person decided about a file: targets by column, how values are read, where prices go."""

    mapping: Mapping[int, str]
    settings: Mapping[str, str]
    price_list: str


def upload(*, file: File[bytes], actor: Actor) -> UUID:
    """Take a file in, look at its beginning and propose what its columns hold; as before for a known kind of file.

    Raises NotAllowed, UnreadableFile and its kinds, EmptyTable.
    """
    require_manage(actor)
    if (file.size or 0) > limits.MAX_BYTES:
        raise FileTooBig(field="file", size=(file.size or 0) // 1_048_576, limit=limits.MAX_BYTES // 1_048_576)
    with tempfile.TemporaryDirectory(prefix="upload-") as folder:
        path = Path(folder) / "file"
        with path.open("wb") as copy:
            for part in file.chunks():
                copy.write(part)
        look = memory.look(path)
        with path.open("rb") as content:
            return _store(name=file.name or "", content=File(content), look=look, actor=actor)


@atomic
def _store(*, name: str, content: File[bytes], look: memory.Look, actor: Actor) -> UUID:
    row = CatalogImport(
        filename=PurePath(name).name[:200] or "import",
        first_signature=look.first_signature,
        created_by_name=actor.name[:120],
    )
    memory.take_over(row, look)
    row.file.save(row.filename, content, save=False)
    row.save()
    return row.pk


def change_format(*, import_id: UUID, wanted: Mapping[str, str], actor: Actor) -> None:
    """Read the file differently: other encoding, delimiter, sheet, line of column names. The mapping is proposed anew:
    as for the last file with these columns, else from the columns.

    Raises NotAllowed, ImportNotFound, StillRunning, UnreadableFile and its kinds, EmptyTable.
    """
    require_manage(actor)
    row = _editable(import_id)
    chosen = {key: value for key, value in wanted.items() if key in FORMAT_SETTINGS and value}
    with local_copy(row.file) as path:
        look = memory.look_again(path, chosen, besides=import_id)
    _store_format(import_id, look, actor)


def forget(*, import_id: UUID, actor: Actor) -> None:
    """Forget how files with these columns were read; what the columns of this one hold is proposed from them alone.

    Raises NotAllowed, ImportNotFound, StillRunning, UnreadableFile and its kinds, EmptyTable.
    """
    require_manage(actor)
    row = _editable(import_id)
    chosen = {key: value for key, value in row.settings.items() if key in FORMAT_SETTINGS}
    with local_copy(row.file) as path:
        look = memory.look_again(path, chosen, besides=None)
    _store_format(import_id, look, actor, forgetting=True)


@atomic
def _store_format(import_id: UUID, look: memory.Look, actor: Actor, *, forgetting: bool = False) -> None:
    row = _editable(import_id, lock=True)
    CATALOG_IMPORT.move(row, to=ImportState.UPLOADED, actor=actor)
    row.save(update_fields=memory.take_over(row, look))
    if forgetting:
        memory.forget(row)


@atomic
def check(*, import_id: UUID, choices: Choices, actor: Actor) -> None:
    """Keep what was chosen and have every row checked in the background.

    Raises NotAllowed, ImportNotFound, StillRunning, SkuNotMapped and the other refusals of a mapping,
    PriceListNotFound, CurrencyDiffers. Emits CatalogCheckRequested.
    """
    require_manage(actor)
    row = _editable(import_id, lock=True)
    mapping.check(choices.mapping, row.detected["headers"])
    row.mapping = {str(index): target for index, target in choices.mapping.items()}
    row.settings = {**row.settings, **{key: choices.settings[key] for key in VALUE_SETTINGS if key in choices.settings}}
    row.price_list_code = choices.price_list
    _check_currency(row)
    CATALOG_IMPORT.move(row, to=ImportState.CHECKING, actor=actor)
    row.error, row.alive_at, row.is_cancel_requested, row.finished_at = "", timezone.now(), False, None
    row.save()
    reset_counts(import_id, row_count=0)
    emit(CatalogCheckRequested(import_id=import_id))


def _check_currency(row: CatalogImport) -> None:
    """A file in another currency than its price list is refused as a whole, before a thousand equal issues."""
    target = price_lists.find(row.price_list_code)
    found = {**row.detected, **row.settings}["currency"]
    targets = {chosen.key for text in mapping_of(row).values() if (chosen := mapping.parse(text))}
    if targets & {"price", "tiers", "tier_price"} and "currency" not in targets and found != target.currency:
        name = target.name or row.price_list_code
        raise CurrencyDiffers(field="price_list", file=found, list=name, currency=target.currency)


@atomic
def apply(*, import_id: UUID, actor: Actor) -> None:
    """Have a checked file applied in the background. Raises NotAllowed, ImportNotFound, IllegalMove.

    Emits CatalogApplyRequested.
    """
    require_manage(actor)
    row = _locked(import_id)
    CATALOG_IMPORT.move(row, to=ImportState.APPLYING, actor=actor)
    now = timezone.now()
    reset_counts(import_id, alive_at=now, applied_at=now, is_cancel_requested=False)
    emit(CatalogApplyRequested(import_id=import_id))


@atomic
def cancel(*, import_id: UUID, actor: Actor) -> None:
    """Stop the work between two chunks, or put a file aside. Raises NotAllowed, ImportNotFound."""
    require_manage(actor)
    row = _locked(import_id)
    if row.state in RUNNING:
        CatalogImport.objects.filter(pk=import_id).update(is_cancel_requested=True)
    elif CATALOG_IMPORT.may(row.state, ImportState.CANCELLED):
        CATALOG_IMPORT.move(row, to=ImportState.CANCELLED, actor=actor)


@atomic
def resume(*, import_id: UUID, actor: Actor) -> None:
    """Start the work again that has given no sign of life for a minute.

    Raises NotAllowed, ImportNotFound, StillRunning. Emits CatalogCheckRequested, CatalogApplyRequested or
    CatalogUndoRequested.
    """
    require_manage(actor)
    row = _locked(import_id)
    if not is_silent(row):
        raise StillRunning
    CatalogImport.objects.filter(pk=import_id).update(alive_at=timezone.now())
    event: Any = _EVENTS[ImportState(row.state)]
    emit(event(import_id=import_id))


def is_silent(row: CatalogImport) -> bool:
    """Whether work on this import should be going on and is not."""
    return row.state in RUNNING and (row.alive_at is None or row.alive_at < timezone.now() - SILENCE)


def _locked(import_id: UUID) -> CatalogImport:
    row = CatalogImport.objects.select_for_update(of=("self",)).filter(pk=import_id).first()
    if row is None:
        raise ImportNotFound
    return row


def _editable(import_id: UUID, *, lock: bool = False) -> CatalogImport:
    row = _locked(import_id) if lock else CatalogImport.objects.filter(pk=import_id).first()
    if row is None:
        raise ImportNotFound
    if row.state not in EDITABLE:
        raise StillRunning
    return row
