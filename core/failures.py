"""Failed work: dead deliveries of the outbox and failed tasks, as the operator sees and resolves them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from core import formatting
from core.models import OutboxDelivery, TaskFailure


@dataclass(frozen=True)
class FailureRow:
    """Something that did not work: ``kind`` is *delivery* or *task*."""

    id: UUID
    kind: str
    name: str
    what: str
    error: str
    when_text: str
    attempts: int


def failures(*, limit: int = 100) -> list[FailureRow]:
    """Dead deliveries and unresolved task failures, newest first."""
    dead = OutboxDelivery.objects.select_related("event").filter(state=OutboxDelivery.State.DEAD).order_by("-due_at")
    tasks = TaskFailure.objects.filter(resolved_at=None).order_by("-failed_at")
    return [
        *(
            FailureRow(
                row.id,
                "delivery",
                row.handler,
                row.event.name,
                _last_line(row.error),
                formatting.moment(row.due_at),
                row.attempts,
            )
            for row in dead[:limit]
        ),
        *(
            FailureRow(row.id, "task", row.task, "", _last_line(row.error), formatting.moment(row.failed_at), 1)
            for row in tasks[:limit]
        ),
    ]


def failed_count() -> int:
    """How many of them there are."""
    dead = OutboxDelivery.objects.filter(state=OutboxDelivery.State.DEAD).count()
    return dead + TaskFailure.objects.filter(resolved_at=None).count()


def resolve_task_failure(failure_id: UUID) -> None:
    """Take a failed task off the list: somebody has dealt with it."""
    TaskFailure.objects.filter(pk=failure_id).update(resolved_at=timezone.now())


def _last_line(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1][:300] if lines else ""
