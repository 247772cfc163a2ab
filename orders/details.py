"""What is said about an order besides its lines, and whether the customer's terms allow it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _

from core import formatting
from core.errors import InvalidInput
from core.money import ZERO
from customers.enums import DeliveryMethod, PaymentMethod
from customers.queries import CustomerInfo
from orders.errors import BelowOrderMinimum, MethodNotAllowed, PoNumberMissing
from orders.line_details import day_problem
from orders.models import Order, OrderLine
from orders.placing import OrderDetails, PricedLine

#: French and English name of the line that a small order has.
FEE_NAMES = ("Frais de petite commande", "Small-order fee")
FEE_RATE = Decimal("0.2")
_PIECE = "C62"


def agreed(details: OrderDetails, customer: CustomerInfo, lines: Sequence[PricedLine]) -> OrderDetails:
    """The details as the customer's terms make them: the only or usual method where none was chosen, its Incoterm.

    ``lines`` are the goods. Raises PoNumberMissing, MethodNotAllowed, BelowOrderMinimum, InvalidInput.
    """
    terms = customer.order_terms
    if terms.po_required and not details.po_number.strip():
        raise PoNumberMissing(field="po_number")
    if problem := day_problem(details.requested_on):
        raise InvalidInput(field="requested_on", reason=problem)
    refusal = below_minimum(sum((line.net_amount for line in lines), ZERO), customer)
    if refusal is not None:
        raise refusal
    return replace(
        details,
        po_number=details.po_number.strip(),
        delivery_method=_method("delivery_method", details.delivery_method, terms.delivery_methods),
        payment_method=_method("payment_method", details.payment_method, terms.payment_methods),
        incoterm=terms.incoterm,
        incoterm_place=terms.incoterm_place,
    )


def below_minimum(goods_net: Decimal, customer: CustomerInfo) -> BelowOrderMinimum | None:
    """Why goods of this net amount are too few for an order; None when they are enough."""
    minimum, currency = customer.order_terms.minimum, customer.currency
    if goods_net >= minimum:
        return None
    missing = formatting.money(minimum - goods_net, currency)
    return BelowOrderMinimum(field="minimum", minimum=formatting.money(minimum, currency), missing=missing)


def with_fee(lines: Sequence[PricedLine], customer: CustomerInfo) -> list[PricedLine]:
    """The lines, and the fee for a small order where it is due."""
    fee = customer.order_terms.fee_for(sum((line.net_amount for line in lines), ZERO))
    return [*lines, *([fee_line(fee)] if fee else [])]


def fee_line(fee: Decimal) -> PricedLine:
    """The line that a small order has."""
    return PricedLine(
        variant_id=None,
        sku="",
        name_fr=FEE_NAMES[0],
        name_en=FEE_NAMES[1],
        unit_code=_PIECE,
        unit_factor=Decimal(1),
        base_unit_code=_PIECE,
        quantity=Decimal(1),
        base_quantity=Decimal(1),
        unit_price=fee,
        net_amount=fee,
        tax_rate=FEE_RATE,
        is_service=True,
    )


def is_fee(line: OrderLine) -> bool:
    """Whether an order's line is the fee for a small order."""
    return line.variant_id is None and line.name_fr == FEE_NAMES[0]


def said_of(order: Order) -> tuple[tuple[str, str], ...]:
    """What was said about an order, as (label, text); what was not said is left out."""
    found = (
        (_("Prices of quote"), order.prices_quote_number),
        (_("Project"), order.project),
        (_("Cost centre"), order.cost_centre_code),
        (_("Wanted on"), formatting.day(order.requested_on) if order.requested_on else ""),
        (_("How to deliver"), _label(DeliveryMethod, order.delivery_method)),
        (_("How to pay"), _label(PaymentMethod, order.payment_method)),
        (_("Incoterm"), f"{order.incoterm} {order.incoterm_place}".strip()),
    )
    return tuple((label, text) for label, text in found if text)


def _label(words: type[DeliveryMethod | PaymentMethod], method: str) -> str:
    return str(words(method).label) if method else ""


def _method(field: str, chosen: str, allowed: Sequence[str]) -> str:
    if chosen and chosen not in allowed:
        raise MethodNotAllowed(field=field)
    return chosen or allowed[0]
