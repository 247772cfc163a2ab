"""Taking stock: reserve for an order, give back, take out. Rows are locked in the order of their variants.

The ledger answers how much is reserved for an order's line: the sum of its ``reserve`` and ``release`` movements.
Movements are signed: ``count``, ``ship`` and ``return`` add up to what is on hand, ``reserve`` and ``release`` to what
is reserved.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from catalog.services import announce
from core.db import atomic
from core.money import ZERO
from inventory.alerts import tell_of
from inventory.errors import NotInStock
from inventory.models import Stock, StockMovement
from inventory.queries import Availability, coming

#: Variant, base quantity, order line.
Line = tuple[UUID, Decimal, UUID]

_RESERVATIONS = (StockMovement.Kind.RESERVE, StockMovement.Kind.RELEASE)


@atomic
def lock_stock(*, variant_ids: Iterable[UUID]) -> dict[UUID, Availability]:
    """Lock the stock of variants until the end of the transaction and answer what can be had; one statement."""
    return {
        row.variant_id: Availability(
            row.variant_id, row.on_hand - row.reserved, row.lead_time_days, coming(row.restock_on)
        )
        for row in _locked(variant_ids).values()
    }


@atomic
def reserve(*, lines: Sequence[Line], reference: str) -> dict[UUID, Decimal]:
    """Reserve what there is for each line, first come, first served; answers the quantity per order line.

    What is missing is back-ordered: it is not reserved and nothing is refused. Never more is reserved than is on hand.
    """
    stock = _locked(variant_id for variant_id, _quantity, _line in lines)
    free = {row.variant_id: row.on_hand - row.reserved for row in stock.values()}
    reserved: dict[UUID, Decimal] = {}
    moves: list[StockMovement] = []
    for variant_id, wanted, line_id in lines:
        quantity = min(free.get(variant_id, ZERO), wanted)
        reserved[line_id] = max(quantity, ZERO)
        if quantity > ZERO:
            free[variant_id] -= quantity
            moves.append(_move(StockMovement.Kind.RESERVE, variant_id, quantity, line_id, reference))
    _apply(moves)
    return reserved


@atomic
def release(*, lines: Sequence[Line], reference: str) -> None:
    """Give back what is reserved for order lines, at most the quantities given."""
    _locked(variant_id for variant_id, _quantity, _line in lines)
    held = _held(line_id for _variant, _quantity, line_id in lines)
    _apply(
        [
            _move(StockMovement.Kind.RELEASE, variant_id, -quantity, line_id, reference)
            for variant_id, wanted, line_id in lines
            if (quantity := min(wanted, held.get(line_id, ZERO))) > ZERO
        ]
    )


@atomic
def reserve_anew(*, lines: Sequence[Line], reference: str) -> dict[UUID, Decimal]:
    """Let each order line hold what it wants now, as far as there is; answers what it holds.

    What is given back by one line is there for the others. Only the differences are written.
    """
    stock = _locked(variant_id for variant_id, _quantity, _line in lines)
    free = {row.variant_id: row.on_hand - row.reserved for row in stock.values()}
    held = dict(_held(line_id for _variant, _quantity, line_id in lines))
    moves: list[StockMovement] = []
    for variant_id, wanted, line_id in lines:
        if (less := held.get(line_id, ZERO) - wanted) > ZERO:
            moves.append(_move(StockMovement.Kind.RELEASE, variant_id, -less, line_id, reference))
            held[line_id] = wanted
            free[variant_id] += less
    for variant_id, wanted, line_id in lines:
        more = min(wanted - held.get(line_id, ZERO), free.get(variant_id, ZERO))
        if more > ZERO:
            moves.append(_move(StockMovement.Kind.RESERVE, variant_id, more, line_id, reference))
            held[line_id] = held.get(line_id, ZERO) + more
            free[variant_id] -= more
    _apply(moves)
    return {line_id: held.get(line_id, ZERO) for _variant, _wanted, line_id in lines}


@atomic
def take_out(*, lines: Sequence[Line], reference: str) -> None:
    """Goods leave: what was reserved for their lines first, the rest from what nobody has reserved.

    Raises NotInStock, which names the line, rather than ship what others have been promised.
    """
    stock = _locked(variant_id for variant_id, _quantity, _line in lines)
    free = {row.variant_id: row.on_hand - row.reserved for row in stock.values()}
    held = _held(line_id for _variant, _quantity, line_id in lines)
    moves: list[StockMovement] = []
    for variant_id, quantity, line_id in lines:
        of_reserved = min(quantity, held.get(line_id, ZERO))
        available = free.get(variant_id, ZERO) + of_reserved
        if quantity > available:
            raise NotInStock(available=available, order_line_id=line_id)
        free[variant_id] = available - quantity
        if of_reserved > ZERO:
            moves.append(_move(StockMovement.Kind.RELEASE, variant_id, -of_reserved, line_id, reference))
        moves.append(_move(StockMovement.Kind.SHIP, variant_id, -quantity, line_id, reference))
    _apply(moves)


@atomic
def put_back(*, lines: Sequence[Line], reference: str) -> None:
    """Goods that came back are on hand again. Those that are not kept in stock any more are left out."""
    stock = _locked(variant_id for variant_id, _quantity, _line in lines)
    _apply(
        [
            _move(StockMovement.Kind.RETURN, variant_id, quantity, line_id, reference)
            for variant_id, quantity, line_id in lines
            if variant_id in stock and quantity > ZERO
        ]
    )


def _locked(variant_ids: Iterable[UUID]) -> dict[UUID, Stock]:
    rows = Stock.objects.select_for_update(of=("self",)).filter(variant_id__in=set(variant_ids)).order_by("variant_id")
    return {row.variant_id: row for row in rows}


def _held(line_ids: Iterable[UUID]) -> Mapping[UUID, Decimal]:
    """What is reserved for order lines."""
    rows = (
        StockMovement.objects.filter(order_line_id__in=list(line_ids), kind__in=_RESERVATIONS)
        .values_list("order_line_id")
        .annotate(held=Sum("quantity"))
    )
    return {line_id: held for line_id, held in rows if line_id is not None}


def _move(
    kind: StockMovement.Kind, variant_id: UUID, quantity: Decimal, line_id: UUID, reference: str
) -> StockMovement:
    return StockMovement(
        variant_id=variant_id, kind=kind, quantity=quantity, order_line_id=line_id, reference=reference
    )


def _apply(moves: Sequence[StockMovement]) -> None:
    """Write movements and what they add up to: two statements, whatever their number.

    Emits CatalogChanged for what is no longer, or again, in stock, and BackInStock for what somebody waits for.
    """
    if not moves:
        return
    on_hand: dict[UUID, Decimal] = defaultdict(Decimal)
    reserved: dict[UUID, Decimal] = defaultdict(Decimal)
    for move in moves:
        (reserved if move.kind in _RESERVATIONS else on_hand)[move.variant_id] += move.quantity
    variants = sorted({move.variant_id for move in moves})
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE inventory_stock AS s SET on_hand = s.on_hand + d.on_hand, reserved = s.reserved + d.reserved, "
            "updated_at = %s "
            "FROM unnest(%s::uuid[], %s::numeric[], %s::numeric[]) AS d (variant_id, on_hand, reserved) "
            "WHERE s.variant_id = d.variant_id "
            "RETURNING s.variant_id, s.on_hand > s.reserved, s.on_hand - d.on_hand > s.reserved - d.reserved",
            [timezone.now(), variants, [on_hand[key] for key in variants], [reserved[key] for key in variants]],
        )
        rows = cursor.fetchall()
    StockMovement.objects.bulk_create(moves)
    announce(variant_id for variant_id, is_in_stock, was_in_stock in rows if is_in_stock != was_in_stock)
    tell_of(variant_ids=[variant_id for variant_id, is_in_stock, was_in_stock in rows if is_in_stock > was_in_stock])
