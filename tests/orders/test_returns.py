"""Goods that come back: asked for, decided, received, and credited to the cent or replaced."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from accounts.spending.models import SpendingEntry
from core.errors import IllegalMove, NotAllowed, NotFound, Refused
from core.ids import uuid7
from core.money import TaxedLine, totals
from core.tenancy import use_tenant
from inventory.models import Stock, StockMovement
from marketplace.models import Document
from orders import fulfilment
from orders.enums import OrderState, ReturnState, ReturnWish
from orders.models import Order, OrderLine
from orders.returns import services as returning
from orders.returns.errors import (
    InvalidReturnQuantity,
    MoreThanAccepted,
    MoreThanReturnable,
    NothingReceived,
    NothingReturned,
    NotInvoicedYet,
    RefusalReasonMissing,
    ReplacementMissing,
    ReturnReasonMissing,
    WishMissing,
)
from orders.returns.models import OrderReturn, ReturnLine
from orders.returns.services import Received, Wanted
from orders.returns.states import RETURN
from payments import credit, crediting
from payments.crediting import issue_credit_note
from payments.enums import InvoiceState
from payments.errors import InvalidCreditQuantity, NothingToCredit
from payments.models import CreditEntry, CreditNote, CreditNoteLine, CreditNoteTax, Invoice, InvoiceLine
from shipping.models import Shipment
from tests.orders.test_amending import lines_of, place
from tests.world import World


def shipped(world: World, *lines: tuple[str, object, str], part: dict[str, object] | None = None) -> Order:
    """An order of Delmas at Acme that has left: all of it, or these quantities. In Delmas's scope."""
    order = place(world, *lines)
    with use_tenant(world.acme.scope, party="tenant"):
        fulfilment.confirm_order(order_id=order.pk, actor=world.acme.staff)
        quantities = {
            line.pk: Decimal(str(part.get(sku, 0))) if part else line.base_quantity
            for sku, line in lines_of(order).items()
        }
        fulfilment.ship(order_id=order.pk, quantities=quantities, actor=world.acme.staff)
    return order


def ask(world: World, order: Order, quantities: dict[str, object], **other: object) -> UUID:
    lines = lines_of(order)
    values: dict[str, object] = {"wish": ReturnWish.CREDIT, "form_key": uuid7(), "actor": world.delmas.buyer, **other}
    wanted = {lines[sku].pk: Wanted(Decimal(str(n)), "damaged", "dented") for sku, n in quantities.items()}
    return returning.request_return(order_id=order.pk, lines=wanted, **values)  # type: ignore[arg-type]


def come_back(world: World, return_id: UUID, scrapped: dict[str, object] | None = None) -> None:
    """Accepted, and received as asked for; what is scrapped does not go back into the stock."""
    with use_tenant(world.acme.scope, party="tenant"):
        returning.accept(return_id=return_id, actor=world.acme.staff)
        received = {}
        for row in ReturnLine.objects.select_related("order_line").filter(of_return=return_id):
            lost = Decimal(str((scrapped or {}).get(row.order_line.sku, 0)))
            received[row.pk] = Received(row.quantity - lost, lost)
        returning.receive(return_id=return_id, lines=received, actor=world.acme.staff)


def _settled(world: World, return_id: UUID) -> CreditNote:
    with use_tenant(world.acme.scope, party="tenant"):
        return CreditNote.objects.get(pk=returning.credit(return_id=return_id, actor=world.acme.staff))


def _on_hand(world: World, sku: str) -> Decimal:
    return Stock.objects.get(variant_id=world.acme.variants[sku]).on_hand


def test_goods_that_come_back_are_credited(world: World) -> None:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order = shipped(world, ("VN-1001", 400, ""), ("VN-1005", 2, ""))
        before, owed = _on_hand(world, "VN-1001"), credit.status(order.customer_id).invoiced
        return_id = ask(world, order, {"VN-1001": 100}, note="Two boxes wet")
        come_back(world, return_id, scrapped={"VN-1001": 30})
        assert _on_hand(world, "VN-1001") == before + 70
        move = StockMovement.objects.get(kind=StockMovement.Kind.RETURN)
        found = OrderReturn.objects.get(pk=return_id)
        assert (move.quantity, move.reference) == (Decimal(70), found.number)
        note = _settled(world, return_id)
        invoice = Invoice.objects.get(order_id=order.pk)
        assert (note.net_amount, note.tax_amount, note.total_amount) == (Decimal(50), Decimal(10), Decimal(60))
        assert (note.invoice_id, note.TYPE_CODE, note.number[:3]) == (invoice.pk, "381", "AV-")
        assert (invoice.credited_amount, invoice.open_amount) == (Decimal(60), invoice.total_amount - 60)
        assert invoice.state == InvoiceState.ISSUED
        assert credit.status(order.customer_id).invoiced == owed - 60
        entry = CreditEntry.objects.get(kind="credited")
        assert (entry.invoiced_delta, entry.invoice_id, entry.note) == (Decimal(-60), invoice.pk, note.number)
        indexed = Document.objects.get(object_id=note.pk)
        assert (indexed.kind, indexed.number, indexed.amount) == ("credit", note.number, Decimal(-60))
        found.refresh_from_db()
        assert (found.state, found.credit_note_id) == (ReturnState.SETTLED, note.pk)
        assert [row.to_state for row in found.transitions.all()] == ["requested", "accepted", "received", "settled"]


def test_what_is_credited_is_spent_no_longer(world: World) -> None:
    """In parts, to the cent; the budget of the order's period has it again."""
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order = shipped(world, ("VN-1001", 400, ""), ("VN-1002", 10, ""))
        spent = SpendingEntry.objects.get()
        assert spent.amount == order.net_amount
        first = ask(world, order, {"VN-1001": 100})
        come_back(world, first)
        note = _settled(world, first)
        left = SpendingEntry.objects.aggregate(left=Sum("amount"))["left"]
        assert left == order.net_amount - note.net_amount
        assert {entry.day for entry in SpendingEntry.objects.all()} == {spent.day}
        rest = ask(world, order, {"VN-1001": 300, "VN-1002": 10})
        come_back(world, rest)
        _settled(world, rest)
        assert SpendingEntry.objects.aggregate(left=Sum("amount"))["left"] == 0


def test_credit_notes_of_a_whole_invoice_are_the_invoice(world: World) -> None:
    """In parts, whatever they are; then nothing is left to pay, and nothing more is credited."""
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order = shipped(world, ("VN-1003", 333, ""), ("VN-1002", 7, ""))
    with use_tenant(world.acme.scope, party="tenant"):
        invoice = Invoice.objects.get(order_id=order.pk)
        nut, screw = {line.sku: line for line in invoice.lines.all()}.values()
        for parts in ({nut.pk: 1}, {nut.pk: "0.5", screw.pk: 3}, {nut.pk: "331.5"}, {screw.pk: 4}):
            quantities = {key: Decimal(str(quantity)) for key, quantity in parts.items()}
            issue_credit_note(invoice_id=invoice.pk, quantities=quantities, reason="RE", actor=world.acme.staff)
        notes = CreditNote.objects.filter(invoice=invoice)
        assert sum(note.total_amount for note in notes) == invoice.total_amount
        assert sum(row.net_amount for row in CreditNoteLine.objects.all()) == invoice.net_amount
        assert sum(row.tax_amount for row in CreditNoteTax.objects.all()) == invoice.tax_amount
        invoice.refresh_from_db()
        assert (invoice.state, invoice.open_amount) == (InvoiceState.CREDITED.value, Decimal(0))
        assert credit.status(order.customer_id).used == 0
        with pytest.raises(InvalidCreditQuantity) as refusal:
            issue_credit_note(
                invoice_id=invoice.pk, quantities={screw.pk: Decimal(1)}, reason="", actor=world.acme.staff
            )
        assert refusal.value.field == str(screw.pk)


@given(
    lines=st.lists(
        st.tuples(
            st.decimals("0.01", 5000, places=2), st.sampled_from(("0.2", "0.055", "0.1", "0")), st.integers(1, 60)
        ),
        min_size=1,
        max_size=5,
    ),
    data=st.data(),
)
def test_parts_add_up_to_the_cent(lines: list[tuple[Decimal, str, int]], data: st.DataObject) -> None:
    """However an invoice is credited: nets and taxes by group add up to the invoice's, no part is negative."""
    rows = [
        InvoiceLine(position=n, net_amount=net, base_quantity=Decimal(count), tax_category="S", tax_rate=Decimal(rate))
        for n, (net, rate, count) in enumerate(lines, 1)
    ]
    whole = totals((TaxedLine(row.net_amount, "S", row.tax_rate) for row in rows), "EUR")
    parts: list[dict[UUID, Decimal]] = []
    while left := {row.pk: row.base_quantity - row.credited_quantity for row in rows}:
        wanted = {
            key: Decimal(data.draw(st.integers(0, int(rest)))) if len(parts) < 6 else rest for key, rest in left.items()
        }
        if not any(left.values()):
            break
        if any(wanted.values()):
            before = crediting.sums_of(rows, "EUR")
            credited = crediting.credit_lines(rows, wanted, "EUR")
            after = crediting.sums_of(rows, "EUR")
            assert sum(row.net for row in credited) == after.net - before.net
            assert all(row.net >= 0 for row in credited)
            assert all(now.tax >= then.tax for then, now in zip(before.groups, after.groups, strict=True))
        parts.append(wanted)
    assert crediting.sums_of(rows, "EUR") == whole


def test_a_paid_invoice_stays_paid_and_the_rest_is_owed(world: World) -> None:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order = shipped(world, ("VN-1005", 10, ""))
    with use_tenant(world.acme.scope, party="tenant"):
        invoice = Invoice.objects.get(order_id=order.pk)
        Invoice.objects.filter(pk=invoice.pk).update(paid_amount=Decimal(40))
        credit.settle(
            customer_id=invoice.customer_id,
            invoice_id=invoice.pk,
            amount=Decimal(40),
            currency="EUR",
            actor=world.acme.staff,
        )
        line = invoice.lines.get()
        issue_credit_note(invoice_id=invoice.pk, quantities={line.pk: Decimal(10)}, reason="", actor=world.acme.staff)
        invoice.refresh_from_db()
        note = CreditNote.objects.get()
        assert (note.total_amount, note.settled_amount) == (Decimal("50.40"), Decimal("10.40"))
        assert (invoice.state, invoice.open_amount) == (InvoiceState.PAID.value, Decimal(0))
        assert credit.status(invoice.customer_id).used == 0
        with pytest.raises(NothingToCredit):
            issue_credit_note(invoice_id=invoice.pk, quantities={}, reason="", actor=world.acme.staff)
    with use_tenant(world.acme.scope, company_id=world.delmas.id), pytest.raises(NotAllowed):
        issue_credit_note(invoice_id=invoice.pk, quantities={line.pk: Decimal(1)}, reason="", actor=world.delmas.buyer)


def test_credit_notes_only_grow(world: World) -> None:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order = shipped(world, ("VN-1005", 2, ""))
        return_id = ask(world, order, {"VN-1005": 1})
        come_back(world, return_id)
        note = _settled(world, return_id)
        with pytest.raises(DatabaseError), transaction.atomic():
            CreditNote.objects.filter(pk=note.pk).update(reason="another")
        assert CreditNote.objects.get().reason == note.reason


@pytest.mark.parametrize(
    ("quantities", "other", "refusal", "at"),
    [
        ({"VN-1001": 401}, {}, MoreThanReturnable, "VN-1001"),
        ({"VN-1003": 1}, {}, MoreThanReturnable, "VN-1003"),
        ({"VN-1001": "-1"}, {}, InvalidReturnQuantity, "VN-1001"),
        ({"VN-1001": "0.00001"}, {}, InvalidReturnQuantity, "VN-1001"),
        ({"VN-1001": 0}, {}, NothingReturned, None),
        ({}, {}, NothingReturned, None),
        ({"VN-1001": 1}, {"wish": ""}, WishMissing, "wish"),
    ],
)
def test_what_cannot_be_asked_for(
    world: World, quantities: dict[str, object], other: dict[str, object], refusal: type[Refused], at: str | None
) -> None:
    """Each refusal names its line; nothing is written."""
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order = shipped(world, ("VN-1001", 400, ""), ("VN-1003", 200, ""), part={"VN-1001": 400})
        with pytest.raises(refusal) as said:
            ask(world, order, quantities, **other)
        keys: dict[str | None, str] = {sku: str(line.pk) for sku, line in lines_of(order).items()}
        assert said.value.field == keys.get(at, at)
        assert not OrderReturn.objects.exists()
        line = lines_of(order)["VN-1001"]
        with pytest.raises(ReturnReasonMissing):
            returning.request_return(
                order_id=order.pk,
                lines={line.pk: Wanted(Decimal(1), "whim")},
                wish=ReturnWish.CREDIT,
                form_key=uuid7(),
                actor=world.delmas.buyer,
            )
        with pytest.raises(NotFound):
            returning.request_return(
                order_id=order.pk,
                lines={uuid7(): Wanted(Decimal(1), "other")},
                wish=ReturnWish.CREDIT,
                form_key=uuid7(),
                actor=world.delmas.buyer,
            )


def test_what_comes_back_does_not_come_back_again(world: World) -> None:
    """Refused and withdrawn goods may be asked for again; of what was accepted and did not come, the rest too."""
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order = shipped(world, ("VN-1001", 100, ""))
        first = ask(world, order, {"VN-1001": 60})
        with pytest.raises(MoreThanReturnable, match="At most 40 "):
            ask(world, order, {"VN-1001": 41})
        returning.withdraw(return_id=first, actor=world.delmas.buyer)
        second = ask(world, order, {"VN-1001": 100})
        with use_tenant(world.acme.scope, party="tenant"):
            returning.accept(return_id=second, actor=world.acme.staff)
            line = ReturnLine.objects.get(of_return=second)
            returning.receive(return_id=second, lines={line.pk: Received(Decimal(70))}, actor=world.acme.staff)
        with pytest.raises(MoreThanReturnable):
            ask(world, order, {"VN-1001": 31})
        third = ask(world, order, {"VN-1001": 30})
        with use_tenant(world.acme.scope, party="tenant"):
            with pytest.raises(RefusalReasonMissing):
                returning.refuse(return_id=third, reason=" ", actor=world.acme.staff)
            returning.refuse(return_id=third, reason="Cut to measure", actor=world.acme.staff)
        assert OrderReturn.objects.get(pk=third).transitions.values_list("note", flat=True).last() == "Cut to measure"
        ask(world, order, {"VN-1001": 30})


def test_sent_twice_is_asked_for_once(world: World) -> None:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order, key = shipped(world, ("VN-1001", 100, "")), uuid7()
        first = ask(world, order, {"VN-1001": 100}, form_key=key)
        assert ask(world, order, {"VN-1001": 100}, form_key=key) == first
        assert OrderReturn.objects.count() == 1


def test_what_is_received(world: World) -> None:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order = shipped(world, ("VN-1001", 100, ""))
        return_id = ask(world, order, {"VN-1001": 10})
    with use_tenant(world.acme.scope, party="tenant"):
        staff = world.acme.staff
        returning.accept(return_id=return_id, actor=staff)
        key = ReturnLine.objects.get().pk
        for came, refusal in (
            (Received(Decimal(8), Decimal(3)), MoreThanAccepted),
            (Received(Decimal(-1)), InvalidReturnQuantity),
            (Received(), NothingReceived),
        ):
            with pytest.raises(refusal), transaction.atomic():
                returning.receive(return_id=return_id, lines={key: came}, actor=staff)
        assert not StockMovement.objects.filter(kind="return").exists()
        assert OrderReturn.objects.get().state == ReturnState.ACCEPTED


def test_before_the_invoice_a_credit_note_waits_for_it(world: World) -> None:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order = shipped(world, ("VN-1001", 100, ""), part={"VN-1001": 40})
        return_id = ask(world, order, {"VN-1001": 40})
        come_back(world, return_id)
        with pytest.raises(NotInvoicedYet), transaction.atomic():
            _settled(world, return_id)
        assert OrderReturn.objects.get().state == ReturnState.RECEIVED
        with use_tenant(world.acme.scope, party="tenant"):
            line = OrderLine.objects.get(order=order)
            fulfilment.ship(order_id=order.pk, quantities={line.pk: Decimal(60)}, actor=world.acme.staff)
        assert _settled(world, return_id).net_amount == Decimal(20)


def test_goods_are_replaced_by_a_parcel(world: World) -> None:
    """Out of free stock and without an invoice; delivering it delivers nothing of the order once more."""
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order = shipped(world, ("VN-1002", 50, ""))
        return_id = ask(world, order, {"VN-1002": 50}, wish=ReturnWish.REPLACEMENT)
        come_back(world, return_id, scrapped={"VN-1002": 50})
    with use_tenant(world.acme.scope, party="tenant"):
        staff = world.acme.staff
        with pytest.raises(ReplacementMissing) as refusal, transaction.atomic():
            returning.replace(return_id=return_id, actor=staff)
        assert refusal.value.field == str(lines_of(order)["VN-1002"].pk)
        Stock.objects.filter(variant_id=world.acme.variants["VN-1002"]).update(on_hand=60)
        shipment_id = returning.replace(return_id=return_id, carrier="Chronopost", actor=staff)
        assert _on_hand(world, "VN-1002") == 10
        assert Shipment.objects.get(pk=shipment_id).position == 2
        first = Shipment.objects.get(order_id=order.pk, position=1).pk
        for parcel, delivered in ((shipment_id, 0), (first, 50)):
            for code in ("handed_over", "delivered"):
                fulfilment.record_tracking(shipment_id=parcel, code=code, actor=staff)
            assert lines_of(order)["VN-1002"].delivered_quantity == delivered
        order.refresh_from_db()
        assert order.state == OrderState.DELIVERED
        assert not CreditNote.objects.exists()
        with use_tenant(world.acme.scope, company_id=world.delmas.id):
            ask(world, order, {"VN-1002": 50})  # what came instead may come back too


def test_the_table_of_moves() -> None:
    """Every pair of states: what is not here is refused."""
    allowed = {
        ("requested", "accepted"),
        ("requested", "refused"),
        ("requested", "withdrawn"),
        ("accepted", "received"),
        ("accepted", "refused"),
        ("received", "settled"),
    }
    for state in ReturnState.values:
        for to in ReturnState.values:
            assert RETURN.may(state, to) == ((state, to) in allowed), (state, to)


@pytest.mark.parametrize("state", ReturnState.values)
def test_who_comes_too_late_changes_nothing(world: World, state: str) -> None:
    """Each action in each state."""
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order = shipped(world, ("VN-1001", 100, ""))
        return_id = ask(world, order, {"VN-1001": 10})
        staff, buyer = world.acme.staff, world.delmas.buyer
        key = ReturnLine.objects.get().pk
        note_id = uuid7() if state == ReturnState.SETTLED else None
        OrderReturn.objects.update(state=state, credit_note_id=note_id)
        ReturnLine.objects.update(restocked_quantity=10 if state in ("received", "settled") else 0)
    actions = {
        "accepted": lambda: returning.accept(return_id=return_id, actor=staff),
        "refused": lambda: returning.refuse(return_id=return_id, reason="No", actor=staff),
        "received": lambda: returning.receive(return_id=return_id, lines={key: Received(Decimal(10))}, actor=staff),
        "settled": lambda: returning.credit(return_id=return_id, actor=staff),
        "withdrawn": lambda: returning.withdraw(return_id=return_id, actor=buyer),
    }
    for to, act in actions.items():
        scope = {"company_id": world.delmas.id} if to == "withdrawn" else {"party": "tenant"}
        with use_tenant(world.acme.scope, **scope):
            if RETURN.may(state, to):
                continue
            with pytest.raises(IllegalMove), transaction.atomic():
                act()
            assert OrderReturn.objects.get().state == state


def test_who_may(world: World) -> None:
    """Members who may order, within their units; the supplier's own staff."""
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order = shipped(world, ("VN-1001", 100, ""))
        with pytest.raises(NotAllowed):
            ask(world, order, {"VN-1001": 1}, actor=world.delmas.onlooker)
        elsewhere = replace(world.delmas.buyer, unit_ids=frozenset({uuid7()}))
        for stranger in (elsewhere, world.lecomte.buyer, world.acme.staff):
            with pytest.raises(NotFound):
                ask(world, order, {"VN-1001": 1}, actor=stranger)
        return_id = ask(world, order, {"VN-1001": 1})
        with pytest.raises(NotFound):
            returning.withdraw(return_id=return_id, actor=elsewhere)
        for stranger in (world.delmas.buyer, world.bolt.staff):
            with pytest.raises(NotAllowed):
                returning.accept(return_id=return_id, actor=stranger)
        assert OrderReturn.objects.get().state == ReturnState.REQUESTED


def test_statements_do_not_grow_with_lines(world: World) -> None:
    counts = []
    for skus in (("VN-1001",), ("VN-1001", "VN-1002", "VN-1003", "VN-1005")):
        with use_tenant(world.acme.scope, company_id=world.delmas.id):
            order = shipped(world, *((sku, 4, "") for sku in skus))
            with CaptureQueriesContext(connection) as captured:
                return_id = ask(world, order, dict.fromkeys(skus, 2))
                come_back(world, return_id)
                _settled(world, return_id)
        counts.append(len(captured))
    assert counts[0] == counts[1]
