"""The figures of the supplier's first page, from real requests, orders, parcels and invoices."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from core.scope import OPERATOR
from core.tenancy import use_tenant
from customers.queries import require_approved
from marketplace.models import Document
from orders import services
from orders.figures import month_sales, open_orders, recent_sales, waiting_goods, work_counts
from orders.fulfilment import confirm_order, record_tracking, ship
from orders.lines import NewLine
from orders.models import Order, OrderLine
from payments.figures import overdue
from payments.models import Invoice
from rfq.figures import median_answer_time, waiting_count, waiting_requests, win_rate
from rfq.models import QuoteLine, QuoteVersion
from rfq.services import CounterLine, counter_offer
from shipping.figures import punctuality
from tests.rfq.test_negotiation import accept, offer_of, request_for
from tests.world import World

ADDRESS = {"label": "Arras", "street": "12 rue des Forges", "postal_code": "62000", "city": "Arras", "country": "FR"}


def _place(world: World, sku: str, quantity: int) -> UUID:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        return services.place_order(
            actor=world.delmas.buyer,
            customer=require_approved(world.delmas.buyer),
            lines=[NewLine(world.acme.variants[sku], "", Decimal(quantity))],
            delivery_address=ADDRESS,
        )


def _ship(world: World, order_id: UUID, *, promised_in: int) -> UUID:
    """Confirm and send all of an order."""
    with use_tenant(world.acme.scope, party="tenant"):
        lines = {line.pk: line.base_quantity for line in OrderLine.objects.filter(order_id=order_id)}
        confirm_order(order_id=order_id, actor=world.acme.staff)
        return ship(
            order_id=order_id,
            quantities=lines,
            promised_on=timezone.localdate() + timedelta(days=promised_in),
            actor=world.acme.staff,
        )


def test_orders_are_summed_and_wait(world: World, browser: Any) -> None:
    order_id = _place(world, "VN-1001", 100)
    quote = request_for(world.delmas, world.acme)
    by_quote = accept(world.delmas, offer_of(world.acme, quote, "0.40", None))
    with use_tenant(world.acme.scope, party="tenant"):
        month, today = month_sales(), recent_sales().days[-1]
        assert (month.net, month.before, month.change) == ({"EUR": Decimal(2050)}, {}, None)
        assert (today.day, today.net) == (timezone.localdate(), {"EUR": Decimal(2050)})
        assert (today.others, today.from_quotes) == (Decimal(50), Decimal(2000))
        last_month = timezone.localtime().replace(day=1) - timedelta(days=1)
        start = last_month.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        Order.objects.filter(pk=order_id).update(placed_at=start)
        assert month_sales().before == {"EUR": Decimal(50)}
        assert month_sales().change == Decimal(39)
        assert [row.id for row in open_orders()] == [order_id, by_quote]
        assert work_counts().orders == 2
    page = browser(world.acme.host, world.acme.owner).get("/portal/").content.decode()
    assert "Late" in page
    assert f'href="/portal/orders/{order_id}/"' in page
    assert "▲" in page


def test_what_is_in_several_currencies_is_never_added_up(world: World, browser: Any, drain: Any) -> None:
    first, second = _place(world, "VN-1001", 100), _place(world, "VN-1001", 200)
    last = _place(world, "VN-1001", 40)
    shipments = [_ship(world, order_id, promised_in=1) for order_id in (first, last)]
    with use_tenant(world.acme.scope, party="tenant"):
        for shipment_id in shipments:
            for code in ("handed_over", "delivered"):
                record_tracking(shipment_id=shipment_id, code=code, actor=world.acme.staff)
        for key in (second, last):
            Order.objects.filter(pk=key).update(currency="USD")
        Invoice.objects.filter(order_id=last).update(currency="USD")
        issued, due = timezone.localdate() - timedelta(days=64), timezone.localdate() - timedelta(days=34)
        Invoice.objects.update(issued_on=issued, due_on=due)
        sales = recent_sales()
        assert (sales.currency, sales.net) == ("USD", {"EUR": Decimal(50), "USD": Decimal(120)})
        assert sales.days[-1].others == Decimal(120)
        late = overdue()
        assert (late.amounts, late.customers) == ({"EUR": Decimal(60), "USD": Decimal(24)}, 1)
    page = browser(world.acme.host, world.acme.owner).get("/portal/").content.decode()
    for text in ("Orders in USD, 14 days", "€50.00 + US$120.00", "€60.00 + US$24.00"):
        assert text in page
    drain()
    with use_tenant(OPERATOR):
        Document.objects.filter(object_id=second).update(currency="USD")
    home = browser("localhost", world.operator).get("/operator/").content.decode()
    assert "€84.00 + US$120.00" in home


def test_goods_that_orders_wait_for(world: World, browser: Any) -> None:
    _place(world, "VN-1004", 100)
    _place(world, "VN-1001", 1)
    with use_tenant(world.acme.scope, party="tenant"):
        goods = waiting_goods()
        assert [(row.sku, row.order_count) for row in goods] == [("VN-1004", 1)]
        assert work_counts().goods == 1
    page = browser(world.acme.host, world.acme.owner).get("/portal/?kind=stock").content.decode()
    assert "Washer M8 A4 is out of stock" in page


def test_requests_wait_until_they_are_answered_and_again_when_countered(world: World, browser: Any) -> None:
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    staff = browser(world.acme.host, world.acme.owner)
    with use_tenant(world.acme.scope, party="tenant"):
        (row,) = waiting_requests(world.acme.staff)
        assert (row.line_count, row.is_counter, row.amount_text) == (2, False, "")
        assert median_answer_time(world.acme.staff) is None
    assert "Answer" in staff.get("/portal/?kind=rfq").content.decode()
    version_id = offer_of(world.acme, rfq_id, "0.40", "6")
    with use_tenant(world.acme.scope, party="tenant"):
        assert waiting_count(world.acme.staff) == 0
        assert median_answer_time(world.acme.staff) is not None
    with use_tenant(world.bolt.scope, party="tenant"):
        assert waiting_count(world.bolt.staff) == 1, "bolt has not answered"
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        line_id = QuoteLine.objects.get(version_id=version_id, position=1).pk
        counter_offer(
            version_id=version_id, lines={line_id: CounterLine(Decimal("0.36"))}, message="", actor=world.delmas.buyer
        )
    with use_tenant(world.acme.scope, party="tenant"):
        (row,) = waiting_requests(world.acme.staff)
        assert row.is_counter
        counter = QuoteVersion.objects.get(number=2)
        assert counter.net_amount == Decimal(3300)
    assert "€3,300.00" in staff.get("/portal/").content.decode()


def test_quotes_won_and_lost(world: World) -> None:
    for company, winner in ((world.delmas, world.acme), (world.delmas, world.bolt)):
        rfq_id = request_for(company, world.acme, world.bolt)
        versions = {t.id: _offer(t, rfq_id) for t in (world.acme, world.bolt)}
        accept(company, versions[winner.id])
    for tenant in (world.acme, world.bolt):
        with use_tenant(tenant.scope, party="tenant"):
            rate = win_rate(tenant.staff)
            assert (rate.won, rate.decided, rate.rate) == (1, 2, Decimal("0.5"))


def _offer(tenant: Any, rfq_id: UUID) -> UUID:
    return offer_of(tenant, rfq_id, "0.10", None)


def test_punctuality_and_overdue(world: World, browser: Any) -> None:
    for promised_in in (0, -1):
        shipment_id = _ship(world, _place(world, "VN-1001", 100), promised_in=promised_in)
        with use_tenant(world.acme.scope, party="tenant"):
            for code in ("handed_over", "delivered"):
                record_tracking(shipment_id=shipment_id, code=code, actor=world.acme.staff)
    with use_tenant(world.acme.scope, party="tenant"):
        figures = punctuality()
        assert (figures.delivered, figures.on_time, figures.rate) == (2, 1, Decimal("0.5"))
        assert overdue().amounts == {}
        issued, due = timezone.localdate() - timedelta(days=64), timezone.localdate() - timedelta(days=34)
        Invoice.objects.update(issued_on=issued, due_on=due)
        late = overdue()
        assert (late.amounts, late.customers, late.oldest_days) == ({"EUR": Decimal(120)}, 1, 34)
    page = browser(world.acme.host, world.acme.owner).get("/portal/").content.decode()
    assert "1 customer, the oldest 34 d" in page
    assert "50%" in page
