"""E-mails about an order's way: whom, about what, once."""

from __future__ import annotations

from decimal import Decimal

from core.tenancy import use_tenant
from customers.queries import require_approved
from orders.fulfilment import confirm_order, ship
from orders.lines import NewLine
from orders.models import Order
from orders.services import place_order
from payments.models import Invoice

ADDRESS = {"label": "Arras", "street": "12 rue des Forges", "postal_code": "62000", "city": "Arras", "country": "FR"}


def shipped_order(world):
    """An order of Delmas at Acme that has left as a whole."""
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order_id = place_order(
            actor=world.delmas.buyer,
            customer=require_approved(world.delmas.buyer),
            lines=[NewLine(world.acme.variants["VN-1001"], "", Decimal(100))],
            delivery_address=ADDRESS,
        )
    with use_tenant(world.acme.scope, party="tenant"):
        confirm_order(order_id=order_id, actor=world.acme.staff)
        quantities = {line.id: line.base_quantity for line in Order.objects.get(pk=order_id).lines.all()}
        ship(
            order_id=order_id,
            quantities=quantities,
            carrier="Chronopost",
            tracking_number="XY1",
            actor=world.acme.staff,
        )
        return Invoice.objects.get(order_id=order_id)


def test_the_company_is_sent_its_invoice_once(world, drain, mailoutbox):
    invoice = shipped_order(world)
    drain()
    drain()
    letters = [mail for mail in mailoutbox if invoice.number in mail.subject]
    assert [mail.to for mail in letters] == [[world.delmas.admin.email]]
    assert "60,00" in letters[0].subject
    assert f"http://acme.localhost/invoices/{invoice.id}/" in letters[0].body
