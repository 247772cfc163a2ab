"""What is ordered with the goods of the cart, under it."""

from __future__ import annotations

from catalog.outline import outline
from frontend.storefront.buyer import Buyer
from frontend.storefront.cart.basket import Basket
from frontend.storefront.catalog.rows import ProductRow, product_rows
from orders.together import ordered_together

_SHOWN = 5
#: Goods of the cart that are asked about.
_ASKED = 200


def suggestions(buyer: Buyer, basket: Basket) -> tuple[ProductRow, ...]:
    """Goods that are ordered with those of the cart and are not in it; four statements."""
    if buyer.approved is None or not basket.goods:
        return ()
    found = ordered_together(buyer.approved, basket.goods[:_ASKED], limit=_SHOWN, left_out=basket.goods)
    return product_rows(found, list(found), outline(), buyer) if found else ()
