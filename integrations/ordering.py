"""Orders of customers' systems: lines by reference, every wrong one named at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.queries import default_address
from catalog.queries import variants_by_sku
from core.actor import Actor
from core.db import atomic
from customers.queries import CustomerInfo
from integrations.errors import NoDeliveryAddress
from orders.calling_off import Wanted, order_from
from orders.enums import OrderSource
from orders.errors import LineProblem, LinesRefused
from orders.lines import NewLine, check_lines
from orders.services import OrderDetails, place_order


@dataclass(frozen=True, slots=True)
class ReferenceLine:
    """A wish by reference; an empty ``unit`` is the base unit; ``options`` are those of a pack."""

    sku: str
    quantity: Decimal
    unit: str = ""
    options: Sequence[str] = ()


@atomic
def place_order_by_reference(
    *,
    actor: Actor,
    customer: CustomerInfo,
    lines: Sequence[ReferenceLine],
    details: OrderDetails,
    delivery_address: dict[str, Any] | None,
) -> UUID:
    """Order lines by their exact references at the customer's prices; answers the order's id.

    Without an address the company's usual one is taken. Raises MayNotOrder, LinesRefused, NoDeliveryAddress,
    CreditExceeded and what :func:`orders.details.agreed` raises. Emits OrderPlaced.
    """
    return place_order(
        actor=actor,
        customer=customer,
        lines=wishes_of_references(customer, lines),
        delivery_address=_address(customer, delivery_address),
        details=details,
        source=OrderSource.API,
    )


@atomic
def call_off_by_line(
    *,
    agreement_id: UUID,
    actor: Actor,
    customer: CustomerInfo,
    wanted: Sequence[Wanted],
    details: OrderDetails,
    delivery_address: dict[str, Any] | None,
) -> UUID:
    """Order from an agreement; answers the order's id. Without an address the company's usual one is taken.

    Raises NoDeliveryAddress and what :func:`orders.calling_off.order_from` raises. Emits OrderPlaced.
    """
    return order_from(
        agreement_id=agreement_id,
        wanted=wanted,
        actor=actor,
        customer=customer,
        delivery_address=_address(customer, delivery_address),
        details=details,
        source=OrderSource.API,
    )


def _address(customer: CustomerInfo, wanted: dict[str, Any] | None) -> dict[str, Any]:
    """Raises NoDeliveryAddress."""
    address = wanted or default_address(customer.company_id)
    if address is None:
        raise NoDeliveryAddress(field="delivery_address")
    return address


def wishes_of_references(customer: CustomerInfo, lines: Sequence[ReferenceLine]) -> list[NewLine]:
    """Lines with their variants. Raises LinesRefused with the unknown references and all that is wrong elsewhere."""
    variants = variants_by_sku((line.sku for line in lines), customer.view)
    places = [index for index, line in enumerate(lines) if line.sku in variants]
    wishes = [_wish(variants[lines[index].sku].id, lines[index]) for index in places]
    if len(places) == len(lines):
        return wishes
    known = {variant.id: variant for variant in variants.values()}
    problems = [_unknown(index, line.sku) for index, line in enumerate(lines) if line.sku not in variants]
    for index, checked in zip(places, check_lines(customer, wishes, known=known), strict=True):
        if checked.problem is not None:
            problems.append(checked.problem.at(index))
    raise LinesRefused(sorted(problems, key=lambda problem: problem.index))


def _wish(variant_id: UUID, line: ReferenceLine) -> NewLine:
    return NewLine(variant_id, line.unit, line.quantity, "-".join(sorted(set(line.options))))


def _unknown(index: int, sku: str) -> LineProblem:
    return LineProblem(index, "unknown_sku", _("No product has the reference %(sku)s.") % {"sku": sku}, sku)
