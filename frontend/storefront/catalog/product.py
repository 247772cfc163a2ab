"""A product's page: what it is, what it costs the buyer, how it is packed, when it comes."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from catalog import queries
from catalog.outline import Outline, outline
from catalog.queries import ProductDetail, UnitInfo, VariantInfo
from core import formatting
from core.money import line_net
from frontend.goods import minimum_text, unit_name, unit_text
from frontend.storefront.buyer import Buyer
from frontend.storefront.catalog.rows import ProductRow, own_prices, product_row
from inventory.queries import availability
from pricing.queries import ResolvedPrice


@dataclass(frozen=True, slots=True)
class UnitLine:
    """An order unit: what it holds, and what one of it costs."""

    name: str
    content: str
    minimum: str
    price_text: str


@dataclass(frozen=True, slots=True)
class TierLine:
    """A step of the price, with what it saves against the first one."""

    from_text: str
    price_text: str
    saving_text: str


@dataclass(frozen=True, slots=True)
class ProductPage:
    """Everything that the page prints."""

    row: ProductRow
    name: str
    description: str
    trail: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]
    specs: tuple[tuple[str, str], ...]
    units: tuple[UnitLine, ...]
    tiers: tuple[TierLine, ...]
    siblings: tuple[ProductRow, ...]
    variant_ref: str


def product_page(sku: str, buyer: Buyer, listing_path: str) -> ProductPage | None:
    """The page of a variant on sale that the buyer sees; None without one.

    Five statements, whatever the number of variants.
    """
    detail = queries.product_detail(sku, buyer.view)
    if detail is None:
        return None
    known = outline()
    shown = {variant.info.id: variant for variant in (detail.shown, *detail.siblings)}
    stock, prices = availability(shown), own_prices(shown, buyer.approved)
    rows = {key: product_row(variant, known, prices.get(key), stock.get(key)) for key, variant in shown.items()}
    info = detail.shown.info
    price = prices.get(info.id)
    return ProductPage(
        row=rows.pop(info.id),
        name=info.name,
        description=formatting.localised(detail.description_fr, detail.description_en),
        trail=_trail(detail, known, listing_path),
        facts=_facts(detail),
        specs=tuple((known.label(code), text) for code, text in known.shown(detail.shown.attributes)),
        units=tuple(_unit_line(unit, info, price) for unit in info.units),
        tiers=_tiers(price, info),
        siblings=tuple(rows.values()),
        variant_ref=info.id.hex,
    )


def _trail(detail: ProductDetail, known: Outline, path: str) -> tuple[tuple[str, str], ...]:
    category = detail.shown.category_path
    steps = [(step.name, f"{path}?category={step.path}") for step in known.trail(category)] if category else []
    return ((_("Home"), "/"), (_("Catalogue"), path), *steps, (detail.shown.info.name, ""))


def _facts(detail: ProductDetail) -> tuple[tuple[str, str], ...]:
    facts = (
        (_("Reference"), detail.shown.info.sku),
        (_("Brand"), detail.shown.brand),
        (_("Manufacturer’s reference"), detail.shown.manufacturer_part_number),
        (_("GTIN"), detail.shown.info.gtin),
    )
    return tuple(fact for fact in facts if fact[1])


def _unit_line(unit: UnitInfo, info: VariantInfo, price: ResolvedPrice | None) -> UnitLine:
    base = info.base_unit
    count = _("%(count)s %(unit)s") % {
        "count": formatting.number(unit.factor),
        "unit": unit_name(base.code, unit.factor),
    }
    cost = ""
    if price is not None and not unit.is_base:
        cost = formatting.money(line_net(price.at(unit.factor), unit.factor, price.currency), price.currency)
    elif price is not None:
        cost = formatting.unit_price(price.unit_price, price.currency)
    return UnitLine(
        name=unit_text(unit, base),
        content="" if unit.is_base else count,
        minimum=minimum_text(unit),
        price_text=cost,
    )


def _tiers(price: ResolvedPrice | None, info: VariantInfo) -> tuple[TierLine, ...]:
    if price is None:
        return ()
    first = price.tiers[0].unit_price
    return tuple(
        TierLine(
            from_text=_("from %(count)s %(unit)s")
            % {
                "count": formatting.number(tier.min_quantity),
                "unit": unit_name(info.base_unit.code, tier.min_quantity),
            },
            price_text=formatting.unit_price(tier.unit_price, price.currency),
            saving_text=_saving(first, tier.unit_price),
        )
        for tier in price.tiers
    )


def _saving(first: Decimal, price: Decimal) -> str:
    if first <= 0 or price >= first:
        return ""
    return f"−{formatting.percent(((first - price) / first).quantize(Decimal('0.001')))}"
