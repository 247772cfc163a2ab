"""What a company has had from suppliers until now: its own alone, by currency, sums apart from the rest."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from core.actor import Actor
from core.scope import PLATFORM
from core.tenancy import use_tenant
from marketplace.dealings import Dealings, dealings_with
from marketplace.models import Document
from orders import services
from orders.fulfilment import confirm_order, record_tracking, ship
from orders.models import Order, OrderLine
from payments.crediting import issue_credit_note
from payments.models import Invoice, InvoiceLine
from rfq.models import RFQ
from tests.counting import statements
from tests.orders.test_amending import place
from tests.rfq.test_negotiation import accept, offer_of, request_for
from tests.world import CompanyWorld, World

NOBODY = UUID(int=0)


def _seen(world: World, company: CompanyWorld, *, actor: Actor | None = None, besides: UUID = NOBODY) -> list[Dealings]:
    tenants = (world.acme.id, world.bolt.id)
    with use_tenant(PLATFORM, company_id=company.id), statements() as asked:
        found = dealings_with(actor or company.buyer, tenants, besides=besides)
    assert len(asked) == 1
    return [found[key] for key in tenants]


def _delivered(world: World, *, promised_in: int) -> Order:
    """An order of Delmas at Acme that has arrived today."""
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order = place(world, ("VN-1001", 100, ""))
    with use_tenant(world.acme.scope, party="tenant"):
        confirm_order(order_id=order.pk, actor=world.acme.staff)
        shipment_id = ship(
            order_id=order.pk,
            quantities={line.pk: line.base_quantity for line in OrderLine.objects.filter(order=order)},
            promised_on=timezone.localdate() + timedelta(days=promised_in),
            actor=world.acme.staff,
        )
        for code in ("handed_over", "delivered"):
            record_tracking(shipment_id=shipment_id, code=code, actor=world.acme.staff)
    return order


def test_orders_parcels_offers_and_credit_notes_are_told(world: World) -> None:
    assert [(one.orders_text, one.sums_text, one.facts) for one in _seen(world, world.delmas)] == [
        ("no order yet", "", ()),
        ("no order yet", "", ()),
    ]
    late = _delivered(world, promised_in=-1)
    _delivered(world, promised_in=0)
    with use_tenant(world.acme.scope, party="tenant"):
        invoice = Invoice.objects.get(order_id=late.pk)
        line = InvoiceLine.objects.get(invoice=invoice)
        issue_credit_note(invoice_id=invoice.pk, quantities={line.pk: Decimal(1)}, reason="", actor=world.acme.staff)
    lost = request_for(world.delmas, world.acme, world.bolt)
    accept(world.delmas, offer_of(world.acme, lost, "0.40", None))
    now = request_for(world.delmas, world.acme)
    offer_of(world.acme, now, "0.38", None)
    acme, bolt = _seen(world, world.delmas, besides=now)
    assert acme.orders_text == "3 orders in 12 months"
    assert acme.sums_text == "€2,520.00 incl. VAT"
    day = timezone.localdate().strftime("%-d %b %Y")
    assert acme.facts == (
        f"first order {day}, last {day}",
        "1 of 2 parcels on time",
        f"1 of 1 offer taken, the last {day}",
        "1 credit note",
    )
    assert (bolt.orders_text, bolt.facts) == ("no order yet", ())


def test_only_the_companys_own_dealings_count_and_only_what_its_person_sees(world: World) -> None:
    order = _delivered(world, promised_in=0)
    assert [one.orders_text for one in _seen(world, world.lecomte)] == ["no order yet"] * 2
    stranger = _seen(world, world.lecomte, actor=world.delmas.buyer)
    assert [one.facts for one in stranger] == [(), ()], "the wall holds where the filter does not"
    elsewhere = Actor(**{**_fields(world.delmas.buyer), "unit_ids": frozenset({order.pk})})
    assert [one.orders_text for one in _seen(world, world.delmas, actor=elsewhere)] == ["no order yet"] * 2


def _fields(actor: Actor) -> dict[str, Any]:
    return {name: getattr(actor, name) for name in actor.__dataclass_fields__}


def test_cancelled_and_older_orders_and_other_currencies_are_kept_apart(world: World) -> None:
    first, second, third = (_placed(world) for _place in range(3))
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        services.cancel(order_id=first.pk, actor=world.delmas.buyer)
    with use_tenant(world.acme.scope, party="tenant"):
        Document.objects.filter(object_id=second.pk).update(happened_at=timezone.now() - timedelta(days=400))
        Document.objects.filter(object_id=third.pk).update(currency="USD", amount=Decimal("12.50"))
    fourth = _placed(world)
    acme, _bolt = _seen(world, world.delmas)
    assert acme.orders_text == "2 orders in 12 months"
    assert acme.sums_text == f"€{fourth.total_amount:.2f} + US$12.50 incl. VAT"
    assert acme.facts[0].startswith("first order ")


def _placed(world: World) -> Order:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        return place(world, ("VN-1001", 100, ""))


def test_the_comparison_shows_them_and_the_technical_view_no_sums(world: World, browser: Any) -> None:
    total = _delivered(world, promised_in=0).total_amount
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    offer_of(world.acme, rfq_id, "0.38", "6.40")
    buyer, path = browser("localhost", world.delmas.admin), f"/rfqs/{rfq_id}/"
    page = buyer.get(path).text
    assert "1 order in 12 months" in page
    assert f"€{total:.2f} incl. VAT" in page
    assert "1 of 1 parcel on time" in page
    technical = buyer.get(f"{path}?view=technical").text
    assert "1 order in 12 months" in technical
    assert "incl. VAT" not in technical


def test_a_figure_says_when_answers_are_due_and_afterwards_what_became_of_the_request(
    world: World, browser: Any
) -> None:
    rfq_id = request_for(world.delmas, world.acme)
    version = offer_of(world.acme, rfq_id, "0.38", None)
    buyer, path = browser("localhost", world.delmas.admin), f"/rfqs/{rfq_id}/"

    def figure() -> str:
        return str(buyer.get(path).text.split('class="stat"')[2].split('class="stat"')[0])

    assert "Answers until" in figure()
    assert "data-left" in figure()
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        RFQ.objects.update(deadline_at=timezone.now() - timedelta(hours=1))
    assert "Answers were due" in figure()
    assert "data-left" not in figure()
    accept(world.delmas, version)
    shown = figure()
    assert ">Awarded<" in shown
    assert "Answers until" not in shown
    assert timezone.localtime().strftime("%-d %b %Y") in shown
