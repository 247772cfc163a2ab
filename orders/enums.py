"""States of orders. Payment and delivery have machines of their own."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrderState(models.TextChoices):
    PLACED = "placed", _("Placed")
    CONFIRMED = "confirmed", _("Confirmed")
    SHIPPING = "shipping", _("Partly shipped")
    SHIPPED = "shipped", _("Shipped")
    DELIVERED = "delivered", _("Delivered")
    CANCELLED = "cancelled", _("Cancelled")


class OrderSource(models.TextChoices):
    CART = "cart", _("Cart")
    QUOTE = "quote", _("Quote")
    API = "api", _("API")


class ApprovalState(models.TextChoices):
    PENDING = "pending", _("Waits for approval")
    APPROVED = "approved", _("Approved and ordered")
    REJECTED = "rejected", _("Rejected")
    EXPIRED = "expired", _("Expired")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    SUPERSEDED = "superseded", _("Changed")


class ListSharing(models.TextChoices):
    """Who besides its owner may open a purchase list."""

    PRIVATE = "private", _("Only me")
    READ = "read", _("My company may read it")
    EDIT = "edit", _("My company may change it")
