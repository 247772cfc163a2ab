"""Choices of agreements."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AgreementState(models.TextChoices):
    """What was decided about an agreement; whether its period has begun or is over is read from its dates."""

    DRAFT = "draft", pgettext_lazy("agreement", "In preparation")
    ACTIVE = "active", pgettext_lazy("agreement", "Active")
    ENDED = "ended", pgettext_lazy("agreement", "Ended")
    CANCELLED = "cancelled", pgettext_lazy("agreement", "Cancelled")


class Standing(models.TextChoices):
    """Where an agreement stands today: its state, its dates and what is left of it."""

    DRAFT = "draft", pgettext_lazy("agreement", "In preparation")
    UPCOMING = "upcoming", pgettext_lazy("agreement", "Begins later")
    ACTIVE = "active", pgettext_lazy("agreement", "Active")
    USED_UP = "used_up", pgettext_lazy("agreement", "Used up")
    EXPIRED = "expired", pgettext_lazy("agreement", "Over")
    ENDED = "ended", pgettext_lazy("agreement", "Ended early")
    CANCELLED = "cancelled", pgettext_lazy("agreement", "Cancelled")


class CallKind(models.TextChoices):
    """Why the quantity that was called off has changed."""

    ORDERED = "ordered", _("Ordered")
    CHANGED = "changed", _("Order changed")
    CANCELLED = "cancelled", _("Order cancelled")
    RETURNED = "returned", _("Goods came back")


class Side(models.TextChoices):
    """Who proposes to extend an agreement."""

    SUPPLIER = "supplier", _("Supplier")
    BUYER = "buyer", _("Buyer")


class ExtensionState(models.TextChoices):
    """What became of a proposal to extend an agreement."""

    PROPOSED = "proposed", pgettext_lazy("extension", "Proposed")
    ACCEPTED = "accepted", pgettext_lazy("extension", "Accepted")
    DECLINED = "declined", pgettext_lazy("extension", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("extension", "Taken back")
