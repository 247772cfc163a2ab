"""What an order does to the credit that its customer has with the supplier, before it is placed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from core import formatting
from frontend.storefront.cart.basket import Basket
from payments.credit import CreditStatus


@dataclass(frozen=True, slots=True)
class CreditText:
    """The customer's credit with this order in it, as texts and whole percents for the bar."""

    text: str
    after_text: str
    used: int
    more: int
    is_enough: bool
    tone: str


def credit_text(status: CreditStatus, basket: Basket) -> CreditText:
    values = {
        "used": formatting.money(status.used, status.currency),
        "order": formatting.money(basket.gross, basket.currency),
        "limit": formatting.money(status.limit, status.currency),
    }
    limit = status.limit or Decimal(1)
    is_enough = basket.gross <= status.available
    return CreditText(
        text=_("%(used)s used + %(order)s for this order, of %(limit)s") % values,
        after_text=formatting.money(status.available - basket.gross, status.currency),
        used=min(int(status.used * 100 / limit), 100),
        more=min(int(basket.gross * 100 / limit), 100),
        is_enough=is_enough,
        tone="" if is_enough else "bad",
    )
