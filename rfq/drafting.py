"""What a supplier could answer: its own articles that match the asked ones, and the prices that the buyer has there."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from catalog.packs.plans import Plan, check
from catalog.packs.plans import price as pack_price
from catalog.packs.queries import plans_of
from catalog.queries import UnitInfo, VariantInfo, seen_of, variants_by_code, variants_by_id
from catalog.visibility import UNRESTRICTED, Viewpoint
from catalog.wording import variants_by_words
from customers.queries import customer_of
from inventory.queries import Availability, availability, stock_of_pack
from pricing.queries import ResolvedPrice, price_context, resolve
from pricing.settings import own_currencies
from rfq.errors import NotYourCurrency
from rfq.models import RFQLine

#: What tells one answer to a request from another: its line, or the line and which of the offers for it.
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Match:
    """An own article and the unit that the line asks for; a proposal's variant says whether the company sees it."""

    variant: VariantInfo
    unit: UnitInfo
    is_by_words: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """Own article with the buyer's price per asked unit, where there is one, and its lead time.

    ``price`` is where that comes from, for the line's quantity; a pack has none of its own.
    """

    match: Match
    unit_price: Decimal | None
    list_name: str
    lead_time_days: int
    available: Decimal
    price: ResolvedPrice | None = None


def matches(lines: Sequence[RFQLine]) -> dict[UUID, Match]:
    """Own active articles by request line, where a code says which: GTIN, part number, or a reference as description.

    Two statements.
    """
    codes = {line.id: [c for c in (line.gtin, line.part_number, line.description[:80]) if c] for line in lines}
    found = variants_by_code({code for options in codes.values() for code in options}, UNRESTRICTED)
    result: dict[UUID, Match] = {}
    for line in lines:
        for code in codes[line.id]:
            match = _match(found.get(code, ()), line)
            if match is not None:
                result[line.id] = match
                break
    return result


def suggestions(lines: Sequence[RFQLine]) -> dict[UUID, Match]:
    """As :func:`matches`, then by the words of the description: for a person to look at. Five statements."""
    found = matches(lines)
    ids = variants_by_words({line.id: line.description for line in lines if line.id not in found})
    variants = variants_by_id(ids.values()) if ids else {}
    for line in lines:
        variant = variants.get(ids[line.id]) if line.id in ids else None
        unit = variant.unit(line.unit_code) if variant else None
        if variant is not None and unit is not None and not variant.is_pack:
            found[line.id] = Match(variant, unit, is_by_words=True)
    return found


def articles(skus: Mapping[Key, str], lines: Mapping[Key, RFQLine]) -> tuple[dict[Key, Match], dict[Key, bool]]:
    """Own articles that references name, by the key of an answer to a line; two statements.

    The second answer holds those whose reference does not do: True where the article is ours and is not sold in the
    unit that is asked for.
    """
    typed = {key: sku.strip() for key, sku in skus.items() if sku.strip()}
    known = variants_by_code(set(typed.values()), UNRESTRICTED)
    found: dict[Key, Match] = {}
    wrong: dict[Key, bool] = {}
    for key, sku in typed.items():
        variants = known.get(sku, [])
        match = _match(variants, lines[key])
        if match is None:
            wrong[key] = len([variant for variant in variants if variant.is_active]) == 1
        else:
            found[key] = match
    return found, wrong


def currency_of(wanted: str, asked: str) -> str:
    """What an offer is in: one of the supplier's own currencies, else the one that is asked for.

    Raises NotYourCurrency.
    """
    if wanted in ("", asked):
        return asked
    if wanted not in (own := own_currencies()):
        raise NotYourCurrency(field="currency", currency=wanted, own=", ".join(sorted(own | {asked})))
    return wanted


def proposals(
    lines: Sequence[RFQLine], company_id: UUID, *, currency: str, skus: Mapping[UUID, str] | None = None
) -> dict[UUID, Proposal]:
    """Articles with the company's own prices (when it is an approved customer) in a currency, and stock.

    ``skus`` are references that somebody has typed instead of what we suggest. What is hidden from the customer is
    marked so, for people to decide. Nine statements at most, five more for packs.
    """
    found = suggestions(lines) if skus is None else articles(skus, {line.id: line for line in lines})[0]
    customer = customer_of(company_id)
    found = _as_seen(found, customer.view) if customer else found
    quantities = {line.id: line.quantity * found[line.id].unit.factor for line in lines if line.id in found}
    packs = _packs(lines, found)
    wanted: dict[UUID, Decimal] = {}
    for line_id, quantity in quantities.items():
        contents = packs[line_id].components if line_id in packs else {found[line_id].variant.id: Decimal(1)}
        for variant_id, count in contents.items():
            wanted[variant_id] = max(quantity * count, wanted.get(variant_id, Decimal(0)))
    prices = {}
    if customer and customer.is_approved:
        prices = resolve(replace(price_context(customer), currency=currency), wanted)
    stocks = availability(wanted) if wanted else {}
    result = {}
    for line_id, match in found.items():
        if line_id in packs:
            result[line_id] = _proposed_pack(match, packs[line_id], quantities[line_id], prices, stocks)
            continue
        price, stock = prices.get(match.variant.id), stocks.get(match.variant.id)
        result[line_id] = Proposal(
            match=match,
            unit_price=round(price.at(quantities[line_id]) * match.unit.factor, 6) if price else None,
            list_name=price.price_list_name if price else "",
            lead_time_days=stock.days_for(quantities[line_id]) if stock else 0,
            available=stock.available if stock else Decimal(0),
            price=_for_quantity(price, quantities[line_id]) if price else None,
        )
    return result


def _as_seen(found: Mapping[UUID, Match], view: Viewpoint) -> dict[UUID, Match]:
    seen = seen_of({match.variant.id for match in found.values()}, view)
    return {
        key: replace(match, variant=replace(match.variant, is_visible=match.variant.id in seen))
        for key, match in found.items()
    }


def _for_quantity(price: ResolvedPrice, quantity: Decimal) -> ResolvedPrice:
    return replace(price, quantity=quantity, unit_price=price.at(quantity))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A pack as it is asked for, as its supplier makes it now."""

    plan: Plan
    codes: frozenset[str]

    @property
    def components(self) -> Mapping[UUID, Decimal]:
        return self.plan.components(self.codes)

    @property
    def stocked(self) -> Mapping[UUID, Decimal]:
        return self.plan.stocked(self.codes)


def _packs(lines: Sequence[RFQLine], found: Mapping[UUID, Match]) -> dict[UUID, _Asked]:
    asked = {line.id: line.pack for line in lines if line.pack and line.id in found and found[line.id].variant.is_pack}
    plans = plans_of({found[line_id].variant.id for line_id in asked}, UNRESTRICTED) if asked else {}
    packs = {}
    for line_id, pack in asked.items():
        codes = frozenset(code for code, *_names in pack["options"])
        if plan := plans.get(found[line_id].variant.id):
            packs[line_id] = _Asked(plan, codes)
    return packs


def _proposed_pack(
    match: Match,
    pack: _Asked,
    quantity: Decimal,
    prices: Mapping[UUID, ResolvedPrice],
    stocks: Mapping[UUID, Availability],
) -> Proposal:
    """The pack at the company's prices of what is in it; without a price when its options are not possible any more."""
    net = None
    currency = next((price.currency for price in prices.values()), "")
    if currency and not check(pack.plan, pack.codes):
        goods = {key: prices[key].at(quantity * count) for key, count in pack.components.items() if key in prices}
        net = pack_price(pack.plan, pack.codes, lambda _wanted: goods, currency=currency).net
    stock = stock_of_pack(match.variant.id, pack.stocked, stocks)
    return Proposal(
        match=match,
        unit_price=net * match.unit.factor if net is not None else None,
        list_name="",
        lead_time_days=stock.days_for(quantity) if stock else 0,
        available=stock.available if stock else Decimal(0),
    )


def _match(candidates: Sequence[VariantInfo], line: RFQLine) -> Match | None:
    """The only active article among them, when it is sold in that unit; a pack when it is asked for as one."""
    active = [variant for variant in candidates if variant.is_active]
    unit = active[0].unit(line.unit_code) if len(active) == 1 else None
    if unit is None or (active[0].is_pack and not _is_asked(active[0], unit, line)):
        return None
    return Match(active[0], unit)


def _is_asked(pack: VariantInfo, unit: UnitInfo, line: RFQLine) -> bool:
    """Whether the line asks for this pack, with options and in whole packs."""
    is_same = line.pack is not None and line.pack["variant_id"] == str(pack.id)
    return is_same and line.quantity * unit.factor % 1 == 0
