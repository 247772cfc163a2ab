"""Filling a batch with a percentage over many prices at once."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.keys import any_of
from core.actor import Actor
from core.db import atomic
from core.errors import IllegalMove, InvalidInput
from pricing.batches import MAX_LINES, locked, save_lines
from pricing.enums import BatchState
from pricing.errors import BatchTooLarge, NothingSelected
from pricing.models import Price, PriceBatchLine
from pricing.validity import holding

_HIGHEST = Decimal(10)


@dataclass(frozen=True, slots=True)
class Selection:
    """Prices of these lists (all lists when none is named), of these goods; ``category`` is a path with all below.

    Lists of framework agreements and those that have ended are never meant, nor packs, which have no price in a list.

    Without ``variant_ids`` all variants are meant, with none in it none is.
    """

    price_list_ids: tuple[UUID, ...] = ()
    family_id: UUID | None = None
    brand_id: UUID | None = None
    category: str = ""
    variant_ids: tuple[UUID, ...] | None = None


@atomic
def add_percentage(*, batch_id: UUID, selection: Selection, rate: Decimal, decimals: int, actor: Actor) -> int:
    """Put the prices of a selection, so much higher or lower (a fraction), rounded half up; answers how many.

    Raises NotAllowed, BatchNotFound, IllegalMove, InvalidInput, NothingSelected, BatchTooLarge.
    """
    batch = locked(batch_id, actor)
    if batch.state != BatchState.DRAFT:
        raise IllegalMove(field="state")
    if not -1 < rate <= _HIGHEST or rate == 0:
        raise InvalidInput(field="rate", reason=_("A percentage above -100 and up to 1000, and not 0."))
    if not 0 <= decimals <= 6:
        raise InvalidInput(field="decimals", reason=_("Choose one."))
    rows = list(_selected(selection)[: MAX_LINES + 1])
    if not rows:
        raise NothingSelected
    if len(rows) > MAX_LINES:
        raise BatchTooLarge(maximum=MAX_LINES)
    step = Decimal(1).scaleb(-decimals)
    return save_lines(
        batch,
        [
            PriceBatchLine(
                batch=batch,
                price_list_id=list_id,
                variant_id=variant_id,
                min_quantity=quantity,
                unit_price=(price * (1 + rate)).quantize(step, ROUND_HALF_UP),
            )
            for list_id, variant_id, quantity, price in rows
        ],
    )


def _selected(selection: Selection) -> QuerySet[Price, tuple[UUID, UUID, Decimal, Decimal]]:
    """The prices that hold now; where several do, the one that began last."""
    now = timezone.now()
    is_over = Q(price_list__valid_to__lte=now)
    rows = Price.objects.filter(~is_over, holding(now), price_list__agreement_id=None, variant__pack=None)
    if selection.price_list_ids:
        rows = rows.filter(price_list_id__in=selection.price_list_ids)
    if selection.variant_ids is not None:
        rows = rows.filter(variant_id__in=any_of(selection.variant_ids))
    if selection.family_id:
        rows = rows.filter(variant__product__family_id=selection.family_id)
    if selection.brand_id:
        rows = rows.filter(variant__product__brand_id=selection.brand_id)
    if selection.category:
        path = "variant__product__category__path"
        rows = rows.filter(Q(**{path: selection.category}) | Q(**{f"{path}__startswith": f"{selection.category}/"}))
    return (
        rows.order_by("price_list_id", "variant_id", "min_quantity", "-valid_from")
        .distinct("price_list_id", "variant_id", "min_quantity")
        .values_list("price_list_id", "variant_id", "min_quantity", "unit_price")
    )
