"""E-mails about an order's way: whom, about what, once."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.colours import contrast
from core.tenancy import use_tenant
from customers.queries import require_approved
from notifications.letter import Sender, blocks_of, html_of
from orders.fulfilment import confirm_order, ship
from orders.lines import NewLine
from orders.models import Order
from orders.services import cancel, place_order
from payments.models import Invoice
from tenants import directory

ADDRESS = {"label": "Arras", "street": "12 rue des Forges", "postal_code": "62000", "city": "Arras", "country": "FR"}


def placed_order(world):
    """The key of an order of Delmas at Acme."""
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        return place_order(
            actor=world.delmas.buyer,
            customer=require_approved(world.delmas.buyer),
            lines=[NewLine(world.acme.variants["VN-1001"], "", Decimal(100))],
            delivery_address=ADDRESS,
        )


def shipped_order(world):
    """An order of Delmas at Acme that has left as a whole."""
    order_id = placed_order(world)
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


def html_part(letter):
    content, kind = letter.alternatives[0]
    assert kind == "text/html"
    return content


def test_a_letter_has_an_html_part_in_its_suppliers_colours(world, drain, mailoutbox):
    invoice = shipped_order(world)
    drain()
    html = html_part(next(mail for mail in mailoutbox if invoice.number in mail.subject))
    with use_tenant(world.acme.scope):
        acme = directory.find_by_id(world.acme.id)
        assert acme is not None
    assert f"border-top:4px solid {acme.primary}" in html
    assert "Acme" in html
    assert f'<a href="http://acme.localhost/invoices/{invoice.id}/"' in html
    assert html.count("<a ") == 2, "the button, and the way to get no more of them"
    assert html.count("/unsubscribe/") == 1
    assert "<script" not in html


def test_the_parts_of_a_text_are_read():
    text = "Hello,\n\nTotal: 60,00 €\nDue : Monday\n- Screw: 2 → 1\n- plain\n\nSee it:\nhttps://a/1\nhttps://b/2\n"
    assert [(block.kind, block.lines or block.rows) for block in blocks_of(text, link="https://a/1")] == [
        ("text", ("Hello,",)),
        ("rows", (("Total", "60,00 €"), ("Due", "Monday"), ("Screw", "2 → 1"))),
        ("list", ("plain",)),
        ("button", ("See it",)),
        ("text", ("https://b/2",)),
    ]


def test_what_people_typed_is_neither_markup_nor_a_link():
    body = 'Hello,\n\n<img src=x onerror="a()"> & Co\n\nhttps://evil.example/\nName: <b>x</b>\n'
    sender = Sender('<script>"', "#ffe600;}", "")
    html = html_of(subject="<i>hi</i>", body=body, link="", sender=sender, language="en")
    for hostile in ("<img src=x", "<script", "<i>", "<b>", "<a ", "#ffe600;}"):
        assert hostile not in html
    assert "&lt;img src=x" in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize("colour", ["#ffe600", "#ffd6e8", "#808080", "#000000", "#ffffff"])
def test_every_brand_is_legible(colour):
    sender = Sender("Acme", colour)
    assert contrast(sender.on_ground, sender.ground) >= 4.5
    assert contrast(sender.ink, "#ffffff") >= 4.5


def test_the_buyer_is_told_once_that_the_supplier_cancelled_the_order(world, drain, mailoutbox):
    order_id = placed_order(world)
    drain()
    mailoutbox.clear()
    with use_tenant(world.acme.scope, party="tenant"):
        cancel(order_id=order_id, actor=world.acme.staff, reason="Out of production")
    drain()
    drain()
    assert [mail.to for mail in mailoutbox] == [[world.delmas.buyer.email]]
    assert "Out of production" in mailoutbox[0].body
    assert f"http://acme.localhost/orders/{order_id}/" in mailoutbox[0].body


def test_who_takes_an_order_back_gets_no_letter_about_it(world, drain, mailoutbox):
    order_id = placed_order(world)
    drain()
    mailoutbox.clear()
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        cancel(order_id=order_id, actor=world.delmas.buyer)
    drain()
    assert [mail.to for mail in mailoutbox] == [[world.acme.owner.email]], "the supplier does"
