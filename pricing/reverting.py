"""Use case that takes back price moves: what was opened is closed, what was before is opened again. History stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from catalog.packs.queries import packs_among
from core.actor import Actor
from core.db import atomic
from pricing import validity
from pricing.services import PriceMove, set_prices
from pricing.validity import NewPrice, PriceSet

#: By variant; a quantity once.
Moves = Mapping[UUID, Sequence[PriceMove]]


def moved_since(*, price_list_id: UUID, moves: Moves) -> dict[UUID, list[Decimal]]:
    """Quantities by variant whose price is not any more what the move made of it; two statements, writes nothing.

    All of what has become a pack since, which has no price of its own.
    """
    made = {
        variant_id: _set_of({move.min_quantity: move.after for move in found}) for variant_id, found in moves.items()
    }
    found: dict[UUID, list[Decimal]] = {}
    for change in validity.changes(price_list_id, made, timezone.now()):
        found.setdefault(change.variant_id, []).append(change.min_quantity)
    return found | {key: [move.min_quantity for move in moves[key]] for key in packs_among(moves)}


@atomic
def put_back(*, price_list_id: UUID, moves: Moves, actor: Actor) -> dict[UUID, list[Decimal]]:
    """Give quantities their price of before where they still have that of after; answers those left alone.

    Raises NotAllowed, PriceListNotFound. Telling of it is the caller's (:func:`catalog.services.announce`).
    """
    validity.lock_lists([price_list_id])
    left = moved_since(price_list_id=price_list_id, moves=moves)
    wanted = {
        variant_id: _set_of(
            {move.min_quantity: move.before for move in found if move.min_quantity not in left.get(variant_id, ())}
        )
        for variant_id, found in moves.items()
    }
    set_prices(price_list_id=price_list_id, prices=wanted, actor=actor, announce_change=False)
    return left


def _set_of(prices: Mapping[Decimal, Decimal | None]) -> PriceSet:
    """These quantities at these prices, or without one; the others stay."""
    return PriceSet(
        tuple(NewPrice(quantity, price) for quantity, price in prices.items() if price is not None),
        is_partial=True,
        ended=tuple(quantity for quantity, price in prices.items() if price is None),
    )
