"""With whom carts are shared by name."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from core.fields import Keyed


class CartShare(Keyed):
    """A colleague whom the owner of a cart has named: may open it, and change it where that is said."""

    cart = models.ForeignKey("orders.Cart", on_delete=models.CASCADE, related_name="shares")
    user_id = models.UUIDField()
    user_name = models.CharField(max_length=120, blank=True)
    may_change = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("cart", "user_id"), name="orders_cartshare_once"),
        ]
