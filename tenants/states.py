"""Moves of a tenant."""

from core.states import Machine
from tenants.enums import TenantState as S
from tenants.models import TenantTransition

TENANT = Machine(
    "tenant",
    {
        S.PROVISIONING: frozenset({S.ACTIVE, S.FAILED}),
        S.FAILED: frozenset({S.PROVISIONING}),
        S.ACTIVE: frozenset({S.SUSPENDED}),
        S.SUSPENDED: frozenset({S.ACTIVE}),
    },
    history=TenantTransition,
)
