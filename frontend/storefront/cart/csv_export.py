"""The cart as a table for spreadsheets: semicolons, a byte order mark, decimals as the language writes them."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

from django.utils.translation import gettext as _

from core.actor import Actor
from core.formatting import plain
from customers.queries import CustomerInfo
from frontend.goods import language, unit_name
from integrations.catalog_import.cells import guarded
from orders.carts import wishes_of
from orders.lines import CheckedLine, check_lines


def cart_csv(actor: Actor, customer: CustomerInfo) -> str:
    """All lines of the actor's cart; five statements. The quick order reads it again as it is."""
    pairs = wishes_of(actor, customer)
    file = io.StringIO()
    file.write("\ufeff")
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow(
        [_("Reference"), _("Quantity"), _("Unit"), _("Article"), _("Net price per base unit"), _("Base quantity"),
         _("Net"), _("Currency"), _("Remark")]
    )  # fmt: skip
    is_french = language().startswith("fr")
    writer.writerows(_row(line, is_french) for line in check_lines(customer, [wish for _id, wish in pairs]))
    return file.getvalue()


def _row(line: CheckedLine, is_french: bool) -> list[str]:  # noqa: FBT001
    variant, unit, price = line.variant, line.unit, line.price

    def number(value: Decimal) -> str:
        return plain(value).replace(".", ",") if is_french else plain(value)

    return [
        guarded(variant.sku) if variant else "",
        number(line.wish.quantity),
        unit_name(unit.code) if unit else line.wish.unit_code,
        guarded(variant.name) if variant else "",
        number(price.unit_price) if price else "",
        number(line.base_quantity),
        number(line.net_amount) if price and line.problem is None else "",
        price.currency if price else "",
        guarded(line.problem.message) if line.problem else "",
    ]
