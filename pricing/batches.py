"""Use cases of price batches: fill, publish now or at a date, cancel, take back.

Locks: the batch, then its lists. Until it is published a batch changes no price.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from catalog.policies import require_manage
from core.actor import Actor, system
from core.db import atomic
from core.errors import IllegalMove, NotFound
from core.numbers import next_number
from pricing import validity
from pricing.enums import BatchState, Outcome
from pricing.errors import BatchNotFound, BatchTooLarge, EmptyBatch, ListIsOver, NothingToTakeBack, PastIsFixed
from pricing.models import PriceBatch, PriceBatchCounter, PriceBatchLine
from pricing.services import require_prices
from pricing.states import BATCH
from pricing.validity import Change, NewPrice, PriceSet

MAX_LINES = 50_000
_PORTION = 2000


@atomic
def create_batch(*, name: str, actor: Actor) -> UUID:
    """Start a batch without prices. Raises NotAllowed."""
    require_manage(actor)
    number = next_number(PriceBatchCounter, "LT")
    return PriceBatch.objects.create(number=number, name=name, created_by_name=actor.name).pk


@atomic
def fill_batch(*, batch_id: UUID, price_list_id: UUID, prices: Mapping[UUID, PriceSet], actor: Actor) -> int:
    """Put prices of one list into a draft, in the place of those at the same quantities; answers how many lines.

    Means what :func:`pricing.services.set_prices` would do, but later: what a set takes off the list becomes a line
    without a price. Raises NotAllowed, BatchNotFound, IllegalMove, PriceListNotFound, ListIsAgreed, ListIsOver,
    InvalidPrice, PackHasNoPrice, BatchTooLarge.
    """
    batch = _draft(batch_id, actor)
    require_prices(prices)
    price_list = validity.lock_lists([price_list_id])[price_list_id]
    if price_list.valid_to is not None and price_list.valid_to <= timezone.now():
        raise ListIsOver(field="price_list", list=price_list.name)
    # A line that says what holds already is kept: by the day of publishing it may say something new.
    lines = [
        _line(batch, price_list_id, variant_id, price)
        for variant_id, wanted in prices.items()
        for price in wanted.prices
    ]
    lines.extend(
        PriceBatchLine(
            batch=batch,
            price_list_id=price_list_id,
            variant_id=change.variant_id,
            min_quantity=change.min_quantity,
        )
        for change in validity.changes(price_list_id, prices, timezone.now())
        if change.opened is None
    )
    return save_lines(batch, lines)


def save_lines(batch: PriceBatch, lines: Sequence[PriceBatchLine]) -> int:
    """Write lines of a draft that is locked; a later one replaces an earlier one of the same price."""
    PriceBatchLine.objects.bulk_create(
        lines,
        batch_size=_PORTION,
        update_conflicts=True,
        unique_fields=["batch", "price_list", "variant", "min_quantity"],
        update_fields=["unit_price"],
    )
    if batch.lines.count() > MAX_LINES:
        raise BatchTooLarge(maximum=MAX_LINES)
    return len(lines)


@atomic
def remove_line(*, batch_id: UUID, line_id: UUID, actor: Actor) -> None:
    """Take a line out of a draft. Raises NotAllowed, BatchNotFound, IllegalMove, NotFound."""
    deleted, _by_model = PriceBatchLine.objects.filter(pk=line_id, batch=_draft(batch_id, actor)).delete()
    if not deleted:
        raise NotFound


@atomic
def publish(*, batch_id: UUID, at: datetime | None = None, actor: Actor) -> None:
    """Make the batch's prices hold, now or from a later moment on.

    What is planned for after that moment stays planned. Raises NotAllowed, BatchNotFound, IllegalMove, EmptyBatch,
    PastIsFixed, ListIsAgreed. Emits CatalogChanged, for a later moment then.
    """
    batch = locked(batch_id, actor)
    if at is not None and at <= timezone.now():
        raise PastIsFixed(field="at")
    lines = list(batch.lines.order_by("price_list_id", "pk"))
    if batch.state == BatchState.DRAFT and not lines:
        raise EmptyBatch
    by_list = _by_list(lines)
    validity.lock_lists(by_list)
    moment = at or timezone.now()  # after the locks: nothing that others wrote meanwhile begins later
    batch.starts_at = moment
    batch.save(update_fields=["starts_at"])
    BATCH.move(batch, to=BatchState.SCHEDULED if at else BatchState.PUBLISHED, actor=actor)
    for price_list_id, own in by_list.items():
        found = validity.changes(price_list_id, _wanted(own), moment)
        validity.write(found, moment)
        validity.tell(price_list_id, {change.variant_id for change in found}, moment)
        _note(own, found)
    validity.save_columns(PriceBatchLine, lines, ["opened", "closed", "outcome"])


@atomic
def cancel(*, batch_id: UUID, actor: Actor) -> None:
    """Give a draft up, or what is scheduled before it begins: then no price changes.

    Raises NotAllowed, BatchNotFound, IllegalMove.
    """
    batch = locked(batch_id, actor)
    was_scheduled = batch.state == BatchState.SCHEDULED
    lines = list(batch.lines.filter(outcome=Outcome.PUBLISHED).order_by("price_list_id", "pk"))
    validity.lock_lists(line.price_list_id for line in lines)
    if was_scheduled and batch.starts_at is not None and batch.starts_at <= timezone.now():
        raise IllegalMove(field="state")
    BATCH.move(batch, to=BatchState.CANCELLED, actor=actor)
    if was_scheduled and batch.starts_at is not None:
        left = validity.withdraw(lines, batch.starts_at)
        for line in lines:
            line.outcome = Outcome.KEPT if line.pk in left else Outcome.TAKEN_BACK
        validity.save_columns(PriceBatchLine, lines, ["outcome"])


@atomic
def roll_back(*, batch_id: UUID, actor: Actor) -> tuple[int, int]:
    """Make the prices from before a batch hold again from now on; answers how many were taken back and how many kept.

    A price that somebody has changed since is kept, and its line says so. Raises NotAllowed, BatchNotFound,
    IllegalMove, NothingToTakeBack. Emits CatalogChanged.
    """
    batch = locked(batch_id, actor)
    _begin_if_due(batch)
    lines = list(batch.lines.filter(outcome=Outcome.PUBLISHED).select_related("closed").order_by("price_list_id", "pk"))
    by_list = _by_list(lines)
    validity.lock_lists(by_list)
    now = timezone.now()
    BATCH.move(batch, to=BatchState.ROLLED_BACK, actor=actor)
    for price_list_id, own in by_list.items():
        _take_back(price_list_id, own, now)
    taken = sum(line.outcome == Outcome.TAKEN_BACK for line in lines)
    if lines and not taken:
        raise NothingToTakeBack
    validity.save_columns(PriceBatchLine, lines, ["outcome"])
    return taken, len(lines) - taken


@atomic
def start_due() -> None:
    """Batches whose moment has come are published; their prices hold by themselves."""
    rows = PriceBatch.objects.filter(state=BatchState.SCHEDULED, starts_at__lte=timezone.now()).order_by("pk")
    for batch in rows.select_for_update(of=("self",), skip_locked=True):
        _begin_if_due(batch)


def locked(batch_id: UUID, actor: Actor) -> PriceBatch:
    """The batch, held until the end of the transaction. Raises NotAllowed, BatchNotFound."""
    require_manage(actor)
    batch = PriceBatch.objects.select_for_update(of=("self",)).filter(pk=batch_id).first()
    if batch is None:
        raise BatchNotFound
    return batch


def _draft(batch_id: UUID, actor: Actor) -> PriceBatch:
    batch = locked(batch_id, actor)
    if batch.state != BatchState.DRAFT:
        raise IllegalMove(field="state")
    return batch


def _begin_if_due(batch: PriceBatch) -> None:
    if batch.state == BatchState.SCHEDULED and batch.starts_at is not None and batch.starts_at <= timezone.now():
        BATCH.move(batch, to=BatchState.PUBLISHED, actor=system("schedule"))


def _line(batch: PriceBatch, price_list_id: UUID, variant_id: UUID, price: NewPrice) -> PriceBatchLine:
    return PriceBatchLine(
        batch=batch,
        price_list_id=price_list_id,
        variant_id=variant_id,
        min_quantity=price.min_quantity,
        unit_price=price.unit_price,
    )


def _by_list(lines: Sequence[PriceBatchLine]) -> dict[UUID, list[PriceBatchLine]]:
    found: dict[UUID, list[PriceBatchLine]] = defaultdict(list)
    for line in lines:
        found[line.price_list_id].append(line)
    return dict(found)


def _wanted(lines: Sequence[PriceBatchLine], *, is_back: bool = False) -> dict[UUID, PriceSet]:
    """Prices that lines ask for, or (``is_back``) those that they ended."""
    by_variant: dict[UUID, list[PriceBatchLine]] = defaultdict(list)
    for line in lines:
        by_variant[line.variant_id].append(line)
    found: dict[UUID, PriceSet] = {}
    for variant_id, own in by_variant.items():
        prices, ended = [], []
        for line in own:
            price = (line.closed.unit_price if line.closed else None) if is_back else line.unit_price
            if price is None:
                ended.append(line.min_quantity)
            else:
                prices.append(NewPrice(line.min_quantity, price))
        found[variant_id] = PriceSet(tuple(prices), is_partial=True, ended=tuple(ended))
    return found


def _note(lines: Sequence[PriceBatchLine], found: Sequence[Change]) -> None:
    """What publishing did with each line."""
    by_key = {(change.variant_id, change.min_quantity): change for change in found}
    for line in lines:
        change = by_key.get((line.variant_id, line.min_quantity))
        line.outcome = Outcome.PUBLISHED if change else Outcome.EQUAL
        line.opened, line.closed = (change.opened, change.before) if change else (None, None)


def _take_back(price_list_id: UUID, lines: Sequence[PriceBatchLine], now: datetime) -> None:
    """Only where what the batch began still holds, or where nothing does after it took a variant off."""
    by_key = {(line.variant_id, line.min_quantity): line for line in lines}
    kept: list[Change] = []
    for line in lines:
        line.outcome = Outcome.KEPT
    for change in validity.changes(price_list_id, _wanted(lines, is_back=True), now):
        line = by_key[change.variant_id, change.min_quantity]
        if (change.before.pk if change.before else None) == line.opened_id:
            kept.append(change)
            line.outcome = Outcome.TAKEN_BACK
    validity.write(kept, now)
    validity.tell(price_list_id, {change.variant_id for change in kept}, now)
