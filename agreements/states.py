"""Moves of an agreement."""

from agreements.enums import AgreementState as S
from agreements.models import AgreementTransition
from core.states import Machine

AGREEMENT = Machine(
    "agreement",
    {
        S.DRAFT: frozenset({S.ACTIVE, S.CANCELLED}),
        S.ACTIVE: frozenset({S.ENDED, S.CANCELLED}),
    },
    history=AgreementTransition,
)
