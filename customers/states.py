"""Moves of a customer."""

from core.states import Machine
from customers.enums import CustomerState as S
from customers.models import CustomerTransition

CUSTOMER = Machine(
    "customer",
    {
        S.PENDING: frozenset({S.APPROVED, S.REFUSED}),
        S.REFUSED: frozenset({S.APPROVED}),
        S.APPROVED: frozenset({S.BLOCKED}),
        S.BLOCKED: frozenset({S.APPROVED}),
    },
    history=CustomerTransition,
)
