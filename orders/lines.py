"""What somebody asks for, checked and priced: variant, unit, quantity rule, the customer's price, stock.

Four statements for any number of lines, eight more when there are packs among them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from catalog.enums import VariantState
from catalog.models import Variant
from catalog.packs.snapshots import PackSnapshot
from catalog.queries import UnitInfo, VariantInfo, variants_by_id
from catalog.visibility import Viewpoint
from core import formatting
from core.money import ZERO, line_net
from customers.queries import CustomerInfo
from inventory.queries import Availability, availability, stock_of_pack
from inventory.services import lock_stock
from orders.errors import LineProblem, LinesRefused
from orders.packs import NO_PACKS, Chosen, Packs, packs_of
from orders.placing import PricedLine
from pricing.queries import ResolvedPrice, price_context, resolve

_ONE = Decimal(1)
_MOST = Decimal(10) ** 9
_MOST_BASE = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class NewLine:
    """A wish: ``quantity`` counts ``unit_code`` units; an empty code is the base unit.

    Of a pack, ``choice`` are its options (``A2-B1``) and ``digest`` what they consisted of when they were chosen.
    """

    variant_id: UUID
    unit_code: str
    quantity: Decimal
    choice: str = ""
    digest: str = ""

    @property
    def key(self) -> tuple[UUID, str, str]:
        """Wishes with the same one are one line."""
        return self.variant_id, self.unit_code, self.choice


@dataclass(frozen=True, slots=True)
class CheckedLine:
    """A wish with what is known about it; ``problem`` is set when it cannot be ordered like this.

    A pack has no ``price`` of its own: what it costs is in ``pack``, which is None when its choice is not possible.
    ``is_ending`` says that it is, or has in it, goods of which no more come.
    """

    wish: NewLine
    variant: VariantInfo | None
    unit: UnitInfo | None
    price: ResolvedPrice | None
    stock: Availability | None
    problem: LineProblem | None
    pack: PackSnapshot | None = None
    is_ending: bool = False

    @property
    def goods(self) -> Collection[UUID]:
        """The variants whose stock it takes from."""
        return {line.variant_id for line in self.pack.lines} if self.pack is not None else {self.wish.variant_id}

    @property
    def base_quantity(self) -> Decimal:
        return self.wish.quantity * self.unit.factor if self.unit else ZERO

    @property
    def currency(self) -> str:
        """That of its price; empty without one."""
        priced = self.pack or self.price
        return priced.currency if priced is not None else ""

    @property
    def unit_price(self) -> Decimal | None:
        """Net per base unit."""
        if self.pack is not None:
            return self.pack.net
        return self.price.unit_price if self.price is not None else None

    @property
    def net_amount(self) -> Decimal:
        if self.unit_price is None:
            return ZERO
        return line_net(self.unit_price, self.base_quantity, self.currency)


def check_lines(
    customer: CustomerInfo,
    wishes: Sequence[NewLine],
    *,
    known: Mapping[UUID, VariantInfo] | None = None,
    together: Mapping[UUID, Decimal] | None = None,
    stocks: Mapping[UUID, Availability] | None = None,
    at: datetime | None = None,
) -> list[CheckedLine]:
    """Every wish with its variant, unit, price for its quantity and stock, in the order asked.

    ``together`` are base quantities that prices are for, when the wishes are a part of something larger; ``stocks`` is
    what is known of the stock already. Of goods that are ending there is no more than what is in stock. Prices are
    those of now, or of the moment ``at``.
    """
    variants = known if known is not None else variants_by_id({wish.variant_id for wish in wishes}, customer.view)
    asked = [_Asked(wish, variants.get(wish.variant_id)) for wish in wishes]
    packs = packs_of({line.wish.variant_id for line in asked if line.is_pack}, customer.view)
    chosen = [packs.choose(*line.choice) if line.is_pack else None for line in asked]
    quantities = _quantities(asked, chosen)
    if together is not None:
        quantities = {key: together.get(key, quantity) for key, quantity in quantities.items()}
    prices = resolve(price_context(customer), quantities, at)
    found = _Known(
        prices=prices,
        unit_prices={key: price.unit_price for key, price in prices.items()} if packs is not NO_PACKS else {},
        stocks=stocks if stocks is not None else availability(quantities) if quantities else {},
        quantities=quantities,
        packs=packs,
        currency=customer.currency,
    )
    return [
        _checked(index, line, found) if pack is None else _checked_pack(index, line, pack, found)
        for index, (line, pack) in enumerate(zip(asked, chosen, strict=True))
    ]


def priced_lines(customer: CustomerInfo, wishes: Sequence[NewLine]) -> list[PricedLine]:
    """The wishes as lines of an order. Raises LinesRefused, which names every line that is not possible.

    Where goods are ending the stock of all lines is locked until the order is written: the last piece is sold once.
    """
    checked = check_lines(customer, wishes)
    variants = {line.variant.id: line.variant for line in checked if line.variant}
    if any(line.is_ending for line in checked):
        stocks = lock_stock(variant_ids={key for line in checked for key in line.goods})
        checked = check_lines(customer, wishes, known=variants, stocks=stocks)
    problems = [line.problem for line in checked if line.problem is not None]
    if problems:
        raise LinesRefused(problems)
    return [_priced(line) for line in checked]


def is_quantity(value: Decimal) -> bool:
    """Whether this can be a quantity at all: positive, finite, four decimals, below a thousand million."""
    return value.is_finite() and ZERO < value < _MOST and value == round(value, 4)


def nearest_quantities(quantity: Decimal, unit: UnitInfo) -> tuple[Decimal, ...]:
    """The closest quantities that the unit's bounds and multiple allow, below and above; one when only one is."""
    if unit.maximum is not None and quantity >= unit.maximum:
        return (_down(unit.maximum, unit.multiple),)
    if quantity <= unit.minimum:
        return (_up(unit.minimum, unit.multiple),)
    below, above = _down(quantity, unit.multiple), _up(quantity, unit.multiple)
    least = _up(unit.minimum, unit.multiple)
    most = unit.maximum if unit.maximum is not None else above
    return tuple(sorted({value for value in (below, above) if least <= value <= most}))


def is_allowed(quantity: Decimal, unit: UnitInfo) -> bool:
    """Whether the quantity keeps to the unit's minimum, maximum and multiple."""
    is_within = quantity >= unit.minimum and (unit.maximum is None or quantity <= unit.maximum)
    return is_within and quantity % unit.multiple == 0


def merged(wishes: Iterable[NewLine]) -> list[NewLine]:
    """One wish per variant, unit and choice, quantities added, in the order of their first mention."""
    sums: dict[tuple[UUID, str, str], NewLine] = {}
    for wish in wishes:
        earlier = sums.get(wish.key)
        sums[wish.key] = wish if earlier is None else replace(earlier, quantity=earlier.quantity + wish.quantity)
    return list(sums.values())


def too_much(index: int, line: CheckedLine) -> LineProblem:
    """The problem of a line that grew beyond what can be ordered at once."""
    sku = line.variant.sku if line.variant else ""
    text = _("%(sku)s: this is more than can be ordered at once.") % {"sku": sku}
    return LineProblem(index, "too_much", text, sku, line.wish.variant_id)


def seen_of(variant_ids: Collection[UUID], view: Viewpoint) -> Collection[UUID]:
    """Those of these variants that are seen; one statement, none where everything is."""
    if view.sees_everything or not variant_ids:
        return variant_ids
    rows = Variant.objects.filter(view.condition(), pk__in=list(variant_ids))
    return frozenset(rows.values_list("pk", flat=True))


class _Asked:
    """A wish with its variant and unit."""

    __slots__ = ("unit", "variant", "wish")

    def __init__(self, wish: NewLine, variant: VariantInfo | None) -> None:
        self.wish, self.variant = wish, variant
        self.unit = None
        if variant is not None:
            self.unit = variant.unit(wish.unit_code) if wish.unit_code else variant.base_unit

    @property
    def sku(self) -> str:
        return self.variant.sku if self.variant is not None else ""

    @property
    def is_pack(self) -> bool:
        """Whether it is one, or was one when it was chosen."""
        return self.variant is not None and (self.variant.is_pack or bool(self.wish.choice or self.wish.digest))

    @property
    def choice(self) -> tuple[UUID, str, str]:
        return self.wish.variant_id, self.wish.choice, self.wish.digest

    @property
    def base_quantity(self) -> Decimal:
        """Zero where there is none."""
        return self.wish.quantity * self.unit.factor if self.unit and is_quantity(self.wish.quantity) else ZERO


def _quantities(asked: Sequence[_Asked], chosen: Sequence[Chosen | None]) -> dict[UUID, Decimal]:
    """Base quantities of all goods together, those in packs among them."""
    found: dict[UUID, Decimal] = {}
    for line, pack in zip(asked, chosen, strict=True):
        if not line.base_quantity:
            continue
        contents = {line.wish.variant_id: _ONE} if pack is None else pack.components
        for key, count in contents.items():
            found[key] = found.get(key, ZERO) + line.base_quantity * count
    return found


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of all goods that are asked for together."""

    prices: Mapping[UUID, ResolvedPrice]
    unit_prices: Mapping[UUID, Decimal]
    stocks: Mapping[UUID, Availability]
    quantities: Mapping[UUID, Decimal]
    packs: Packs
    currency: str


def _checked(index: int, line: _Asked, known: _Known) -> CheckedLine:
    key = line.wish.variant_id
    price, stock = known.prices.get(key), known.stocks.get(key)
    problem = _problem(index, line.wish, line.variant, line.unit, has_price=price is not None)
    is_ending = line.variant is not None and line.variant.state == VariantState.ENDING
    found = CheckedLine(line.wish, line.variant, line.unit, price, stock, problem, is_ending=is_ending)
    if problem is None and is_ending:
        return replace(found, problem=_ending_problem(index, found, known.quantities[key]))
    return found


def _checked_pack(index: int, line: _Asked, pack: Chosen, known: _Known) -> CheckedLine:
    content = known.packs.snapshot(pack, known.unit_prices, known.currency, line.base_quantity)
    stock = stock_of_pack(line.wish.variant_id, pack.components, known.stocks)
    has_price = pack.fault is not None or (content is not None and content.net is not None)
    problem = _problem(index, line.wish, line.variant, line.unit, has_price=has_price)
    if problem is None and (fault := pack.fault or _fault_of_count(line, pack, known)):
        problem = LineProblem(index, *fault, line.sku, line.wish.variant_id)
    is_ending = bool(known.packs.ending(pack))
    return CheckedLine(line.wish, line.variant, line.unit, None, stock, problem, content, is_ending)


def _fault_of_count(line: _Asked, pack: Chosen, known: _Known) -> tuple[str, str] | None:
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
    if variant is None or not variant.is_active:
        sku = variant.sku if variant else ""
        text = _("%(sku)s is no longer sold.") % {"sku": sku} if sku else _("This article does not exist.")
        return LineProblem(index, "not_sold", text, sku, wish.variant_id)
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
    room = _down(line.wish.quantity - (wanted - left) / unit.factor, unit.multiple)
    nearest = (room,) if room > ZERO and is_allowed(room, unit) else ()
    return LineProblem(index, "sold_out", text, variant.sku, variant.id, nearest)


def _priced(line: CheckedLine) -> PricedLine:
    variant, unit, unit_price = line.variant, line.unit, line.unit_price
    if variant is None or unit is None or unit_price is None:
        raise RuntimeError("a line without a problem has variant, unit and price")
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
        lead_time_days=line.stock.lead_time_days if line.stock else 0,
        pack=line.pack,
    )


def _up(value: Decimal, step: Decimal) -> Decimal:
    return (value / step).to_integral_value(rounding=ROUND_CEILING) * step


def _down(value: Decimal, step: Decimal) -> Decimal:
    return (value / step).to_integral_value(rounding=ROUND_FLOOR) * step
