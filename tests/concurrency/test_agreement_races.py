"""Two at once at an agreement: the last of it is called off once, an offer is signed once, an end counts.

The race is shown without its guard first, then with it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

from django.db import connection

from agreements import services as agreements
from agreements.models import Agreement, AgreementLine, CallOff
from agreements.services import sign
from core.errors import Refused
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.queries import require_approved
from orders.calling_off import Wanted, order_from
from orders.enums import OrderSource
from orders.lines import NewLine, check_lines
from orders.models import Order, OrderLine
from orders.placing import OrderDetails
from orders.quotes import Part, accept_quote, award_parts
from rfq.models import Award
from tests.agreements.signed import line, new_agreement, period, signed
from tests.agreements.test_awarding import offered
from tests.agreements.test_calling import ADDRESS, SKU
from tests.concurrency.test_order_races import _order, _together
from tests.world import World


def test_the_last_of_an_agreement_is_called_off_once(committed_world: World) -> None:
    world = committed_world
    signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 100))
    answers = _together(lambda: _order(world, SKU, 100))
    assert len([answer for answer in answers if not isinstance(answer, str)]) == 4, answers
    with use_tenant(world.acme.scope, party="tenant"):
        assert AgreementLine.objects.get().called_quantity == 100
        assert CallOff.objects.count() == 1
        assert sorted(OrderLine.objects.values_list("unit_price", flat=True)) == [
            Decimal("0.11"),
            *[Decimal("0.16")] * 3,
        ], "the others pay what they usually pay"


def test_of_four_systems_one_orders_the_last_of_it_and_the_others_nothing(committed_world: World) -> None:
    """Nobody sees a price before: who comes too late is refused, and does not pay the usual one."""
    world = committed_world
    agreement_id = signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 100))
    with use_tenant(world.acme.scope, party="tenant"):
        line_id = AgreementLine.objects.get().pk

    def order() -> object:
        with use_tenant(world.acme.scope, company_id=world.delmas.id):
            return order_from(
                agreement_id=agreement_id,
                wanted=[Wanted(line_id, Decimal(100))],
                actor=world.delmas.buyer,
                customer=require_approved(world.delmas.buyer),
                delivery_address=ADDRESS,
                details=OrderDetails(),
                source=OrderSource.API,
            )

    answers = _together(order)
    assert len([answer for answer in answers if not isinstance(answer, str)]) == 1, answers
    with use_tenant(world.acme.scope, party="tenant"):
        assert AgreementLine.objects.get().called_quantity == 100
        assert list(OrderLine.objects.values_list("unit_price", flat=True)) == [Decimal("0.11")]


def test_two_parts_of_it_are_counted_together(committed_world: World) -> None:
    world = committed_world
    signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 150))
    _together(lambda: _order(world, SKU, 60))
    with use_tenant(world.acme.scope, party="tenant"):
        assert AgreementLine.objects.get().called_quantity == 150
        assert sum(CallOff.objects.values_list("quantity", flat=True)) == 150
        agreed = OrderLine.objects.filter(unit_price=Decimal("0.11")).values_list("base_quantity", flat=True)
        assert sorted(agreed) == [Decimal(30), Decimal(60), Decimal(60)]


def test_without_the_lock_both_would_see_the_same_rest(committed_world: World) -> None:
    """What everybody reads who does not lock; only the guard of the statement that writes stands in the way."""
    world = committed_world
    signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 100))

    def look() -> object:
        with use_tenant(world.acme.scope, company_id=world.delmas.id):
            customer = require_approved(world.delmas.buyer)
            (found,) = check_lines(customer, [NewLine(world.acme.variants[SKU], "", Decimal(100))])
            assert found.portion is not None
            return found.portion.quantity

    assert _together(look) == [Decimal(100)] * 4


def test_an_offer_is_signed_or_ordered_once(committed_world: World) -> None:
    world = committed_world
    _rfq_id, version_id = offered(world)
    turn = iter(range(4))
    lock = threading.Lock()

    def decide() -> object:
        with lock:
            number = next(turn)
        with use_tenant(PLATFORM, company_id=world.delmas.id):
            if number % 2:
                return accept_quote(version_id=version_id, actor=world.delmas.buyer)
            return award_parts(parts=[Part(version_id)], actor=world.delmas.buyer, period=period())

    _together(decide)
    with use_tenant(world.acme.scope, party="tenant"):
        assert Agreement.objects.count() + Order.objects.count() == 1
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert Award.objects.count() == 1


def test_two_agreements_for_an_article_at_once_are_one(committed_world: World) -> None:
    world = committed_world

    def agree() -> object:
        with use_tenant(world.acme.scope, company_id=world.delmas.id):
            customer = require_approved(world.delmas.buyer)
            data = new_agreement(line(world.acme, SKU, "0.11", 100))
            return sign(data=data, period=period(), customer=customer, actor=world.delmas.buyer)

    answers = _together(agree)
    assert answers.count("already_agreed") == 3
    with use_tenant(world.acme.scope, party="tenant"):
        assert Agreement.objects.count() == 1


def test_an_order_and_the_end_do_not_cross(committed_world: World) -> None:
    """Either the order was first and counts, or it pays what it usually pays, or it is refused."""
    world = committed_world
    agreement_id = signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 100))

    def end() -> object:
        with use_tenant(world.acme.scope, party="tenant"):
            agreements.close(agreement_id=agreement_id, reason="Steel", actor=world.acme.staff)
        return "ended"

    works: list[Callable[[], object]] = [end, lambda: _order(world, SKU, 60)]
    barrier = threading.Barrier(2)

    def run(work: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return work()
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(run, works))
    assert answers[0] == "ended"
    with use_tenant(world.acme.scope, party="tenant"):
        called = AgreementLine.objects.get().called_quantity
        prices = list(OrderLine.objects.values_list("unit_price", flat=True))
        assert Agreement.objects.get().state == ("ended" if called else "cancelled")
        assert (called, prices) in (
            (Decimal(60), [Decimal("0.11")]),
            (Decimal(0), [Decimal("0.16")]),
            (Decimal(0), []),
        )
