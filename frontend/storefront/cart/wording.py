"""What the cart, the quick order and the checkout say about a line: stock for its quantity, the next price step."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import formatting
from core.formatting import plain
from frontend.goods import StockText, language, service_text, stock_text, unit_name
from inventory.queries import Availability
from orders.errors import LineProblem
from orders.lines import CheckedLine
from orders.seen_prices import PriceChange


def stock_for(stock: Availability | None, wanted: Decimal) -> StockText:
    """Availability in words, for a base quantity: all there, a part of it, or later."""
    if stock is None or not 0 < stock.available < wanted:
        return stock_text(stock)
    return _partly(stock, wanted - stock.available, language())


def stock_of(line: CheckedLine) -> StockText:
    """The same for a line."""
    return service_text() if line.is_service else stock_for(line.stock, line.base_quantity)


@lru_cache(maxsize=4096)
def _partly(stock: Availability, missing: Decimal, _language: str) -> StockText:
    text = _("%(quantity)s in stock") % {"quantity": formatting.number(stock.available)}
    days = stock.lead_time_days
    values = {"quantity": formatting.number(missing), "days": days}
    if stock.restock_on is not None:
        note = _("other %(quantity)s on %(day)s") % {**values, "day": formatting.day(stock.restock_on)}
        return StockText(text, "warn", "◐", note)
    note = ngettext("other %(quantity)s within %(days)s day", "other %(quantity)s within %(days)s days", days) % values
    return StockText(text, "warn", "◐", note if days else _("other %(quantity)s later") % values)


def next_tier(line: CheckedLine) -> str:
    """From which quantity the article costs less; nothing when it cannot."""
    if line.price is None:
        return ""
    following = next((tier for tier in line.price.tiers if tier.min_quantity > line.price.quantity), None)
    if following is None or following.unit_price >= line.price.unit_price:
        return ""
    return _tier(following.min_quantity, following.unit_price, line.price.currency, language())


@lru_cache(maxsize=8192)
def _tier(quantity: Decimal, price: Decimal, currency: str, _language: str) -> str:
    values = {"quantity": formatting.number(quantity), "price": formatting.unit_price(price, currency)}
    return _("from %(quantity)s: %(price)s") % values


def change_text(change: PriceChange | None) -> str:
    """How a price has changed: ``was €1.20 → now €1.35 (+12.5%)``; nothing when it has not."""
    if change is None:
        return ""
    values = {
        "before": formatting.unit_price(change.before.price, change.before.currency),
        "now": formatting.unit_price(change.now, change.currency),
    }
    text = _("was %(before)s → now %(now)s") % values
    if change.rate is None:
        return text
    sign = "+" if change.rate > 0 else "\N{MINUS SIGN}"
    return f"{text} ({sign}{formatting.percent(abs(change.rate))})"


def amount_in(quantity: Decimal, unit_code: str) -> str:
    """A quantity with its unit: ``200 pieces``."""
    return f"{formatting.number(quantity)} {unit_name(unit_code, quantity)}"


def packed(line: CheckedLine) -> str:
    """The line's quantity in its unit, and in the largest package that it fills: ``200 pieces · 2 boxes``."""
    if line.variant is None or line.unit is None:
        return ""
    parts = [amount_in(line.wish.quantity, line.unit.code)]
    base = line.base_quantity
    if not line.unit.is_base:
        parts.append(amount_in(base, line.variant.base_unit.code))
    else:
        filled = [unit for unit in line.variant.units if unit.factor > 1 and base % unit.factor == 0]
        if filled:
            largest = max(filled, key=lambda unit: unit.factor)
            parts.append(amount_in(base / largest.factor, largest.code))
    return " · ".join(parts)


def repairs(problem: LineProblem | None) -> tuple[tuple[str, str], ...]:
    """Quantities that would do, as (text of the button, plain number)."""
    if problem is None:
        return ()
    return tuple(
        (_("Take %(quantity)s") % {"quantity": formatting.number(value)}, plain(value)) for value in problem.nearest
    )
