"""Use cases after an order was placed: the buyer amends it, the supplier cancels a part of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounts.queries import address_snapshot
from agreements import calling
from core import formatting
from core.actor import Actor
from core.db import atomic
from core.errors import IllegalMove, NotAllowed, NotFound
from core.money import ZERO
from core.scope import current_scope
from customers.errors import NotACustomer
from customers.queries import CustomerInfo, customer_at, customer_by_id
from inventory import services as inventory
from inventory.queries import Availability, availability
from orders import fulfilment
from orders.amending import policies
from orders.amending.errors import (
    InvalidCancelQuantity,
    MoreThanOpen,
    NotChangeable,
    NothingCancelled,
    NothingLeft,
    NothingToChange,
    OrderChanged,
    QuotedLines,
    ReasonMissing,
    TooLateToAmend,
)
from orders.amending.plans import NewContent, Plan, at_price, is_extra, plan_of, with_quantity
from orders.amending.terms import require_reference, with_terms
from orders.amending.writing import Held, locked_calls, locked_lines, write_plan
from orders.approvals.gate import require_free_raise
from orders.enums import OrderSource, OrderState, RevisionKind
from orders.errors import AddressMissing, LinesRefused
from orders.lines import CheckedLine, NewLine, check_lines, is_quantity
from orders.models import Order, OrderComponent, OrderLine
from orders.policies import can_see
from orders.vat import taxing_by

#: Problems of goods that the buyer can no longer order; it may still have less of them.
_NO_LONGER = frozenset(
    {"not_sold", "unknown_unit", "no_price", "sold_out", "configure", "component_not_sold", "pack_changed"}
    | {"pack_unavailable", "mixed_vat"}
)


@dataclass(frozen=True, slots=True)
class Change:
    """What a buyer wants otherwise: quantities in the line's unit (0: the line goes), reference, company's address."""

    quantities: Mapping[UUID, Decimal] = field(default_factory=dict)
    po_number: str | None = None
    address_id: UUID | None = None


def plan_amendment(*, order_id: UUID, change: Change, version: int, actor: Actor) -> Plan:
    """What :func:`amend` would make of an order, to be shown first; nothing is written or locked.

    Raises as :func:`amend` does, but for CreditExceeded.
    """
    order = _of_buyer(Order.objects.filter(pk=order_id).first(), actor)
    _require_amendable(order, version)
    lines = list(order.lines.all())
    stocks, held = availability(_goods_of(lines)), calling.held_by([line.pk for line in lines])
    return _plan(order, lines, change, header=_header(order, change, actor), stocks=stocks, held=held)


@atomic
def amend(*, order_id: UUID, change: Change, version: int, actor: Actor) -> Plan:
    """Change an order that its supplier has not begun; stock, credit and the year's volume follow.

    ``version`` is that of the order which the page showed. Lines keep their price; where the quantity of goods changes,
    it is the customer's price *of the moment of the order* for the new quantity; what is called off from an agreement
    keeps the agreed one, and takes more as long as something is left. The supplier's terms hold as for a new order:
    what comes to less is not below the minimum, a small order has its fee. Raises NotFound, NotAllowed, OrderChanged,
    TooLateToAmend, QuotedLines, NotChangeable, NothingToChange, NothingLeft, LinesRefused,
    BelowMinimum, PoNumberMissing, AddressMissing, RaiseNeedsApproval, BudgetUsedUp, CreditExceeded. Emits OrderRevised.
    """
    order = _of_buyer(Order.objects.select_for_update(of=("self",)).filter(pk=order_id).first(), actor)
    _require_amendable(order, version)
    lines = locked_lines(order)
    held = locked_calls(lines) if change.quantities else {}
    stocks = inventory.lock_stock(variant_ids=_goods_of(lines)) if change.quantities else {}
    header = _header(order, change, actor)
    plan = _plan(order, lines, change, header=header, stocks=stocks, held=held)
    if plan.sums.net > order.net_amount:
        require_free_raise(order, lines, net=plan.sums.net, actor=actor)
    kind = RevisionKind.AMENDED
    write_plan(order=order, lines=lines, plan=plan, kind=kind, reason="", actor=actor, header=header, held=held)
    return plan


@atomic
def cancel_part(*, order_id: UUID, quantities: Mapping[UUID, Decimal], reason: str, actor: Actor) -> None:
    """Take what cannot be delivered out of an order: base units by line, with the reason that the buyer reads.

    Only what has not left; prices stay those agreed. When all that remains was shipped before, the order is complete
    and invoiced. Raises NotAllowed, NotFound, IllegalMove, ReasonMissing, NothingCancelled, InvalidCancelQuantity,
    MoreThanOpen, NotChangeable, NothingLeft. Emits OrderRevised, and what completing the order emits.
    """
    if not policies.may_reduce(actor, tenant_id=current_scope().tenant_id):
        raise NotAllowed
    order = Order.objects.select_for_update(of=("self",)).filter(pk=order_id).first()
    if order is None:
        raise NotFound
    if order.state not in policies.REDUCIBLE:
        raise IllegalMove(field="state")
    if not reason.strip():
        raise ReasonMissing(field="reason")
    lines = locked_lines(order)
    held = locked_calls(lines)
    contents = _reduced(order, lines, quantities)
    plan = plan_of(order, lines, contents)
    if plan.is_empty:
        raise NothingLeft
    said, kind = reason.strip()[:240], RevisionKind.REDUCED
    write_plan(order=order, lines=lines, plan=plan, kind=kind, reason=said, actor=actor, held=held)
    fulfilment.complete_if_shipped(order=order, actor=actor)


def _of_buyer(order: Order | None, actor: Actor) -> Order:
    if order is None or actor.kind != "buyer" or not can_see(actor, order):
        raise NotFound
    if not policies.may_amend(actor, company_id=order.company_id):
        raise NotAllowed
    return order


def _require_amendable(order: Order, version: int) -> None:
    if order.state != OrderState.PLACED:
        raise TooLateToAmend
    if order.version != version:
        raise OrderChanged


def _plan(
    order: Order,
    lines: Sequence[OrderLine],
    change: Change,
    *,
    header: Mapping[str, Any],
    stocks: Mapping[UUID, Availability],
    held: Held,
) -> Plan:
    wanted = _wanted(order, lines, change.quantities)
    contents: dict[UUID, NewContent] = {}
    added: list[OrderLine] = []
    if wanted:
        then = _customer_then(order)
        contents = _contents(order, then, lines, wanted, stocks=stocks, held=held)
        contents, added = with_terms(order, lines, contents, then)
    customer = _customer(order)
    require_reference(header, customer.order_terms)
    place = header.get("delivery_address", order.delivery_address)
    how = taxing_by(customer, place, order.delivery_method, order.incoterm)
    plan = replace(plan_of(order, [*lines, *added], contents, how), added=tuple(added))
    if plan.is_empty:
        raise NothingLeft
    if not plan.changes and not plan.vat and not header:
        raise NothingToChange
    return plan


def _header(order: Order, change: Change, actor: Actor) -> dict[str, Any]:
    """What changes beside the lines."""
    found: dict[str, Any] = {}
    if change.po_number is not None and change.po_number.strip() != order.po_number:
        found["po_number"] = change.po_number.strip()
    if change.address_id is not None:
        address = address_snapshot(order.company_id, change.address_id, actor.unit_ids)
        if not address:
            raise AddressMissing(field="address")
        if address != order.delivery_address:
            found["delivery_address"] = address
    return found


def _customer(order: Order) -> CustomerInfo:
    """As it is today: with what is known of its VAT number."""
    customer = customer_by_id(order.customer_id)
    if customer is None:
        raise NotACustomer
    return customer


def _customer_then(order: Order) -> CustomerInfo:
    """With the prices of the moment of the order."""
    customer = customer_at(order.customer_id, order.placed_at)
    if customer is None or not customer.is_approved:
        raise NotACustomer
    return customer


def _wanted(order: Order, lines: Sequence[OrderLine], quantities: Mapping[UUID, Decimal]) -> dict[UUID, Decimal]:
    """The quantities that are other than before, in the line's unit."""
    by_id = {line.pk: line for line in lines}
    if unknown := quantities.keys() - by_id.keys():
        raise NotFound(field=str(next(iter(unknown))))
    wanted = {key: value for key, value in quantities.items() if value != by_id[key].quantity}
    if wanted and order.source == OrderSource.QUOTE:
        raise QuotedLines
    if services := [key for key in wanted if is_extra(by_id[key])]:
        raise NotChangeable(field=str(services[0]))
    return wanted


def _contents(
    order: Order,
    customer: CustomerInfo,
    lines: Sequence[OrderLine],
    wanted: Mapping[UUID, Decimal],
    *,
    stocks: Mapping[UUID, Availability],
    held: Held,
) -> dict[UUID, NewContent]:
    """The lines that change, checked as a new order's are: those wanted otherwise, and others of the same goods.

    What is called off from an agreement (``held``) keeps its price, and others of the goods do not count it.
    """
    touched = {line.variant_id for line in lines if line.pk in wanted}
    asked = [line for line in lines if line.variant_id in touched and wanted.get(line.pk, line.quantity) != 0]
    checked = _check(order, customer, wanted, asked, _with_own(stocks, lines), held=held)
    contents = {line.pk: with_quantity(line, ZERO, order.currency) for line in lines if wanted.get(line.pk) == 0}
    for line, found in zip(asked, checked, strict=True):
        content = with_quantity(line, wanted.get(line.pk, line.quantity) * line.unit_factor, order.currency)
        is_priced = line.pack is None and line.pk not in held and found.problem is None and found.unit_price is not None
        if is_priced and found.currency == order.currency and found.unit_price is not None:
            content = at_price(content, found.unit_price, order.currency)
        contents[line.pk] = content
    return contents


def _check(
    order: Order,
    customer: CustomerInfo,
    wanted: Mapping[UUID, Decimal],
    asked: Sequence[OrderLine],
    stocks: Mapping[UUID, Availability],
    *,
    held: Held,
) -> list[CheckedLine]:
    """The lines as wishes. Raises LinesRefused, whose problems count the order's lines by position, from 0 on."""
    wishes = [
        NewLine(
            variant_id=line.variant_id,
            unit_code=line.unit_code,
            quantity=wanted.get(line.pk, line.quantity),
            choice=str(line.pack.get("choice", "")) if line.pack else "",
            digest=str(line.pack.get("digest", "")) if line.pack else "",
        )
        for line in asked
        if line.variant_id is not None
    ]
    together = _beside(asked, wanted, held)
    checked = check_lines(customer, wishes, together=together, stocks=stocks, at=order.placed_at)
    problems = [
        found.problem.at(line.position - 1)
        for line, found in zip(asked, checked, strict=True)
        if found.problem is not None
        and not _is_tolerated(line, found, wanted)
        and not (line.pk in held and found.problem.code == "no_price")
    ]
    if problems:
        raise LinesRefused(problems)
    return checked


def _beside(asked: Sequence[OrderLine], wanted: Mapping[UUID, Decimal], held: Held) -> dict[UUID, Decimal] | None:
    """Base quantities of goods of which a part is called off from agreements, without that part."""
    goods = {line.variant_id for line in asked if line.pk in held}
    found: dict[UUID, Decimal] = {}
    for line in asked:
        if line.variant_id is not None and line.variant_id in goods and line.pk not in held:
            quantity = wanted.get(line.pk, line.quantity) * line.unit_factor
            found[line.variant_id] = found.get(line.variant_id, ZERO) + quantity
    return found or None


def _is_tolerated(line: OrderLine, found: CheckedLine, wanted: Mapping[UUID, Decimal]) -> bool:
    """What was ordered may stay, and become less, whatever became of the goods since."""
    quantity = wanted.get(line.pk, line.quantity)
    if line.pk not in wanted:
        return True
    return (
        found.problem is not None
        and found.problem.code in _NO_LONGER
        and is_quantity(quantity)
        and quantity < line.quantity
        and (line.pack is None or quantity * line.unit_factor % 1 == 0)
    )


def _with_own(stocks: Mapping[UUID, Availability], lines: Sequence[OrderLine]) -> dict[UUID, Availability]:
    """The stock as it is without this order: what the order itself has reserved is there for it."""
    found = dict(stocks)
    own: dict[UUID, Decimal] = {}
    packs = [line.pk for line in lines if line.pack is not None]
    for line in lines:
        if (variant_id := line.stocked_id) is not None:
            own[variant_id] = own.get(variant_id, ZERO) + line.reserved_quantity
    for row in OrderComponent.objects.filter(line__in=packs) if packs else ():
        own[row.variant_id] = own.get(row.variant_id, ZERO) + row.reserved_quantity
    for key, quantity in own.items():
        if key in found:
            found[key] = replace(found[key], available=found[key].available + quantity)
    return found


def _goods_of(lines: Sequence[OrderLine]) -> set[UUID]:
    """Variants whose stock the order takes from, those in packs among them."""
    packs = [line.pk for line in lines if line.pack is not None]
    goods = {line.variant_id for line in lines if line.variant_id is not None and not line.is_service}
    if packs:
        goods |= set(OrderComponent.objects.filter(line__in=packs).values_list("variant_id", flat=True))
    return goods


def _reduced(order: Order, lines: Sequence[OrderLine], quantities: Mapping[UUID, Decimal]) -> dict[UUID, NewContent]:
    """The lines without what is cancelled. Each refusal names its line in ``field``."""
    by_id = {line.pk: line for line in lines}
    contents: dict[UUID, NewContent] = {}
    for key, quantity in quantities.items():
        line = by_id.get(key)
        if line is None:
            raise NotFound(field=str(key))
        _require_cancellable(line, quantity)
        if quantity > ZERO:
            contents[key] = with_quantity(line, line.base_quantity - quantity, order.currency)
    if not contents:
        raise NothingCancelled
    return contents


def _require_cancellable(line: OrderLine, quantity: Decimal) -> None:
    field, left = str(line.pk), line.base_quantity - line.shipped_quantity
    if not quantity.is_finite() or quantity < ZERO or quantity != round(quantity, 4):
        raise InvalidCancelQuantity(field=field)
    if line.pack is not None and quantity % 1 != 0:
        raise InvalidCancelQuantity(field=field)
    if quantity > left:
        raise MoreThanOpen(field=field, left=formatting.number(left))
    if quantity > ZERO and is_extra(line):
        raise NotChangeable(field=field)
