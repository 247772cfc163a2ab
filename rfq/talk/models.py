"""Tables of files, questions and answers (schema ``public``, row-level security)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Company
from core.fields import Keyed
from core.ids import uuid7
from rfq.models import RFQ, Invitation, QuoteVersion, RFQLine
from tenants.models import Tenant


class Clarification(Keyed):
    """What a buyer tells all invited suppliers: an answer with its question, or news of its own (no ``question``).

    Nothing in it says whether or which supplier asked: neither a column nor its key or date, which are those of the
    publishing. What was asked and by whom is a :class:`Question`, which no other supplier can read.
    """

    rfq = models.ForeignKey(RFQ, on_delete=models.CASCADE, related_name="clarifications")
    rfq_line = models.ForeignKey(RFQLine, on_delete=models.PROTECT, null=True, related_name="+")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    question = models.TextField(blank=True, max_length=2000)
    text = models.TextField(blank=True, max_length=4000)
    token = models.UUIDField(default=uuid7)
    published_at = models.DateTimeField(default=timezone.now)
    published_by_name = models.CharField(max_length=120)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [models.UniqueConstraint(fields=("rfq", "token"), name="rfq_clarification_once")]


class Question(Keyed):
    """What one supplier asked and what it was answered; between these two alone.

    ``published_as`` is set where the answer went to all. Questions have no numbers: a supplier could count by them
    what others asked.
    """

    rfq = models.ForeignKey(RFQ, on_delete=models.CASCADE, related_name="questions")
    rfq_line = models.ForeignKey(RFQLine, on_delete=models.PROTECT, null=True, related_name="+")
    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="questions")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    text = models.TextField(max_length=2000)
    token = models.UUIDField()
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by_id = models.UUIDField()
    asked_by_name = models.CharField(max_length=120)
    answer = models.TextField(blank=True, max_length=4000)
    answered_at = models.DateTimeField(null=True)
    answered_by_name = models.CharField(max_length=120, blank=True)
    published_as = models.OneToOneField(Clarification, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("invitation", "token"), name="rfq_question_once"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="", published_as__isnull=True)
                | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="rfq_question_answered",
            ),
        ]


class SentFile(Keyed):
    """A file that lies under its ``digest`` (SHA-256); ``name`` is what a download is called."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    size = models.PositiveIntegerField()

    class Meta:
        abstract = True


class RequestFile(SentFile):
    """A drawing that belongs to a request, or to a line of it; ``clarification`` told of one that came later."""

    rfq = models.ForeignKey(RFQ, on_delete=models.CASCADE, related_name="files")
    rfq_line = models.ForeignKey(RFQLine, on_delete=models.SET_NULL, null=True, related_name="+")
    clarification = models.ForeignKey(Clarification, on_delete=models.PROTECT, null=True, related_name="files")
    added_at = models.DateTimeField(default=timezone.now)
    added_by_name = models.CharField(max_length=120)

    class Meta:
        ordering = ("id",)


class QuoteFile(SentFile):
    """A file of an offer's version: never changed, in the version's hash, sealed as the offer is."""

    rfq = models.ForeignKey(RFQ, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(QuoteVersion, on_delete=models.CASCADE, related_name="files")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("version", "position")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("version", "position"), name="rfq_quotefile_position"),
        ]
