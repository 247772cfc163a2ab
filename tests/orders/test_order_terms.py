"""What a supplier asks of orders: allowed methods, a reference, a smallest order, a fee; the same on every page."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from core.errors import InvalidInput, NotAllowed, Refused
from core.tenancy import use_tenant
from customers.models import Customer
from customers.order_terms import OrderTerms, PolicyData, set_order_policy
from customers.queries import customer_of, require_approved
from orders import carts, services
from orders.errors import BelowOrderMinimum, MethodNotAllowed, PoNumberMissing
from orders.lines import NewLine
from orders.models import Order
from orders.services import OrderDetails
from tests.world import World

ADDRESS = {"label": "Arras", "street": "12 rue des Forges", "postal_code": "62000", "city": "Arras", "country": "FR"}


def decide(world: World, *, for_all: bool = False, **values: Any) -> None:
    with use_tenant(world.acme.scope, party="tenant"):
        customer_id = None if for_all else Customer.objects.get(company_id=world.delmas.id).id
        set_order_policy(customer_id=customer_id, data=PolicyData(**values), actor=world.acme.staff)


def _place(world: World, quantity: str = "200", **details: Any) -> Order:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        actor = world.delmas.buyer
        order_id = services.place_order(
            actor=actor,
            customer=require_approved(actor),
            lines=[NewLine(world.acme.variants["VN-1001"], "", Decimal(quantity))],
            delivery_address=ADDRESS,
            details=OrderDetails(**details),
        )
        return Order.objects.prefetch_related("lines").get(pk=order_id)


def _refused(world: World, kind: type[Refused], field: str, quantity: str = "200", **details: Any) -> None:
    with pytest.raises(kind) as caught:
        _place(world, quantity, **details)
    assert caught.value.field == field
    with use_tenant(world.acme):
        assert not Order.objects.exists()


def test_a_customer_s_rules_stand_above_those_for_all(world: World) -> None:
    decide(world, for_all=True, delivery_methods=("collect", "carrier"), po_required=True, order_minimum=Decimal(50))
    decide(world, po_required=False, incoterm="DAP", incoterm_place="Arras")
    with use_tenant(world.acme):
        own, other = customer_of(world.delmas.id), customer_of(world.lecomte.id)
    assert own is not None
    assert other is not None
    assert own.order_terms == OrderTerms(
        delivery_methods=("collect", "carrier"), minimum=Decimal(50), incoterm="DAP", incoterm_place="Arras"
    )
    assert (other.order_terms.po_required, other.order_terms.incoterm) == (True, "")


def test_an_order_keeps_what_was_said_and_what_the_contract_says(world: World) -> None:
    decide(world, payment_methods=("account", "card"), incoterm="DAP", incoterm_place="Arras")
    day = timezone.localdate() + timedelta(days=9)
    order = _place(
        world, po_number=" PO-7 ", project="Quai 4", cost_centre_code="CC-1", requested_on=day, note="Sonner",
        payment_method="card", incoterm="EXW",
    )  # fmt: skip
    assert (order.po_number, order.project, order.cost_centre_code) == ("PO-7", "Quai 4", "CC-1")
    assert (order.requested_on, order.note, order.payment_method, order.delivery_method) == (
        day, "Sonner", "card", "carrier",
    )  # fmt: skip
    assert (order.incoterm, order.incoterm_place) == ("DAP", "Arras"), "the contract's, not the buyer's"


def test_what_the_rules_do_not_allow_is_refused_at_its_field(world: World) -> None:
    decide(world, po_required=True, order_minimum=Decimal(1000), payment_methods=("account", "card"))
    _refused(world, PoNumberMissing, "po_number", po_number=" ")
    _refused(world, BelowOrderMinimum, "minimum", po_number="1")
    _refused(world, MethodNotAllowed, "payment_method", "9000", po_number="1", payment_method="transfer")
    past = timezone.localdate() - timedelta(days=1)
    _refused(world, InvalidInput, "requested_on", "9000", po_number="1", requested_on=past)


def test_a_small_order_s_fee_is_the_same_in_cart_checkout_and_order(world: World, browser: Any) -> None:
    decide(world, small_order_below=Decimal(500), small_order_fee=Decimal("12.50"))
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        actor = world.delmas.buyer
        customer = require_approved(actor)
        line = NewLine(world.acme.variants["VN-1001"], "", Decimal(200))
        carts.add_lines(actor=actor, customer=customer, lines=[line])
        figures = carts.cart_figures(actor, customer)
    assert figures.totals.net == figures.goods_net + Decimal("12.50")
    page = browser(world.acme.host, world.delmas.admin)
    assert "Small-order fee" in page.get("/cart/").content.decode()
    html = page.get("/checkout/").content.decode()
    assert "Small-order fee" in html
    fields = dict(re.findall(r'name="(expected_total|cart)" value="([^"]+)"', html))
    fields["address"] = re.findall(r'name="address" value="([0-9a-f]{32})"', html)[0]
    assert Decimal(fields["expected_total"]) == figures.totals.gross
    assert page.post("/checkout/", fields).status_code == 303
    with use_tenant(world.acme):
        order = Order.objects.get()
        fee = order.lines.last()
        assert fee is not None
        assert (fee.variant_id, fee.net_amount, fee.tax_rate) == (None, Decimal("12.50"), Decimal("0.2"))
        assert (order.net_amount, order.total_amount) == (figures.totals.net, figures.totals.gross)
    assert [line.sku for line in _place(world, "9000").lines.all()] == ["VN-1001"], "large enough"


def test_checkout_says_what_is_wrong_at_its_field_and_keeps_what_was_typed(world: World, browser: Any) -> None:
    decide(world, po_required=True, delivery_methods=("carrier", "collect"), incoterm="DAP", incoterm_place="Arras")
    page = browser(world.acme.host, world.delmas.admin)
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        line = NewLine(world.acme.variants["VN-1001"], "", Decimal(200))
        actor = world.delmas.buyer
        carts.add_lines(actor=actor, customer=require_approved(actor), lines=[line])
    html = page.get("/checkout/").content.decode()
    assert "DAP Arras" in html
    fields = dict(re.findall(r'name="(expected_total|cart)" value="([^"]+)"', html))
    fields["address"] = re.findall(r'name="address" value="([0-9a-f]{32})"', html)[0]
    typed = {"project": "Quai 4", "note": "Sonner", "delivery_method": "collect", "requested_on": "2020-01-01"}
    answer = page.post("/checkout/", fields | typed)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="f-po_number-error"' in html
    assert 'id="f-requested_on-error"' in html
    assert "Quai 4" in html
    assert "Sonner" in html
    assert re.search(r'value="collect"[^>]* checked', html)
    answer = page.post("/checkout/", fields | typed | {"requested_on": "", "po_number": "PO-1"})
    assert answer.status_code == 303
    page_of_order = page.get(answer["Location"]).content.decode()
    for text in ("Quai 4", "Sonner", "Collected by the customer", "DAP Arras"):
        assert text in page_of_order


def test_staff_decide_on_a_page_that_says_what_is_wrong(world: World, browser: Any) -> None:
    page = browser(world.acme.host, world.acme.owner)
    wrong = page.post("/portal/customers/ordering/", {"small_order_fee": "12.50", "incoterm": "DAP"})
    assert wrong.status_code == 422
    assert 'value="12.50"' in wrong.content.decode()
    with use_tenant(world.acme):
        customer_id = Customer.objects.get(company_id=world.delmas.id).id
    path = f"/portal/customers/{customer_id}/ordering/"
    rules = {"delivery_methods": ["collect"], "po_required": "yes", "order_minimum": "250"}
    assert page.post(path, rules).status_code == 303
    with use_tenant(world.acme):
        info = customer_of(world.delmas.id)
    assert info is not None
    assert (info.order_terms.delivery_methods, info.order_terms.minimum) == (("collect",), Decimal(250))
    assert re.search(r'value="collect"[^>]* checked', page.get(path).content.decode())
    with use_tenant(world.acme), pytest.raises(NotAllowed):
        set_order_policy(customer_id=None, data=PolicyData(), actor=world.delmas.buyer)
