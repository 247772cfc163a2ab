"""Shipments (tenant's schema). They know their order by id and number only: orders stand above."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.fields import Keyed, QuantityField
from core.numbers import Counter
from core.states import Transition, state_check
from shipping.enums import ShipmentState


class Shipment(Keyed):
    """One parcel or pallet of an order."""

    number = models.CharField(max_length=30, unique=True)
    order_id = models.UUIDField(db_index=True)
    order_number = models.CharField(max_length=30)
    company_id = models.UUIDField(db_index=True)
    position = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=20, choices=ShipmentState.choices, default=ShipmentState.PREPARED)
    carrier = models.CharField(max_length=80, blank=True)
    tracking_number = models.CharField(max_length=80, blank=True)
    promised_on = models.DateField(null=True)
    estimated_on = models.DateField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("position",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("order_id", "position"), name="shipping_shipment_position"),
            state_check(ShipmentState, name="shipping_shipment_state"),
        ]


class ShipmentTransition(Transition):
    subject = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="transitions")


class ShipmentLine(Keyed):
    """What is in the parcel, in base units."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="lines")
    order_line_id = models.UUIDField(db_index=True)
    sku = models.CharField(max_length=80)
    name_fr = models.CharField(max_length=240)
    name_en = models.CharField(max_length=240, blank=True)
    base_quantity = QuantityField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("shipment", "order_line_id"), name="shipping_line_once"),
            models.CheckConstraint(condition=Q(base_quantity__gt=0), name="shipping_line_quantity"),
        ]


class ShipmentEvent(Keyed):
    """What happened to a shipment, where and when, as told by the carrier or by a person."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="events")
    code = models.CharField(max_length=20, choices=ShipmentState.choices)
    occurred_at = models.DateTimeField(default=timezone.now)
    place = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=240, blank=True)
    recorded_by = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ("occurred_at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("shipment", "code", "occurred_at"), name="shipping_event_once"),
        ]


class ShippingCounter(Counter):
    """Counter of shipment numbers."""
