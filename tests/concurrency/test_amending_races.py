"""An order is amended by two people at once, or while its supplier confirms it: one is told, nothing is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from uuid import UUID

from django.db import connection

from core.errors import Refused
from core.tenancy import use_tenant
from inventory.models import Stock
from orders import fulfilment
from orders.amending import services as amending
from orders.amending.services import Change
from orders.enums import OrderState
from orders.models import Order, OrderLine, OrderRevision
from payments import credit
from tests.orders.test_amending import place
from tests.world import World


def _together(works: Sequence[Callable[[], object]]) -> list[object]:
    """Run all at the same moment; refusals are answers."""
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return work()
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def _placed(world: World) -> tuple[UUID, UUID]:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order = place(world, ("VN-1001", 100, ""))
        return order.pk, order.lines.get().pk


def _amend(world: World, order_id: UUID, line_id: UUID, quantity: int) -> Callable[[], object]:
    def work() -> str:
        with use_tenant(world.acme.scope, company_id=world.delmas.id):
            change = Change({line_id: Decimal(quantity)})
            amending.amend(order_id=order_id, change=change, version=1, actor=world.delmas.buyer)
            return "amended"

    return work


def _agrees(world: World, order_id: UUID) -> None:
    order, line = Order.objects.get(pk=order_id), OrderLine.objects.get(order_id=order_id)
    assert credit.status(order.customer_id).reserved == order.total_amount
    assert Stock.objects.get(variant_id=world.acme.variants["VN-1001"]).reserved == line.base_quantity


def test_of_two_amendments_at_once_the_second_is_shown_the_first(committed_world: World) -> None:
    order_id, line_id = _placed(committed_world)
    answers = _together([_amend(committed_world, order_id, line_id, n) for n in (110, 120, 130)])
    assert sorted(map(str, answers)) == ["amended", "order_changed", "order_changed"]
    with use_tenant(committed_world.acme):
        assert OrderRevision.objects.filter(order_id=order_id).count() == 1
        _agrees(committed_world, order_id)


def test_without_the_version_the_second_would_undo_the_first(committed_world: World) -> None:
    """The race without the check: both read the same version before either writes."""
    order_id, _line = _placed(committed_world)
    barrier = threading.Barrier(2)

    def naive() -> bool:
        with use_tenant(committed_world.acme.scope, company_id=committed_world.delmas.id):
            version = Order.objects.get(pk=order_id).version
            barrier.wait()
            return version == 1

    assert _together([naive, naive]) == [True, True]


def test_amended_while_the_supplier_confirms(committed_world: World) -> None:
    """Whoever is second is told: the buyer that it is too late, or the supplier that it is another order."""
    order_id, line_id = _placed(committed_world)

    def confirm() -> str:
        with use_tenant(committed_world.acme.scope, party="tenant"):
            fulfilment.confirm_order(order_id=order_id, actor=committed_world.acme.staff, version=1)
            return "confirmed"

    answers = _together([_amend(committed_world, order_id, line_id, 300), confirm])
    assert answers in (["amended", "order_changed"], ["too_late_to_amend", "confirmed"])
    with use_tenant(committed_world.acme):
        order = Order.objects.get(pk=order_id)
        was_amended = answers[0] == "amended"
        assert order.state == (OrderState.PLACED if was_amended else OrderState.CONFIRMED)
        assert order.lines.get().quantity == (300 if was_amended else 100)
        _agrees(committed_world, order_id)
