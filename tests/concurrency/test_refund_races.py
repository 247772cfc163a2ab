"""Two credit notes of one paid invoice at once, one refund sent twice, one debt given back in two ways."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal
from threading import Thread
from uuid import UUID

from django.db import connection, connections, transaction

from core.actor import system
from core.tenancy import use_tenant
from payments.gateways import GatewayRefused
from payments.gateways.fake import FakeGateway
from payments.models import CustomerCredit, Invoice, PaymentIntent, Repayment
from payments.owed import note_paid_back, settle_with_credit
from payments.refunding import send_refunds
from payments.refunds import open_refunds, record_refund
from tests.concurrency.test_amending_races import _together
from tests.payments.books import assert_books_agree, credited, invoiced, pay
from tests.payments.test_refunds import Unwilling
from tests.world import World


def _send(world: World, note_id: UUID) -> Callable[[], object]:
    def work() -> None:
        with use_tenant(world.acme.scope, party="tenant"):
            send_refunds(credit_note_id=note_id, gateway=FakeGateway())

    return work


def test_two_notes_at_once_send_back_what_was_paid_and_no_more(committed_world: World) -> None:
    world = committed_world
    invoice_id = invoiced(world)
    intent_id = pay(world, invoice_id)

    def work(quantity: int) -> Callable[[], object]:
        def both() -> None:
            note_id = credited(world, invoice_id, quantity)
            _send(world, note_id)()

        return both

    answers = _together([work(6), work(6), work(4)])
    assert sum(answer is not None for answer in answers) in (1, 2), "more than was invoiced is not credited"
    with use_tenant(world.acme.scope, party="tenant"):
        intent = PaymentIntent.objects.get(pk=intent_id)
        assert Decimal(0) < intent.refunded_amount <= intent.amount
    assert_books_agree(world)


def test_a_refund_that_is_sent_twice_at_once_is_one(committed_world: World) -> None:
    world = committed_world
    invoice_id = invoiced(world)
    pay(world, invoice_id)
    note_id = credited(world, invoice_id, 5)
    assert _together([_send(world, note_id)] * 3) == [None] * 3
    with use_tenant(world.acme.scope, party="tenant"):
        assert Repayment.objects.get().amount == Decimal("25.20")
    assert_books_agree(world)


def test_a_refunds_name_waits_for_what_its_message_locks_first(committed_world: World) -> None:
    """The message holds invoice and card payment; whoever writes the name down must not hold the refund meanwhile."""
    world = committed_world
    invoice_id = invoiced(world)
    intent_id = pay(world, invoice_id)
    note_id = credited(world, invoice_id, 5)
    with use_tenant(world.acme.scope, party="tenant"):
        (key,) = open_refunds(credit_note_id=note_id, gateway_name=FakeGateway.name)

        def name_it() -> None:
            try:
                with use_tenant(world.acme.scope, party="tenant"):
                    record_refund(repayment_id=key, reference="re_1", actor=system("test"))
            finally:
                connections.close_all()

        thread = Thread(target=name_it)
        with transaction.atomic():
            Invoice.objects.select_for_update(of=("self",)).get(pk=invoice_id)
            PaymentIntent.objects.select_for_update(of=("self",)).get(pk=intent_id)
            thread.start()
            _until_somebody_waits()
            Repayment.objects.select_for_update(of=("self",), nowait=True).get(pk=key)
        thread.join(timeout=20)
        assert Repayment.objects.get(pk=key).gateway_reference == "re_1"


def _until_somebody_waits() -> None:
    """Until somebody waits for a lock."""
    for _try in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits")


def test_what_is_owed_is_given_back_once(committed_world: World) -> None:
    world = committed_world
    invoice_id, other_id = invoiced(world), invoiced(world)
    pay(world, invoice_id)
    note_id = credited(world, invoice_id, 10)
    with use_tenant(world.acme.scope, party="tenant"):
        send_refunds(credit_note_id=note_id, gateway=Unwilling(GatewayRefused("too_old")))

    def paid() -> Decimal:
        with use_tenant(world.acme.scope, party="tenant"):
            return note_paid_back(credit_note_id=note_id, reference="VIR", actor=world.acme.staff)

    def settled() -> Decimal:
        with use_tenant(world.acme.scope, party="tenant"):
            return settle_with_credit(credit_note_id=note_id, invoice_id=other_id, actor=world.acme.staff)

    answers = _together([paid, settled, paid, settled])
    assert sorted(map(str, answers)).count("nothing_owed") == 3
    with use_tenant(world.acme.scope, party="tenant"):
        credit = CustomerCredit.objects.get()
        assert (credit.amount, credit.used_amount) == (Decimal("50.40"), Decimal("50.40"))
    assert_books_agree(world)
