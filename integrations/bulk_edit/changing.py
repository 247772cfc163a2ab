"""One change for everything that a filter finds: a thousand variants per transaction, in the background when more.

Goes on by reference, so that what the change itself does to the filter's answer moves nothing. A portion that is done
twice changes nothing the second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy

from catalog import bulk
from catalog.enums import VariantState
from catalog.policies import require_manage
from core.actor import Actor
from core.db import atomic
from core.errors import InvalidInput, NotFound, Refused
from core.events import emit
from core.ids import uuid7
from integrations.bulk_edit.finding import Filter, found, key_of
from integrations.bulk_edit.progress import Progress, ask_to_stop, is_asked_to_stop, keep, progress_of
from integrations.bulk_edit.saving import ENDING_ALONE
from integrations.bulk_edit.standing import Column
from integrations.events import BulkChangeRequested
from pricing.batches import create_batch
from pricing.errors import NothingSelected
from pricing.raising import Selection, add_percentage

PORTION = 1000


class SetChanged(Refused):
    """The filter finds another number of products than its reader saw."""

    code: ClassVar[str] = "set_changed"
    status: ClassVar[int] = 422
    message = gettext_lazy("Meanwhile these are %(now)s products, not %(seen)s: look at them again.")


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
    change_id, progress = uuid7(), Progress(total)
    if change.column is Column.PRICE:
        if not wanted.price_list:
            raise InvalidInput(field="price_list", reason=str(NothingSelected.message))
        progress.batch_id = create_batch(name=batch_name, actor=actor)
    keep(change_id, progress)
    event = BulkChangeRequested(
        change_id=change_id, wanted=wanted.values(), change=change.values(), actor_name=actor.name
    )
    if total > PORTION:
        emit(event)
    return change_id, total <= PORTION


def run(*, change_id: UUID, wanted: Filter, change: Change, actor: Actor) -> None:
    """Make a change portion by portion from where it stands, until it is done or somebody stops it."""
    progress = progress_of(change_id)
    if progress is None or progress.is_over:
        return
    while not progress.is_over:
        if is_asked_to_stop(change_id):
            progress.is_over = progress.is_cancelled = True
        else:
            portion = list(found(wanted).filter(sku__gt=progress.cursor).values_list("pk", "sku")[:PORTION])
            if portion:
                _try(progress, dict(portion), wanted, change, actor)
                progress.cursor = portion[-1][1]
            progress.is_over |= len(portion) < PORTION
        keep(change_id, progress)


def stop(*, change_id: UUID, actor: Actor) -> None:
    """Stop after the portion that is being worked on; what is done stays. Raises NotAllowed, NotFound."""
    require_manage(actor)
    if progress_of(change_id) is None:
        raise NotFound
    ask_to_stop(change_id)


def _try(progress: Progress, skus: dict[UUID, str], wanted: Filter, change: Change, actor: Actor) -> None:
    """One portion. What refuses the whole ends the change, and says why."""
    try:
        outcome = _change(keys=list(skus), wanted=wanted, change=change, batch_id=progress.batch_id, actor=actor)
    except Refused as refusal:
        progress.is_over, progress.error = True, str(refusal)
        return
    progress.done += len(skus)
    progress.changed += len(outcome.changed)
    progress.refuse([(skus[key], reason) for key, reason in outcome.refused.items()])


@atomic
def _change(*, keys: list[UUID], wanted: Filter, change: Change, batch_id: UUID | None, actor: Actor) -> bulk.Outcome:
    """A portion in one transaction; the number of statements is constant. Emits CatalogChanged."""
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
