"""How goods are shown: prices, tiers, units and stock as texts, prepared before rendering."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from urllib.parse import quote

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.queries import UnitInfo, VariantInfo
from core import formatting
from core.formatting import plain
from inventory.queries import Availability
from pricing.queries import ResolvedPrice


@dataclass(frozen=True, slots=True)
class UnitOption:
    """A unit to order in; ``factor`` is a plain number for scripts."""

    code: str
    text: str
    factor: str
    selected: bool


@dataclass(frozen=True, slots=True)
class TierText:
    """A step of a price: from which quantity, at which price."""

    from_text: str
    price_text: str


@dataclass(frozen=True, slots=True)
class PriceText:
    """A net price as it is shown. ``steps`` is for scripts: "1=0.5;500=0.4"."""

    text: str
    unit_text: str
    tiers: tuple[TierText, ...]
    all_tiers: tuple[TierText, ...]
    list_name: str
    steps: str


@dataclass(frozen=True, slots=True)
class StockText:
    """What can be had: pill, its tone and shape, and the line under it."""

    text: str
    tone: str
    shape: str
    note: str


def language() -> str:
    """The active language, as a key of what is remembered."""
    return translation.get_language() or "en"


def unit_name(code: str, quantity: Decimal | int = 1) -> str:
    """:func:`core.formatting.unit_name`, remembered."""
    return _unit_name(code, 2 if quantity > 1 else 1, language())


@lru_cache(maxsize=256)
def _unit_name(code: str, count: int, _language: str) -> str:
    return formatting.unit_name(code, count)


def unit_options(info: VariantInfo, selected: str = "") -> tuple[UnitOption, ...]:
    """The units of a variant, base unit first."""
    chosen = info.unit(selected) or info.base_unit
    units = sorted(info.units, key=lambda unit: not unit.is_base)
    return tuple(
        UnitOption(unit.code, unit_text(unit, info.base_unit), plain(unit.factor), unit.code == chosen.code)
        for unit in units
    )


def unit_text(unit: UnitInfo, base: UnitInfo) -> str:
    """``piece``, ``box of 100``; in full where the base unit is not the piece: ``roll of 25 m``."""
    return unit_name(unit.code) if unit.is_base else _package_text(unit.code, unit.factor, base.code, language())


@lru_cache(maxsize=4096)
def _package_text(code: str, factor: Decimal, base_code: str, _language: str) -> str:
    values = {"unit": unit_name(code), "count": formatting.number(factor), "base": unit_name(base_code, factor)}
    if base_code in ("H87", "C62"):
        return _("%(unit)s of %(count)s") % values
    return _("%(unit)s of %(count)s %(base)s") % values


def minimum_text(unit: UnitInfo) -> str:
    """What must be kept to when ordering in a unit; nothing when one at a time is fine."""
    if unit.multiple > 1 and unit.multiple != unit.minimum:
        values = {"minimum": formatting.number(unit.minimum), "multiple": formatting.number(unit.multiple)}
        return _("min. %(minimum)s, by %(multiple)s") % values
    return _("min. %(minimum)s") % {"minimum": formatting.number(unit.minimum)} if unit.minimum > 1 else ""


def price_text(price: ResolvedPrice, info: VariantInfo) -> PriceText:
    """A resolved price: per base unit, with the steps that come after it."""
    tiers = tuple(_tier_text(tier.min_quantity, tier.unit_price, price.currency, language()) for tier in price.tiers)
    shown = sum(1 for tier in price.tiers if tier.min_quantity <= price.quantity) or 1
    return PriceText(
        text=formatting.unit_price(price.unit_price, price.currency),
        unit_text=per_unit(info.base_unit.code),
        tiers=tiers[shown:],
        all_tiers=tiers,
        list_name=price.price_list_name,
        steps=";".join(f"{plain(tier.min_quantity)}={plain(tier.unit_price)}" for tier in price.tiers),
    )


@lru_cache(maxsize=8192)
def _tier_text(minimum: Decimal, price: Decimal, currency: str, _language: str) -> TierText:
    from_text = _("≥ %(quantity)s") % {"quantity": formatting.number(minimum)}
    return TierText(from_text, formatting.unit_price(price, currency))


def per_unit(code: str) -> str:
    """What a net price is the price of: ``per set, net``."""
    return _per_unit(code, language())


@lru_cache(maxsize=64)
def _per_unit(code: str, _language: str) -> str:
    return _("per %(unit)s, net") % {"unit": unit_name(code)}


def stock_text(stock: Availability | None) -> StockText:
    """Availability in words."""
    if stock is None:
        return StockText(_("on request"), "mute", "○", "")
    return _stock_text(stock.available, stock.lead_time_days, stock.restock_on, language())


def service_text() -> StockText:
    """What stands where goods have their availability: nothing of a service is in stock."""
    return StockText(_("service"), "mute", "○", "")


@lru_cache(maxsize=8192)
def _stock_text(available: Decimal, days: int, restock_on: date | None, _language: str) -> StockText:
    lead = ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
    if available > 0:
        text = _("%(quantity)s in stock") % {"quantity": formatting.number(available)}
        more = _("more within %(days)s") % {"days": lead} if days else ""
        if restock_on is not None:
            more = _("more on %(day)s") % {"day": formatting.day(restock_on)}
        return StockText(text, "ok", "●", more)
    if restock_on is not None:
        return StockText(_("back on %(day)s") % {"day": formatting.day(restock_on)}, "warn", "◐", "")
    if days:
        return StockText(_("within %(days)s") % {"days": lead}, "mute", "○", _("made or bought for you"))
    return StockText(_("out of stock"), "mute", "○", "")


def product_path(prefix: str, sku: str) -> str:
    """The path of a variant's page; a reference may hold any character."""
    return f"{prefix}{quote(sku)}/"
