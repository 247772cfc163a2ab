"""A company with a buyer and two approvers, and the shortest ways to let them order and decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from accounts.enums import CompanyRole
from accounts.permissions import of_role
from accounts.queries import addresses_of
from accounts.services import add_company_user, create_user
from accounts.spending import services as spending
from accounts.spending.rules import Predicate
from accounts.spending.services import TierData
from core.actor import Actor
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.queries import require_approved
from orders import carts
from orders.approvals import services as approvals
from orders.approvals.asking import ask
from orders.approvals.models import ApprovalRequest
from orders.lines import NewLine
from orders.services import Delivery, OrderDetails, checkout
from tests.world import PASSWORD, World


def member(world: World, name: str, role: str = CompanyRole.BUYER) -> Actor:
    """Somebody new of Delmas."""
    with use_tenant(PLATFORM):
        email = f"{name.lower().replace('é', 'e')}@delmas.example"
        user_id = create_user(email=email, password=PASSWORD, name=name)
        add_company_user(company_id=world.delmas.id, user_id=user_id, role=CompanyRole(role))
    admin = world.delmas.buyer
    return replace(admin, user_id=user_id, name=name, email=email, role=role, permissions=of_role(role))


def two_steps(world: World, first: Actor, second: Actor, minimum: str = "100") -> UUID:
    """Orders of so much are approved by one, then by the other."""
    tiers = [TierData(user_ids=[actor.require_user()]) for actor in (first, second)]
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        predicate = Predicate(minimum=Decimal(minimum))
        return spending.add_rule(name="Two steps", predicate=predicate, tiers=tiers, actor=world.delmas.buyer)


def fill(world: World, actor: Actor, quantity: int = 400, sku: str = "VN-1001") -> UUID:
    """Put screws into the actor's cart; answers its key. 400 of them are 200.00 net."""
    line = NewLine(world.acme.variants[sku], "", Decimal(quantity))
    carts.add_lines(actor=actor, customer=require_approved(actor), lines=[line])
    cart_id = carts.cart_id_of(actor, require_approved(actor))
    assert cart_id is not None
    return cart_id


def order(
    world: World, actor: Actor, *, cost_centre: str = "", cart_id: UUID | None = None, cart_version: int | None = None
) -> UUID:
    """Check the cart out. Raises what a checkout raises."""
    return checkout(
        actor=actor,
        customer=require_approved(actor),
        delivery=Delivery(addresses_of(world.delmas.id)[0].id),
        cart_id=cart_id,
        cart_version=cart_version,
        details=OrderDetails(cost_centre_code=cost_centre),
    )


def asked(world: World, actor: Actor, quantity: int = 400, *, cost_centre: str = "") -> ApprovalRequest:
    """An order of screws that waits for its approval."""
    fill(world, actor, quantity)
    request_id = ask(
        actor=actor,
        customer=require_approved(actor),
        delivery=Delivery(addresses_of(world.delmas.id)[0].id),
        details=OrderDetails(po_number="PO-APPROVE", cost_centre_code=cost_centre),
    )
    return ApprovalRequest.objects.get(pk=request_id)


def approve(request: ApprovalRequest, *actors: Actor) -> Sequence[approvals.Decision]:
    """Let them approve one after the other."""
    return [
        approvals.decide(request_id=request.pk, actor=actor, approve=True, digest=request.digest) for actor in actors
    ]
