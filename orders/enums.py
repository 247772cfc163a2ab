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
    RECURRING = "recurring", _("Recurring order")


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


class Frequency(models.TextChoices):
    """What the interval of a recurring order counts."""

    WEEKS = "weeks", _("weeks")
    MONTHS = "months", _("months")


class RecurringState(models.TextChoices):
    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    ENDED = "ended", _("Ended")


class RunState(models.TextChoices):
    """What became of a day of a recurring order; ``missed``: nothing ran then, and it was not made up for."""

    PLACED = "placed", _("Ordered")
    FAILED = "failed", _("Not ordered")
    SKIPPED = "skipped", _("Skipped")
    MISSED = "missed", _("Missed")


class RevisionKind(models.TextChoices):
    """Who changed an order after it was placed: the buyer amended it, the supplier took something out of it."""

    AMENDED = "amended", _("Changed by the buyer")
    REDUCED = "reduced", _("Partly cancelled by the supplier")
