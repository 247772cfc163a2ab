"""What is the same goods in the catalogues of several suppliers.

Two variants are the same goods when they have the same GTIN and the same brand; without a GTIN, when they have the same
brand and manufacturer's part number. The key is made of the variant alone: no supplier can move another one's goods.

A GTIN alone is not enough: where brands differ, one of the two suppliers has made a mistake, and comparing their prices
would repeat it. Numbers that companies use inside (GS1 restricted circulation) say nothing to others.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID, uuid5

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from catalog.enums import ON_SALE
from catalog.keys import any_of, part_number_key, sku_key
from catalog.models import OrderUnit, Variant
from catalog.outline import outline
from catalog.visibility import EVERYTHING, Audience, viewpoint

_NAMESPACE = UUID("5b0b8d1e-7a4f-4f0e-9c55-2f7d3d1f6a10")
_LENGTH = 14
_FIELDS = (
    *("pk", "sku", "name_fr", "name_en", "gtin", "manufacturer_part_number"),
    *("product__brand__name", "product__category__path"),
)
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
    """A variant that visitors see, and which goods it is, where something names them: others may sell them as well.

    ``codes`` and ``words`` are what it is looked for by (:func:`looked_up_codes`, :func:`fold_words`).
    """

    variant_id: UUID
    goods_id: UUID | None
    keys: GoodsKeys
    brand: str
    taxonomy_code: str
    codes: tuple[str, ...]
    words: str


def public_goods(variant_ids: Iterable[UUID]) -> dict[UUID, PublicGoods]:
    """Of these variants those that are on sale and that any visitor sees; two statements and the outline."""
    seen = viewpoint(Audience()).condition() or EVERYTHING
    units = OrderUnit.objects.filter(variant_id=OuterRef("pk")).exclude(gtin="").order_by("gtin")
    rows = Variant.objects.filter(seen, pk__in=any_of(variant_ids), state__in=ON_SALE)
    found: dict[UUID, PublicGoods] = {}
    known = outline()
    for row in rows.annotate(unit_gtins=ArraySubquery(units.values("gtin"))).values(*_FIELDS, "unit_gtins"):
        gtin, part_number, brand = row["gtin"], row["manufacturer_part_number"], row["product__brand__name"] or ""
        keys = GoodsKeys.of(gtin=gtin, brand=brand, part_number=part_number)
        found[row["pk"]] = PublicGoods(
            variant_id=row["pk"],
            goods_id=keys.goods_id,
            keys=keys,
            brand=brand,
            taxonomy_code=known.taxonomy_code(row["product__category__path"] or ""),
            codes=looked_up_codes(row["sku"], part_number, gtin, *row["unit_gtins"]),
            words=fold_words(f"{row['name_fr']} {row['name_en']} {brand}"),
        )
    return found


def looked_up_codes(*texts: str) -> tuple[str, ...]:
    """References, maker's numbers and GTINs as they are compared; zeros before a GTIN do not count."""
    codes: dict[str, None] = {}
    for text in filter(None, texts):
        key = sku_key(text)
        codes |= dict.fromkeys((key, key.zfill(_LENGTH) if key.isdigit() else key))
    return tuple(codes)


def fold_words(text: str) -> str:
    """Words as they are compared: without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())


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
