"""Writing a changed order down: the one place where lines, stock, credit and the year's volume follow a plan.

Locks are taken in the order of the layers: the order, its lines, agreements, stock, credit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.spending import ledger
from agreements import calling
from agreements.enums import CallKind
from core.actor import Actor
from core.db import atomic
from core.events import emit
from core.scope import current_scope
from inventory import services as inventory
from orders.amending.plans import Plan, snapshot
from orders.enums import RevisionKind
from orders.events import OrderRevised
from orders.models import Order, OrderComponent, OrderLine, OrderRevision
from payments import credit
from pricing.settings import record_volume

#: What lines of orders hold of agreements: the agreement's line, and how much of it.
Held = Mapping[UUID, tuple[UUID, Decimal]]

_HEADER = (
    "net_amount",
    "tax_amount",
    "total_amount",
    "vat_doubt",
    "vat_held",
    "version",
    "po_number",
    "delivery_address",
)
_VAT = ("home_rate", "tax_category", "tax_rate", "vatex", "tax_mention")


def locked_lines(order: Order) -> list[OrderLine]:
    """The lines of a locked order, locked by key."""
    return list(OrderLine.objects.select_for_update(of=("self",)).filter(order=order).order_by("pk"))


@atomic
def locked_calls(lines: Sequence[OrderLine]) -> Held:
    """What the lines hold of agreements, whose lines are locked; one statement, two where there is something."""
    held = calling.held_by([line.pk for line in lines])
    calling.hold(line_id for line_id, _quantity in held.values())
    return held


@atomic
def write_plan(
    *,
    order: Order,
    lines: Sequence[OrderLine],
    plan: Plan,
    kind: RevisionKind,
    reason: str,
    actor: Actor,
    header: Mapping[str, Any] | None = None,
    held: Held | None = None,
) -> None:
    """Make a locked order what the plan says; ``held`` is what :func:`locked_calls` answered.

    Raises CreditExceeded, AgreementShort. Emits OrderRevised. The number of statements does not
    depend on the lines.
    """
    before, total_before, net_before = snapshot(order, lines), order.total_amount, order.net_amount
    lines = [*lines, *plan.added]
    changed = [line for line in lines if line.pk in plan.contents]
    components = list(OrderComponent.objects.filter(line__in=[line for line in changed if line.pack is not None]))
    _call_off(order, changed, plan, held or {}, actor)
    _resize(changed, components, plan)
    retaxed = _retax(lines, plan)
    _reserve(order, changed, components)
    _account(order, plan.sums.gross, actor)
    ledger.change(order_id=order.pk, by=plan.sums.net - net_before)
    order.net_amount, order.tax_amount, order.total_amount = plan.sums.net, plan.sums.tax, plan.sums.gross
    for name, value in (header or {}).items():
        setattr(order, name, value)
    order.version, order.vat_doubt, order.vat_held = order.version + 1, plan.vat_doubt, plan.vat_held
    order.save(update_fields=_HEADER)
    _save_lines(changed, components, plan.added)
    OrderLine.objects.bulk_update(retaxed, _VAT)
    _count_volume(order, order.net_amount - net_before)
    OrderRevision.objects.create(
        order=order,
        version=order.version - 1,
        kind=kind,
        reason=reason,
        before=before,
        changes=[change.as_json() for change in plan.changes],
        total_before=total_before,
        total_after=order.total_amount,
        actor_id=actor.user_id,
        actor_name=actor.name[:120],
    )
    _tell(order, kind)


def _count_volume(order: Order, by: Decimal) -> None:
    """An order of this year counts in it."""
    if by and timezone.localdate(order.placed_at).year == timezone.localdate().year:
        record_volume(customer_id=order.customer_id, order_id=order.pk, currency=order.currency, net_amount=by)


def _call_off(order: Order, lines: Sequence[OrderLine], plan: Plan, held: Held, actor: Actor) -> None:
    """Take more of agreements, or give back; never more than a line still holds. Raises AgreementShort."""
    calls = []
    for line in lines:
        if line.pk in held:
            line_id, quantity = held[line.pk]
            by = plan.contents[line.pk].base_quantity - line.base_quantity
            calls.append(calling.Call(line_id, line.pk, max(by, -quantity)))
    calling.enter(order=calling.OfOrder(order.pk, order.number, CallKind.CHANGED), calls=calls, actor=actor)


def _tell(order: Order, kind: RevisionKind) -> None:
    tenant_id = current_scope().tenant_id
    if tenant_id is None:
        raise RuntimeError("orders live in a tenant's scope")
    emit(
        OrderRevised(
            order_id=order.pk,
            company_id=order.company_id,
            tenant_id=tenant_id,
            number=order.number,
            version=order.version,
            kind=kind.value,
            total=order.total_amount,
            currency=order.currency,
            po_number=order.po_number,
        )
    )


def _goods(lines: Sequence[OrderLine], components: Sequence[OrderComponent]) -> list[inventory.Line]:
    """What stock is to be reserved: what is not shipped of lines, and of the goods in packs."""
    goods = [
        (variant_id, line.base_quantity - line.shipped_quantity, line.pk)
        for line in lines
        if (variant_id := line.stocked_id) is not None
    ]
    left = {line.pk: line.base_quantity - line.shipped_quantity for line in lines}
    ordered = {line.pk: line.base_quantity for line in lines}
    for row in components:
        of_one = row.quantity / ordered[row.line_id] if ordered[row.line_id] else Decimal(0)
        goods.append((row.variant_id, of_one * left[row.line_id], row.pk))
    return goods


def _resize(lines: Sequence[OrderLine], components: Sequence[OrderComponent], plan: Plan) -> None:
    """Give lines and the goods in their packs what the plan says; in memory."""
    per_pack = {line.pk: line.base_quantity for line in lines}
    for row in components:
        row.quantity = row.quantity / per_pack[row.line_id] * plan.contents[row.line_id].base_quantity
    for line in lines:
        content = plan.contents[line.pk]
        line.unit_code, line.unit_factor = content.unit_code, content.unit_factor
        line.quantity, line.base_quantity = content.quantity, content.base_quantity
        line.unit_price, line.net_amount = content.unit_price, content.net_amount


def _retax(lines: Sequence[OrderLine], plan: Plan) -> list[OrderLine]:
    """Give lines the VAT that the plan says, in memory; those that stay and have another."""
    found = [line for line in lines if line.pk in plan.vat and line.base_quantity]
    for line in found:
        decision = plan.vat[line.pk]
        line.home_rate = line.tax_rate if line.home_rate is None else line.home_rate
        line.tax_category, line.tax_rate = decision.category, decision.rate
        line.vatex, line.tax_mention = decision.vatex, decision.mention
    return found


def _reserve(order: Order, lines: Sequence[OrderLine], components: Sequence[OrderComponent]) -> None:
    """Reserve what there is; what is missing is back-ordered, as when it was placed."""
    goods = _goods(lines, components)
    reserved = inventory.reserve_anew(lines=goods, reference=order.number) if goods else {}
    whole: dict[UUID, Decimal] = {}
    by_id = {line.pk: line for line in lines}
    for row in components:
        row.reserved_quantity = reserved.get(row.pk, Decimal(0))
        line = by_id[row.line_id]
        if row.quantity:
            packs = row.reserved_quantity * line.base_quantity // row.quantity
            whole[line.pk] = min(packs, whole.get(line.pk, packs))
    for line in lines:
        line.reserved_quantity = whole.get(line.pk, Decimal(0)) if line.pack else reserved.get(line.pk, Decimal(0))


def _account(order: Order, total: Decimal, actor: Actor) -> None:
    """Credit follows the total. Less than before is never refused, even above the limit."""
    customer_id, currency, before = order.customer_id, order.currency, order.total_amount
    if total < before:
        less = before - total
        credit.release(
            customer_id=customer_id, order_id=order.pk, amount=less, currency=currency, actor=actor, note=order.number
        )
    elif total > before:
        # all of it anew, so that a refusal speaks of the whole order
        credit.release(customer_id=customer_id, order_id=order.pk, amount=before, currency=currency, actor=actor)
        credit.reserve(customer_id=customer_id, order_id=order.pk, amount=total, currency=currency, actor=actor)


def _save_lines(lines: Sequence[OrderLine], components: Sequence[OrderComponent], added: Sequence[OrderLine]) -> None:
    gone = [line.pk for line in lines if not line.base_quantity]
    kept = [line for line in lines if line.base_quantity and line not in added]
    if gone:
        OrderLine.objects.filter(pk__in=gone).delete()
    OrderLine.objects.bulk_create(added)
    OrderLine.objects.bulk_update(
        kept,
        ["unit_code", "unit_factor", "quantity", "base_quantity", "unit_price", "net_amount", "reserved_quantity"],
    )
    rows = [row for row in components if row.line_id not in set(gone)]
    OrderComponent.objects.bulk_update(rows, ["quantity", "reserved_quantity"])
