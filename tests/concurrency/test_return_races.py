"""The same goods are asked to be taken back twice at once, and a return is settled twice at once."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

import pytest

from core.ids import uuid7
from core.tenancy import use_tenant
from orders.models import Order, OrderLine
from orders.returns import services as returning
from orders.returns.models import OrderReturn, ReturnLine
from orders.returns.services import returned_of
from payments.models import CreditNote, Invoice
from shipping.models import Shipment
from tests.concurrency.test_amending_races import _together
from tests.orders.test_returns import ask, come_back, shipped
from tests.world import World


def _shipped(world: World) -> Order:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        return shipped(world, ("VN-1001", 100, ""))


def _ask(world: World, order: Order, quantity: int, key: UUID) -> Callable[[], object]:
    def work() -> UUID:
        with use_tenant(world.acme.scope, company_id=world.delmas.id):
            return ask(world, order, {"VN-1001": quantity}, form_key=key)

    return work


def test_the_same_goods_are_sent_back_once(committed_world: World) -> None:
    order = _shipped(committed_world)
    answers = _together([_ask(committed_world, order, 60, uuid7()) for _n in range(3)])
    assert sorted(str(answer) for answer in answers)[1:].count("more_than_returnable") == 2
    with use_tenant(committed_world.acme):
        assert ReturnLine.objects.get().quantity == 60


def test_the_same_form_sent_twice_at_once_asks_once(committed_world: World) -> None:
    order, key = _shipped(committed_world), uuid7()
    first, second = _together([_ask(committed_world, order, 30, key)] * 2)
    assert first == second
    with use_tenant(committed_world.acme):
        assert OrderReturn.objects.get().pk == first


def test_without_the_lock_both_would_find_all_of_it(committed_world: World) -> None:
    """The race without the lock: both read what comes back already before either writes."""
    order = _shipped(committed_world)

    def naive() -> Decimal:
        with use_tenant(committed_world.acme.scope, company_id=committed_world.delmas.id):
            line = OrderLine.objects.get(order=order)
            return line.shipped_quantity - returned_of([line.pk]).get(line.pk, Decimal(0))

    assert _together([naive, naive]) == [100, 100]


@pytest.mark.parametrize("other", ["credit", "replace"])
def test_two_settlements_at_once_are_one(committed_world: World, other: str) -> None:
    """One credit note, or one parcel: never both, and never two."""
    order = _shipped(committed_world)
    with use_tenant(committed_world.acme.scope, company_id=committed_world.delmas.id):
        return_id = ask(committed_world, order, {"VN-1001": 50})
        come_back(committed_world, return_id)

    def settle(how: str) -> Callable[[], object]:
        def work() -> str:
            with use_tenant(committed_world.acme.scope, party="tenant"):
                getattr(returning, how)(return_id=return_id, actor=committed_world.acme.staff)
                return how

        return work

    answers = [str(answer) for answer in _together([settle("credit"), settle(other)])]
    assert sorted(answers)[-2:].count("illegal_move") == 1
    with use_tenant(committed_world.acme):
        notes, parcels = CreditNote.objects.count(), Shipment.objects.filter(order_id=order.pk).count()
        assert (notes, parcels) == ((1, 1) if "credit" in answers else (0, 2))
        assert Invoice.objects.get().credited_amount == 30 * notes
