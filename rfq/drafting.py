"""What a supplier could answer: its own articles that match the asked ones, and the prices that the buyer has there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from catalog.queries import UnitInfo, VariantInfo, variants_by_code
from customers.queries import customer_of
from inventory.queries import availability
from pricing.queries import price_context, resolve
from rfq.models import RFQLine


@dataclass(frozen=True, slots=True)
class Match:
    """An own article and the unit that the line asks for."""

    variant: VariantInfo
    unit: UnitInfo


@dataclass(frozen=True, slots=True)
class Proposal:
    """Own article with the buyer's price per asked unit, where there is one, and its lead time."""

    match: Match
    unit_price: Decimal | None
    list_name: str
    lead_time_days: int
    available: Decimal


def matches(lines: Sequence[RFQLine]) -> dict[UUID, Match]:
    """Own active articles by request line: GTIN first, then part number, then the description as a reference."""
    codes = {line.id: [c for c in (line.gtin, line.part_number, line.description[:80]) if c] for line in lines}
    found = variants_by_code({code for options in codes.values() for code in options})
    result: dict[UUID, Match] = {}
    for line in lines:
        for code in codes[line.id]:
            candidates = [variant for variant in found.get(code, ()) if variant.is_active]
            unit = candidates[0].unit(line.unit_code) if len(candidates) == 1 else None
            if unit is not None:
                result[line.id] = Match(candidates[0], unit)
                break
    return result


def proposals(lines: Sequence[RFQLine], company_id: UUID) -> dict[UUID, Proposal]:
    """Matches with the company's own prices (when it is an approved customer) and stock; six statements."""
    found = matches(lines)
    customer = customer_of(company_id)
    quantities = {
        found[line.id].variant.id: line.quantity * found[line.id].unit.factor for line in lines if line.id in found
    }
    prices = resolve(price_context(customer), quantities) if customer and customer.is_approved else {}
    stocks = availability(quantities) if quantities else {}
    result = {}
    for line_id, match in found.items():
        price, stock = prices.get(match.variant.id), stocks.get(match.variant.id)
        result[line_id] = Proposal(
            match=match,
            unit_price=round(price.unit_price * match.unit.factor, 6) if price else None,
            list_name=price.price_list_name if price else "",
            lead_time_days=stock.lead_time_days if stock else 0,
            available=stock.available if stock else Decimal(0),
        )
    return result
