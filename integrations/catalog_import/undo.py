"""Use case: undo the last import. What it will do in numbers before, the job behind it in :mod:`undoing`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from catalog.policies import require_manage
from core.actor import Actor
from core.db import atomic
from core.events import emit
from integrations.catalog_import import jobs, undoing
from integrations.catalog_import.errors import ImportNotFound, LaterImport, NothingToUndo
from integrations.catalog_import.states import CATALOG_IMPORT, UNDOABLE
from integrations.events import CatalogUndoRequested
from integrations.media_import import services as media
from integrations.media_import.undoing import added_count
from integrations.models import CatalogImport, CatalogImportChange, ImportState, UndoOutcome

#: So many changes are looked at before; more would keep a page waiting.
LOOKED_AT = 5 * jobs.CHUNK
#: Changes that are not undone.
_OPEN = Exists(CatalogImportChange.objects.filter(catalog_import=OuterRef("pk"), outcome=""))


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What undoing will do: how many rows it is about, how many of them were looked at, and what becomes of those.

    ``media_count`` is how many pictures and documents it brought.
    """

    created: int
    changed: int
    looked_at: int
    outcomes: dict[str, int]
    left: tuple[CatalogImportChange, ...]
    media_count: int


@atomic
def undo(*, import_id: UUID, actor: Actor) -> None:
    """Have the last import undone in the background: what it changed gets its value of before, what it created goes.

    Raises NotAllowed, ImportNotFound, NothingToUndo, LaterImport, MediaImportRunning, IllegalMove.

    Emits CatalogUndoRequested.
    """
    require_manage(actor)
    row = CatalogImport.objects.select_for_update(of=("self",)).filter(pk=import_id).first()
    if row is None:
        raise ImportNotFound
    require_undoable(row)
    media.require_still(import_id)
    CATALOG_IMPORT.move(row, to=ImportState.UNDOING, actor=actor)
    CatalogImport.objects.filter(pk=import_id).update(
        done_count=CatalogImportChange.objects.filter(catalog_import_id=import_id).exclude(outcome="").count(),
        undone_by_name=actor.name[:120],
        alive_at=timezone.now(),
        is_cancel_requested=False,
        error="",
    )
    emit(CatalogUndoRequested(import_id=import_id))


def require_undoable(row: CatalogImport) -> None:
    """Whether an import is the last one that did anything. Raises NothingToUndo, LaterImport."""
    if row.state not in UNDOABLE or not CatalogImport.objects.filter(_OPEN, pk=row.pk).exists():
        raise NothingToUndo
    later = CatalogImport.objects.filter(applied_at__gt=row.applied_at or row.created_at)
    found = later.filter(Q(state__in=(ImportState.APPLYING, ImportState.UNDOING)) | _OPEN).first()
    if found is not None:
        raise LaterImport(file=found.filename)


def foresee(import_id: UUID) -> Foreseen:
    """What undoing would do now; writes nothing, and looks at no more than :data:`LOOKED_AT` rows."""
    waiting = CatalogImportChange.objects.filter(catalog_import_id=import_id, outcome="")
    counts = waiting.aggregate(created=Count("id", filter=Q(is_created=True)), total=Count("id"))
    judged: list[CatalogImportChange] = []
    portion = undoing.waiting(import_id, LOOKED_AT)
    for start in range(0, len(portion), jobs.CHUNK):
        judged += undoing.foresee(portion[start : start + jobs.CHUNK])
    kept = [change for change in judged if change.outcome in (UndoOutcome.LEFT, UndoOutcome.PARTLY)]
    return Foreseen(
        created=counts["created"],
        changed=counts["total"] - counts["created"],
        looked_at=len(judged),
        outcomes=dict(Counter(change.outcome for change in judged)),
        left=tuple(kept),
        media_count=added_count(import_id),
    )
