"""How far a change to many products is, as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from integrations.bulk_edit.models import BulkChange, BulkState

#: Without a sign of life for so long, the work is taken for dead and may be taken up again.
SILENCE = timedelta(seconds=60)
_SHOWN_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Progress:
    """``filter`` is what was looked for; refusals are counted, the first ones named as (reference, reason).

    ``can_go_on``: it was stopped, or nobody works on it though it is not over (``is_silent``).
    """

    filter: dict[str, Any]
    total: int
    done: int
    changed: int
    refused: int
    refusals: tuple[tuple[str, str], ...]
    batch_id: UUID | None
    is_over: bool
    is_cancelled: bool
    is_silent: bool
    is_stopping: bool
    error: str

    @property
    def can_go_on(self) -> bool:
        return self.is_cancelled or self.is_silent


def progress_of(change_id: UUID) -> Progress | None:
    """How far a change is; None where nothing was started. One statement."""
    row = BulkChange.objects.filter(pk=change_id).first()
    if row is None:
        return None
    return Progress(
        filter=row.wanted,
        total=row.total,
        done=row.done_count,
        changed=row.changed_count,
        refused=row.refused_count,
        refusals=tuple((sku, reason) for sku, reason in row.refusals),
        batch_id=row.batch_id,
        is_over=row.state != BulkState.RUNNING,
        is_cancelled=row.state == BulkState.CANCELLED,
        is_silent=is_silent(row),
        is_stopping=row.is_stop_requested and not is_silent(row),
        error=row.error,
    )


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A change that was not made to everything: under way, stopped, or left by its worker."""

    id: UUID
    column: str
    done: int
    total: int
    is_under_way: bool


def unfinished(*, limit: int = 3) -> list[Unfinished]:
    """The newest changes of the last week that are not over or were stopped; one statement."""
    rows = BulkChange.objects.filter(
        state__in=(BulkState.RUNNING, BulkState.CANCELLED), created_at__gte=timezone.now() - _SHOWN_FOR
    )
    return [
        Unfinished(
            row.pk,
            row.change["column"],
            row.done_count,
            row.total,
            is_under_way=row.state == BulkState.RUNNING and not is_silent(row),
        )
        for row in rows[:limit]
    ]


def is_silent(row: BulkChange) -> bool:
    """Whether work on this change should be going on and is not."""
    return row.state == BulkState.RUNNING and row.alive_at < timezone.now() - SILENCE
