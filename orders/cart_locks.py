"""Carts are found and locked: the current one, or the one that a page showed, if nobody else has changed it since."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, QuerySet
from django.utils import timezone

from core.actor import Actor
from core.ids import uuid7
from customers.queries import CustomerInfo
from orders.enums import ListSharing
from orders.models import Cart
from orders.named_carts.errors import CartChanged
from orders.named_carts.policies import changeable_carts, refusal_of


@dataclass(frozen=True, slots=True)
class Shown:
    """The cart that a page showed, and its version then; without ``version`` it may have changed since.

    ``strictly``: nor by oneself, in another tab.
    """

    cart_id: UUID
    version: int | None = None
    strictly: bool = False

    def anyway(self) -> Shown:
        """The same cart, in whatever state it is."""
        return replace(self, version=None)


def open_carts(actor: Actor, customer: CustomerInfo) -> QuerySet[Cart]:
    """The actor's current cart."""
    return Cart.objects.filter(customer_id=customer.id, user_id=actor.require_user(), is_open=True)


def locked(actor: Actor, customer: CustomerInfo, shown: Shown | None = None) -> Cart | None:
    """The actor's current cart, or the one that was shown, locked; None where there is no current one.

    Raises NotFound, CartGone, CartChanged and NotAllowed for the one that was shown.
    """
    if shown is None:
        return open_carts(actor, customer).select_for_update(of=("self",)).first()
    cart = locked_among(changeable_carts(actor, customer), shown.cart_id)
    if cart is None:
        raise refusal_of(actor, customer, shown.cart_id)
    require_version(cart, shown.version, strictly=shown.strictly)
    return cart


def locked_among(carts: QuerySet[Cart], cart_id: UUID) -> Cart | None:
    """The cart, locked, if it is among these: asked once it is locked, so that what was waited for counts."""
    held = Cart.objects.select_for_update(of=("self",)).filter(pk=cart_id).values_list("pk", flat=True)
    return carts.filter(pk=cart_id).first() if list(held) else None


def require_version(cart: Cart, version: int | None, *, strictly: bool = False) -> None:
    """Raises CartChanged when a locked cart is no longer the one that a page showed.

    One's own tabs change single lines, which are safe by themselves: only ``strictly`` a cart that nobody else may
    change is compared.
    """
    if version is not None and version != cart.version and (strictly or is_shared(cart)):
        raise CartChanged(name=cart.changed_by_name or cart.owner_name)


def is_shared(cart: Cart) -> bool:
    """Whether others than its owner may open it; one statement at most."""
    return cart.sharing != ListSharing.PRIVATE or cart.shares.exists()


def is_blank(cart: Cart) -> bool:
    """Whether nothing is lost with it: no lines, no name, not shared; two statements at most."""
    return not cart.name and not cart.lines.exists() and not is_shared(cart)


# Two requests that open the cart at the same moment meet at its unique index, and at its lock.
_OPEN = """
INSERT INTO orders_cart (id, customer_id, user_id, user_name, is_open, owner_id, owner_name, unit_id, created_at,
                         updated_at, changed_by_name)
VALUES (%s, %s, %s, %s, true, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (customer_id, user_id) WHERE is_open
    DO UPDATE SET updated_at = excluded.updated_at, changed_by_name = excluded.changed_by_name,
                  version = orders_cart.version + 1
RETURNING id
"""


def opened(actor: Actor, customer: CustomerInfo) -> Cart:
    """The current cart, locked and marked as changed now; a new one when there is none. One statement."""
    user_id, name, now = actor.require_user(), actor.name[:120], timezone.now()
    values: list[Any] = [uuid7(), customer.id, user_id, name, user_id, name, actor.unit_id, now, now, name]
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, values)
        (cart_id,) = cursor.fetchone()
    return Cart(pk=cart_id, customer_id=customer.id, user_id=user_id)


def touch(cart: Cart, actor: Actor) -> None:
    """Mark a locked cart as changed now, by the actor."""
    Cart.objects.filter(pk=cart.pk).update(
        updated_at=timezone.now(), changed_by_name=actor.name[:120], version=F("version") + 1
    )
