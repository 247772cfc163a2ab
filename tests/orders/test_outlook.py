"""What is due when, with the order in it, before it is sent."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from core import formatting
from core.tenancy import use_tenant
from customers.queries import require_approved
from customers.terms import due_date
from orders import carts
from orders.lines import NewLine
from payments.credit import CreditStatus, status
from payments.outlook import with_order
from tests.world import World


def test_an_order_joins_what_is_due_on_its_day_and_credit_comes_back_day_by_day() -> None:
    first, second = date(2026, 12, 10), date(2026, 12, 31)
    credit = CreditStatus(Decimal(1000), Decimal(100), Decimal(300), "EUR")
    owed = [(first, Decimal(120)), (second, Decimal(180))]
    days = with_order(owed, credit, due_on=second, amount=Decimal(250))
    assert [(day.due_on, day.owed, day.order) for day in days] == [
        (first, Decimal(120), Decimal(0)),
        (second, Decimal(180), Decimal(250)),
    ]
    assert [day.available for day in days] == [Decimal(470), Decimal(900)], "the 100 not invoiced stay taken"
    alone = with_order(owed, credit, due_on=second + timedelta(days=1), amount=Decimal(250))
    assert [day.available for day in alone] == [Decimal(470), Decimal(650), Decimal(900)]


def test_checkout_shows_the_day_on_which_the_order_would_be_due(world: World, browser: Any) -> None:
    actor = world.delmas.buyer
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        customer = require_approved(actor)
        line = NewLine(world.acme.variants["VN-1001"], "", Decimal(200))
        carts.add_lines(actor=actor, customer=customer, lines=[line])
        gross = carts.cart_figures(actor, customer).totals.gross
        limit = status(customer.id).limit
    day = due_date(customer.payment_term_kind, customer.payment_term_days, timezone.localdate())
    html = browser(world.acme.host, world.delmas.admin).get("/checkout/").content.decode()
    block = html[html.index("What is due when") :]
    for text in (formatting.day(day), formatting.money(gross), formatting.money(limit)):
        assert text in block
