"""What the pages of media imports show, written out in the active language."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core import formatting
from integrations.catalog_import.cells import guarded
from integrations.media_import.errors import MediaImportNotFound
from integrations.media_import.issues import reason
from integrations.media_import.models import MediaImport, MediaImportItem, MediaImportState, MediaOutcome
from integrations.media_import.services import WORKING, is_silent

_TONES = {
    MediaImportState.WAITING: "warn",
    MediaImportState.RUNNING: "info",
    MediaImportState.DONE: "ok",
    MediaImportState.CANCELLED: "mute",
    MediaImportState.FAILED: "bad",
    MediaImportState.UNDOING: "info",
    MediaImportState.UNDONE: "mute",
}
_OUTCOME_TONES = {
    MediaOutcome.PENDING: "mute",
    MediaOutcome.ADDED: "ok",
    MediaOutcome.UNCHANGED: "mute",
    MediaOutcome.REFUSED: "bad",
    MediaOutcome.UNDONE: "mute",
    MediaOutcome.KEPT: "warn",
}


@dataclass(frozen=True, slots=True)
class MediaImportLine:
    """A media import in the list."""

    id: UUID
    filename: str
    created_text: str
    created_by: str
    state_text: str
    tone: str
    result_text: str


@dataclass(frozen=True, slots=True)
class MediaImportPage:
    """One media import with its counts."""

    id: UUID
    filename: str
    created_text: str
    created_by: str
    state_text: str
    tone: str
    is_running: bool
    is_silent: bool
    is_cancelling: bool
    is_failed: bool
    can_go_on: bool
    can_undo: bool
    takes_files: bool
    done: int
    total: int
    progress_text: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One file and what became of it."""

    source: str
    outcome_text: str
    tone: str
    reason_text: str


def media_imports(*, limit: int, offset: int) -> tuple[list[MediaImportLine], int]:
    """Media imports, newest first, and how many there are."""
    rows = MediaImport.objects.all()
    shown = rows.annotate(**_COUNTS)[offset : offset + limit]
    return [_line(row) for row in shown], rows.count()


_COUNTS = {f"{outcome.value}_count": Count("items", filter=Q(items__outcome=outcome)) for outcome in MediaOutcome}


def media_import_page(import_id: UUID) -> MediaImportPage:
    """One media import. Raises MediaImportNotFound."""
    row = MediaImport.objects.filter(pk=import_id).annotate(**_COUNTS).first()
    if row is None:
        raise MediaImportNotFound
    counts = _counts(row)
    total = sum(counts.values())
    is_running = row.state in WORKING
    waiting = counts["added" if row.state == MediaImportState.UNDOING else "pending"]
    done = total - waiting
    return MediaImportPage(
        id=row.pk,
        filename=row.filename,
        created_text=formatting.moment(row.created_at),
        created_by=row.created_by_name,
        state_text=state_text(row.state),
        tone=_TONES[MediaImportState(row.state)],
        is_running=is_running,
        is_silent=is_silent(row),
        is_cancelling=row.is_cancel_requested,
        is_failed=row.state == MediaImportState.FAILED,
        can_go_on=not is_running and (counts["pending"] + counts["refused"]) > 0,
        can_undo=not is_running and counts["added"] > 0,
        takes_files=row.catalog_import_id is not None and not is_running,
        done=done,
        total=total,
        progress_text=_("%(done)s of %(total)s files")
        % {"done": formatting.number(done), "total": formatting.number(total)},
        counts=counts,
    )


def items(import_id: UUID, *, outcome: str, limit: int, offset: int) -> tuple[list[ItemLine], int]:
    """Files of an import in their order, all or those of one outcome."""
    rows = MediaImportItem.objects.filter(media_import_id=import_id)
    if outcome in MediaOutcome.values:
        rows = rows.filter(outcome=outcome)
    return [_item(row) for row in rows[offset : offset + limit]], rows.count()


def report(import_id: UUID) -> Iterator[str]:
    """Every file with its outcome and reason, as CSV that Excel opens by itself."""
    yield "\ufeff" + _csv([_("File"), _("Product"), _("Result"), _("Reason")])
    for row in MediaImportItem.objects.filter(media_import_id=import_id).iterator(chunk_size=2000):
        yield _csv([row.source, row.sku, outcome_text(row.outcome), reason(row.code, row.params)])


def state_text(state: str) -> str:
    """A state in words."""
    return {
        MediaImportState.WAITING: _("Waits for the files"),
        MediaImportState.RUNNING: _("Being worked on"),
        MediaImportState.DONE: pgettext("import", "Done"),
        MediaImportState.CANCELLED: pgettext("import", "Cancelled"),
        MediaImportState.FAILED: _("Failed"),
        MediaImportState.UNDOING: _("Being undone"),
        MediaImportState.UNDONE: pgettext("import", "Undone"),
    }[MediaImportState(state)]


def outcome_text(outcome: str) -> str:
    """What became of a file, in words."""
    return {
        MediaOutcome.PENDING: pgettext("file", "Waiting"),
        MediaOutcome.ADDED: pgettext("file", "Added"),
        MediaOutcome.UNCHANGED: pgettext("file", "There already"),
        MediaOutcome.REFUSED: pgettext("file", "Refused"),
        MediaOutcome.UNDONE: pgettext("file", "Taken away again"),
        MediaOutcome.KEPT: pgettext("file", "Left alone"),
    }[MediaOutcome(outcome)]


def _counts(row: MediaImport) -> dict[str, int]:
    return {outcome.value: getattr(row, f"{outcome.value}_count") for outcome in MediaOutcome}


def _line(row: MediaImport) -> MediaImportLine:
    counts = {name: formatting.number(count) for name, count in _counts(row).items()}
    return MediaImportLine(
        id=row.pk,
        filename=row.filename,
        created_text=formatting.moment(row.created_at),
        created_by=row.created_by_name,
        state_text=state_text(row.state),
        tone=_TONES[MediaImportState(row.state)],
        result_text=_("%(added)s added, %(unchanged)s there already, %(refused)s refused") % counts,
    )


def _item(row: MediaImportItem) -> ItemLine:
    return ItemLine(
        source=row.source,
        outcome_text=outcome_text(row.outcome),
        tone=_OUTCOME_TONES[MediaOutcome(row.outcome)],
        reason_text=reason(row.code, row.params),
    )


def _csv(cells: list[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";").writerow([guarded(cell) for cell in cells])
    return buffer.getvalue()
