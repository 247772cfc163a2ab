"""Two orders at once: stock is never oversold, credit never exceeded, a cart never ordered twice.

Each race is shown without its guard first, then with it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

from django.db import connection

from catalog.enums import VariantState
from catalog.models import Variant
from catalog.packs.services import PackData, PartData
from core.errors import Refused
from core.tenancy import use_tenant
from customers.queries import require_approved
from inventory.models import Stock
from orders import carts, services
from orders.lines import NewLine, check_lines
from orders.models import Order, OrderComponent, OrderLine
from payments import credit
from payments.models import CreditAccount
from tests.catalog.test_packs import make
from tests.orders.test_ordering import ADDRESS, _address
from tests.world import World

THREADS = 4


def _together(work: Callable[[], object]) -> list[object]:
    """Run ``work`` in several threads that start at the same moment; refusals are answers."""
    barrier = threading.Barrier(THREADS)

    def run(_n: int) -> object:
        barrier.wait()
        try:
            return work()
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


def _order(world: World, sku: str, quantity: int) -> object:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        actor = world.delmas.buyer
        wish = NewLine(world.acme.variants[sku], "", Decimal(quantity))
        return services.place_order(
            actor=actor, customer=require_approved(actor), lines=[wish], delivery_address=ADDRESS
        )


def test_stock_is_not_oversold(committed_world: World) -> None:
    _together(lambda: _order(committed_world, "VN-1002", 60))
    with use_tenant(committed_world.acme):
        stock = Stock.objects.get(variant_id=committed_world.acme.variants["VN-1002"])
        assert stock.reserved == stock.on_hand == 80
        assert Order.objects.count() == THREADS


def test_goods_are_not_sold_twice_in_a_pack_and_alone(committed_world: World) -> None:
    """Two orders of packs, two of the goods in them, 60 of 80 screws each; in the packs the nuts come first."""
    nuts_first = (PartData("VN-1003", Decimal(1)), PartData("VN-1002", Decimal(10)))
    make(committed_world, PackData("fixed", nuts_first), sku="VN-1004")
    places = iter(range(THREADS))

    def mixed() -> object:
        if next(places) % 2:
            return _order(committed_world, "VN-1004", 6)
        return _order(committed_world, "VN-1002", 60)

    answers = _together(mixed)
    assert not [answer for answer in answers if isinstance(answer, str)]
    with use_tenant(committed_world.acme):
        stock = Stock.objects.get(variant_id=committed_world.acme.variants["VN-1002"])
        assert stock.reserved == stock.on_hand == 80
        in_packs = sum(OrderComponent.objects.filter(sku="VN-1002").values_list("reserved_quantity", flat=True))
        alone = sum(OrderLine.objects.filter(sku="VN-1002").values_list("reserved_quantity", flat=True))
        assert in_packs + alone == 80
        assert Order.objects.count() == THREADS


def test_reading_before_writing_would_oversell(committed_world: World) -> None:
    """The race without the lock: everybody reads the same free quantity and takes it."""
    barrier = threading.Barrier(THREADS)

    def naive() -> int:
        with use_tenant(committed_world.acme):
            stock = Stock.objects.get(variant_id=committed_world.acme.variants["VN-1002"])
            barrier.wait()
            return int(stock.on_hand - stock.reserved)

    assert sum(int(str(taken)) for taken in _together(naive)) == 80 * THREADS


def test_the_last_piece_of_goods_that_end_is_sold_once(committed_world: World) -> None:
    ending = committed_world.acme.variants["VN-1002"]
    with use_tenant(committed_world.acme):
        Variant.objects.filter(pk=ending).update(state=VariantState.ENDING)
        Stock.objects.filter(variant_id=ending).update(on_hand=1)
    answers = _together(lambda: _order(committed_world, "VN-1002", 1))
    assert answers.count("lines_refused") == THREADS - 1
    with use_tenant(committed_world.acme):
        stock = Stock.objects.get(variant_id=ending)
        assert stock.reserved == Order.objects.count() == 1


def test_without_the_lock_the_last_piece_would_be_sold_again(committed_world: World) -> None:
    """What the check alone sees: everybody reads that there is one."""
    barrier = threading.Barrier(THREADS)
    ending = committed_world.acme.variants["VN-1002"]
    with use_tenant(committed_world.acme):
        Variant.objects.filter(pk=ending).update(state=VariantState.ENDING)
        Stock.objects.filter(variant_id=ending).update(on_hand=1)

    def naive() -> bool:
        with use_tenant(committed_world.acme.scope, company_id=committed_world.delmas.id):
            (line,) = check_lines(require_approved(committed_world.delmas.buyer), [NewLine(ending, "", Decimal(1))])
            barrier.wait()
            return line.problem is None

    assert _together(naive) == [True] * THREADS


def test_credit_is_not_exceeded(committed_world: World) -> None:
    with use_tenant(committed_world.acme):
        account = CreditAccount.objects.filter(customer_id=committed_world.acme.customers["delmas"])
        account.update(limit_amount=Decimal(150))
    answers = _together(lambda: _order(committed_world, "VN-1001", 200))
    assert answers.count("credit_exceeded") == THREADS - 1
    with use_tenant(committed_world.acme):
        status = credit.status(committed_world.acme.customers["delmas"])
        assert status.used == Decimal("120.00")
        assert Order.objects.count() == 1


def test_a_cart_that_is_sent_twice_is_ordered_once(committed_world: World) -> None:
    actor = committed_world.delmas.buyer
    with use_tenant(committed_world.acme.scope, company_id=committed_world.delmas.id):
        wish = NewLine(committed_world.acme.variants["VN-1001"], "", Decimal(10))
        carts.add_lines(actor=actor, customer=require_approved(actor), lines=[wish])
        address_id, cart_id = _address(committed_world.delmas), carts.cart_id_of(actor, require_approved(actor))

    def send() -> object:
        with use_tenant(committed_world.acme.scope, company_id=committed_world.delmas.id):
            delivery = services.Delivery(address_id)
            customer = require_approved(actor)
            return services.checkout(actor=actor, customer=customer, delivery=delivery, cart_id=cart_id)

    assert len(set(_together(send))) == 1, "everybody is answered with the same order"
    with use_tenant(committed_world.acme):
        assert Order.objects.count() == 1
