"""Carts that a company's systems prepare for its buyers: by reference, for a member who is named by e-mail."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from accounts.identity import buyer_actor
from accounts.models import User
from core.actor import Actor
from core.db import atomic
from core.errors import NotFound
from customers.queries import CustomerInfo
from integrations.errors import NoSuchBuyer
from integrations.ordering import ReferenceLine, wishes_of_references
from orders.enums import ListSharing
from orders.named_carts import services
from orders.named_carts.queries import CompanyCart, company_carts
from orders.policies import can_order, require_order


@atomic
def prepare_cart_by_reference(
    *,
    actor: Actor,
    customer: CustomerInfo,
    owner: str,
    name: str,
    lines: Sequence[ReferenceLine],
    sharing: ListSharing,
    current: bool,
) -> UUID:
    """Fill a cart for a buyer of the key's company, shared with the company; answers it.

    Raises MayNotOrder, NoSuchBuyer, LinesRefused, CartNameMissing, CartNameTaken, TooManyCarts.
    """
    require_order(actor, customer)
    return services.prepare_cart(
        actor=_buyer(customer, email=owner.strip().lower()),
        customer=customer,
        name=name,
        lines=wishes_of_references(customer, lines),
        sharing=sharing,
        current=current,
        by=actor.name,
    )


@atomic
def switch_company_cart(*, actor: Actor, customer: CustomerInfo, cart_id: UUID) -> None:
    """Make a cart that is shared with the company the current one of its owner, whose present one is saved.

    Raises MayNotOrder, NotFound, NoSuchBuyer where its owner may no longer order.
    """
    require_order(actor, customer)
    cart = company_cart(actor, customer, cart_id)
    services.switch_to(actor=_buyer(customer, pk=cart.owner_id), customer=customer, cart_id=cart_id)


def company_cart(actor: Actor, customer: CustomerInfo, cart_id: UUID) -> CompanyCart:
    """One cart that is shared with the company. Raises NotFound."""
    found = company_carts(actor, customer, only=cart_id)
    if not found:
        raise NotFound
    return found[0]


def _buyer(customer: CustomerInfo, **who: object) -> Actor:
    """A member of the company who may order. Raises NoSuchBuyer."""
    user = User.objects.filter(memberships__company_id=customer.company_id, is_active=True, **who).first()
    member = buyer_actor(user, company_id=customer.company_id) if user is not None else None
    if member is None or not can_order(member, customer):
        raise NoSuchBuyer(field="owner")
    return member
