"""What the cells of the grid hold. A cell's value is a text: what it was is compared with what it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from catalog.bulk import presets_of
from catalog.keys import any_of
from catalog.models import Variant
from core.formatting import plain
from inventory.counting import standing_counts
from pricing.listing import GridRow, grid_rows


class Column(StrEnum):
    """What can be changed in the grid, in the order of its columns."""

    PRICE = "price"
    STOCK = "stock"
    RESTOCK = "restock"
    FAMILY = "family"
    CATEGORY = "category"
    STATE = "state"
    VISIBILITY = "visibility"


#: Columns that belong to the product, and so to all of its variants.
OF_PRODUCT = (Column.FAMILY, Column.CATEGORY, Column.VISIBILITY)


@dataclass(frozen=True, slots=True)
class Standing:
    """A variant in the grid; ``values`` are its cells as plain texts, a price from the smallest quantity on."""

    variant_id: UUID
    product_id: UUID
    sku: str
    name_fr: str
    name_en: str
    values: dict[Column, str]
    reserved: Decimal
    is_pack: bool = False
    tiers: tuple[tuple[Decimal, Decimal], ...] = ()

    @property
    def first_quantity(self) -> Decimal:
        """From which quantity the price of the cell holds."""
        return self.tiers[0][0] if self.tiers else Decimal(1)


def standings(variant_ids: Iterable[UUID], price_list_id: UUID | None, *, lock: bool = False) -> list[Standing]:
    """Cells of variants by reference; five statements. With ``lock`` counts stay until the end of the transaction."""
    ids = list(variant_ids)
    priced = {row.variant_id: row for row in grid_rows(price_list_id, ids)} if price_list_id else {}
    counts = standing_counts(ids, lock=lock)
    variants = list(Variant.objects.filter(pk__in=any_of(ids)).select_related("product").order_by("sku"))
    presets = presets_of({variant.product_id for variant in variants})
    found = []
    for variant in variants:
        count, row = counts.get(variant.pk), priced.get(variant.pk)
        tiers = _tiers(row)
        found.append(
            Standing(
                variant.pk,
                variant.product_id,
                variant.sku,
                variant.name_fr,
                variant.name_en,
                {
                    Column.PRICE: plain(tiers[0][1]) if tiers else "",
                    Column.STOCK: plain(count.on_hand) if count else "",
                    Column.RESTOCK: count.restock_on.isoformat() if count and count.restock_on else "",
                    Column.FAMILY: str(variant.product.family_id or ""),
                    Column.CATEGORY: str(variant.product.category_id or ""),
                    Column.STATE: variant.state,
                    Column.VISIBILITY: presets[variant.product_id],
                },
                count.reserved if count else Decimal(0),
                row is not None and row.is_pack,
                tiers,
            )
        )
    return found


def _tiers(row: GridRow | None) -> tuple[tuple[Decimal, Decimal], ...]:
    return tuple(sorted(row.tiers)) if row else ()
