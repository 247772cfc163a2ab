"""Choices of pricing."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Stacking(models.TextChoices):
    """What happens when several discount rules apply to one line."""

    BEST = "best", _("The best one for the buyer")
    CASCADE = "cascade", _("One after the other, in their order")


class BatchState(models.TextChoices):
    """Where a batch of price changes stands."""

    DRAFT = "draft", pgettext_lazy("price batch", "In preparation")
    SCHEDULED = "scheduled", pgettext_lazy("price batch", "Scheduled")
    PUBLISHED = "published", pgettext_lazy("price batch", "Published")
    ROLLED_BACK = "rolled_back", pgettext_lazy("price batch", "Rolled back")
    CANCELLED = "cancelled", pgettext_lazy("price batch", "Cancelled")


class Outcome(models.TextChoices):
    """What became of a line of a batch."""

    WAITING = "waiting", pgettext_lazy("price batch line", "Waiting")
    PUBLISHED = "published", pgettext_lazy("price batch line", "Published")
    EQUAL = "equal", pgettext_lazy("price batch line", "Was so already")
    TAKEN_BACK = "taken_back", pgettext_lazy("price batch line", "Taken back")
    KEPT = "kept", pgettext_lazy("price batch line", "Kept: somebody changed this price since")
