"""States and kinds of catalogue things."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class VariantState(models.TextChoices):
    ACTIVE = "active", _("Active")
    ARCHIVED = "archived", _("Archived")


class AttributeKind(models.TextChoices):
    TEXT = "text", _("Text")
    NUMBER = "number", _("Number")
