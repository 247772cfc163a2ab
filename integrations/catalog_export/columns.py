"""What of a product each target of the import is: one table, so that a target without export is seen by a test."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from catalog.models import OrderUnit
from catalog.outline import AttributeInfo, outline
from integrations.catalog_export import texts
from integrations.catalog_export.goods import CategoryNames, Goods, Shape
from integrations.catalog_import import links
from integrations.catalog_import.mapping import attribute_target
from integrations.catalog_import.targets import MAX_PACKS, TARGETS, label_of

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_NO_CATEGORY = CategoryNames((), ())


@dataclass(frozen=True, slots=True)
class Manner:
    """How values are written: the decimal separator, and words of the file's language."""

    decimal: str
    yes: str
    no: str
    no_price: str
    shape: Shape

    def number(self, value: Decimal | int | None) -> str:
        return texts.number(value, self.decimal)

    def truth(self, value: bool) -> str:  # noqa: FBT001 - the value that is written
        return self.yes if value else self.no


Value = Callable[[Goods, Manner], str]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file: its target, its name, and its cell for a product. Numbers stay numbers in a workbook."""

    target: str
    header: str
    value: Value
    is_number: bool = False


def _variant(name: str, goods: Goods, _manner: Manner) -> str:
    return texts.text(getattr(goods.variant, name))


def _product(name: str, goods: Goods, _manner: Manner) -> str:
    return texts.text(getattr(goods.variant.product, name))


def _measure(name: str, goods: Goods, manner: Manner) -> str:
    return manner.number(getattr(goods.variant, name))


def _flag(name: str, goods: Goods, manner: Manner) -> str:
    return manner.truth(getattr(goods.variant, name))


def _product_code(goods: Goods, _manner: Manner) -> str:
    code = goods.variant.product.code
    return code if code != goods.variant.sku else ""


def _brand(goods: Goods, _manner: Manner) -> str:
    brand = goods.variant.product.brand
    return texts.text(brand.name) if brand else ""


def _family(goods: Goods, _manner: Manner) -> str:
    family = goods.variant.product.family
    return family.code if family else ""


def _category(language: str, goods: Goods, manner: Manner) -> str:
    key = goods.variant.product.category_id
    names = manner.shape.categories.get(key, _NO_CATEGORY) if key else _NO_CATEGORY
    return texts.path(names.french if language == "fr" else names.english)


def _tax_rate(goods: Goods, manner: Manner) -> str:
    return texts.percent(goods.variant.tax_rate, manner.decimal)


def _base(name: str, goods: Goods, manner: Manner) -> str:
    unit = next((unit for unit in goods.units if unit.is_base), None)
    return _of_unit(name, unit, manner)


def _price(goods: Goods, manner: Manner) -> str:
    """The price of one base unit; a word says that there is none."""
    price = goods.tiers.get(Decimal(1))
    return manner.number(price) if price is not None else manner.no_price


def _tiers(goods: Goods, manner: Manner) -> str:
    steps = sorted((quantity, price) for quantity, price in goods.tiers.items() if quantity != 1)
    return ";".join(f"{manner.number(quantity)}:{manner.number(price)}" for quantity, price in steps)


def _currency(_goods: Goods, manner: Manner) -> str:
    return manner.shape.currency


def _stock(goods: Goods, manner: Manner) -> str:
    return manner.number(goods.count.on_hand) if goods.count else ""


def _lead_time(goods: Goods, _manner: Manner) -> str:
    return str(goods.count.lead_time_days) if goods.count else ""


def _restock_on(goods: Goods, _manner: Manner) -> str:
    return goods.count.restock_on.isoformat() if goods.count and goods.count.restock_on else ""


def _related(kind: str, goods: Goods, _manner: Manner) -> str:
    return links.written(goods.related.get(kind, ()))


def _packs(goods: Goods) -> list[OrderUnit]:
    return [unit for unit in goods.units if not unit.is_base and unit.factor != 1]


def _pack(name: str, place: int, goods: Goods, manner: Manner) -> str:
    packs = _packs(goods)
    return _of_unit(name, packs[place] if place < len(packs) else None, manner)


def _more_units(goods: Goods, manner: Manner) -> str:
    """Order units that have no columns of their own."""
    return ";".join(f"{unit.code}:{manner.number(unit.factor)}" for unit in _packs(goods)[MAX_PACKS:])


def _of_unit(name: str, unit: OrderUnit | None, manner: Manner) -> str:
    value = getattr(unit, name) if unit else ""
    return value if isinstance(value, str) else manner.number(value)


def _attribute(code: str, language: str, goods: Goods, manner: Manner) -> str:
    value = goods.variant.attributes.get(code, "")
    family = goods.variant.product.family
    if family and (family.code, code) in manner.shape.numbers and isinstance(value, str) and _NUMBER.fullmatch(value):
        return manner.number(Decimal(value)) if not language else ""
    if isinstance(value, str):
        return texts.text(value) if not language else ""
    return texts.text(value.get(language, "")) if language else ""


#: A target's value of a product. Those with a price are left out when no list is exported.
VALUES: Mapping[str, Value] = {
    **{name: partial(_variant, name) for name in ("sku", "gtin", "name_fr", "name_en", "origin_country")},
    **{name: partial(_variant, name) for name in ("keywords_fr", "keywords_en", "customs_code", "un_number")},
    **{name: partial(_product, name) for name in ("description_fr", "description_en")},
    **{name: partial(_measure, name) for name in ("weight_kg", "length_mm", "width_mm", "height_mm")},
    **{name: partial(_flag, name) for name in ("is_dangerous", "is_oversize", "is_service")},
    **{name: partial(_base, name) for name in ("minimum", "multiple", "maximum")},
    **{kind: partial(_related, kind) for kind in links.KINDS},
    "mpn": partial(_variant, "manufacturer_part_number"),
    "product_code": _product_code,
    "brand": _brand,
    "family": _family,
    "category": partial(_category, "fr"),
    "category_en": partial(_category, "en"),
    "tax_rate": _tax_rate,
    "base_unit": partial(_base, "code"),
    "units": _more_units,
    "stock": _stock,
    "lead_time": _lead_time,
    "restock_on": _restock_on,
    "price": _price,
    "tiers": _tiers,
    "currency": _currency,
}
#: Targets of which a product has several, with the name of what they say of an order unit.
OF_PACKS: Mapping[str, str] = {
    "pack_unit": "code",
    "pack_factor": "factor",
    "pack_minimum": "minimum",
    "pack_multiple": "multiple",
    "pack_maximum": "maximum",
    "pack_gtin": "gtin",
}
#: Targets that say the same in another way, and what is written instead of them.
INSTEAD: Mapping[str, str] = {
    "category_2": "category",
    "category_3": "category",
    "tier_price": "tiers",
    "tier_quantity": "tiers",
    "price_basis": "price",
}
#: Targets that have no column: pictures and documents are stored anew, not the addresses that they came from.
LEFT_OUT = frozenset({"image", "document", "safety_sheet", "data_sheet", "cad"})
_OF_PRICES = ("price", "tiers", "currency")
_NUMBERS = ("stock", "weight_kg", "length_mm", "width_mm", "height_mm", "minimum", "multiple", "maximum")
#: Columns that stand first, and in this order; the others follow as the import knows them.
_FIRST = (
    "sku",
    "name_fr",
    "name_en",
    "price",
    "tiers",
    "currency",
    "stock",
    "lead_time",
    "restock_on",
    "brand",
    "family",
    "category",
)


def columns(shape: Shape, *, has_prices: bool) -> list[Column]:
    """The columns of a file in the active language."""
    known = list(dict.fromkeys((*_FIRST, *(target.key for target in TARGETS))))
    plain = [key for key in known if key in VALUES and (has_prices or key not in _OF_PRICES)]
    if shape.pack_count <= MAX_PACKS:
        plain.remove("units")
    found = [Column(key, label_of(key), VALUES[key], key in _NUMBERS) for key in plain]
    for place in range(min(shape.pack_count, MAX_PACKS)):
        for key, name in OF_PACKS.items():
            header = label_of(key, place + 1)
            found.append(Column(f"{key}:{place + 1}", header, partial(_pack, name, place), name != "code"))
    return [*found, *(_attribute_column(code, language) for code, language in shape.attributes)]


def manner_of(shape: Shape, *, decimal: str) -> Manner:
    """How values are written in the active language."""
    return Manner(
        decimal=decimal,
        yes=pgettext("value", "Yes").lower(),
        no=pgettext("value", "No").lower(),
        no_price=_("no price"),
        shape=shape,
    )


def _attribute_column(code: str, language: str) -> Column:
    target = f"attr:{code}:{language}" if language else f"attr:{code}"
    return Column(target, _attribute_header(outline().attributes.get(code), code, language), _value(code, language))


def _value(code: str, language: str) -> Value:
    return partial(_attribute, code, language)


def _attribute_header(info: AttributeInfo | None, code: str, language: str) -> str:
    """The attribute's name where the import makes its code of it, else the code."""
    target = f"attr:{code}:{language}" if language else f"attr:{code}"
    end = f" ({language.upper()})" if language else ""
    names: list[Any] = [f"{info.label} ({info.unit})" if info.unit else info.label] if info else []
    for name in names:
        header = _("Attribute: %(name)s") % {"name": name} + end
        if len(header) <= 60 and attribute_target(header) == target:
            return header
    return f"attr: {code}{end}"
