"""A buyer calls off from an agreement: what it chooses goes into its cart, or is ordered at the agreed prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from agreements import calling
from agreements.enums import Standing
from agreements.errors import AgreementOver, AgreementShort
from agreements.models import Agreement, AgreementLine
from agreements.policies import can_call_off, seen_agreements
from catalog.queries import UnitInfo, variants_by_id
from core import formatting
from core.actor import Actor
from core.db import atomic
from core.errors import NotFound
from core.money import ZERO
from customers.queries import CustomerInfo
from orders import carts
from orders.enums import OrderSource
from orders.errors import EmptyOrder, LineProblem, LinesRefused, MayNotOrder
from orders.lines import NewLine
from orders.placing import OrderDetails
from orders.services import place_order

#: How many base units a unit holds, by line and code.
Units = Mapping[tuple[UUID, str], Decimal]


@dataclass(frozen=True, slots=True)
class Wanted:
    """So much of an agreement's line, in one of its article's units; without one in the unit that was quoted."""

    line_id: UUID
    quantity: Decimal
    unit_code: str = ""


@atomic
def call_off(*, agreement_id: UUID, wanted: Sequence[Wanted], actor: Actor, customer: CustomerInfo) -> int:
    """Put quantities of an agreement's lines into the cart; answers how many lines went.

    What is beyond the agreement is said there, with its usual price. Problems count the lines in the order of
    ``wanted``. Raises NotFound, AgreementOver, EmptyOrder, MayNotOrder, LinesRefused.
    """
    lines = _lines(_in_force(agreement_id, actor, customer), wanted)
    return carts.add_lines(actor=actor, customer=customer, lines=_wishes(lines, wanted))


@atomic
def order_from(
    *,
    agreement_id: UUID,
    wanted: Sequence[Wanted],
    actor: Actor,
    customer: CustomerInfo,
    delivery_address: Mapping[str, str],
    details: OrderDetails,
    source: OrderSource,
) -> UUID:
    """Order quantities of an agreement's lines at its prices; answers the order's id.

    Nobody has seen a price for what would be beyond the agreement: it is refused, with what is left. Raises NotFound,
    AgreementOver, EmptyOrder, MayNotOrder, LinesRefused, AgreementShort and what :func:`orders.services.place_order`
    raises. Emits OrderPlaced.
    """
    if not can_call_off(actor):
        raise MayNotOrder
    agreement = _in_force(agreement_id, actor, customer)
    calling.hold(_lines(agreement, wanted))
    lines = _lines(agreement, wanted)
    units = _units(lines, customer)
    problems = _beyond(agreement, lines, units, wanted)
    if problems:
        raise LinesRefused(problems)
    order_id = place_order(
        actor=actor,
        customer=customer,
        lines=_wishes(lines, wanted),
        delivery_address=delivery_address,
        details=details,
        source=source,
    )
    if calling.taken(order_id, agreement.pk) != sum((one.quantity * _factor(units, one) for one in wanted), ZERO):
        raise AgreementShort
    return order_id


def _in_force(agreement_id: UUID, actor: Actor, customer: CustomerInfo) -> Agreement:
    """Raises NotFound, AgreementOver."""
    agreement = seen_agreements(actor).filter(pk=agreement_id, customer_id=customer.id).first()
    if agreement is None:
        raise NotFound
    if agreement.standing(timezone.localdate(), is_used_up=False) != Standing.ACTIVE:
        raise AgreementOver
    return agreement


def _lines(agreement: Agreement, wanted: Sequence[Wanted]) -> dict[UUID, AgreementLine]:
    """The lines that are wanted; one statement. Raises EmptyOrder, NotFound."""
    if not wanted:
        raise EmptyOrder
    keys = {one.line_id for one in wanted}
    found = {line.pk: line for line in agreement.lines.filter(pk__in=keys)}
    if unknown := keys - found.keys():
        raise NotFound(field=str(min(unknown)))
    return found


def _wishes(lines: Mapping[UUID, AgreementLine], wanted: Sequence[Wanted]) -> list[NewLine]:
    return [
        NewLine(lines[one.line_id].variant_id, one.unit_code or lines[one.line_id].unit_code, one.quantity)
        for one in wanted
    ]


def _units(lines: Mapping[UUID, AgreementLine], customer: CustomerInfo) -> Units:
    """How many base units each unit of the lines' articles holds, as they are sold; the quoted one has no name."""
    variants = variants_by_id({line.variant_id for line in lines.values()}, customer.view)
    found: dict[tuple[UUID, str], Decimal] = {}
    for key, line in lines.items():
        info = variants.get(line.variant_id)
        units: Sequence[UnitInfo] = info.units if info is not None else ()
        found |= {(key, unit.code): unit.factor for unit in units}
        if (key, line.unit_code) in found:
            found[key, ""] = found[key, line.unit_code]
    return found


def _factor(units: Units, one: Wanted) -> Decimal:
    """Nothing for a unit that is not sold: what the order is refused for."""
    return units.get((one.line_id, one.unit_code), ZERO)


def _beyond(
    agreement: Agreement, lines: Mapping[UUID, AgreementLine], units: Units, wanted: Sequence[Wanted]
) -> list[LineProblem]:
    """What asks for more than is left, in the order of ``wanted``: lines take it in their turn."""
    left = {key: line.remaining for key, line in lines.items() if not line.may_overrun}
    problems = []
    for index, one in enumerate(wanted):
        if one.line_id not in left:
            continue
        line, quantity, rest = lines[one.line_id], one.quantity * _factor(units, one), left[one.line_id]
        left[one.line_id] = max(rest - quantity, ZERO)
        if quantity > rest:
            problems.append(_problem(index, agreement, line, rest))
    return problems


def _problem(index: int, agreement: Agreement, line: AgreementLine, left: Decimal) -> LineProblem:
    values = {
        "sku": line.sku,
        "number": agreement.number,
        "left": f"{formatting.number(left)} {formatting.unit_name(line.base_unit_code, left)}",
    }
    text = _("%(sku)s: agreement %(number)s holds %(left)s and no more.") % values
    return LineProblem(index, "beyond_agreement", text, line.sku, line.variant_id)
