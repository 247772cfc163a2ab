"""Moves of a shipment. Carriers skip steps and report late; delivered is the end."""

from core.states import Machine
from shipping.enums import ShipmentState as S
from shipping.models import ShipmentTransition

#: The usual way of a parcel, as a timeline shows it.
STEPS = (S.PREPARED, S.HANDED_OVER, S.IN_TRANSIT, S.OUT_FOR_DELIVERY, S.DELIVERED)

SHIPMENT = Machine(
    "shipment",
    {
        S.PREPARED: frozenset({S.HANDED_OVER, S.IN_TRANSIT, S.OUT_FOR_DELIVERY, S.DELIVERED, S.EXCEPTION}),
        S.HANDED_OVER: frozenset({S.IN_TRANSIT, S.OUT_FOR_DELIVERY, S.DELIVERED, S.EXCEPTION}),
        S.IN_TRANSIT: frozenset({S.OUT_FOR_DELIVERY, S.DELIVERED, S.EXCEPTION}),
        S.OUT_FOR_DELIVERY: frozenset({S.IN_TRANSIT, S.DELIVERED, S.EXCEPTION}),
        S.EXCEPTION: frozenset({S.IN_TRANSIT, S.OUT_FOR_DELIVERY, S.DELIVERED}),
    },
    history=ShipmentTransition,
)
