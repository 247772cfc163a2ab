"""Moves of a return. One that was accepted may still be refused: the goods never came."""

from core.states import Machine
from orders.enums import ReturnState as S
from orders.returns.models import ReturnTransition

RETURN = Machine(
    "return",
    {
        S.REQUESTED: frozenset({S.ACCEPTED, S.REFUSED, S.WITHDRAWN}),
        S.ACCEPTED: frozenset({S.RECEIVED, S.REFUSED}),
        S.RECEIVED: frozenset({S.SETTLED}),
    },
    history=ReturnTransition,
)
