"""What somebody asks for, checked and priced: variant, unit, quantity rule, the customer's price; four statements."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from catalog.models import Variant
from catalog.queries import UnitInfo, VariantInfo, variants_by_id
from catalog.visibility import Viewpoint
from core import formatting
from core.money import ZERO, line_net
from customers.queries import CustomerInfo
from inventory.queries import Availability, availability
from orders.errors import LineProblem, LinesRefused
from orders.placing import PricedLine
from pricing.queries import ResolvedPrice, price_context, resolve

_MOST = Decimal(10) ** 9
_MOST_BASE = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class NewLine:
    """A wish: ``quantity`` counts ``unit_code`` units; an empty code is the base unit."""

    variant_id: UUID
    unit_code: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class CheckedLine:
    """A wish with what is known about it; ``problem`` is set when it cannot be ordered like this."""

    wish: NewLine
    variant: VariantInfo | None
    unit: UnitInfo | None
    price: ResolvedPrice | None
    stock: Availability | None
    problem: LineProblem | None

    @property
    def base_quantity(self) -> Decimal:
        return self.wish.quantity * self.unit.factor if self.unit else ZERO

    @property
    def net_amount(self) -> Decimal:
        if self.price is None:
            return ZERO
        return line_net(self.price.unit_price, self.base_quantity, self.price.currency)


def check_lines(
    customer: CustomerInfo,
    wishes: Sequence[NewLine],
    *,
    known: Mapping[UUID, VariantInfo] | None = None,
    together: Mapping[UUID, Decimal] | None = None,
) -> list[CheckedLine]:
    """Every wish with its variant, unit, price for its quantity and stock, in the order asked.

    ``together`` are base quantities that prices are for, when the wishes are a part of something larger.
    """
    variants = known if known is not None else variants_by_id({wish.variant_id for wish in wishes}, customer.view)
    units = [_unit(variants.get(wish.variant_id), wish.unit_code) for wish in wishes]
    quantities: dict[UUID, Decimal] = {}
    for wish, unit in zip(wishes, units, strict=True):
        if unit is not None and is_quantity(wish.quantity):
            quantities[wish.variant_id] = quantities.get(wish.variant_id, ZERO) + wish.quantity * unit.factor
    if together is not None:
        quantities = {key: together.get(key, quantity) for key, quantity in quantities.items()}
    prices = resolve(price_context(customer), quantities)
    stocks = availability(quantities) if quantities else {}
    checked = []
    for index, (wish, unit) in enumerate(zip(wishes, units, strict=True)):
        variant, price = variants.get(wish.variant_id), prices.get(wish.variant_id)
        problem = _problem(index, wish, variant, unit, price)
        checked.append(CheckedLine(wish, variant, unit, price, stocks.get(wish.variant_id), problem))
    return checked


def priced_lines(customer: CustomerInfo, wishes: Sequence[NewLine]) -> list[PricedLine]:
    """The wishes as lines of an order. Raises LinesRefused, which names every line that is not possible."""
    checked = check_lines(customer, wishes)
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
    """One wish per variant and unit, quantities added, in the order of their first mention."""
    sums: dict[tuple[UUID, str], Decimal] = {}
    for wish in wishes:
        key = (wish.variant_id, wish.unit_code)
        sums[key] = sums.get(key, ZERO) + wish.quantity
    return [NewLine(variant_id, unit_code, quantity) for (variant_id, unit_code), quantity in sums.items()]


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


def _unit(variant: VariantInfo | None, code: str) -> UnitInfo | None:
    if variant is None:
        return None
    return variant.unit(code) if code else variant.base_unit


def _problem(
    index: int, wish: NewLine, variant: VariantInfo | None, unit: UnitInfo | None, price: ResolvedPrice | None
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
    if problem is None and price is None:
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


def _priced(line: CheckedLine) -> PricedLine:
    variant, unit, price = line.variant, line.unit, line.price
    if variant is None or unit is None or price is None:
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
        unit_price=price.unit_price,
        net_amount=line.net_amount,
        tax_rate=variant.tax_rate,
        lead_time_days=line.stock.lead_time_days if line.stock else 0,
    )


def _up(value: Decimal, step: Decimal) -> Decimal:
    return (value / step).to_integral_value(rounding=ROUND_CEILING) * step


def _down(value: Decimal, step: Decimal) -> Decimal:
    return (value / step).to_integral_value(rounding=ROUND_FLOOR) * step
