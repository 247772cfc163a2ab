"""The cart as it is shown: every line with its unit, price, stock and what is wrong with it; sums. All as texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from core import formatting
from core.actor import Actor
from core.formatting import plain
from core.money import TaxedLine, totals
from customers.queries import CustomerInfo
from frontend.goods import StockText, UnitOption, product_path, stock_text, unit_name, unit_options
from frontend.storefront.cart.reading import Typed
from frontend.storefront.cart.wording import amount_in, next_tier, repairs, stock_for
from frontend.storefront.catalog.rows import PRODUCT_PREFIX
from orders.carts import CartSum, wishes_of
from orders.lines import CheckedLine, check_lines


@dataclass(frozen=True, slots=True)
class BasketLine:
    """One line; ``error`` is what keeps it from being ordered, with its ``repairs``; ``hint`` is the next tier."""

    key: str
    sku: str
    name: str
    href: str
    units: tuple[UnitOption, ...]
    quantity: str
    quantity_text: str
    pack: str
    quantity_label: str
    unit_label: str
    remove_label: str
    price_text: str
    price_note: str
    hint: str
    stock: StockText
    net_text: str
    error: str
    repairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Basket:
    lines: tuple[BasketLine, ...]
    net_text: str
    taxes: tuple[tuple[str, str], ...]
    gross_text: str
    net: Decimal
    gross: Decimal
    currency: str

    @property
    def is_orderable(self) -> bool:
        return bool(self.lines) and not any(line.error for line in self.lines)

    @property
    def wrong_count(self) -> int:
        return sum(1 for line in self.lines if line.error)

    @property
    def sum(self) -> CartSum:
        return CartSum(len(self.lines), self.net, self.currency)


def basket_of(
    actor: Actor, customer: CustomerInfo, typed: Typed | None = None, errors: Mapping[str, str] | None = None
) -> Basket:
    """The actor's cart at the prices of this moment; five statements for any number of lines.

    ``typed`` is what was refused, with its ``errors`` by line: it is shown again as it was typed.
    """
    pairs = wishes_of(actor, customer)
    checked = check_lines(customer, [wish for _line_id, wish in pairs])
    sums = totals(
        (
            TaxedLine(line.net_amount, "S", line.variant.tax_rate)
            for line in checked
            if line.problem is None and line.variant is not None
        ),
        customer.currency,
    )
    return Basket(
        lines=tuple(
            _line(line_id, line, typed, (errors or {}).get(line_id.hex, ""))
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
        net=sums.net,
        gross=sums.gross,
        currency=customer.currency,
    )


def _line(line_id: UUID, line: CheckedLine, typed: Typed | None, error: str) -> BasketLine:
    variant, unit, price, key = line.variant, line.unit, line.price, line_id.hex
    if variant is None:
        return _unknown(line, key)
    labels = {"sku": variant.sku}
    text = typed.texts.get(key) if typed else None
    unit_code = (typed.units.get(key) if typed else None) or line.wish.unit_code
    return BasketLine(
        key=key,
        sku=variant.sku,
        name=variant.name,
        href=product_path(PRODUCT_PREFIX, variant.sku) if variant.is_active else "",
        units=unit_options(variant, unit_code),
        quantity=plain(line.wish.quantity) if text is None else text,
        quantity_text=amount_in(line.wish.quantity, line.wish.unit_code),
        pack=plain(unit.multiple) if unit else "1",
        quantity_label=_("Quantity of %(sku)s") % labels,
        unit_label=_("Unit of %(sku)s") % labels,
        remove_label=_("Remove %(sku)s") % labels,
        price_text=formatting.unit_price(price.unit_price, price.currency) if price else "—",
        price_note=_("per %(unit)s, net") % {"unit": unit_name(variant.base_unit.code)} if price else "",
        hint=next_tier(line),
        stock=stock_for(line.stock, line.base_quantity),
        net_text=formatting.money(line.net_amount, price.currency) if price and line.problem is None else "—",
        error=error or (line.problem.message if line.problem else ""),
        repairs=() if error else repairs(line.problem),
    )


def _unknown(line: CheckedLine, key: str) -> BasketLine:
    message = line.problem.message if line.problem else ""
    return BasketLine(
        key=key, sku="—", name=_("no longer sold"), href="", units=(), quantity=plain(line.wish.quantity),
        quantity_text=formatting.number(line.wish.quantity), pack="1", quantity_label=_("Quantity"),
        unit_label=_("Unit"), remove_label=_("Remove"), price_text="—", price_note="", hint="",
        stock=stock_text(None), net_text="—", error=message, repairs=(),
    )  # fmt: skip
