"""The life cycle of a variant."""

from __future__ import annotations

from catalog.enums import VariantState
from catalog.models import VariantMove
from core.states import Machine

VARIANT = Machine(
    name="variant",
    moves={
        VariantState.DRAFT: frozenset({VariantState.ACTIVE, VariantState.ARCHIVED}),
        VariantState.ACTIVE: frozenset({VariantState.ENDING, VariantState.ARCHIVED}),
        VariantState.ENDING: frozenset({VariantState.ACTIVE, VariantState.ARCHIVED}),
        VariantState.ARCHIVED: frozenset({VariantState.ACTIVE}),
    },
    history=VariantMove,
)
