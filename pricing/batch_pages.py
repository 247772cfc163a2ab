"""Batches as the supplier sees them: all of them, and the lines of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Count

from pricing.enums import BatchState, Outcome
from pricing.models import PriceBatch, PriceBatchLine, PriceBatchTransition


@dataclass(frozen=True, slots=True)
class BatchInfo:
    """A batch without its lines."""

    id: UUID
    number: str
    name: str
    state: str
    starts_at: datetime | None
    created_at: datetime
    created_by_name: str
    line_count: int

    @property
    def state_text(self) -> str:
        return str(BatchState(self.state).label)

    @property
    def is_draft(self) -> bool:
        return self.state == BatchState.DRAFT


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A line; ``before`` is the price that publishing ended, None as long as nothing was published."""

    id: UUID
    sku: str
    name_fr: str
    name_en: str
    list_name: str
    currency: str
    min_quantity: Decimal
    unit_price: Decimal | None
    before: Decimal | None
    outcome: str

    @property
    def outcome_text(self) -> str:
        return str(Outcome(self.outcome).label)


def batches_page(*, limit: int, offset: int) -> tuple[list[BatchInfo], int]:
    """A page of batches, the newest first; two statements."""
    rows = PriceBatch.objects.annotate(line_count=Count("lines"))[offset : offset + limit]
    return [_info(row, row.line_count) for row in rows], PriceBatch.objects.count()


def drafts() -> list[tuple[UUID, str]]:
    """Batches that can be filled, as (key, text), the newest first; one statement."""
    rows = PriceBatch.objects.filter(state=BatchState.DRAFT).values_list("pk", "number", "name")
    return [(pk, f"{number} – {name}") for pk, number, name in rows[:50]]


def batch_info(batch_id: UUID) -> BatchInfo | None:
    """One batch; two statements."""
    row = PriceBatch.objects.filter(pk=batch_id).first()
    return _info(row, row.lines.count()) if row else None


def batch_lines(batch_id: UUID, *, outcome: str = "", limit: int, offset: int) -> tuple[list[BatchLine], int]:
    """A page of a batch's lines by reference, or only those with an outcome; two statements."""
    rows = PriceBatchLine.objects.filter(batch_id=batch_id)
    if outcome:
        rows = rows.filter(outcome=outcome)
    page = rows.order_by("variant__sku", "price_list__name", "min_quantity").values_list(
        "pk",
        "variant__sku",
        "variant__name_fr",
        "variant__name_en",
        "price_list__name",
        "price_list__currency",
        "min_quantity",
        "unit_price",
        "closed__unit_price",
        "outcome",
    )
    return [BatchLine(*row) for row in page[offset : offset + limit]], rows.count()


def outcome_counts(batch_id: UUID) -> dict[str, int]:
    """How many lines have each outcome; one statement."""
    rows = PriceBatchLine.objects.filter(batch_id=batch_id).order_by().values("outcome").annotate(count=Count("pk"))
    return {row["outcome"]: row["count"] for row in rows}


def batch_history(batch_id: UUID) -> list[tuple[datetime, str, str]]:
    """What has happened to a batch, the newest first, as (when, state, who); one statement."""
    rows = PriceBatchTransition.objects.filter(subject_id=batch_id).order_by("-at", "-pk")
    return [(row.at, str(BatchState(row.to_state).label), row.actor_name) for row in rows]


def _info(row: PriceBatch, count: int) -> BatchInfo:
    return BatchInfo(row.pk, row.number, row.name, row.state, row.starts_at, row.created_at, row.created_by_name, count)
