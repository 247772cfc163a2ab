"""The lines of a recurring order at the prices and stock of a moment, and what has changed about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from core.money import ZERO
from customers.queries import CustomerInfo
from inventory.queries import made_to_order
from orders.lines import CheckedLine, NewLine, check_lines
from orders.quoted import Quoted
from orders.recurring.models import RecurringOrder

Prices = dict[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """A line that is not what it was: its price per base unit ``before`` and ``now``, or what is wrong with it.

    ``available`` is how much of it is in stock, in base units, when that is less than what is ordered. Where another
    quantity is ordered than the last time, ``had`` and ``has`` count its unit; one that is new ``has`` only.
    """

    sku: str
    name_fr: str
    name_en: str
    currency: str = ""
    before: str = ""
    now: str = ""
    problem: str = ""
    available: str = ""
    unit_code: str = ""
    had: str = ""
    has: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def lines_of(row: RecurringOrder, customer: CustomerInfo, quoted: Quoted | None = None) -> list[CheckedLine]:
    """Every line of the list, checked and priced now; five statements, eight more when there are packs.

    What is ``quoted`` costs what was quoted.
    """
    wishes = [
        NewLine(line.variant_id, line.unit_code, line.quantity, line.choice) for line in row.purchase_list.lines.all()
    ]
    lines = check_lines(customer, wishes) if wishes else []
    return [quoted.at(line) for line in lines] if quoted is not None else lines


def remember(row: RecurringOrder, lines: Sequence[CheckedLine]) -> None:
    """Note prices per base unit and quantities by line, to be compared with later."""
    row.known_prices = {_key(line.wish): str(line.unit_price) for line in lines if line.unit_price is not None}
    row.known_quantities = {_key(line.wish): str(line.wish.quantity) for line in lines}


def changes_of(lines: Sequence[CheckedLine], row: RecurringOrder) -> list[Change]:
    """What is not as the row remembers it, line by line; one statement.

    Goods that are made when they are ordered are never short.
    """
    lacking = {line.wish.variant_id for line in lines if line.stock and line.stock.available < line.base_quantity}
    short = lacking - made_to_order(lacking)
    changes = (_change(line, row, is_short=line.wish.variant_id in short) for line in lines)
    return [change for change in changes if change is not None]


def amounts(lines: Sequence[CheckedLine], known: Mapping[str, str]) -> tuple[Decimal, Decimal]:
    """Net amounts of the lines whose prices are known: at these prices, and now."""
    before = now = ZERO
    for line in lines:
        old = known.get(_key(line.wish))
        if old is not None and line.unit_price is not None:
            before += Decimal(old) * line.base_quantity
            now += line.unit_price * line.base_quantity
    return before, now


def _change(line: CheckedLine, row: RecurringOrder, *, is_short: bool) -> Change | None:
    variant = line.variant if line.variant and line.variant.is_visible else None
    before = row.known_prices.get(_key(line.wish), "")
    now = "" if line.unit_price is None or variant is None else str(line.unit_price)
    is_other = bool(before and now and Decimal(before) != Decimal(now))
    had, has = _quantities(line.wish, row.known_quantities)
    if not (is_other or is_short or has or line.problem):
        return None
    return Change(
        sku=variant.sku if variant else "",
        name_fr=variant.name_fr if variant else "",
        name_en=variant.name_en if variant else "",
        currency=line.currency,
        before=before if is_other else "",
        now=now if is_other else "",
        problem=line.problem.message if line.problem else "",
        available=str(line.stock.available) if is_short and line.stock else "",
        unit_code=(line.wish.unit_code or (line.unit.code if line.unit else "")) if has else "",
        had=had,
        has=has,
    )


def _quantities(wish: NewLine, known: Prices | None) -> tuple[str, str]:
    """What was ordered and what is, where it is not the same; nothing where quantities are not known yet."""
    if known is None:
        return "", ""
    had = known.get(_key(wish), "")
    return ("", "") if had and Decimal(had) == wish.quantity else (had, str(wish.quantity))


def _key(wish: NewLine) -> str:
    return f"{wish.variant_id.hex}:{wish.unit_code}:{wish.choice}"
