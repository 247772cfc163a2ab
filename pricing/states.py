"""Moves of a batch of price changes."""

from core.states import Machine
from pricing.enums import BatchState as S
from pricing.models import PriceBatchTransition

BATCH = Machine(
    "price batch",
    {
        S.DRAFT: frozenset({S.SCHEDULED, S.PUBLISHED, S.CANCELLED}),
        S.SCHEDULED: frozenset({S.PUBLISHED, S.CANCELLED}),
        S.PUBLISHED: frozenset({S.ROLLED_BACK}),
    },
    history=PriceBatchTransition,
)
