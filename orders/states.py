"""Moves of an order, and of one that waits for approval."""

from core.states import Machine
from orders.approvals.models import ApprovalTransition
from orders.enums import ApprovalState
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

APPROVAL = Machine(
    "approval",
    {
        ApprovalState.PENDING: frozenset(
            {
                ApprovalState.APPROVED,
                ApprovalState.REJECTED,
                ApprovalState.EXPIRED,
                ApprovalState.WITHDRAWN,
                ApprovalState.SUPERSEDED,
            }
        ),
        ApprovalState.REJECTED: frozenset({ApprovalState.SUPERSEDED}),
        ApprovalState.EXPIRED: frozenset({ApprovalState.SUPERSEDED}),
        ApprovalState.WITHDRAWN: frozenset({ApprovalState.SUPERSEDED}),
    },
    history=ApprovalTransition,
)
