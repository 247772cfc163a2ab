"""Refusals about stock."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core import formatting
from core.errors import Refused


class NotInStock(Refused):
    """More would leave than there is without taking what is reserved for others; ``field`` names the order's line."""

    code = "not_in_stock"
    message = _("Only %(available)s are in stock for this line. Count the stock first if there is more.")

    def __init__(self, *, available: Decimal, order_line_id: UUID) -> None:
        self.available = available
        super().__init__(field=str(order_line_id), available=formatting.number(available))


class InStock(Refused):
    """There is nothing to wait for."""

    code = "in_stock"
    message = _("%(sku)s is in stock: you can order it now.")


class PackNotStocked(Refused):
    """A pack is not in stock itself: the goods in it are."""

    code = "pack_not_stocked"
    message = _("%(sku)s is a pack: only the goods in it are in stock or out of it.")


class ServiceNotStocked(Refused):
    code = "service_not_stocked"
    message = _("%(sku)s is a service: there is nothing to wait for.")


class MadeToOrder(Refused):
    """Nothing comes back that was never there."""

    code = "made_to_order"
    message = _("%(sku)s is made or bought when you order it: there is nothing to wait for.")


class TooManyAlerts(Refused):
    code = "too_many_alerts"
    message = _("At most %(limit)s articles at a time: remove some that you no longer wait for.")
