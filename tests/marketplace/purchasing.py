"""Carts at both suppliers of the world, and what is left of a purchase in their ledgers."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from accounts.queries import addresses_of
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.queries import require_approved
from marketplace.models import Document, Purchase
from marketplace.purchases.services import Part, place_purchase
from orders import carts
from orders.lines import NewLine
from orders.models import Cart, Order
from orders.services import Delivery, OrderDetails
from payments.models import CreditEntry
from tests.world import TenantWorld, World


def fill(world: World, tenant: TenantWorld, sku: str = "VN-1002", quantity: int = 10) -> Part:
    """Put goods into the cart of Delmas; answers the cart as a page would show it."""
    actor = world.delmas.buyer
    with use_tenant(tenant.scope, company_id=world.delmas.id):
        customer = require_approved(actor)
        carts.add_lines(actor=actor, customer=customer, lines=[NewLine(tenant.variants[sku], "", Decimal(quantity))])
        cart_id = carts.cart_id_of(actor, customer)
        assert cart_id is not None
        return Part(tenant.id, cart_id, carts.cart_figures(actor, customer).totals.gross)


def place(world: World, *parts: Part, po_number: str = "") -> UUID:
    """Place a purchase as the marketplace does."""
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        delivery = Delivery(address_id=addresses_of(world.delmas.id)[0].id)
        return place_purchase(
            actor=world.delmas.buyer, parts=parts, delivery=delivery, details=OrderDetails(po_number=po_number)
        )


def assert_nothing_placed(world: World) -> None:
    """No order, no entry in any ledger, and every cart as it was."""
    with use_tenant(PLATFORM, party="operator"):
        assert not Purchase.objects.exists()
        assert not Document.objects.filter(kind="order").exists()
    for tenant in (world.acme, world.bolt):
        with use_tenant(tenant.scope):
            assert not Order.objects.exists()
            assert not CreditEntry.objects.filter(kind="reserve").exists()
            assert Cart.objects.filter(is_open=True).count() == 1
