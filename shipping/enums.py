"""States of a shipment; the codes of its events are the same words."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ShipmentState(models.TextChoices):
    PREPARED = "prepared", _("Prepared")
    HANDED_OVER = "handed_over", _("Handed over to the carrier")
    IN_TRANSIT = "in_transit", _("In transit")
    OUT_FOR_DELIVERY = "out_for_delivery", _("Out for delivery")
    DELIVERED = "delivered", _("Delivered")
    EXCEPTION = "exception", _("Problem")
