"""An order that waits, as texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core import formatting
from orders.approvals.queries import RequestPage
from orders.line_details import said_of_line
from orders.placing import PricedLine


@dataclass(frozen=True, slots=True)
class LineText:
    """A line as it will be ordered."""

    name: str
    sku: str
    quantity: str
    price: str
    net: str


def line_texts(shown: RequestPage) -> list[LineText]:
    """The lines that are shown."""
    return [_line(line, shown.currency) for line in shown.lines]


def sums_of(shown: RequestPage) -> Sequence[tuple[str, str]]:
    """Net, VAT and gross with their names."""
    return [
        (_("Total net"), formatting.money(shown.net, shown.currency)),
        (_("VAT"), formatting.money(shown.total - shown.net, shown.currency)),
        (_("Total incl. VAT"), formatting.money(shown.total, shown.currency)),
    ]


def _line(line: PricedLine, currency: str) -> LineText:
    return LineText(
        name=formatting.localised(line.name_fr, line.name_en),
        sku=" · ".join(filter(None, (line.sku, *said_of_line(line.note, line.wanted_on, line.address)))),
        quantity=f"{formatting.number(line.quantity)} {formatting.unit_name(line.unit_code, line.quantity)}",
        price=formatting.unit_price(line.unit_price, currency),
        net=formatting.money(line.net_amount, currency),
    )
