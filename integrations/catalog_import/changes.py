"""What an import changed, row by row: kept while it is applied, shown, downloaded and put back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from catalog.differences import Difference
from core.formatting import plain
from integrations.catalog_import.rows import ImportRow
from integrations.models import CatalogImportChange
from inventory.counting import CountMove
from pricing.services import PriceMove

PRICE, ON_HAND, LEAD_TIME, RESTOCK_ON = "price.", "stock.on_hand", "stock.lead_time", "stock.restock_on"


def price_field(price_list_id: UUID, quantity: Decimal) -> str:
    """Name of the price in a list from a quantity on: ``price.LIST.QUANTITY``."""
    return f"{PRICE}{price_list_id}.{plain(quantity)}"


def is_price(name: str) -> bool:
    """Whether a field is a price."""
    return name.startswith(PRICE)


def price_of(name: str) -> tuple[UUID, Decimal]:
    """The list and the quantity that a price's field names."""
    price_list_id, _dot, quantity = name.removeprefix(PRICE).partition(".")
    return UUID(price_list_id), Decimal(quantity)


def of_prices(price_list_id: UUID, moves: Iterable[PriceMove]) -> list[Difference]:
    """Prices that moved, as differences."""
    return [
        Difference(price_field(price_list_id, move.min_quantity), _text(move.before), _text(move.after))
        for move in moves
    ]


def of_count(move: CountMove) -> list[Difference]:
    """Stock that moved, as differences."""
    on_hand, lead_time, day = move.before or (None, None, None)
    found = [
        Difference(ON_HAND, _text(on_hand), _text(move.after.on_hand)),
        Difference(LEAD_TIME, lead_time, move.after.lead_time_days),
        Difference(RESTOCK_ON, _day(day), _day(move.after.restock_on)),
    ]
    return [difference for difference in found if difference.before != difference.after]


def record(
    import_id: UUID,
    *,
    rows: Mapping[UUID, ImportRow],
    created: frozenset[UUID],
    differences: Mapping[UUID, Sequence[Difference]],
) -> None:
    """Keep what a chunk did to each variant."""
    moment = timezone.now()
    CatalogImportChange.objects.bulk_create(
        [
            CatalogImportChange(
                catalog_import_id=import_id,
                row_number=row.line,
                variant_id=variant_id,
                sku=row.catalog.sku,
                is_created=variant_id in created,
                differences=[] if variant_id in created else [list(found) for found in differences[variant_id]],
                at=moment,
            )
            for variant_id, row in rows.items()
            if variant_id in created or variant_id in differences
        ],
        batch_size=2000,
    )


def _text(value: Any) -> str | None:
    return None if value is None else plain(value)


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
