"""The prices of one row: base price, tiers in columns or in one cell, what they are for, their currency."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from integrations.catalog_import.cells import BadCell, format_number
from integrations.catalog_import.numbers import Amount, amount, number
from pricing.services import NewPrice, PriceSet

_MILLIONTH = Decimal("0.000001")
_MAX_PRICE = Decimal(10) ** 12
_TIER = re.compile(r"\s*(?:>=?|≥|dès|à partir de|from)?\s*(?P<quantity>[^:=]+?)\s*[:=]\s*(?P<price>[^:=]+?)\s*")

Report = Callable[..., None]


@dataclass
class TierCells:
    """The two cells of a tier; one that could not be read has its own issue already."""

    quantity: Decimal | None = None
    amount: Amount | None = None
    quantity_is_read: bool = False
    price_is_read: bool = False


@dataclass
class PriceCells:
    """What the price columns of a row hold. ``amount`` None means on request once ``is_read``.

    With ``is_none`` the row says that there is no price of one unit.
    """

    amount: Amount | None = None
    is_read: bool = False
    is_none: bool = False
    basis: Decimal | None = None
    currency: str = ""
    tiers: dict[int, TierCells] = field(default_factory=dict)
    listed: list[tuple[Decimal, Amount]] = field(default_factory=list)
    list_has_issue: bool = False

    def tier(self, number_of_tier: int) -> TierCells:
        if number_of_tier not in self.tiers:
            self.tiers[number_of_tier] = TierCells()
        return self.tiers[number_of_tier]

    def read_list(self, text: str, decimal: str) -> None:
        """Tiers from one cell: ``100:0,45;500:0,39``. Raises BadCell."""
        for part in re.split(r"[;|\n]", text):
            if not part.strip():
                continue
            match = _TIER.fullmatch(part)
            if match is None:
                raise BadCell("tiers_unreadable")
            quantity = number(match["quantity"], decimal, counts=True)
            price = amount(match["price"], decimal)
            if price is None or quantity <= 0:
                raise BadCell("tiers_unreadable" if price is None else "quantity_not_positive")
            self.listed.append((quantity, price))


def read_prices(
    cells: PriceCells,
    *,
    basis: Decimal,
    has_price: bool,
    has_tiers: bool,
    currencies: tuple[str, str],
    report: Report,
) -> PriceSet | None:
    """The prices of a row per base unit, or None when they cannot be taken; what is wrong is reported."""
    ladder = _ladder(cells, report)
    if has_price and cells.is_read and cells.amount is None and not cells.is_none:
        if ladder:
            report("price_request_tiers", "price")
            return None
        report("price_on_request", "price")
        return PriceSet(())
    if cells.amount is not None:
        ladder.insert(0, ("price", Decimal(1), cells.amount))
    elif not (has_price or ladder or cells.list_has_issue):
        report("price_missing", "tiers" if cells.listed else "tier_price:1")
    _check_currency(cells, ladder, currencies, report)
    ended = (Decimal(1),) if cells.is_none else ()
    return PriceSet(tuple(_per_unit(ladder, basis, report)), is_partial=not has_tiers, ended=ended)


Step = tuple[str, Decimal, Amount]


def _ladder(cells: PriceCells, report: Report) -> list[Step]:
    """Tiers as (target, from quantity, price), smallest quantity first."""
    steps: list[Step] = [("tiers", quantity, price) for quantity, price in cells.listed]
    for position, tier in sorted(cells.tiers.items()):
        if not (tier.quantity_is_read and tier.price_is_read):
            continue  # one of its cells has an issue
        if tier.quantity is not None and tier.amount is not None:
            steps.append((f"tier_price:{position}", tier.quantity, tier.amount))
        elif tier.quantity is not None or tier.amount is not None:
            missing = "tier_price" if tier.amount is None else "tier_quantity"
            report("tier_half", f"{missing}:{position}")
    return sorted(steps, key=lambda step: step[1])


def _check_currency(cells: PriceCells, ladder: list[Step], currencies: tuple[str, str], report: Report) -> None:
    of_file, wanted = currencies
    if cells.currency and cells.currency != wanted:
        report("currency_differs", "currency", cells.currency, found=cells.currency, wanted=wanted)
        return
    for target, _quantity, price in ladder:
        found = price.currency or cells.currency or of_file
        if found != wanted:
            report("currency_differs", target, format_number(price.value), found=found, wanted=wanted)
            return


def _per_unit(ladder: list[Step], basis: Decimal, report: Report) -> list[NewPrice]:
    prices: dict[Decimal, Decimal] = {}
    before: Decimal | None = None
    for target, quantity, price in ladder:
        unit_price = _unit_price(target, price, basis, report)
        if unit_price is None:
            continue
        if quantity in prices:
            if prices[quantity] != unit_price:
                report("tier_repeated", target, format_number(price.value), quantity=format_number(quantity))
            continue
        if before is not None and unit_price > before:
            report("tier_dearer", target, format_number(price.value), quantity=format_number(quantity))
        prices[quantity] = before = unit_price
    return [NewPrice(quantity.quantize(Decimal("0.0001")), price) for quantity, price in prices.items()]


def _unit_price(target: str, price: Amount, basis: Decimal, report: Report) -> Decimal | None:
    """Price per base unit with six decimals; None with an issue when there is none."""
    exact = price.value / basis
    rounded = exact.quantize(_MILLIONTH, rounding=ROUND_HALF_UP) if abs(exact) < _MAX_PRICE else None
    problem = (
        "number_too_big" if rounded is None
        else "price_negative" if price.value < 0
        else "price_zero" if price.value == 0
        else "price_too_small" if rounded == 0
        else ""
    )  # fmt: skip
    if problem:
        report(problem, target, format_number(price.value))
        return None
    if rounded != exact:
        report("price_rounded", target, format_number(price.value), price=format_number(rounded or exact))
    return rounded
