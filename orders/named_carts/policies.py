"""Who may open, change and manage a cart. Carts that one may not open do not exist for one."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.permissions import Permission
from core.actor import Actor
from core.errors import NotAllowed, NotFound, Refused
from customers.queries import CustomerInfo
from orders.enums import ListSharing
from orders.models import Cart
from orders.named_carts.errors import CartGone
from orders.named_carts.models import CartShare
from orders.policies import can_order
from orders.purchase_lists.policies import require_member

#: Current or saved: neither deleted nor taken for an order.
LIVE = Q(is_open=True) | Q(saved_at__isnull=False, deleted_at=None)
#: With the whole company.
SHARED = ~Q(sharing=ListSharing.PRIVATE)


def seen_carts(actor: Actor, customer: CustomerInfo) -> QuerySet[Cart]:
    """The actor's own carts, the one in its hands, and those that colleagues share with it. Raises NotFound.

    A cart is made of prices, and belongs to its owner's site: who sees no prices, or not that site, sees none of
    others. A cart of nobody's site is seen like an address of the whole company.
    """
    return _visible(actor, customer).filter(LIVE)


def refusal_of(actor: Actor, customer: CustomerInfo, cart_id: UUID) -> Refused:
    """Why a cart is not to be had: one that was never there for the actor, that is gone, that it may only look at."""
    if not _visible(actor, customer).filter(pk=cart_id).exists():
        return NotFound()
    return NotAllowed() if seen_carts(actor, customer).filter(pk=cart_id).exists() else CartGone()


def changeable_carts(actor: Actor, customer: CustomerInfo) -> QuerySet[Cart]:
    """Those whose lines the actor may change: its own, and where that is said those of others. Raises NotFound."""
    if not can_order(actor, customer):
        return Cart.objects.none()
    may_change = Q(sharing=ListSharing.EDIT) | Exists(_named(actor).filter(may_change=True))
    return seen_carts(actor, customer).filter(_managed(actor) | may_change)


def managed_carts(actor: Actor, customer: CustomerInfo) -> QuerySet[Cart]:
    """Those that the actor may rename, share and delete: its own; of shared ones also who manages people.

    Owners leave companies. Raises NotFound.
    """
    if not can_order(actor, customer):
        return Cart.objects.none()
    return seen_carts(actor, customer).filter(_managed(actor))


def deleted_carts(actor: Actor, customer: CustomerInfo) -> QuerySet[Cart]:
    """Those that the actor may restore. Raises NotFound."""
    require_member(actor, customer)
    rows = Cart.objects.filter(_near(actor, _managed(actor)) | _mine(actor), customer=customer.id)
    return rows.filter(deleted_at__isnull=False)


def _visible(actor: Actor, customer: CustomerInfo) -> QuerySet[Cart]:
    """Whatever has become of them."""
    require_member(actor, customer)
    shared = _near(actor, SHARED | Q(Exists(_named(actor))))
    return Cart.objects.filter(_mine(actor) | shared, customer=customer.id)


def _mine(actor: Actor) -> Q:
    return Q(owner_id=actor.require_user()) | Q(user_id=actor.require_user(), is_open=True)


def _managed(actor: Actor) -> Q:
    own = Q(owner_id=actor.require_user())
    if not actor.may(Permission.MANAGE_PEOPLE):
        return own
    return own | SHARED | Q(Exists(CartShare.objects.filter(cart=OuterRef("pk"))))


def _near(actor: Actor, condition: Q) -> Q:
    """The condition, in the actor's sites. Nothing for who sees no prices."""
    if not actor.may(Permission.SEE_PRICES):
        return Q(pk=None)
    return condition if actor.unit_ids is None else condition & (Q(unit_id=None) | Q(unit_id__in=actor.unit_ids))


def _named(actor: Actor) -> QuerySet[CartShare]:
    return CartShare.objects.filter(cart=OuterRef("pk"), user_id=actor.require_user())
