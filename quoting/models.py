"""A supplier's desk (tenant's schema). Requests and quotes are named by their keys in the exchange."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from catalog.models import Family, Product
from core.fields import AmountField, CurrencyField, Keyed, RateField, UnitPriceField
from core.states import Transition, state_check
from quoting.enums import DraftState, LeftToPeople


class QuotingPolicy(Keyed):
    """What an answer needs, of which there is one row at most.

    ``floor_margin_rate`` is a fraction of the price, for goods without a floor of their own; ``max_discount_rate`` is
    against the price that the customer has anyway. Answers at once are off until ``at_once_amount`` says up to what.
    """

    singleton = models.BooleanField(default=True, unique=True)
    floor_margin_rate = RateField(null=True)
    max_discount_rate = RateField(null=True)
    needs_article = models.BooleanField(default=False)
    sales_may_approve = models.BooleanField(default=False)
    answers_at_once = models.BooleanField(default=False)
    at_once_amount = AmountField(null=True)
    at_once_days = models.PositiveSmallIntegerField(default=14)
    at_once_freight = AmountField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(singleton=True), name="quoting_policy_one"),
            models.CheckConstraint(
                condition=(Q(floor_margin_rate__isnull=True) | Q(floor_margin_rate__gte=0, floor_margin_rate__lt=1))
                & (Q(max_discount_rate__isnull=True) | Q(max_discount_rate__gte=0, max_discount_rate__lte=1)),
                name="quoting_policy_rates",
            ),
            models.CheckConstraint(
                condition=Q(answers_at_once=False) | Q(at_once_amount__gt=0, at_once_days__gt=0),
                name="quoting_policy_at_once",
            ),
            models.CheckConstraint(condition=Q(at_once_freight__gte=0), name="quoting_policy_freight"),
        ]


class Floor(Keyed):
    """What a family, or a product before it, is not sold below without an approval; prices are per base unit."""

    family = models.OneToOneField(Family, on_delete=models.CASCADE, null=True, related_name="+")
    product = models.OneToOneField(Product, on_delete=models.CASCADE, null=True, related_name="+")
    margin_rate = RateField(null=True)
    unit_price = UnitPriceField(null=True)
    currency = CurrencyField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(family__isnull=True, product__isnull=False) | Q(family__isnull=False, product__isnull=True),
                name="quoting_floor_one_target",
            ),
            models.CheckConstraint(
                condition=Q(margin_rate__isnull=False) | Q(unit_price__isnull=False),
                name="quoting_floor_said",
            ),
            models.CheckConstraint(
                condition=(Q(margin_rate__isnull=True) | Q(margin_rate__gte=0, margin_rate__lt=1))
                & (Q(unit_price__isnull=True) | Q(unit_price__gte=0)),
                name="quoting_floor_amounts",
            ),
        ]


class Assignment(Keyed):
    """Who answers a request, from when to when: closed, never overwritten."""

    invitation_id = models.UUIDField()
    assignee_id = models.UUIDField()
    assignee_name = models.CharField(max_length=120)
    assigned_at = models.DateTimeField(default=timezone.now)
    assigned_by_id = models.UUIDField(null=True)
    assigned_by_name = models.CharField(max_length=120, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("invitation_id",), condition=Q(ended_at__isnull=True), name="quoting_assignment_one_open"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=("assignee_id",), condition=Q(ended_at__isnull=True), name="quoting_assignment_mine")
        ]


class QuoteDraft(Keyed):
    """An answer that is being written: ``fields`` is the form as it was typed, ``revision`` counts what was saved.

    Once it waits for an approval, ``offer`` is all of what would be sent and ``digest`` its SHA-256, ``breaches`` say
    why; ``author_id`` asked for it. ``writer_ids`` are all who saved it; where a key has sent all of it there are none,
    and ``maker_id`` made that key (:mod:`quoting.approvers`): then ``offer`` stays also when it is refused.
    """

    invitation_id = models.UUIDField()
    rfq_id = models.UUIDField()
    state = models.CharField(max_length=20, choices=DraftState.choices, default=DraftState.DRAFT)
    revision = models.PositiveIntegerField(default=0)
    fields = models.JSONField(default=dict)
    offer = models.JSONField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    breaches = models.JSONField(default=list)
    writer_ids = ArrayField(models.UUIDField(), default=list)
    maker_id = models.UUIDField(null=True)
    author_id = models.UUIDField(null=True)
    author_name = models.CharField(max_length=120, blank=True)
    saved_at = models.DateTimeField(default=timezone.now)
    saved_by_name = models.CharField(max_length=120, blank=True)
    refusal = models.TextField(blank=True)
    version_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            state_check(DraftState, name="quoting_draft_state"),
            models.UniqueConstraint(
                fields=("invitation_id",),
                condition=Q(state__in=("draft", "internal_approval")),
                name="quoting_draft_one_open",
            ),
            models.CheckConstraint(
                condition=~Q(state="internal_approval")
                | Q(offer__isnull=False, author_id__isnull=False) & ~Q(digest=""),
                name="quoting_draft_waiting",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=("invitation_id", "-created_at"), name="quoting_draft_list")]


class QuoteDraftTransition(Transition):
    subject = models.ForeignKey(QuoteDraft, on_delete=models.CASCADE, related_name="transitions")


class InstantAnswer(Keyed):
    """What became of the one try to answer a request at once: the version, or why it is left to people."""

    invitation_id = models.UUIDField(unique=True)
    version_id = models.UUIDField(null=True)
    left_because = models.CharField(max_length=20, choices=LeftToPeople.choices, blank=True)
    position = models.PositiveSmallIntegerField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(version_id__isnull=False, left_because="")
                | Q(version_id__isnull=True) & ~Q(left_because=""),
                name="quoting_instant_one_end",
            )
        ]
