"""The cart as it is shown: every line with its unit, price, stock and what is wrong with it; sums. All as texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from core import formatting
from core.actor import Actor
from core.money import TaxedLine, totals
from customers.queries import CustomerInfo
from frontend.goods import StockText, UnitOption, plain, product_path, stock_text, unit_options
from frontend.storefront.catalog.rows import PRODUCT_PREFIX
from orders.carts import wishes_of
from orders.lines import CheckedLine, check_lines


@dataclass(frozen=True, slots=True)
class BasketLine:
    """One line; ``error`` is what keeps it from being ordered, ``hint`` the next tier."""

    key: str
    sku: str
    name: str
    href: str
    units: tuple[UnitOption, ...]
    quantity: str
    pack: str
    price_text: str
    price_note: str
    hint: str
    stock: StockText
    net_text: str
    error: str


@dataclass(frozen=True, slots=True)
class Basket:
    lines: tuple[BasketLine, ...]
    net_text: str
    taxes: tuple[tuple[str, str], ...]
    gross_text: str
    gross: Decimal
    currency: str

    @property
    def is_orderable(self) -> bool:
        return bool(self.lines) and not any(line.error for line in self.lines)


def basket_of(
    actor: Actor,
    customer: CustomerInfo,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> Basket:
    """The actor's cart at the prices of this moment; five statements for any number of lines.

    ``typed`` are quantities that were refused, by line, with their ``errors``: they are shown again as they were typed.
    """
    pairs = wishes_of(actor, customer)
    checked = check_lines(customer, [wish for _line_id, wish in pairs])
    good = [line for line in checked if line.problem is None and line.variant is not None]
    sums = totals(
        (TaxedLine(line.net_amount, "S", line.variant.tax_rate) for line in good if line.variant), customer.currency
    )
    return Basket(
        lines=tuple(
            _line(line_id, line, (typed or {}).get(line_id.hex), (errors or {}).get(line_id.hex, ""))
            for (line_id, _wish), line in zip(pairs, checked, strict=True)
        ),
        net_text=formatting.money(sums.net, customer.currency),
        taxes=tuple(
            (
                _("VAT %(rate)s") % {"rate": formatting.percent(group.tax_rate)},
                formatting.money(group.tax, customer.currency),
            )
            for group in sums.groups
        ),
        gross_text=formatting.money(sums.gross, customer.currency),
        gross=sums.gross,
        currency=customer.currency,
    )


def _line(line_id: UUID, line: CheckedLine, typed: str | None, error: str) -> BasketLine:
    variant, unit, price = line.variant, line.unit, line.price
    per = formatting.unit_name(variant.base_unit.code) if variant else ""
    return BasketLine(
        key=line_id.hex,
        sku=variant.sku if variant else "—",
        name=variant.name if variant else _("no longer sold"),
        href=product_path(PRODUCT_PREFIX, variant.sku) if variant and variant.is_active else "",
        units=unit_options(variant, line.wish.unit_code) if variant else (),
        quantity=typed if typed is not None else plain(line.wish.quantity),
        pack=plain(unit.multiple) if unit else "1",
        price_text=formatting.unit_price(price.unit_price, price.currency) if price else "—",
        price_note=_("per %(unit)s, net") % {"unit": per} if price else "",
        hint=_next_tier(line),
        stock=stock_text(line.stock),
        net_text=formatting.money(line.net_amount, price.currency) if price else "—",
        error=error or (line.problem.message if line.problem else ""),
    )


def _next_tier(line: CheckedLine) -> str:
    if line.price is None:
        return ""
    following = next((tier for tier in line.price.tiers if tier.min_quantity > line.price.quantity), None)
    if following is None:
        return ""
    values = {
        "quantity": formatting.number(following.min_quantity),
        "price": formatting.unit_price(following.unit_price, line.price.currency),
    }
    return _("from %(quantity)s: %(price)s") % values
