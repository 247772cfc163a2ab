"""Moves of a draft."""

from core.states import Machine
from quoting.enums import DraftState as D

DRAFT = Machine(
    "quote_draft",
    {
        D.DRAFT: frozenset({D.INTERNAL_APPROVAL, D.SENT, D.DROPPED}),
        D.INTERNAL_APPROVAL: frozenset({D.DRAFT, D.SENT, D.DROPPED}),
    },
)
