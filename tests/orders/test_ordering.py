"""Carts, checkout and orders: right to the cent, refused at the line, and nothing changed by a refusal."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.models import OutboxEvent
from core.money import TaxedLine, line_net, totals
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.queries import CustomerInfo, require_approved
from inventory.models import Stock
from orders import carts, services
from orders.errors import EmptyOrder, LinesRefused, MayNotOrder, PriceChanged
from orders.lines import NewLine
from orders.models import Order, OrderLine
from orders.quick import judge, read_pasted
from orders.services import Delivery
from payments import credit
from payments.errors import CreditExceeded
from payments.models import CreditEntry
from pricing.models import VolumeEntry
from tests.world import CompanyWorld, TenantWorld, World

ADDRESS = {"label": "Arras", "street": "12 rue des Forges", "postal_code": "62000", "city": "Arras", "country": "FR"}


def _customer(company: CompanyWorld) -> CustomerInfo:
    return require_approved(company.buyer)


def _line(tenant: TenantWorld, sku: str, quantity: object, unit: str = "") -> NewLine:
    return NewLine(tenant.variants[sku], unit, Decimal(str(quantity)))


def _place(company: CompanyWorld, *lines: NewLine) -> Order:
    order_id = services.place_order(
        actor=company.buyer,
        customer=_customer(company),
        lines=lines,
        delivery_address=ADDRESS,
        details=services.OrderDetails(po_number="PO-1"),
    )
    return Order.objects.get(pk=order_id)


def _untouched() -> tuple[int, int, int]:
    reserved = sum(Stock.objects.values_list("reserved", flat=True))
    return Order.objects.count(), int(reserved), CreditEntry.objects.count()


def test_an_order_is_priced_for_its_customer_and_reserves_stock_and_credit(world: World) -> None:
    with use_tenant(world.acme.scope, company_id=world.lecomte.id):
        order = _place(world.lecomte, _line(world.acme, "VN-1001", 200), _line(world.acme, "VN-1003", 1, "XBX"))
        first, second = order.lines.all()
        assert (first.unit_price, first.net_amount) == (Decimal("0.33"), Decimal("66.00"))
        assert (second.base_quantity, second.net_amount) == (Decimal(200), Decimal("32.00"))
        assert (order.net_amount, order.tax_amount, order.total_amount) == (
            Decimal(98),
            Decimal("19.60"),
            Decimal("117.60"),
        )
        assert order.number.startswith("CO-2026-") or order.number.startswith("CO-")
        assert credit.status(order.customer_id).reserved == Decimal("117.60")
        assert Stock.objects.get(variant_id=world.acme.variants["VN-1001"]).reserved == 200


def test_what_is_missing_is_back_ordered(world: World) -> None:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order = _place(world.delmas, _line(world.acme, "VN-1002", 100))
        assert order.lines.get().reserved_quantity == 80
        assert Stock.objects.get(variant_id=world.acme.variants["VN-1002"]).reserved == 80


def test_what_runs_out_or_comes_back_is_announced_to_the_search(world: World) -> None:
    def announced() -> list[str]:
        rows = OutboxEvent.objects.filter(name__endswith="CatalogChanged").order_by("pk")
        return [str(row.payload["variant_ids"]) for row in rows]

    with use_tenant(PLATFORM):
        before = len(announced())
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        few = _place(world.delmas, _line(world.acme, "VN-1002", 79))
        last = _place(world.delmas, _line(world.acme, "VN-1002", 1), _line(world.acme, "VN-1001", 1))
        services.cancel(order_id=last.id, actor=world.delmas.buyer)
        services.cancel(order_id=few.id, actor=world.delmas.buyer)
    with use_tenant(PLATFORM):
        told = announced()[before:]
    assert len(told) == 2
    assert all(world.acme.variants["VN-1002"].hex in text.replace("-", "") for text in told)
    assert not any(world.acme.variants["VN-1001"].hex in text.replace("-", "") for text in told)


@pytest.mark.parametrize(
    ("sku", "quantity", "unit", "code"),
    [
        ("VN-1001", "0", "", "invalid_quantity"),
        ("VN-1001", "-5", "", "invalid_quantity"),
        ("VN-1001", "0.5", "", "below_minimum"),
        ("VN-1001", "1.5", "", "not_a_multiple"),
        ("VN-1001", "1", "XPX", "unknown_unit"),
        ("VN-1001", "1e30", "", "invalid_quantity"),
        ("VN-1001", "0.00001", "", "invalid_quantity"),
    ],
)
def test_an_impossible_line_is_named_and_nothing_changes(
    world: World, sku: str, quantity: str, unit: str, code: str
) -> None:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        before = _untouched()
        with pytest.raises(LinesRefused) as refusal:
            _place(world.delmas, _line(world.acme, "VN-1003", 10), _line(world.acme, sku, quantity, unit))
        assert [(p.index, p.code) for p in refusal.value.problems] == [(1, code)]
        assert _untouched() == before


def test_more_than_the_credit_is_refused_and_nothing_changes(world: World) -> None:
    with use_tenant(world.acme.scope, company_id=world.lecomte.id):
        before = _untouched()
        with pytest.raises(CreditExceeded) as refusal:
            _place(world.lecomte, _line(world.acme, "VN-1005", 200))
        assert refusal.value.missing == Decimal("407.20")
        assert _untouched() == before


def test_a_viewer_may_not_order(world: World) -> None:
    with use_tenant(world.acme.scope, company_id=world.delmas.id), pytest.raises(MayNotOrder):
        carts.add_lines(
            actor=world.delmas.onlooker, customer=_customer(world.delmas), lines=[_line(world.acme, "VN-1001", 1)]
        )


def test_a_cart_becomes_one_order(world: World) -> None:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        customer, actor = _customer(world.delmas), world.delmas.buyer
        carts.add_lines(actor=actor, customer=customer, lines=[_line(world.acme, "VN-1001", 300)])
        carts.add_lines(actor=actor, customer=customer, lines=[_line(world.acme, "VN-1001", 300)])
        (pair,) = carts.wishes_of(actor, customer)
        assert pair[1].quantity == 600
        delivery, cart_id = Delivery(_address(world.delmas)), carts.cart_id_of(actor, customer)
        with pytest.raises(PriceChanged):
            services.checkout(actor=actor, customer=customer, delivery=delivery, expected_total=Decimal("1.00"))
        assert carts.line_count(actor, customer) == 1
        total = Decimal("288.00")
        order_id = services.checkout(actor=actor, customer=customer, delivery=delivery, expected_total=total)
        assert Order.objects.get(pk=order_id).total_amount == total
        with pytest.raises(EmptyOrder):
            services.checkout(actor=actor, customer=customer, delivery=delivery, expected_total=total)
        again = services.checkout(
            actor=actor, customer=customer, delivery=delivery, expected_total=total, cart_id=cart_id
        )
        assert again == order_id


def test_cancelling_gives_back_stock_and_credit(world: World) -> None:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order = _place(world.delmas, _line(world.acme, "VN-1001", 200))
        services.cancel(order_id=order.id, actor=world.delmas.buyer)
        assert credit.status(order.customer_id).used == 0
        entries = VolumeEntry.objects.filter(order_id=order.pk).order_by("pk").values_list("net_amount", flat=True)
        assert list(entries) == [order.net_amount, -order.net_amount]
        assert Stock.objects.get(variant_id=world.acme.variants["VN-1001"]).reserved == 0


def _address(company: CompanyWorld) -> Any:
    from accounts.queries import addresses_of

    return addresses_of(company.id)[0].id


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(quantities=st.lists(st.integers(1, 400), min_size=1, max_size=5))
def test_order_totals_are_those_of_its_lines(world: World, quantities: list[int]) -> None:
    skus = ["VN-1001", "VN-1002", "VN-1003", "VN-1004", "VN-1005"]
    wishes = [_line(world.acme, sku, n) for sku, n in zip(skus, quantities, strict=False)]
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order = _place(world.delmas, *wishes)
        lines = list(OrderLine.objects.filter(order=order))
        assert all(line.net_amount == line_net(line.unit_price, line.base_quantity) for line in lines)
        sums = totals(TaxedLine(line.net_amount, line.tax_category, line.tax_rate) for line in lines)
        assert (order.net_amount, order.tax_amount, order.total_amount) == (sums.net, sums.tax, sums.gross)
        services.cancel(order_id=order.id, actor=world.delmas.buyer)


def test_statements_do_not_grow_with_lines(world: World) -> None:
    def count(*skus: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            _place(world.delmas, *(_line(world.acme, sku, 10) for sku in skus))
        return len(seen)

    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        count("VN-1001")  # the switch of scope counts once
        assert count("VN-1001", "VN-1003") == count("VN-1001", "VN-1002", "VN-1003", "VN-1005")


PASTED = """VN-1001;200
vn 1003\t50
VN-1001 100
VN-9999;4
VN-1002;1.250
VN-1005 1 000
VN-1004;abc
"""


def test_quick_order_says_what_becomes_of_each_line_and_guesses_nothing(world: World) -> None:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        verdicts = judge(_customer(world.delmas), read_pasted(PASTED))
    assert [v.state for v in verdicts] == [
        "ready",
        "ready",
        "merged",
        "unknown",
        "ambiguous",
        "ambiguous",
        "not_a_number",
    ]
    assert verdicts[0].wish is not None
    assert verdicts[0].wish.quantity == 300
    assert verdicts[2].into == 1
    assert verdicts[4].choices == (Decimal(1), Decimal(2), Decimal(1250))
    assert verdicts[5].choices == (Decimal(1000), Decimal(1))
