"""Moves of an order."""

from core.states import Machine
from orders.enums import OrderState as S
from orders.models import OrderTransition

ORDER = Machine(
    "order",
    {
        S.PLACED: frozenset({S.CONFIRMED, S.CANCELLED}),
        S.CONFIRMED: frozenset({S.SHIPPING, S.SHIPPED, S.CANCELLED}),
        S.SHIPPING: frozenset({S.SHIPPED}),
        S.SHIPPED: frozenset({S.DELIVERED}),
    },
    history=OrderTransition,
)
