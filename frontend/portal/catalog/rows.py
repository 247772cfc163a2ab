"""Rows of the supplier's product list: catalogue, stock and list price, as texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from catalog.back_office import StaffProduct, StaffVariant
from catalog.outline import Outline
from core import formatting
from frontend.goods import minimum_text, unit_text
from inventory.queries import availability
from pricing.listing import ListPrice, list_prices


@dataclass(frozen=True, slots=True)
class ProductLine:
    """A variant in the list."""

    id: UUID
    sku: str
    name: str
    note: str
    category: str
    stock_text: str
    lead_text: str
    price_text: str
    state_text: str
    tone: str
    is_archived: bool


@dataclass(frozen=True, slots=True)
class PriceLine:
    """A price on the product's page."""

    list_name: str
    from_text: str
    price_text: str
    since_text: str


def product_lines(variants: Sequence[StaffVariant]) -> list[ProductLine]:
    """Variants with stock and list prices; two statements."""
    ids = [variant.id for variant in variants]
    stock, prices = availability(ids), list_prices(ids, only_base=True)
    return [_line(variant, stock.get(variant.id), prices.get(variant.id, [])) for variant in variants]


def price_lines(variant_id: UUID) -> list[PriceLine]:
    """All prices of a variant."""
    return [
        PriceLine(
            list_name=price.list_name,
            from_text=formatting.number(price.min_quantity),
            price_text=formatting.unit_price(price.unit_price, price.currency),
            since_text=formatting.moment(price.valid_from),
        )
        for price in list_prices([variant_id]).get(variant_id, [])
    ]


def product_facts(product: StaffProduct, outline: Outline) -> list[tuple[str, str]]:
    """What is stored about a product, without what is empty."""
    stock = availability([product.info.id]).get(product.info.id)
    facts = [
        (_("Name (French)"), product.info.name_fr),
        (_("Name (English)"), product.info.name_en),
        (_("Brand"), product.brand),
        (_("Category"), " › ".join(product.category)),
        (_("Barcode (GTIN, EAN)"), product.info.gtin),
        (_("Manufacturer part number"), product.manufacturer_part_number),
        (_("VAT rate"), formatting.percent(product.info.tax_rate)),
        (_("Available"), formatting.number(stock.available) if stock else ""),
        (_("Lead time"), _days(stock.lead_time_days) if stock else ""),
        *((_attribute_label(code, outline), _attribute_text(value)) for code, value in product.attributes.items()),
        (_("Description (French)"), product.description_fr),
        (_("Description (English)"), product.description_en),
        (_("Created"), product.created_text),
        (_("Changed"), product.updated_text),
    ]
    return [(label, text) for label, text in facts if text]


def unit_facts(product: StaffProduct) -> list[tuple[str, str]]:
    """Order units: name, and what must be kept to."""
    return [(unit_text(unit, product.info.base_unit), minimum_text(unit) or unit.code) for unit in product.info.units]


def _line(variant: StaffVariant, stock: Any, prices: Sequence[ListPrice]) -> ProductLine:
    first = {price.currency: price for price in reversed(prices)}
    return ProductLine(
        id=variant.id,
        sku=variant.sku,
        name=variant.name,
        note=" · ".join(text for text in (variant.brand, variant.gtin) if text),
        category=variant.category,
        stock_text=formatting.number(stock.available) if stock else "–",
        lead_text=_days(stock.lead_time_days) if stock else "",
        price_text=" / ".join(formatting.unit_price(p.unit_price, p.currency) for p in first.values()) or "–",
        state_text=_("Archived") if variant.is_archived else _("Active"),
        tone="mute" if variant.is_archived else "ok",
        is_archived=variant.is_archived,
    )


def _days(count: int) -> str:
    return _("%(count)s d") % {"count": count}


def _attribute_label(code: str, outline: Outline) -> str:
    known = outline.attributes.get(code)
    if known is None:
        return code
    return f"{known.label} ({known.unit})" if known.unit else known.label


def _attribute_text(value: str | Mapping[str, str]) -> str:
    return value if isinstance(value, str) else formatting.localised(value.get("fr", ""), value.get("en", ""))
