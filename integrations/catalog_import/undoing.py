"""Undoing an import: newest change first, a thousand per transaction, only where nobody has changed anything since.

What was put back gets its outcome in the same transaction, so that a killed worker is followed by one that goes on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from catalog import reverting as goods
from catalog import services as catalog
from catalog.differences import Difference
from core.actor import Actor
from core.db import Lock, advisory_lock, atomic
from core.errors import Refused
from core.scope import current_scope
from integrations.catalog_import import changes as log
from integrations.catalog_import import jobs, lifecycle, uses
from integrations.media_import import undoing as media
from integrations.media_import.models import MediaImport
from integrations.models import CatalogImport, CatalogImportChange, ImportState, UndoOutcome
from inventory import reverting as stock
from pricing import reverting as pricing
from pricing.services import PriceMove

EVERYTHING = "*"


def run(import_id: UUID) -> None:
    """Undo an import chunk by chunk from where it stands, until done or cancelled."""
    if lifecycle.find_in(import_id, ImportState.UNDOING) is None:
        return
    try:
        _undo_media(import_id)
        while (done := _undo_chunk(import_id)) == jobs.CHUNK:
            jobs.tell(import_id)
        lifecycle.finish(import_id=import_id, to=ImportState.APPLIED if done is None else ImportState.UNDONE)
    except Refused as refusal:
        lifecycle.fail(import_id=import_id, code=refusal.code)
    except Exception:
        lifecycle.fail(import_id=import_id, code="internal")
        raise


def _undo_media(import_id: UUID) -> None:
    """Take away what the import brought; first, since goods with pictures of somebody's own are not removed."""
    media_import = MediaImport.objects.filter(catalog_import_id=import_id).first()
    while media_import and _take_back(import_id, media_import.pk):
        jobs.tell(import_id)


@atomic
def _take_back(import_id: UUID, media_import_id: UUID) -> int:
    locked = CatalogImport.objects.select_for_update().get(pk=import_id)
    if locked.is_cancel_requested or locked.state != ImportState.UNDOING:
        return 0
    CatalogImport.objects.filter(pk=import_id).update(alive_at=timezone.now())
    return media.take_back(media_import_id, jobs.worker_for(locked.undone_by_name))


def waiting(import_id: UUID, limit: int) -> list[CatalogImportChange]:
    """What is not undone yet, newest first."""
    rows = CatalogImportChange.objects.filter(catalog_import_id=import_id, outcome="").order_by("-id")
    return list(rows[:limit])


@atomic
def _undo_chunk(import_id: UUID) -> int | None:
    """Undo one portion; how many changes it had, None when somebody cancelled. Emits CatalogChanged."""
    locked = CatalogImport.objects.select_for_update().get(pk=import_id)
    if locked.is_cancel_requested or locked.state != ImportState.UNDOING:
        return None
    advisory_lock(Lock.CATALOG_IMPORT, str(current_scope().tenant_id))
    portion = waiting(import_id, jobs.CHUNK)
    actor = jobs.worker_for(locked.undone_by_name)
    left = _left(
        portion,
        partial(goods.put_back, actor=actor),
        partial(pricing.put_back, actor=actor),
        partial(stock.put_back, reference=f"undo {import_id.hex[-12:]}"),
    )
    judged = judge(portion, left)
    _end_created(judged, actor)
    CatalogImportChange.objects.bulk_update(judged, ["outcome", "left"], batch_size=jobs.CHUNK)
    catalog.announce({change.variant_id for change in judged if change.outcome != UndoOutcome.LEFT})
    counted = Counter(change.outcome for change in judged)
    CatalogImport.objects.filter(pk=import_id).update(
        done_count=F("done_count") + len(judged),
        restored_count=F("restored_count") + counted[UndoOutcome.RESTORED],
        removed_count=F("removed_count") + counted[UndoOutcome.REMOVED],
        archived_count=F("archived_count") + counted[UndoOutcome.ARCHIVED],
        left_count=F("left_count") + counted[UndoOutcome.LEFT] + counted[UndoOutcome.PARTLY],
        alive_at=timezone.now(),
    )
    return len(portion)


def foresee(portion: Sequence[CatalogImportChange]) -> list[CatalogImportChange]:
    """The same changes with the outcome that undoing them would have now; writes nothing."""
    return judge(portion, _left(portion, goods.standing_fields, pricing.moved_since, stock.moved_since))


@dataclass
class Left:
    """Fields that somebody changed since, by variant."""

    fields: dict[UUID, list[str]] = field(default_factory=dict)

    def add(self, found: Mapping[UUID, Iterable[str]]) -> None:
        for variant_id, names in found.items():
            self.fields.setdefault(variant_id, []).extend(names)


def judge(portion: Sequence[CatalogImportChange], left: Left) -> list[CatalogImportChange]:
    """Give each change its outcome."""
    for change in portion:
        if not change.is_created:
            names = {name for name, _before, _after in change.differences}
            change.left = [name for name in left.fields.get(change.variant_id, ()) if name in names]
            some = UndoOutcome.LEFT if len(change.left) == len(names) else UndoOutcome.PARTLY
            change.outcome = some if change.left else UndoOutcome.RESTORED
    created = [change for change in portion if change.is_created]
    kept = [change.pk for change in portion if change.left]
    used, changed, moved = uses.used(created), uses.worked_on(created, kept), uses.with_stock_history(created)
    for change in created:
        change.outcome = (
            UndoOutcome.ARCHIVED if change.variant_id in used
            else UndoOutcome.LEFT if change.variant_id in changed
            else UndoOutcome.ARCHIVED if change.variant_id in moved
            else UndoOutcome.REMOVED
        )  # fmt: skip
        change.left = [EVERYTHING] if change.outcome == UndoOutcome.LEFT else []
    return list(portion)


def _end_created(judged: Sequence[CatalogImportChange], actor: Actor) -> None:
    """Remove what nobody uses, archive what somebody does."""

    def those(outcome: UndoOutcome) -> list[UUID]:
        return [change.variant_id for change in judged if change.outcome == outcome]

    goods.remove(variant_ids=those(UndoOutcome.REMOVED), actor=actor)
    goods.archive_many(variant_ids=those(UndoOutcome.ARCHIVED), actor=actor)


def _left(
    portion: Sequence[CatalogImportChange],
    of_goods: Callable[..., Mapping[UUID, Sequence[str]]],
    of_prices: Callable[..., Mapping[UUID, Sequence[Decimal]]],
    of_stock: Callable[..., Mapping[UUID, Sequence[str]]],
) -> Left:
    """What cannot be put back, found out by the three that put back, or that only compare."""
    made = _coalesced(portion)
    left = Left()
    plain = {key: [one for one in found if not _is_condition(one)] for key, found in made.items()}
    left.add(of_goods(differences={key: found for key, found in plain.items() if found}))
    for price_list_id, moves in _price_moves(made).items():
        for key, quantities in of_prices(price_list_id=price_list_id, moves=moves).items():
            left.add({key: [log.price_field(price_list_id, quantity) for quantity in quantities]})
    counted = of_stock(counts=_counts(made))
    left.add({key: [f"stock.{name}" for name in names] for key, names in counted.items()})
    return left


def _coalesced(portion: Sequence[CatalogImportChange]) -> dict[UUID, list[Difference]]:
    """Differences by variant: where a field changed twice, from the oldest value to the newest."""
    fields: dict[UUID, dict[str, Difference]] = {}
    for change in portion:  # newest first
        if change.is_created:
            continue
        found = fields.setdefault(change.variant_id, {})
        for name, before, after in change.differences:
            newer = found.get(name)
            found[name] = Difference(name, before, newer.after if newer else after)
    return {variant_id: list(found.values()) for variant_id, found in fields.items()}


def _is_condition(difference: Difference) -> bool:
    return log.is_price(difference.field) or difference.field.startswith("stock.")


def _price_moves(made: Mapping[UUID, Sequence[Difference]]) -> dict[UUID, dict[UUID, list[PriceMove]]]:
    """Price moves by list and variant."""
    lists: dict[UUID, dict[UUID, list[PriceMove]]] = {}
    for variant_id, differences in made.items():
        for difference in differences:
            if log.is_price(difference.field):
                price_list_id, quantity = log.price_of(difference.field)
                move = PriceMove(quantity, _decimal(difference.before), _decimal(difference.after))
                lists.setdefault(price_list_id, {}).setdefault(variant_id, []).append(move)
    return lists


def _counts(made: Mapping[UUID, Sequence[Difference]]) -> dict[UUID, stock.Counted]:
    counts: dict[UUID, stock.Counted] = {}
    for variant_id, differences in made.items():
        found = {one.field: one for one in differences}
        on_hand, days, restock = (found.get(name) for name in (log.ON_HAND, log.LEAD_TIME, log.RESTOCK_ON))
        if on_hand or days or restock:
            counts[variant_id] = stock.Counted(
                (_decimal(on_hand.before), Decimal(on_hand.after)) if on_hand else None,
                (days.before, days.after) if days else None,
                (_day(restock.before), _day(restock.after)) if restock else None,
            )
    return counts


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
