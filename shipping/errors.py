"""Refusals about shipments."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from core import formatting
from core.errors import Refused


class EmptyShipment(Refused):
    code = "empty_shipment"
    message = _("Give a quantity for at least one line.")


class UnknownTrackingCode(Refused):
    code = "unknown_tracking_code"
    message = _("This is not a step of a shipment.")


class EventInTheFuture(Refused):
    code = "event_in_the_future"
    message = _("This moment has not come yet.")


class InvalidParcelQuantity(Refused):
    code = "invalid_quantity"
    message = _("Give a quantity of zero or more, with at most four decimals.")


class OverShipping(Refused):
    """More than is left of an order line; ``left`` is what may still be shipped, in base units."""

    code = "over_shipping"
    message = _("Only %(left)s left to ship on this line.")

    def __init__(self, *, left: Decimal, field: str | None = None) -> None:
        self.left = left
        super().__init__(field=field, left=formatting.number(left))
