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


class ReturnState(models.TextChoices):
    REQUESTED = "requested", _("Asked for")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    RECEIVED = "received", _("Goods received")
    SETTLED = "settled", _("Settled")


class ReturnWish(models.TextChoices):
    """What a buyer wants for goods that it sends back, and what its supplier gives."""

    CREDIT = "credit", _("Credit note")
    REPLACEMENT = "replace", _("Replacement")


class ReturnReason(models.TextChoices):
    DAMAGED = "damaged", _("Damaged")
    WRONG = "wrong", _("Wrong goods")
    TOO_MANY = "too_many", _("Too many")
    OTHER = "other", _("Other")


class ListSharing(models.TextChoices):
    """Who besides its owner may open a purchase list."""

    PRIVATE = "private", _("Only me")
    READ = "read", _("My company may read it")
    EDIT = "edit", _("My company may change it")


class Frequency(models.TextChoices):
    """What the interval of a recurring order counts."""

    WEEKS = "weeks", _("weeks")
    MONTHS = "months", _("months")


class AfterQuote(models.TextChoices):
    """What a recurring order at a quote's prices does once these have ended."""

    PAUSE = "pause", _("Pause, and tell me")
    USUAL = "usual", _("Order at my usual prices")


class RecurringState(models.TextChoices):
    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    ENDED = "ended", _("Ended")


class RunState(models.TextChoices):
    """What became of a day of a recurring order; ``missed``: nothing ran then, and it was not made up for."""

    PLACED = "placed", _("Ordered")
    WAITING = "waiting", _("Waits for approval")
    FAILED = "failed", _("Not ordered")
    SKIPPED = "skipped", _("Skipped")
    MISSED = "missed", _("Missed")


class RevisionKind(models.TextChoices):
    """Who changed an order after it was placed: the buyer amended it, the supplier took something out of it."""

    AMENDED = "amended", _("Changed by the buyer")
    REDUCED = "reduced", _("Partly cancelled by the supplier")
