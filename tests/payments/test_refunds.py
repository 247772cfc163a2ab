"""What credit notes owe: it goes back to the card that paid, on another invoice, or otherwise; never twice."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from core.actor import system
from core.errors import IllegalMove, NotAllowed, NotFound, Refused
from core.tenancy import use_tenant
from payments import credit
from payments.credit_balances import balances
from payments.enums import InvoiceState, RepaymentState
from payments.errors import NothingOwed, NotSettleable
from payments.gateways import Checkout, CheckoutIntent, GatewayError, GatewayRefused, RefundOrder
from payments.gateways.fake import FakeGateway
from payments.models import CreditNote, CustomerCredit, Invoice, PaymentIntent, Repayment
from payments.owed import note_paid_back, settle_with_credit
from payments.refunding import send_refunds
from payments.states import REPAYMENT
from tests.payments.books import assert_books_agree, credited, invoiced, pay, tell
from tests.world import World


class Unwilling:
    """A gateway that does not do what it is asked, and keeps what that was."""

    name = "fake"

    def __init__(self, error: GatewayError) -> None:
        self.error: GatewayError | None = error
        self.keys: list[str] = []

    def create_checkout(self, intent: CheckoutIntent) -> Checkout:
        raise NotImplementedError

    def refund(self, order: RefundOrder) -> str:
        self.keys.append(order.idempotency_key)
        if self.error is not None:
            raise self.error
        return "re_1"

    verify_webhook = FakeGateway.verify_webhook
    read_event = FakeGateway.read_event


def _send(world: World, note_id: UUID, gateway: Any) -> None:
    with use_tenant(world.acme.scope, party="tenant"):
        send_refunds(credit_note_id=note_id, gateway=gateway)


def _repayment(world: World) -> Repayment:
    with use_tenant(world.acme.scope, party="tenant"):
        return Repayment.objects.get()


def _owed(world: World) -> str:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        return balances(world.delmas.buyer)


def _settle(world: World, note_id: UUID, invoice_id: UUID, **other: Any) -> Decimal:
    with use_tenant(world.acme.scope, party="tenant"):
        return settle_with_credit(credit_note_id=note_id, invoice_id=invoice_id, **{"actor": world.acme.staff, **other})


def _paid_back(world: World, note_id: UUID, **other: Any) -> Decimal:
    with use_tenant(world.acme.scope, party="tenant"):
        return note_paid_back(credit_note_id=note_id, **{"reference": "VIR-1", "actor": world.acme.staff, **other})


def test_what_a_card_paid_goes_back_to_it_once(world: World, drain: Callable[[], int], mailoutbox: list[Any]) -> None:
    invoice_id = invoiced(world)
    intent_id = pay(world, invoice_id)
    drain()
    mailoutbox.clear()
    note_id = credited(world, invoice_id, 4)
    for _time in range(2):
        drain()
        _send(world, note_id, FakeGateway())
    row = _repayment(world)
    assert (row.state, row.amount, row.intent_id) == (RepaymentState.DONE.value, Decimal("20.16"), intent_id)
    assert tell(world, row, "succeeded") == "repeated"
    with use_tenant(world.acme.scope, party="tenant"):
        invoice = Invoice.objects.get(pk=invoice_id)
        assert (invoice.state, invoice.open_amount) == (InvoiceState.PAID.value, Decimal(0))
        assert credit.status(invoice.customer_id).used == 0
    assert _owed(world) == ""
    told = [letter for letter in mailoutbox if f"/credit-notes/{note_id}/" in letter.body]
    assert world.delmas.admin.email in [letter.to[0] for letter in told]
    assert len({letter.to[0] for letter in told}) == len(told), "nobody is told twice"
    assert_books_agree(world)


def test_what_the_bank_sends_back_is_owed_again(world: World, drain: Callable[[], int], mailoutbox: list[Any]) -> None:
    invoice_id = invoiced(world)
    pay(world, invoice_id)
    note_id = credited(world, invoice_id, 10)
    drain()
    assert tell(world, _repayment(world), "failed", amount=Decimal(1)) == "mismatch"
    assert _owed(world) == ""
    mailoutbox.clear()
    assert tell(world, _repayment(world), "failed") == "applied"
    assert tell(world, _repayment(world), "succeeded") == "repeated", "messages come in any order"
    assert "50" in _owed(world)
    assert_books_agree(world)
    drain()
    assert {letter.to[0] for letter in mailoutbox} == {world.acme.owner.email}
    _send(world, note_id, FakeGateway())
    with use_tenant(world.acme.scope, party="tenant"):
        assert Repayment.objects.count() == 1, "it is not tried again by itself"
    assert _paid_back(world, note_id) == Decimal("50.40")
    with pytest.raises(NothingOwed):
        _paid_back(world, note_id)
    assert _owed(world) == ""
    assert_books_agree(world)


def test_a_gateway_that_does_not_answer_is_asked_again_with_the_same_key(world: World) -> None:
    invoice_id = invoiced(world)
    pay(world, invoice_id)
    note_id, gateway = credited(world, invoice_id, 2), Unwilling(GatewayError("timeout"))
    with pytest.raises(GatewayError):
        _send(world, note_id, gateway)
    assert _repayment(world).state == RepaymentState.CREATED
    assert _owed(world) == "", "what is on its way cannot be given back in another way"
    gateway.error = None
    _send(world, note_id, gateway)
    _send(world, note_id, gateway)
    assert len(gateway.keys) == 2
    assert len(set(gateway.keys)) == 1
    row = _repayment(world)
    assert (row.state, row.gateway_reference) == (RepaymentState.PENDING.value, "re_1")
    assert tell(world, row, "succeeded") == "applied"
    assert_books_agree(world)


def test_what_a_gateway_refuses_for_good_is_owed(world: World) -> None:
    invoice_id = invoiced(world)
    pay(world, invoice_id)
    note_id = credited(world, invoice_id, 2)
    _send(world, note_id, Unwilling(GatewayRefused("charge_disputed")))
    assert _repayment(world).state == RepaymentState.FAILED
    assert "10" in _owed(world)
    assert_books_agree(world)


def test_notes_of_one_invoice_never_send_more_back_than_was_paid(world: World, drain: Callable[[], int]) -> None:
    invoice_id = invoiced(world)
    credited(world, invoice_id, 3)
    intent_id = pay(world, invoice_id)
    for quantity in (2, 4, 1):
        credited(world, invoice_id, quantity)
        drain()
    with use_tenant(world.acme.scope, party="tenant"):
        intent = PaymentIntent.objects.get(pk=intent_id)
        assert intent.amount == intent.refunded_amount == Decimal("35.28")
        assert CustomerCredit.objects.count() == 3, "the first one took off what was to pay"
    assert_books_agree(world)


def test_a_card_gets_back_what_it_paid_and_the_rest_is_owed(world: World, drain: Callable[[], int]) -> None:
    note_id, invoice_id = _owed_without_card(world, invoiced(world), drain), invoiced(world, 12)
    assert _settle(world, note_id, invoice_id) == Decimal("50.40")
    intent_id = pay(world, invoice_id)
    credited(world, invoice_id, 4)
    drain()
    with use_tenant(world.acme.scope, party="tenant"):
        intent = PaymentIntent.objects.get(pk=intent_id)
        assert intent.amount == intent.refunded_amount == Decimal("10.08")
        assert CustomerCredit.objects.latest("pk").left == Decimal("10.08")
    assert_books_agree(world)


def test_what_was_not_paid_by_card_settles_the_next_invoice(world: World, drain: Callable[[], int]) -> None:
    invoice_id, other_id = invoiced(world), invoiced(world, 6)
    small_id = invoiced(world, 5)
    with use_tenant(world.acme.scope, party="tenant"):
        invoice = Invoice.objects.get(pk=invoice_id)
    note_id = _owed_without_card(world, invoice_id, drain)
    assert "50" in _owed(world)
    with use_tenant(world.acme.scope, party="tenant"):
        before = credit.status(invoice.customer_id).invoiced
    assert _settle(world, note_id, small_id) == Decimal("25.20")
    with use_tenant(world.acme.scope, party="tenant"):
        assert Invoice.objects.get(pk=small_id).state == InvoiceState.PAID
        assert credit.status(invoice.customer_id).invoiced == before - Decimal("25.20")
    with pytest.raises(NotSettleable):
        _settle(world, note_id, small_id)
    assert _settle(world, note_id, other_id) == Decimal("25.20"), "what is left of it"
    with pytest.raises(NothingOwed):
        _settle(world, note_id, other_id)
    with use_tenant(world.acme.scope, party="tenant"):
        assert Invoice.objects.get(pk=other_id).open_amount == Decimal("5.04")
    assert_books_agree(world)


def test_only_the_supplier_gives_back_and_only_to_the_customer_it_owes(world: World, drain: Callable[[], int]) -> None:
    invoice_id, other_id = invoiced(world), invoiced(world, 6)
    note_id = _owed_without_card(world, invoice_id, drain)
    for actor in (world.delmas.buyer, world.bolt.staff):
        with pytest.raises(NotAllowed):
            _settle(world, note_id, other_id, actor=actor)
        with pytest.raises(NotAllowed):
            _paid_back(world, note_id, actor=actor)
    with use_tenant(world.bolt.scope, party="tenant"), pytest.raises(NotFound):
        note_paid_back(credit_note_id=note_id, reference="", actor=world.bolt.staff)
    with use_tenant(world.acme.scope, party="tenant"):
        Invoice.objects.filter(pk=other_id).update(customer=world.acme.customers["lecomte"])
    with pytest.raises(NotSettleable):
        _settle(world, note_id, other_id)
    with use_tenant(world.acme.scope, company_id=world.lecomte.id):
        assert balances(world.lecomte.buyer) == ""
    with use_tenant(world.acme.scope, party="tenant"):
        assert not Repayment.objects.exclude(state=RepaymentState.FAILED).exists()


def test_both_sides_see_it_and_the_supplier_enters_what_it_did(
    world: World, drain: Callable[[], int], browser: Any
) -> None:
    invoice_id, other_id = invoiced(world), invoiced(world, 6)
    note_id = _owed_without_card(world, invoice_id, drain)
    staff, shop = browser(world.acme.host, world.acme.owner), browser(world.acme.host, world.delmas.admin)
    path = f"/portal/credit-notes/{note_id}/"
    assert 'value="settle"' in staff.get(path).content.decode()
    for page in (shop.get("/invoices/"), shop.get(f"/credit-notes/{note_id}/"), staff.get("/portal/invoices/")):
        assert "50.40" in page.content.decode()
    assert 'value="settle"' not in shop.get(f"/credit-notes/{note_id}/").content.decode()
    assert shop.post(f"/credit-notes/{note_id}/", {"do": "paid"}).status_code == 405
    for form in ({"do": "settle", "invoice": "x"}, {"do": "settle", "invoice": other_id.hex}, {"do": "paid"}):
        assert staff.post(path, {"reference": "VIR-77", **form}).status_code == 303
    with use_tenant(world.acme.scope, party="tenant"):
        assert [row.method for row in Repayment.objects.filter(state="done")] == ["invoice", "outside"]
    html = shop.get(f"/credit-notes/{note_id}/").content.decode()
    assert "VIR-77" in html
    assert "20.16" in html
    assert staff.post(path, {"do": "paid"}).status_code == 303, "sent twice"
    assert_books_agree(world)


@pytest.mark.parametrize("seed", range(3))
def test_the_books_agree_whatever_is_done(world: World, seed: int, drain: Callable[[], int]) -> None:
    """Payments, notes, messages and repayments in any order: what is refused changes nothing."""
    chance = random.Random(seed)
    invoices = [invoiced(world, quantity) for quantity in (10, 7, 3)]

    def any_note() -> UUID:
        with use_tenant(world.acme.scope, party="tenant"):
            return chance.choice(list(CreditNote.objects.values_list("pk", flat=True)))

    def any_message() -> None:
        with use_tenant(world.acme.scope, party="tenant"):
            row = chance.choice(list(Repayment.objects.filter(method="card")))
        tell(world, row, chance.choice(["succeeded", "failed"]))

    doing: list[Callable[[], object]] = [
        lambda: pay(world, chance.choice(invoices)),
        lambda: credited(world, chance.choice(invoices), chance.choice([1, 2, 3])),
        lambda: _settle(world, any_note(), chance.choice(invoices)),
        lambda: _paid_back(world, any_note()),
        any_message,
        drain,
    ]
    for _step in range(25):
        with contextlib.suppress(Refused, IndexError):
            chance.choice(doing)()
        assert_books_agree(world)


def test_every_move_of_a_repayment() -> None:
    allowed = {
        ("created", "pending"),
        ("created", "done"),
        ("created", "failed"),
        ("pending", "done"),
        ("pending", "failed"),
        ("done", "failed"),
    }
    for before in RepaymentState.values:
        for after in RepaymentState.values:
            assert REPAYMENT.may(before, after) == ((before, after) in allowed)
    with pytest.raises(IllegalMove):
        REPAYMENT.move(Repayment(state="failed"), to=RepaymentState.DONE, actor=system("test"))


def _owed_without_card(world: World, invoice_id: UUID, drain: Callable[[], int]) -> UUID:
    """A note of a whole invoice whose card payment the gateway does not give back: 50.40 are owed."""
    pay(world, invoice_id)
    note_id = credited(world, invoice_id, 10)
    with use_tenant(world.acme.scope, party="tenant"):
        send_refunds(credit_note_id=note_id, gateway=Unwilling(GatewayRefused("too_old")))
    drain()
    return note_id
