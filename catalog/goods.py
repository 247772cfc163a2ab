"""What is the same goods in the catalogues of several suppliers.

Two variants are the same goods when they have the same GTIN and the same brand; without a GTIN, when they have the same
brand and manufacturer's part number. The key is made of the variant alone: no supplier can move another one's goods.

A GTIN alone is not enough: where brands differ, one of the two suppliers has made a mistake, and comparing their prices
would repeat it. Numbers that companies use inside (GS1 restricted circulation) say nothing to others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID, uuid5

from catalog.enums import ON_SALE
from catalog.keys import any_of, part_number_key, sku_key
from catalog.models import Variant
from catalog.outline import outline
from catalog.visibility import EVERYTHING, Audience, viewpoint

_NAMESPACE = UUID("5b0b8d1e-7a4f-4f0e-9c55-2f7d3d1f6a10")
_LENGTH = 14
_RESTRICTED = (range(20, 30), range(40, 50), range(200, 300))


@dataclass(frozen=True, slots=True)
class GoodsKeys:
    """What names goods outside of the supplier's house; an empty text is unknown."""

    gtin: str
    brand_key: str
    part_key: str

    @classmethod
    def of(cls, *, gtin: str, brand: str, part_number: str) -> GoodsKeys:
        """Fold what a variant says; a GTIN of the base unit, in fourteen digits."""
        return cls(_global_gtin(gtin), sku_key(brand), part_number_key(part_number))

    @property
    def goods_id(self) -> UUID | None:
        """The goods, the same wherever they are sold; None when nothing names them."""
        if self.gtin:
            return uuid5(_NAMESPACE, f"gtin:{self.gtin}:{self.brand_key}")
        if self.brand_key and self.part_key:
            return uuid5(_NAMESPACE, f"part:{self.brand_key}:{self.part_key}")
        return None


@dataclass(frozen=True, slots=True)
class PublicGoods:
    """A variant that visitors see and that others may sell as well."""

    variant_id: UUID
    goods_id: UUID
    keys: GoodsKeys
    brand: str
    taxonomy_code: str


def public_goods(variant_ids: Iterable[UUID]) -> dict[UUID, PublicGoods]:
    """Of these variants those that are on sale, that any visitor sees, and that something names; two statements
    and the outline.
    """
    seen = viewpoint(Audience()).condition() or EVERYTHING
    rows = Variant.objects.filter(seen, pk__in=any_of(variant_ids), state__in=ON_SALE).values_list(
        "pk", "gtin", "manufacturer_part_number", "product__brand__name", "product__category__path"
    )
    found: dict[UUID, PublicGoods] = {}
    known = outline()
    for variant_id, gtin, part_number, brand, path in rows:
        keys = GoodsKeys.of(gtin=gtin, brand=brand or "", part_number=part_number)
        if keys.goods_id is not None:
            found[variant_id] = PublicGoods(
                variant_id, keys.goods_id, keys, brand or "", known.taxonomy_code(path or "")
            )
    return found


def variant_ids_on_sale() -> list[UUID]:
    """All variants on sale, whoever sees them; one statement."""
    return list(Variant.objects.filter(state__in=ON_SALE).order_by("pk").values_list("pk", flat=True))


def _global_gtin(gtin: str) -> str:
    """A GTIN in fourteen digits; nothing for none, and for a number that only means something inside a company."""
    if not (gtin.isascii() and gtin.isdigit()) or len(gtin) > _LENGTH:
        return ""
    digits = gtin.zfill(_LENGTH)
    if digits.startswith("000000"):
        return "" if digits[6] in "02" else digits
    prefix = int(digits[1:4])
    return "" if any(prefix in restricted for restricted in _RESTRICTED) else digits
