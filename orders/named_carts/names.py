"""What carts are called: each of an owner's carts otherwise."""

from __future__ import annotations

from orders.models import Cart
from orders.named_carts.policies import LIVE

LONGEST_NAME = 80


def free_name(cart: Cart) -> str:
    """The cart's name, with a number where another of its owner's is called so by now; one statement."""
    if not cart.name:
        return ""
    others = Cart.objects.filter(LIVE, customer_id=cart.customer_id, owner_id=cart.owner_id).exclude(pk=cart.pk)
    taken = {name.lower() for name in others.values_list("name", flat=True)}
    name, number = cart.name, 1
    while name.lower() in taken:
        number += 1
        ending = f" ({number})"
        name = cart.name[: LONGEST_NAME - len(ending)] + ending
    return name
