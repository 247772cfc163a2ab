"""Rows of the supplier's product list: catalogue, stock and list price, as texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from catalog.back_office import StaffVariant
from catalog.enums import VariantState
from core import formatting
from inventory.queries import availability
from pricing.listing import ListPrice, list_prices

STATE_TONES = {
    VariantState.DRAFT: "info",
    VariantState.ACTIVE: "ok",
    VariantState.ENDING: "warn",
    VariantState.ARCHIVED: "mute",
}
_NAMED = 3


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
    complete_text: str
    complete_tone: str
    missing_text: str


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


def stock_facts(variant_id: UUID) -> list[tuple[str, str]]:
    """What is there of a variant, and how long more takes; one statement."""
    stock = availability([variant_id]).get(variant_id)
    if stock is None:
        return [(_("Available"), "–")]
    facts = [(_("Available"), formatting.number(stock.available)), (_("Lead time"), _days(stock.lead_time_days))]
    return [*facts, (_("Expected back on"), formatting.day(stock.restock_on))] if stock.restock_on else facts


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
        state_text=str(variant.state.label),
        tone=STATE_TONES[variant.state],
        is_archived=variant.state == VariantState.ARCHIVED,
        complete_text=formatting.percent(Decimal(variant.completeness.percent) / 100),
        complete_tone=variant.completeness.tone,
        missing_text=", ".join(variant.completeness.missing[:_NAMED]),
    )


def _days(count: int) -> str:
    return _("%(count)s d") % {"count": count}
