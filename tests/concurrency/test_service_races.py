"""Two people record the same service at once: it is performed once, and invoiced once."""

from __future__ import annotations

import threading
from decimal import Decimal
from uuid import UUID

from catalog.models import Variant
from core.tenancy import use_tenant
from orders import fulfilment
from orders.models import Order, OrderLine
from payments.models import Invoice
from tests.concurrency.test_amending_races import _together
from tests.orders.test_amending import place
from tests.world import World


def _to_perform(world: World) -> tuple[UUID, UUID]:
    """A confirmed order of a hundred of a service."""
    with use_tenant(world.acme.scope, party="tenant"):
        Variant.objects.filter(sku="VN-1001").update(is_service=True)
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order = place(world, ("VN-1001", 100, ""))
        line_id = order.lines.get().pk
    with use_tenant(world.acme.scope, party="tenant"):
        fulfilment.confirm_order(order_id=order.pk, actor=world.acme.staff)
    return order.pk, line_id


def test_a_service_recorded_twice_at_once_is_performed_and_invoiced_once(committed_world: World) -> None:
    world = committed_world
    order_id, line_id = _to_perform(world)

    def record() -> str:
        with use_tenant(world.acme.scope, party="tenant"):
            fulfilment.fulfil(order_id=order_id, quantities={line_id: Decimal(100)}, actor=world.acme.staff)
            return "recorded"

    assert sorted(map(str, _together([record, record, record]))) == ["over_shipping", "over_shipping", "recorded"]
    with use_tenant(world.acme):
        line = OrderLine.objects.get(pk=line_id)
        assert line.shipped_quantity == line.delivered_quantity == Decimal(100)
        assert Order.objects.get(pk=order_id).state == "delivered"
        assert Invoice.objects.filter(order_id=order_id).count() == 1


def test_without_the_lock_both_would_find_it_open(committed_world: World) -> None:
    """The race without the order's lock: each reads what is left before the other writes."""
    world = committed_world
    _order_id, line_id = _to_perform(world)
    barrier = threading.Barrier(2)

    def naive() -> bool:
        with use_tenant(world.acme.scope, party="tenant"):
            line = OrderLine.objects.get(pk=line_id)
            barrier.wait()
            return line.shipped_quantity + 100 <= line.base_quantity

    assert _together([naive, naive]) == [True, True]
