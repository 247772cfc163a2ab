"""States of a shipment; the codes of its events are the same words."""

from django.db import models
from django.utils.translation import pgettext_lazy


class ShipmentState(models.TextChoices):
    PREPARED = "prepared", pgettext_lazy("parcel", "Prepared")
    HANDED_OVER = "handed_over", pgettext_lazy("parcel", "Handed over to the carrier")
    IN_TRANSIT = "in_transit", pgettext_lazy("parcel", "In transit")
    OUT_FOR_DELIVERY = "out_for_delivery", pgettext_lazy("parcel", "Out for delivery")
    DELIVERED = "delivered", pgettext_lazy("parcel", "Delivered")
    EXCEPTION = "exception", pgettext_lazy("parcel", "Problem")
