"""Returns of an order's goods (tenant's schema)."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from core.fields import Keyed, QuantityField
from core.states import Transition, state_check
from orders.enums import ReturnReason, ReturnState, ReturnWish


class OrderReturn(Keyed):
    """Goods of an order that its buyer wants to send back. ``form_key`` is that of the form it was asked for with.

    Settled, it has either a credit note or a parcel that replaces the goods (:mod:`orders.returns.services`).
    """

    number = models.CharField(max_length=30, unique=True)
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="returns")
    form_key = models.UUIDField()
    state = models.CharField(max_length=12, choices=ReturnState.choices, default=ReturnState.REQUESTED)
    wish = models.CharField(max_length=10, choices=ReturnWish.choices)
    note = models.CharField(max_length=500, blank=True)
    requested_by_id = models.UUIDField(null=True)
    requested_by_name = models.CharField(max_length=120)
    credit_note_id = models.UUIDField(null=True, unique=True)
    shipment_id = models.UUIDField(null=True, unique=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-created_at", "-id")
        constraints: ClassVar = [
            state_check(ReturnState, name="orders_return_state"),
            state_check(ReturnWish, name="orders_return_wish", field="wish"),
            models.UniqueConstraint(fields=("order", "form_key"), name="orders_return_once"),
            models.CheckConstraint(
                condition=~Q(state="settled") | Q(credit_note_id__isnull=False) | Q(shipment_id__isnull=False),
                name="orders_return_settled",
            ),
            models.CheckConstraint(
                condition=Q(credit_note_id=None) | Q(shipment_id=None), name="orders_return_settled_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=("state", "-created_at"), name="orders_return_queue")]


class ReturnTransition(Transition):
    subject = models.ForeignKey(OrderReturn, on_delete=models.CASCADE, related_name="transitions")


class ReturnLine(Keyed):
    """How much of an order's line is to come back, and what came: restocked, or not fit for it. Base units."""

    of_return = models.ForeignKey(OrderReturn, on_delete=models.CASCADE, related_name="lines")
    order_line = models.ForeignKey("orders.OrderLine", on_delete=models.PROTECT, related_name="returns")
    position = models.PositiveSmallIntegerField()
    quantity = QuantityField()
    reason = models.CharField(max_length=10, choices=ReturnReason.choices)
    text = models.CharField(max_length=240, blank=True)
    restocked_quantity = QuantityField(default=0)
    scrapped_quantity = QuantityField(default=0)

    class Meta:
        ordering = ("position",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("of_return", "order_line"), name="orders_returnline_once"),
            state_check(ReturnReason, name="orders_returnline_reason", field="reason"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, restocked_quantity__gte=0, scrapped_quantity__gte=0)
                & Q(quantity__gte=F("restocked_quantity") + F("scrapped_quantity")),
                name="orders_returnline_quantities",
            ),
        ]

    @property
    def received_quantity(self) -> Decimal:
        """What came back."""
        return self.restocked_quantity + self.scrapped_quantity
