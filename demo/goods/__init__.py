"""The goods of the example suppliers, generated from tables of dimensions, materials and sizes."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice

from stdnum import ean

from catalog.services import AttributeRow, CatalogRow, UnitRow

Pair = tuple[str, str]


@dataclass(frozen=True)
class Good:
    """A variant with its price, its tiers as (base quantity, share of the price) and its stock."""

    row: CatalogRow
    price: Decimal
    tiers: tuple[tuple[int, Decimal], ...]
    stock: int
    lead_time_days: int


@dataclass(frozen=True)
class Draft:
    """What a family says about one of its variants; the rest follows from the assortment."""

    name: Pair
    family: Pair
    category: tuple[Pair, ...]
    brand: str
    price: float
    attributes: dict[str, str | Pair] = field(default_factory=dict)
    box: int = 0
    pallet: int = 0
    unit: str = "H87"
    minimum: int = 1
    description: Pair = ("", "")


@dataclass(frozen=True)
class Assortment:
    """A supplier's range: prefixes of its references and GTINs, its attributes, its families."""

    sku_prefix: str
    gtin_prefix: str
    attributes: tuple[AttributeRow, ...]
    drafts: Callable[[], Iterator[Draft]]

    def goods(self, *, scale: int = 1, seed: int = 2026) -> list[Good]:
        """The range ``scale`` times over: further rounds are other series of the same goods."""
        rng = random.Random(f"{self.sku_prefix}-{seed}")  # noqa: S311  (example data)
        result: list[Good] = []
        for series in range(scale):
            for draft in self.drafts():
                result.append(self._good(draft, len(result), series, rng))
        return result

    def _good(self, draft: Draft, number: int, series: int, rng: random.Random) -> Good:
        sku = f"{self.sku_prefix}-{10000 + number}"
        suffix: Pair = (f" – série {series + 1}", f" – series {series + 1}") if series else ("", "")
        units = [UnitRow(draft.unit, is_base=True, minimum=Decimal(draft.minimum), multiple=Decimal(draft.minimum))]
        if draft.box:
            units.append(UnitRow("XBX", Decimal(draft.box)))
        if draft.pallet:
            units.append(UnitRow("XPX", Decimal(draft.pallet)))
        row = CatalogRow(
            sku=sku,
            name_fr=draft.name[0] + suffix[0],
            name_en=draft.name[1] + suffix[1],
            description_fr=draft.description[0],
            description_en=draft.description[1],
            product_code=f"{self.sku_prefix}-{draft.family[1].replace(' ', '-')}{series or ''}"[:80],
            brand=draft.brand,
            category=tuple(pair[0] for pair in draft.category),
            category_en=tuple(pair[1] for pair in draft.category),
            gtin=gtin(self.gtin_prefix, number),
            manufacturer_part_number=f"{draft.brand[:3].upper()}{number:05d}",
            attributes={
                code: value if isinstance(value, str) else {"fr": value[0], "en": value[1]}
                for code, value in draft.attributes.items()
            },
            units=tuple(units),
        )
        price = cents(draft.price * (1 + series * 0.03) * rng.uniform(0.97, 1.05))
        step = draft.box or 10
        tiers = ((step * 5, Decimal("0.90")), (step * 20, Decimal("0.82")))
        return Good(row, price, tiers, stock=_stock(rng, step), lead_time_days=rng.choice((1, 1, 2, 2, 3, 5, 9)))


def _stock(rng: random.Random, step: int) -> int:
    """Mostly plenty, sometimes little, sometimes nothing."""
    kind = rng.random()
    if kind < 0.08:
        return 0
    return step * rng.randint(1, 3) if kind < 0.2 else step * rng.randint(10, 120)


def inside(text: str) -> str:
    """A name as it stands inside another: its first letter is lowered (``Hi-vis`` → ``hi-vis``), a grade's is not."""
    return text if text[1].isdigit() else text[0].lower() + text[1:]


def cents(value: float | Decimal) -> Decimal:
    """A price with three decimals below one, two above."""
    amount = Decimal(str(value))
    return amount.quantize(Decimal("0.001") if amount < 1 else Decimal("0.01"), rounding=ROUND_HALF_UP)


def gtin(prefix: str, number: int) -> str:
    """A valid GTIN-13."""
    digits = f"{prefix}{number:0{12 - len(prefix)}d}"
    return digits + str(ean.calc_check_digit(digits))


def resale(goods: Sequence[Good], *, sku_prefix: str, markup: Decimal, every: int) -> list[Good]:
    """A distributor's range over a supplier's: each ``every``-th good, same GTIN, own reference and price."""
    picked = islice(goods, 0, None, every)
    return [
        replace(
            good,
            row=replace(
                good.row, sku=f"{sku_prefix}-{good.row.sku}", product_code=f"{sku_prefix}-{good.row.product_code}"
            ),
            price=cents(good.price * markup),
            stock=good.stock // 3,
            lead_time_days=good.lead_time_days + 1,
        )
        for good in picked
    ]
