"""What a tenant's search has learnt (tenant's schema): other words for the same, and what was looked for in vain."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.fields import Keyed

LONGEST_TEXT = 100


class SynonymLanguage(models.TextChoices):
    """Who a synonym is for."""

    BOTH = "", _("Both languages")
    FR = "fr", _("French")
    EN = "en", _("English")


class Synonym(Keyed):
    """Words or phrases that mean the same.

    Without ``meant`` whoever looks for one of ``words`` also finds what has another of them. With it, it goes one way:
    whoever looks for one of ``words`` also finds what has one of ``meant``. Both are lists of texts.
    """

    language = models.CharField(max_length=2, choices=SynonymLanguage.choices, blank=True)
    words = models.JSONField()
    meant = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("created_at", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(language__in=SynonymLanguage.values), name="search_synonym_language")
        ]


class FruitlessSearch(Keyed):
    """A text that no product has all the words of, and how often it was looked for; never by whom."""

    text = models.CharField(max_length=LONGEST_TEXT)
    language = models.CharField(max_length=2)
    asked_count = models.PositiveIntegerField(default=1)
    last_asked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-asked_count", "text")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("text", "language"), name="search_fruitless_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=("-asked_count", "text"), name="search_fruitless_by_count"),
            models.Index(fields=("last_asked_at",), name="search_fruitless_by_age"),
        ]
