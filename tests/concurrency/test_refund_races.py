"""Two credit notes of one paid invoice at once, one refund sent twice, one debt given back in two ways."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

from core.tenancy import use_tenant
from payments.gateways import GatewayRefused
from payments.gateways.fake import FakeGateway
from payments.models import CustomerCredit, PaymentIntent, Repayment
from payments.owed import note_paid_back, settle_with_credit
from payments.refunding import send_refunds
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
