"""Which products are edited: a filter over catalogue, stock and prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from catalog.back_office import matching
from catalog.enums import VariantState
from catalog.models import Variant
from core.errors import NotFound
from inventory.models import Stock
from pricing.models import Price
from pricing.validity import not_over

NONE = "none"
IN_STOCK, OUT_OF_STOCK, NOT_COUNTED = "in", "out", "uncounted"


@dataclass(frozen=True, slots=True)
class Filter:
    """What is looked for; "" does not limit. ``price_list`` is the list whose prices are looked at.

    ``category`` is a path with all below it, ``family`` and ``brand`` are keys; ``none`` finds products without one.
    ``stock`` is ``in``, ``out`` or ``uncounted``, ``price`` is ``none`` for those without a price in the list.
    """

    search: str = ""
    category: str = ""
    family: str = ""
    brand: str = ""
    state: str = ""
    stock: str = ""
    price: str = ""
    price_list: str = ""

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Filter:
        """From plain texts; others are left out."""
        return cls(**{field.name: values[field.name] for field in fields(cls) if field.name in values})

    def values(self) -> dict[str, str]:
        """As plain texts, those that limit or choose."""
        return {name: value for name, value in asdict(self).items() if value}


def found(wanted: Filter) -> QuerySet[Variant]:
    """The variants that a filter finds, by reference. Raises NotFound when it names what cannot be."""
    rows = matching(Variant.objects.order_by("sku"), wanted.search)
    if wanted.state in VariantState.values:
        rows = rows.filter(state=wanted.state)
    for name, value in (("family", wanted.family), ("brand", wanted.brand)):
        if value:
            rows = rows.filter(**{f"product__{name}_id": None if value == NONE else key_of(value)})
    if wanted.category == NONE:
        rows = rows.filter(product__category=None)
    elif wanted.category:
        path = "product__category__path"
        rows = rows.filter(Q(**{path: wanted.category}) | Q(**{f"{path}__startswith": f"{wanted.category}/"}))
    return _with_price(_with_stock(rows, wanted), wanted)


def key_of(text: str) -> UUID:
    """A key from an address. Raises NotFound."""
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error


def _with_stock(rows: QuerySet[Variant], wanted: Filter) -> QuerySet[Variant]:
    counted = Stock.objects.filter(variant_id=OuterRef("pk"))
    match wanted.stock:
        case "in":
            return rows.filter(Exists(counted.filter(on_hand__gt=F("reserved"))))
        case "out":
            return rows.filter(Exists(counted.filter(on_hand__lte=F("reserved"))))
        case "uncounted":
            return rows.filter(~Exists(counted))
    return rows


def _with_price(rows: QuerySet[Variant], wanted: Filter) -> QuerySet[Variant]:
    if wanted.price != NONE or not wanted.price_list:
        return rows
    prices = Price.objects.filter(
        not_over(timezone.now()), price_list_id=key_of(wanted.price_list), variant_id=OuterRef("pk")
    )
    return rows.filter(~Exists(prices))
