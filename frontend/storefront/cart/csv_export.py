"""The cart as a table for spreadsheets: semicolons, a byte order mark, decimals as the language writes them."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

from django.utils.translation import gettext as _

from catalog.packs.wording import pack_text
from core import formatting
from core.actor import Actor
from core.formatting import plain
from customers.queries import CustomerInfo
from frontend.goods import language, unit_name
from integrations.catalog_import.cells import guarded
from orders.carts import wishes_of
from orders.lines import CheckedLine, check_lines


def cart_csv(actor: Actor, customer: CustomerInfo) -> str:
    """All lines of the actor's cart; five statements, eight more for packs. The quick order reads it again as it is."""
    pairs = wishes_of(actor, customer)
    file = io.StringIO()
    file.write("\ufeff")
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow(
        [_("Reference"), _("Quantity"), _("Unit"), _("Article"), _("Net price per base unit"), _("Base quantity"),
         _("Net"), _("Currency"), _("Remark"), _("Contents")]
    )  # fmt: skip
    is_french = language().startswith("fr")
    writer.writerows(_row(line, is_french=is_french) for line in check_lines(customer, [wish for _id, wish in pairs]))
    return file.getvalue()


def _row(line: CheckedLine, *, is_french: bool) -> list[str]:
    variant = line.variant if line.variant and line.variant.is_visible else None
    unit, price = (line.unit, line.unit_price) if variant else (None, None)

    def number(value: Decimal) -> str:
        return plain(value).replace(".", ",") if is_french else plain(value)

    return [
        guarded(variant.sku) if variant else "",
        number(line.wish.quantity),
        unit_name(unit.code) if unit else line.wish.unit_code,
        guarded(variant.name) if variant else "",
        number(price) if price is not None else "",
        number(line.base_quantity) if variant else "",
        number(line.net_amount) if price is not None and line.problem is None else "",
        line.currency if variant else "",
        guarded(line.problem.message) if line.problem else "",
        guarded(_contents(line)) if variant else "",
    ]


def _contents(line: CheckedLine) -> str:
    """Of a pack its reference and what is in all packs of the line."""
    if line.pack is None:
        return ""
    said = pack_text(line.pack, line.base_quantity)
    goods = ", ".join(f"{content.quantity_text} {content.sku}" for content in said.contents)
    return formatting.labelled(said.reference, goods)
