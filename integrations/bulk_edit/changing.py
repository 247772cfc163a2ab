"""One change for everything that a filter finds: a thousand variants per transaction, in the background when more.

Goes on by reference, so that what the change itself does to the filter's answer moves nothing. How far it is, is
written with each portion, so that none is done twice, whoever takes the work up again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy

from catalog import bulk
from catalog.enums import VariantState
from catalog.policies import require_manage
from core.actor import Actor, system
from core.db import atomic
from core.errors import InvalidInput, NotFound, Refused
from core.events import emit
from integrations.bulk_edit.finding import Filter, found, key_of
from integrations.bulk_edit.models import BulkChange, BulkState
from integrations.bulk_edit.progress import is_silent
from integrations.bulk_edit.saving import ENDING_ALONE
from integrations.bulk_edit.standing import Column
from integrations.events import BulkChangeRequested
from pricing.batches import create_batch
from pricing.errors import NothingSelected
from pricing.raising import Selection, add_percentage

PORTION = 1000
_NAMED = 20


class SetChanged(Refused):
    """The filter finds another number of products than its reader saw."""

    code: ClassVar[str] = "set_changed"
    status: ClassVar[int] = 422
    message = gettext_lazy("Meanwhile these are %(now)s products, not %(seen)s: look at them again.")


class NotResumable(Refused):
    """The change is done, or somebody is working on it."""

    code: ClassVar[str] = "not_resumable"
    message = gettext_lazy("This change is done or under way: there is nothing to take up again.")


@dataclass(frozen=True, slots=True)
class Change:
    """What is changed, and to what: a value as a cell has it; a price by a rate (a fraction), with its decimals."""

    column: Column
    value: str
    decimals: int = 4

    def values(self) -> dict[str, str]:
        """As plain texts."""
        return {"column": self.column.value, "value": self.value, "decimals": str(self.decimals)}

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Change:
        """From plain texts."""
        return cls(Column(values["column"]), values["value"], int(values["decimals"]))


@atomic
def start(*, wanted: Filter, change: Change, seen: int, batch_name: str, actor: Actor) -> tuple[UUID, bool]:
    """Start a change for everything found, which ``seen`` products were; answers its id, and whether it waits for
    :func:`run` to be called at once: it is one portion only.

    Raises NotAllowed, SetChanged, InvalidInput, NotFound. Emits BulkChangeRequested for more than a portion.
    """
    require_manage(actor)
    total = found(wanted).count()
    if total != seen:
        raise SetChanged(field="count", now=total, seen=seen)
    row = BulkChange(wanted=wanted.values(), change=change.values(), total=total, created_by_name=actor.name[:120])
    if change.column is Column.PRICE:
        if not wanted.price_list:
            raise InvalidInput(field="price_list", reason=str(NothingSelected.message))
        row.batch_id = create_batch(name=batch_name, actor=actor)
    row.save(force_insert=True)
    if total > PORTION:
        emit(BulkChangeRequested(change_id=row.pk))
    return row.pk, total <= PORTION


def run(change_id: UUID, *, actor: Actor | None = None) -> None:
    """Make a change portion by portion from where it stands, until it is done or somebody stops it.

    Two that work on it take turns. Without an ``actor`` it is a job that works for who started it.
    """
    try:
        while _work(change_id, actor):
            pass
    except Refused as refusal:  # of the whole: the portion is undone, those before it stay
        _fail(change_id, str(refusal))


@atomic
def stop(*, change_id: UUID, actor: Actor) -> None:
    """Stop after the portion that is being worked on; what is done stays. Raises NotAllowed, NotFound."""
    require_manage(actor)
    row = _locked(change_id)
    if is_silent(row):
        row.state = BulkState.CANCELLED
    row.is_stop_requested = row.state == BulkState.RUNNING
    row.save(update_fields=["state", "is_stop_requested"])


@atomic
def resume(*, change_id: UUID, actor: Actor) -> None:
    """Go on with a change that was stopped, or that has given no sign of life for a minute, from where it stands.

    Raises NotAllowed, NotFound, NotResumable. Emits BulkChangeRequested.
    """
    require_manage(actor)
    row = _locked(change_id)
    if row.state != BulkState.CANCELLED and not is_silent(row):
        raise NotResumable
    row.state, row.is_stop_requested, row.alive_at = BulkState.RUNNING, False, timezone.now()
    row.save(update_fields=["state", "is_stop_requested", "alive_at"])
    emit(BulkChangeRequested(change_id=change_id))


def _locked(change_id: UUID) -> BulkChange:
    row = BulkChange.objects.select_for_update(of=("self",)).filter(pk=change_id).first()
    if row is None:
        raise NotFound
    return row


@atomic
def _work(change_id: UUID, actor: Actor | None) -> bool:
    """One portion with how far it is, in one transaction; whether there is more to do."""
    row = _locked(change_id)
    if row.state != BulkState.RUNNING:
        return False
    if row.is_stop_requested:
        row.state, row.is_stop_requested = BulkState.CANCELLED, False
    else:
        _make(row, actor or system(row.created_by_name))
    row.alive_at = timezone.now()
    row.save()
    return row.state == BulkState.RUNNING


def _make(row: BulkChange, actor: Actor) -> None:
    """Make the change to the next portion."""
    wanted = Filter.of(row.wanted)
    portion = dict(found(wanted).filter(sku__gt=row.cursor).values_list("pk", "sku")[:PORTION])
    if portion:
        outcome = _change(
            keys=list(portion), wanted=wanted, change=Change.of(row.change), batch_id=row.batch_id, actor=actor
        )
        row.done_count += len(portion)
        row.changed_count += len(outcome.changed)
        row.refused_count += len(outcome.refused)
        row.refusals = [*row.refusals, *((portion[key], text) for key, text in outcome.refused.items())][:_NAMED]
        *_before, row.cursor = portion.values()
    if len(portion) < PORTION:
        row.state = BulkState.DONE


@atomic
def _fail(change_id: UUID, error: str) -> None:
    BulkChange.objects.filter(pk=change_id, state=BulkState.RUNNING).update(state=BulkState.FAILED, error=error)


def _change(*, keys: list[UUID], wanted: Filter, change: Change, batch_id: UUID | None, actor: Actor) -> bulk.Outcome:
    """A portion; the number of statements is constant. Emits CatalogChanged."""
    value = change.value
    match change.column:
        case Column.FAMILY | Column.CATEGORY:
            to = UUID(value) if value else None
            return bulk.place(column=change.column.value, wanted=dict.fromkeys(keys, to), actor=actor)
        case Column.STATE:
            is_alone = value == ENDING_ALONE
            state = VariantState.ENDING if is_alone else VariantState(value)
            return bulk.move(
                wanted=dict.fromkeys(keys, state), without_replacement=keys if is_alone else (), actor=actor
            )
        case Column.VISIBILITY:
            return bulk.show(wanted=dict.fromkeys(keys, value), actor=actor)
        case Column.PRICE if batch_id is not None:
            return _raise(keys, wanted, change, batch_id, actor)
    raise InvalidInput(field="column", reason=str(Refused.message))


def _raise(keys: list[UUID], wanted: Filter, change: Change, batch_id: UUID, actor: Actor) -> bulk.Outcome:
    selection = Selection(price_list_ids=(key_of(wanted.price_list),), variant_ids=tuple(keys))
    try:
        add_percentage(
            batch_id=batch_id,
            selection=selection,
            rate=Decimal(change.value),
            decimals=change.decimals,
            actor=actor,
        )
    except NothingSelected:
        return bulk.Outcome()
    return bulk.Outcome(set(keys))
