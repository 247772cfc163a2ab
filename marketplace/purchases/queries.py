"""What a company has ordered at once from several suppliers, as its people read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.permissions import Permission
from core import formatting
from core.actor import Actor
from core.errors import NotFound
from marketplace.models import Purchase, PurchaseOrder


@dataclass(frozen=True, slots=True)
class PurchaseOrderRow:
    """One of the orders, as it was placed."""

    tenant_id: UUID
    tenant_name: str
    order_id: UUID
    number: str
    net_text: str
    total_text: str


@dataclass(frozen=True, slots=True)
class PurchaseView:
    """A purchase with its orders; ``totals`` are one net and one gross total per currency."""

    id: UUID
    number: str
    po_number: str
    placed_text: str
    placed_by: str
    orders: tuple[PurchaseOrderRow, ...]
    totals: tuple[tuple[str, str], ...]


def purchase_of(actor: Actor, purchase_id: UUID) -> PurchaseView:
    """A purchase of the actor's company and units; two statements. Raises NotFound for everybody else."""
    purchase = _seen_by(actor).filter(pk=purchase_id).first()
    if purchase is None:
        raise NotFound
    orders = list(purchase.orders.all())
    return PurchaseView(
        id=purchase.pk,
        number=purchase.number,
        po_number=purchase.po_number,
        placed_text=formatting.day(timezone.localdate(purchase.placed_at)),
        placed_by=purchase.placed_by_name,
        orders=tuple(_row(order) for order in orders),
        totals=_totals(orders),
    )


def purchase_number(actor: Actor, purchase_id: UUID) -> str:
    """What a purchase is called; nothing for who may not see it. One statement."""
    return _seen_by(actor).filter(pk=purchase_id).values_list("number", flat=True).first() or ""


def purchases_of_orders(actor: Actor, order_ids: Collection[UUID]) -> dict[UUID, tuple[UUID, str]]:
    """Key and number of the purchase that each order is a part of, by order; one statement."""
    if not order_ids:
        return {}
    rows = PurchaseOrder.objects.filter(order_id__in=list(order_ids), purchase__in=_seen_by(actor))
    columns = rows.values_list("order_id", "purchase_id", "purchase__number")
    return {order_id: (purchase_id, number) for order_id, purchase_id, number in columns}


def _seen_by(actor: Actor) -> QuerySet[Purchase]:
    """Purchases of the company; of its own units, and one's own, for who does not see the whole company.

    They are made of prices, as orders are: who sees none sees no purchases.
    """
    if actor.kind != "buyer" or actor.company_id is None or not actor.may(Permission.SEE_PRICES):
        return Purchase.objects.none()
    rows = Purchase.objects.filter(company_id=actor.company_id)
    if actor.unit_ids is None:
        return rows
    return rows.filter(Q(unit_id__in=list(actor.unit_ids)) | Q(placed_by_id=actor.user_id))


def _row(order: PurchaseOrder) -> PurchaseOrderRow:
    return PurchaseOrderRow(
        order.tenant_id,
        order.tenant_name,
        order.order_id,
        order.number,
        formatting.money(order.net_amount, order.currency),
        formatting.money(order.total_amount, order.currency),
    )


def _totals(orders: Collection[PurchaseOrder]) -> tuple[tuple[str, str], ...]:
    net: dict[str, Decimal] = defaultdict(Decimal)
    gross: dict[str, Decimal] = defaultdict(Decimal)
    for order in orders:
        net[order.currency] += order.net_amount
        gross[order.currency] += order.total_amount
    return tuple((formatting.money(net[code], code), formatting.money(gross[code], code)) for code in sorted(net))
