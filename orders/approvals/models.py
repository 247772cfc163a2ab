"""Orders that wait for an approval, their steps and what was decided (tenant's schema)."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.fields import AmountField, CurrencyField, Keyed
from core.states import Transition, state_check
from customers.models import Customer
from orders.enums import ApprovalState, OrderSource


class ApprovalRequest(Keyed):
    """An order that waits for its approval: ``content`` is all of it, priced, and ``digest`` its SHA-256.

    It never changes but in its state; ``reasons`` say why an approval is needed (:mod:`orders.approvals.snapshot`).
    Of an offer, ``quote_picks`` are the lines that are taken, ``{id: quantity}``, NULL for what is offered first;
    ``closes_rfq`` whether its request ends with it. What it becomes is an ``order``, or an agreement.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="approval_requests")
    company_id = models.UUIDField()
    unit_id = models.UUIDField(null=True)
    unit_name = models.CharField(max_length=80, blank=True)
    requester_id = models.UUIDField()
    requester_name = models.CharField(max_length=120)
    source = models.CharField(max_length=10, choices=OrderSource.choices, default=OrderSource.CART)
    cart = models.ForeignKey("orders.Cart", on_delete=models.SET_NULL, null=True, related_name="approval_requests")
    quote_version_id = models.UUIDField(null=True)
    quote_picks = models.JSONField(null=True)
    closes_rfq = models.BooleanField(default=True, db_default=True)
    state = models.CharField(max_length=12, choices=ApprovalState.choices, default=ApprovalState.PENDING)
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    reasons = models.JSONField(default=list)
    line_count = models.PositiveIntegerField()
    currency = CurrencyField()
    net_amount = AmountField()
    total_amount = AmountField()
    frozen_until = models.DateTimeField()
    created_at = models.DateTimeField(default=timezone.now)
    order = models.OneToOneField("orders.Order", on_delete=models.PROTECT, null=True, related_name="approval_request")
    agreement_id = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            state_check(ApprovalState, name="orders_approval_state"),
            models.UniqueConstraint(
                fields=("cart",), condition=Q(state=ApprovalState.PENDING), name="orders_approval_one_pending"
            ),
            models.UniqueConstraint(
                fields=("quote_version_id",),
                condition=Q(state=ApprovalState.PENDING),
                name="orders_approval_one_per_offer",
            ),
            models.CheckConstraint(
                condition=Q(state=ApprovalState.APPROVED) | Q(order__isnull=True, agreement_id__isnull=True),
                name="orders_approval_order",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=("company_id", "state", "created_at"), name="orders_approval_queue")]


class ApprovalTransition(Transition):
    subject = models.ForeignKey(ApprovalRequest, on_delete=models.CASCADE, related_name="transitions")


class ApprovalStep(Keyed):
    """A step: who may decide it (as they were when it was asked), and who may as well since it waited for too long."""

    request = models.ForeignKey(ApprovalRequest, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    needed = models.PositiveSmallIntegerField()
    approver_ids = ArrayField(models.UUIDField())
    approver_names = ArrayField(models.CharField(max_length=120))
    escalated_ids = ArrayField(models.UUIDField(), default=list)
    escalation_hours = models.PositiveIntegerField()
    escalate_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("position",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("request", "position"), name="orders_approvalstep_position"),
        ]


class ApprovalDecision(Keyed):
    """Who approved or rejected, in whose place, which content they saw, whether by a link in a mail. Append-only."""

    step = models.ForeignKey(ApprovalStep, on_delete=models.CASCADE, related_name="decisions")
    user_id = models.UUIDField()
    user_name = models.CharField(max_length=120)
    for_user_id = models.UUIDField()
    for_name = models.CharField(max_length=120, blank=True)
    is_approved = models.BooleanField()
    reason = models.CharField(max_length=500, blank=True)
    digest = models.CharField(max_length=64)
    by_mail = models.BooleanField(default=False)
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("decided_at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("step", "for_user_id"), name="orders_approvaldecision_once"),
            models.UniqueConstraint(fields=("step", "user_id"), name="orders_approvaldecision_person"),
        ]
