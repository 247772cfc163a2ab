"""One purchase over several suppliers: all of its orders, or none."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import DataError
from django.utils import timezone

from accounts.custom_roles import add_role
from accounts.enums import CompanyRole
from accounts.models import CompanyUser
from accounts.permissions import Permission
from catalog.enums import VariantState
from catalog.models import Variant
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.models import Customer
from inventory.models import Stock
from marketplace.models import Purchase, PurchaseOrder
from marketplace.purchases import services
from marketplace.purchases.errors import PurchaseRefused
from marketplace.purchases.queries import purchase_of, purchases_of_orders
from orders.errors import AddressMissing, LinesRefused, PriceChanged
from orders.models import Order, OrderCounter
from orders.services import Delivery
from payments.errors import CreditExceeded
from payments.models import CreditAccount
from tests.counting import statements
from tests.marketplace.purchasing import assert_nothing_placed, fill, place
from tests.world import World


def test_each_supplier_has_its_order_and_the_company_its_purchase(world: World) -> None:
    parts = [fill(world, world.acme), fill(world, world.bolt, "VN-1003", 100)]
    purchase_id = place(world, *parts, po_number="PO-7")
    for part, tenant in zip(parts, (world.acme, world.bolt), strict=True):
        with use_tenant(tenant.scope):
            order = Order.objects.get()
            assert (order.purchase_id, order.cart_id) == (purchase_id, part.cart_id)
            assert (order.po_number, order.total_amount) == ("PO-7", part.expected_total)
            held = CreditAccount.objects.get(customer_id=tenant.customers["delmas"]).reserved_amount
            assert held == order.total_amount
        with use_tenant(tenant.scope, party="tenant"):
            assert not Purchase.objects.exists(), "a supplier does not learn who else sells"
            assert not PurchaseOrder.objects.exists()
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        view = purchase_of(world.delmas.buyer, purchase_id)
        assert (view.number.startswith("AC-"), len(view.orders), len(view.totals)) == (True, 2, 1)
        assert set(purchases_of_orders(world.delmas.buyer, [row.order_id for row in view.orders]).values()) == {
            (purchase_id, view.number)
        }


def test_the_same_form_twice_is_one_purchase(world: World) -> None:
    parts = [fill(world, world.acme), fill(world, world.bolt)]
    first = place(world, *parts)
    fill(world, world.acme, "VN-1003", 100)
    assert place(world, *reversed(parts)) == first
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert Purchase.objects.count() == 1


def test_a_cart_that_was_ordered_alone_is_refused_at_its_supplier(world: World) -> None:
    parts = [fill(world, world.acme), fill(world, world.bolt)]
    place(world, parts[0])
    with pytest.raises(PurchaseRefused) as caught:
        place(world, *parts)
    assert {key: refusal.code for key, refusal in caught.value.refusals.items()} == {world.acme.id: "already_ordered"}
    with use_tenant(world.bolt.scope):
        assert not Order.objects.exists()


def test_every_supplier_that_refuses_is_named_and_nothing_is_placed(world: World) -> None:
    parts = [fill(world, world.acme), fill(world, world.bolt)]
    with use_tenant(world.acme.scope):
        key = world.acme.variants["VN-1002"]
        Variant.objects.filter(pk=key).update(state=VariantState.ENDING)
        Stock.objects.filter(variant_id=key).update(on_hand=3, reserved=0)
    with use_tenant(world.bolt.scope):
        CreditAccount.objects.update(limit_amount=Decimal("0.01"))
    with pytest.raises(PurchaseRefused) as caught:
        place(world, *parts)
    lines, credit = caught.value.refusals[world.acme.id], caught.value.refusals[world.bolt.id]
    assert isinstance(lines, LinesRefused)
    assert [problem.variant_id for problem in lines.problems] == [key]
    assert isinstance(credit, CreditExceeded)
    assert_nothing_placed(world)


def test_another_price_or_a_lost_account_at_one_supplier_stops_all(world: World) -> None:
    parts = [fill(world, world.acme), fill(world, world.bolt)]
    with pytest.raises(PurchaseRefused) as caught:
        place(world, parts[0], replace(parts[1], expected_total=Decimal("1.00")))
    assert isinstance(caught.value.refusals[world.bolt.id], PriceChanged)
    assert_nothing_placed(world)
    with use_tenant(world.acme.scope):
        Customer.objects.filter(pk=world.acme.customers["delmas"]).update(state="blocked")
    with pytest.raises(PurchaseRefused) as caught:
        place(world, *parts)
    assert caught.value.refusals[world.acme.id].code == "not_a_customer"
    assert_nothing_placed(world)


def test_an_error_at_the_second_supplier_leaves_nothing_at_the_first(world: World) -> None:
    """A fault of the server's own, not a refusal: the second supplier has no numbers left."""
    parts = [fill(world, world.acme), fill(world, world.bolt)]
    last = max((world.acme, world.bolt), key=lambda tenant: tenant.id)
    with use_tenant(last.scope):
        OrderCounter.objects.create(key=f"CO-{timezone.localdate().year}", value=2**63 - 1)
    with pytest.raises(DataError):
        place(world, *parts)
    assert_nothing_placed(world)


def test_statements_do_not_grow_with_lines(world: World) -> None:
    for tenant in (world.acme, world.bolt):
        with use_tenant(tenant.scope):  # goods that run short are told of, once
            Stock.objects.update(on_hand=100_000)
    counts = []
    for skus in (("VN-1002",), ("VN-1001", "VN-1002", "VN-1003", "VN-1004")):
        parts = [fill(world, tenant, sku, 100) for tenant in (world.acme, world.bolt) for sku in skus]
        last = {part.tenant_id: part for part in parts}
        with statements() as texts:
            place(world, *last.values())
        counts.append(len(texts))
    assert counts[0] == counts[1]


def test_without_an_address_nothing_is_asked_of_suppliers(world: World) -> None:
    part = fill(world, world.acme)
    with use_tenant(PLATFORM, company_id=world.delmas.id), pytest.raises(AddressMissing):
        services.place_purchase(actor=world.delmas.buyer, parts=[part], delivery=Delivery())


def test_who_sees_no_prices_sees_no_purchase(world: World, browser: Any) -> None:
    purchase_id = place(world, fill(world, world.acme), fill(world, world.bolt, "VN-1003", 100))
    page = browser("localhost", world.delmas.viewer)
    assert page.get(f"/purchases/{purchase_id}/").status_code == 200
    with use_tenant(PLATFORM):
        role_id = add_role(name="Goods in", permissions={Permission.SEE_ALL_SITES}, actor=world.delmas.buyer)
        members = CompanyUser.objects.filter(company_id=world.delmas.id, user_id=world.delmas.viewer.id)
        members.update(role=CompanyRole.CUSTOM, custom_role_id=role_id)
    assert page.get(f"/purchases/{purchase_id}/").status_code == 404
