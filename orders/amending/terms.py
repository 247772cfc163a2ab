"""What the supplier's terms ask of an order that its buyer changes: the reference, the minimum, the small-order fee."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from core import formatting
from core.money import ZERO
from customers.order_terms import OrderTerms
from customers.queries import CustomerInfo
from orders.amending.errors import BelowMinimum
from orders.amending.plans import NewContent, is_extra, with_quantity
from orders.details import fee_line, is_fee
from orders.errors import PoNumberMissing
from orders.models import Order, OrderLine


def require_reference(header: Mapping[str, Any], terms: OrderTerms) -> None:
    """Raises PoNumberMissing where the order would lose the reference that the supplier needs."""
    if terms.po_required and header.get("po_number") == "":
        raise PoNumberMissing(field="po_number")


def with_terms(
    order: Order, lines: Sequence[OrderLine], contents: Mapping[UUID, NewContent], customer: CustomerInfo
) -> tuple[dict[UUID, NewContent], list[OrderLine]]:
    """The contents with what becomes of the fee for a small order, and the line of one that was not due before.

    A fee that stays due is the one that was agreed. Raises BelowMinimum for goods that are worth less than before.
    """
    before = _goods_net(lines, {})
    after = _goods_net(lines, contents)
    minimum = customer.order_terms.minimum
    if ZERO < after < min(minimum, before):
        least, missing = (formatting.money(amount, order.currency) for amount in (minimum, minimum - after))
        raise BelowMinimum(minimum=least, missing=missing)
    due, found = customer.order_terms.fee_for(after), dict(contents)
    fees = [line for line in lines if is_fee(line)]
    if not due:
        found |= {line.pk: with_quantity(line, ZERO, order.currency) for line in fees}
    if not due or fees:
        return found, []
    added = _new_fee(order, max(line.position for line in lines) + 1, due)
    found[added.pk] = replace(with_quantity(added, Decimal(1), order.currency), net_amount=due)
    return found, [added]


def _goods_net(lines: Sequence[OrderLine], contents: Mapping[UUID, NewContent]) -> Decimal:
    return sum((contents.get(line.pk, line).net_amount for line in lines if not is_extra(line)), ZERO)


def _new_fee(order: Order, position: int, fee: Decimal) -> OrderLine:
    """A line that is not there yet: there was nothing of it. What comes with the goods counts as delivered at once."""
    line = fee_line(fee)
    return OrderLine(
        order=order,
        position=position,
        name_fr=line.name_fr,
        name_en=line.name_en,
        unit_code=line.unit_code,
        unit_factor=line.unit_factor,
        base_unit_code=line.base_unit_code,
        quantity=ZERO,
        base_quantity=ZERO,
        shipped_quantity=line.base_quantity,
        delivered_quantity=line.base_quantity,
        unit_price=line.unit_price,
        net_amount=ZERO,
        tax_rate=line.tax_rate,
        home_rate=line.tax_rate,
        is_service=True,
    )
