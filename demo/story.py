"""What has happened in the example world so far: orders, parcels, invoices, requests, limits of spending."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from core.tenancy import use_tenant
from customers.queries import require_approved
from demo.habits import settle
from demo.negotiations import negotiate
from demo.spending import limit_spending
from demo.world import DemoWorld, Firm, Shop
from orders.enums import OrderSource
from orders.fulfilment import confirm_order, record_tracking, ship
from orders.models import Order, OrderLine
from orders.services import NewLine, OrderDetails, place_order
from shipping.enums import ShipmentState as S

#: How far an example order has come.
PLACED, CONFIRMED, HALF, SHIPPED, DELIVERED = range(5)


@dataclass(frozen=True)
class Purchase:
    """An example order: who, from whom, which goods (by place in the range) and how many, how long ago, how far."""

    seller: str
    buyer: str
    person: int
    goods: tuple[tuple[int, int], ...]
    days_ago: int
    progress: int
    po_number: str = ""


PURCHASES = (
    Purchase("visserie-nord", "Ateliers Delmas", 0, ((3, 400), (17, 200), (44, 1000)), 24, DELIVERED, "PO-77085"),
    Purchase("visserie-nord", "BatiNord", 0, ((120, 600), (210, 400)), 19, DELIVERED, "BN-2026-311"),
    Purchase("lumen", "Ateliers Delmas", 1, ((12, 4), (130, 24), (201, 12)), 16, DELIVERED, "PO-77090"),
    Purchase("securivet", "BatiNord", 1, ((10, 48), (120, 10), (260, 20)), 13, SHIPPED, "BN-2026-318"),
    Purchase("visserie-nord", "Ateliers Delmas", 1, ((5, 5000), (33, 2000), (80, 800)), 4, HALF, "PO-77120"),
    Purchase("lumen", "BatiNord", 0, ((30, 6), (160, 48)), 3, CONFIRMED, "BN-2026-325"),
    Purchase("quincaillerie-rhone", "Garage Lecomte", 0, ((8, 100), (60, 200)), 2, CONFIRMED),
    Purchase("lumen", "Garage Lecomte", 0, ((140, 6), (330, 10)), 1, PLACED, "GL-88"),
    Purchase(
        "visserie-nord", "BatiNord", 1, ((300, 800), (301, 800), (640, 400), (655, 200)), 0, PLACED, "BN-2026-330"
    ),
    Purchase("securivet", "Ateliers Delmas", 0, ((2, 24), (90, 4)), 0, PLACED, "PO-77131"),
)
_ROUTE = ((S.HANDED_OVER, ""), (S.IN_TRANSIT, "Lesquin"), (S.OUT_FOR_DELIVERY, "Arras"), (S.DELIVERED, "Arras"))


def tell(world: DemoWorld) -> None:
    """Let the buyers order and the suppliers ship; then let them settle into habits, and negotiate."""
    for purchase in PURCHASES:
        _happen(world.shops[purchase.seller], world.firms[purchase.buyer], purchase)
    settle(world)
    negotiate(world)
    limit_spending(world)


def _happen(shop: Shop, firm: Firm, purchase: Purchase) -> None:
    actor = tuple(firm.people.values())[purchase.person]
    lines = [
        NewLine(shop.variants[shop.goods[place].row.sku], "", Decimal(quantity)) for place, quantity in purchase.goods
    ]
    with use_tenant(shop.scope, company_id=firm.company_id):
        order_id = place_order(
            actor=actor,
            customer=require_approved(actor),
            lines=lines,
            delivery_address=firm.address,
            details=OrderDetails(po_number=purchase.po_number),
            source=OrderSource.CART,
        )
    with use_tenant(shop.scope, party="tenant"):
        if purchase.progress >= CONFIRMED:
            confirm_order(order_id=order_id, actor=shop.owner)
        if purchase.progress >= HALF:
            _send(shop, order_id, purchase.progress)
        moment = timezone.now() - timedelta(days=purchase.days_ago, hours=purchase.person * 3)
        Order.objects.filter(pk=order_id).update(placed_at=moment)


def _send(shop: Shop, order_id: UUID, progress: int) -> None:
    """One parcel with the first half of the lines; later the rest."""
    lines = list(OrderLine.objects.filter(order_id=order_id).order_by("position"))
    available = [line for line in lines if line.reserved_quantity == line.base_quantity]
    first, rest = available[: (len(available) + 1) // 2], available[(len(available) + 1) // 2 :]
    parcels = [first] if progress == HALF else [first, rest]
    for number, parcel in enumerate(parcels, 1):
        if not parcel:
            continue
        shipment_id = ship(
            order_id=order_id,
            quantities={line.id: line.base_quantity for line in parcel},
            carrier="Chronopost" if number == 1 else "Geodis",
            tracking_number=f"XY{int(order_id) % 10**9:09d}FR",
            promised_on=timezone.localdate() + timedelta(days=1),
            actor=shop.owner,
        )
        for code, place in _steps(progress, number):
            record_tracking(shipment_id=shipment_id, code=code, place=place, actor=shop.owner)


def _steps(progress: int, number: int) -> Iterator[tuple[S, str]]:
    """How far parcel ``number`` of such an order has travelled."""
    reached = {DELIVERED: len(_ROUTE), SHIPPED: 2, HALF: 2 if number == 1 else 1}[progress]
    yield from _ROUTE[:reached]
