"""States and kinds of catalogue things."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class VariantState(models.TextChoices):
    """A draft is seen by the supplier only; ending goods are sold while there is stock and name their replacement."""

    DRAFT = "draft", _("Draft")
    ACTIVE = "active", _("Active")
    ENDING = "ending", _("Ending")
    ARCHIVED = "archived", _("Archived")


#: What can be found and ordered.
ON_SALE = (VariantState.ACTIVE, VariantState.ENDING)


class CategoryMove(models.TextChoices):
    """What is done to a category."""

    ADDED = "added", pgettext_lazy("category", "Added")
    CHANGED = "changed", pgettext_lazy("category", "Changed")
    ORDERED = "ordered", _("Order changed")
    MERGED = "merged", _("Merged")
    DELETED = "deleted", _("Deleted")


class AttributeKind(models.TextChoices):
    TEXT = "text", _("Text")
    NUMBER = "number", _("Number")
    LIST = "list", _("List")
    BOOLEAN = "boolean", _("Yes or no")


class RelationKind(models.TextChoices):
    """What another variant is to this one."""

    REPLACEMENT = "replacement", _("Replaced by")
    ALTERNATIVE = "alternative", _("Alternative")
    ACCESSORY = "accessory", _("Accessory")


class MediaKind(models.TextChoices):
    IMAGE = "image", _("Image")
    DATA_SHEET = "data_sheet", _("Data sheet")
    SAFETY_SHEET = "safety_sheet", _("Safety data sheet")
    CAD = "cad", _("CAD drawing")
    OTHER = "other", _("Document")
