"""What somebody asks for, checked and priced: variant, unit, quantity rule, the customer's price, stock.

Four statements for any number of lines, eight more when there are packs among them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from catalog.enums import VariantState
from catalog.packs.snapshots import PackSnapshot
from catalog.queries import UnitInfo, VariantInfo, variants_by_id
from core import formatting
from core.money import ZERO, line_net
from customers.queries import CustomerInfo
from inventory.queries import Availability, availability, stock_of_pack
from inventory.services import lock_stock
from orders.asked import Asked, alone, quantities_of
from orders.call_offs import NO_PORTIONS, Portion, Portions, agreements_among, portions_of
from orders.errors import LineProblem, LinesRefused
from orders.packs import NO_PACKS, Chosen, Packs, packs_of
from orders.placing import PricedLine
from orders.quantities import down, is_allowed, is_quantity, nearest_quantities
from orders.wishes import AgreedPrice, Key, NewLine
from pricing.queries import ResolvedPrice, price_context, resolve

__all__ = [
    "CheckedLine",
    "NewLine",
    "check_lines",
    "is_allowed",
    "is_quantity",
    "merged",
    "nearest_quantities",
    "orderable",
    "priced",
    "too_much",
]

_ONE = Decimal(1)
_MOST_BASE = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class CheckedLine:
    """A wish with what is known about it; ``problem`` is set when it cannot be ordered like this.

    A pack has no ``price`` of its own: what it costs is in ``pack``, which is None when its choice is not possible.
    ``is_ending`` says that it is, or has in it, goods of which no more come. ``prices`` answers the price per base unit
    for another base quantity; of a pack, were its line alone. ``portion`` is what of it an agreement gives,
    ``agreed`` what a quote gives instead of its price.
    """

    wish: NewLine
    variant: VariantInfo | None
    unit: UnitInfo | None
    price: ResolvedPrice | None
    stock: Availability | None
    problem: LineProblem | None
    pack: PackSnapshot | None = None
    is_ending: bool = False
    prices: Callable[[Decimal], Decimal | None] | None = None
    portion: Portion | None = None
    agreed: AgreedPrice | None = None

    def price_at(self, quantity: Decimal) -> Decimal | None:
        """Net per base unit for another base quantity."""
        return self.prices(quantity) if self.prices is not None else None

    @property
    def goods(self) -> Collection[UUID]:
        """The variants whose stock it takes from."""
        if self.pack is not None:
            return {line.variant_id for line in self.pack.lines if not line.is_service}
        return () if self.is_service else {self.wish.variant_id}

    @property
    def is_service(self) -> bool:
        return self.variant is not None and self.variant.is_service

    @property
    def base_quantity(self) -> Decimal:
        return self.wish.quantity * self.unit.factor if self.unit else ZERO

    @property
    def currency(self) -> str:
        """That of its price; empty without one."""
        if self.agreed is not None:
            return self.agreed.currency
        priced = self.pack or self.price
        return priced.currency if priced is not None else ""

    @property
    def unit_price(self) -> Decimal | None:
        """Net per base unit; of a line that is partly beyond its agreement the agreed one."""
        if self.agreed is not None:
            return self.agreed.price
        if self.pack is not None:
            return self.pack.net
        return self.price.unit_price if self.price is not None else None

    @property
    def net_amount(self) -> Decimal:
        if self.agreed is not None:
            return self.agreed.net
        if self.unit_price is None:
            return ZERO
        if self.portion is not None:
            return self.portion.net(self.currency)
        return line_net(self.unit_price, self.base_quantity, self.currency)


def check_lines(
    customer: CustomerInfo,
    wishes: Sequence[NewLine],
    *,
    known: Mapping[UUID, VariantInfo] | None = None,
    together: Mapping[UUID, Decimal] | None = None,
    stocks: Mapping[UUID, Availability] | None = None,
    at: datetime | None = None,
    lock: bool = False,
) -> list[CheckedLine]:
    """Every wish with its variant, unit, price for its quantity and stock, in the order asked.

    ``together`` are base quantities that prices are for, when the wishes are a part of something larger; ``stocks`` is
    what is known of the stock already. Of goods that are ending there is no more than what is in stock. Prices are
    those of now, or of the moment ``at``, then without agreements. With ``lock`` what is left of agreements stays so.
    """
    variants = known if known is not None else variants_by_id({wish.variant_id for wish in wishes}, customer.view)
    asked = [Asked(wish, variants.get(wish.variant_id)) for wish in wishes]
    packs = packs_of({line.wish.variant_id for line in asked if line.is_pack}, customer.view)
    chosen = [packs.choose(*line.choice) if line.is_pack else None for line in asked]
    quantities = quantities_of(asked, chosen)
    if together is not None:
        quantities = {key: together.get(key, quantity) for key, quantity in quantities.items()}
    prices = resolve(price_context(customer), quantities, at, usual=at is not None)
    portions = NO_PORTIONS
    if agreements := agreements_among(prices):
        portions = portions_of(price_context(customer), agreements, alone(asked), quantities, lock=lock)
    usual = {key: price for key, price in {**prices, **portions.usual}.items() if _is_usual(price)}
    found = _Known(
        prices=prices,
        usual=usual,
        unit_prices={key: price.unit_price for key, price in usual.items()} if packs is not NO_PACKS else {},
        stocks=stocks if stocks is not None else availability(quantities) if quantities else {},
        quantities=quantities,
        packs=packs,
        currency=customer.currency,
        portions=portions,
    )
    return [
        _checked(index, line, found) if pack is None else _checked_pack(index, line, pack, found)
        for index, (line, pack) in enumerate(zip(asked, chosen, strict=True))
    ]


def orderable(
    customer: CustomerInfo, wishes: Sequence[NewLine], at: Callable[[CheckedLine], CheckedLine] | None = None
) -> list[CheckedLine]:
    """The wishes as they can be ordered. Raises LinesRefused, which names every line that is not possible.

    ``at`` says what was agreed for a line besides the customer's prices, such as those of a quote. What is left of
    agreements is locked until the order is written, and where goods are ending the stock of all lines: the last piece
    is sold once.
    """
    checked = check_lines(customer, wishes, lock=True)
    variants = {line.variant.id: line.variant for line in checked if line.variant}
    if any(line.is_ending for line in checked):
        stocks = lock_stock(variant_ids={key for line in checked for key in line.goods})
        checked = check_lines(customer, wishes, known=variants, stocks=stocks, lock=True)
    checked = [at(line) for line in checked] if at is not None else checked
    problems = [line.problem for line in checked if line.problem is not None]
    if problems:
        raise LinesRefused(problems)
    return checked


def merged(wishes: Iterable[NewLine]) -> list[NewLine]:
    """One wish per key, quantities added, in the order of their first mention."""
    sums: dict[Key, NewLine] = {}
    for wish in wishes:
        earlier = sums.get(wish.key)
        sums[wish.key] = wish if earlier is None else replace(earlier, quantity=earlier.quantity + wish.quantity)
    return list(sums.values())


def too_much(index: int, line: CheckedLine) -> LineProblem:
    """The problem of a line that grew beyond what can be ordered at once."""
    sku = line.variant.sku if line.variant else ""
    text = _("%(sku)s: this is more than can be ordered at once.") % {"sku": sku}
    return LineProblem(index, "too_much", text, sku, line.wish.variant_id)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of all goods that are asked for together."""

    prices: Mapping[UUID, ResolvedPrice]
    usual: Mapping[UUID, ResolvedPrice]
    unit_prices: Mapping[UUID, Decimal]
    stocks: Mapping[UUID, Availability]
    quantities: Mapping[UUID, Decimal]
    packs: Packs
    currency: str
    portions: Portions


def _is_usual(price: ResolvedPrice) -> bool:
    return price.price_list.agreement_id is None


def _checked(index: int, line: Asked, known: _Known) -> CheckedLine:
    key = line.wish.variant_id
    stock, portion = known.stocks.get(key), known.portions.take(key, line.base_quantity)
    price, price_at = _price_of(key, portion, known)
    problem = _problem(index, line.wish, line.variant, line.unit, has_price=price is not None)
    if problem is None and portion is not None and not portion.is_possible:
        problem = _beyond_problem(index, line, portion)
    is_ending = line.variant is not None and line.variant.state == VariantState.ENDING and not line.variant.is_service
    found = CheckedLine(line.wish, line.variant, line.unit, price, stock, problem, None, is_ending, price_at, portion)
    if problem is None and is_ending:
        return replace(found, problem=_ending_problem(index, found, known.quantities[key]))
    return found


def _price_of(
    key: UUID, portion: Portion | None, known: _Known
) -> tuple[ResolvedPrice | None, Callable[[Decimal], Decimal | None] | None]:
    """The price of a line, and what it would be for other quantities: that of an agreement while something is left."""
    price, usual = known.prices.get(key), known.usual.get(key)
    if price is None or _is_usual(price):
        return price, price.at if price is not None else None
    others = usual if portion is None or known.portions.is_spent(key) else price
    return (price if portion is not None and portion.quantity else usual), others.at if others is not None else None


def _beyond_problem(index: int, line: Asked, portion: Portion) -> LineProblem:
    """The problem of a line that wants more than its agreement has left, where there is no other price."""
    unit = line.unit
    room = down(portion.quantity / unit.factor, unit.multiple) if unit is not None else ZERO
    nearest = (room,) if unit is not None and room > ZERO and is_allowed(room, unit) else ()
    values = {"sku": line.sku, "number": portion.agreed.number, "quantity": formatting.number(portion.quantity)}
    text = _("%(sku)s: agreement %(number)s has only %(quantity)s left, and there is no other price for you.") % values
    return LineProblem(index, "beyond_agreement", text, line.sku, line.wish.variant_id, nearest)


def _checked_pack(index: int, line: Asked, pack: Chosen, known: _Known) -> CheckedLine:
    content = known.packs.snapshot(pack, known.unit_prices, known.currency, line.base_quantity)
    stock = stock_of_pack(line.wish.variant_id, pack.stocked, known.stocks)
    has_price = pack.fault is not None or (content is not None and content.net is not None)
    problem = _problem(index, line.wish, line.variant, line.unit, has_price=has_price)
    if problem is None and (fault := pack.fault or _fault_of_count(line, pack, known)):
        problem = LineProblem(index, *fault, line.sku, line.wish.variant_id)
    is_ending = bool(known.packs.ending(pack))
    prices = _prices_alone(pack, known)
    return CheckedLine(line.wish, line.variant, line.unit, None, stock, problem, content, is_ending, prices)


def _prices_alone(pack: Chosen, known: _Known) -> Callable[[Decimal], Decimal | None]:
    """What one of so many packs costs when nothing else is ordered."""

    def price(quantity: Decimal) -> Decimal | None:
        goods = {key: count * quantity for key, count in pack.components.items() if key in known.prices}
        alone = {key: known.prices[key].at(wanted) for key, wanted in goods.items()}
        return known.packs.net(pack, alone, known.currency)

    return price


def _fault_of_count(line: Asked, pack: Chosen, known: _Known) -> tuple[str, str] | None:
    """Code and text of why this many packs cannot be ordered."""
    values = {"sku": line.sku}
    if line.base_quantity % 1 != 0:
        return "not_a_multiple", _("%(sku)s: whole packs only.") % values
    if any(count * line.base_quantity >= _MOST_BASE for count in pack.components.values()):
        return "too_much", _("%(sku)s: this is more than can be ordered at once.") % values
    if known.packs.short(pack, known.quantities, known.stocks):
        return "sold_out", _("%(sku)s: of goods in it that are ending, too few are left.") % values
    return None


def _problem(
    index: int, wish: NewLine, variant: VariantInfo | None, unit: UnitInfo | None, *, has_price: bool
) -> LineProblem | None:
    if variant is None or not variant.is_visible:
        return LineProblem(index, "not_sold", _("This article is no longer sold to you."), "", wish.variant_id)
    if not variant.is_active:
        text = _("%(sku)s is no longer sold.") % {"sku": variant.sku}
        return LineProblem(index, "not_sold", text, variant.sku, wish.variant_id)
    values = {"sku": variant.sku}
    if unit is None:
        return LineProblem(
            index, "unknown_unit", _("%(sku)s is not sold in this unit.") % values, variant.sku, variant.id
        )
    problem = _quantity_problem(index, wish, variant, unit)
    if problem is None and not has_price:
        text = _("%(sku)s has no price for you: ask for a quote.") % values
        return LineProblem(index, "no_price", text, variant.sku, variant.id)
    return problem


def _quantity_problem(index: int, wish: NewLine, variant: VariantInfo, unit: UnitInfo) -> LineProblem | None:
    is_number, is_too_much = is_quantity(wish.quantity), wish.quantity * unit.factor >= _MOST_BASE
    if is_number and not is_too_much and is_allowed(wish.quantity, unit):
        return None  # nearly always: words are made for the others only
    values = {
        "sku": variant.sku,
        "minimum": formatting.number(unit.minimum),
        "multiple": formatting.number(unit.multiple),
        "maximum": formatting.number(unit.maximum) if unit.maximum is not None else "",
        "unit": formatting.unit_name(unit.code, 2),
    }
    if not is_number:
        text = _("%(sku)s: this is no quantity.") % values
        return LineProblem(index, "invalid_quantity", text, variant.sku, variant.id)
    if is_too_much:
        text = _("%(sku)s: this is more than can be ordered at once.") % values
        return LineProblem(index, "too_much", text, variant.sku, variant.id)
    code, text = "not_a_multiple", _("%(sku)s: in multiples of %(multiple)s %(unit)s.") % values
    if wish.quantity < unit.minimum:
        code, text = "below_minimum", _("%(sku)s: at least %(minimum)s %(unit)s.") % values
    elif unit.maximum is not None and wish.quantity > unit.maximum:
        code, text = "above_maximum", _("%(sku)s: at most %(maximum)s %(unit)s.") % values
    return LineProblem(index, code, text, variant.sku, variant.id, nearest_quantities(wish.quantity, unit))


def _ending_problem(index: int, line: CheckedLine, wanted: Decimal) -> LineProblem | None:
    """The problem of goods that are not made or bought again, when all lines together ask for more than there is."""
    variant, unit = line.variant, line.unit
    left = max(line.stock.available, ZERO) if line.stock else ZERO
    if variant is None or unit is None or wanted <= left:
        return None
    if left == ZERO:
        text = _("%(sku)s is ending, and none is left.") % {"sku": variant.sku}
        return LineProblem(index, "sold_out", text, variant.sku, variant.id)
    values = {
        "sku": variant.sku,
        "quantity": formatting.number(left),
        "unit": formatting.unit_name(variant.base_unit.code, left),
    }
    text = _("%(sku)s is ending: only %(quantity)s %(unit)s are left.") % values
    room = down(line.wish.quantity - (wanted - left) / unit.factor, unit.multiple)
    nearest = (room,) if room > ZERO and is_allowed(room, unit) else ()
    return LineProblem(index, "sold_out", text, variant.sku, variant.id, nearest)


def priced(line: CheckedLine) -> PricedLine:
    """A line without a problem as a line of an order."""
    variant, unit, unit_price = line.variant, line.unit, line.unit_price
    if variant is None or unit is None or unit_price is None:
        raise RuntimeError("a line without a problem has variant, unit and price")
    portion = line.portion if line.portion is not None and line.portion.quantity else None
    return PricedLine(
        variant_id=variant.id,
        sku=variant.sku,
        name_fr=variant.name_fr,
        name_en=variant.name_en,
        unit_code=unit.code,
        unit_factor=unit.factor,
        base_unit_code=variant.base_unit.code,
        quantity=line.wish.quantity,
        base_quantity=line.base_quantity,
        unit_price=unit_price,
        net_amount=line.net_amount,
        tax_rate=variant.tax_rate,
        lead_time_days=line.stock.days_for(line.base_quantity) if line.stock else 0,
        is_service=variant.is_service,
        pack=replace(line.pack, net=unit_price) if line.pack is not None else None,
        note=line.wish.note,
        wanted_on=line.wish.wanted_on,
        agreement_line_id=portion.agreed.line_id if portion else None,
        agreed_quantity=portion.quantity if portion and portion.rest else None,
        usual_price=portion.usual_price if portion and portion.rest else None,
    )
