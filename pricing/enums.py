"""Choices of pricing."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stacking(models.TextChoices):
    """What happens when several discount rules apply to one line."""

    BEST = "best", _("The best one for the buyer")
    CASCADE = "cascade", _("One after the other, in their order")
