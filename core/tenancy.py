"""The one switch between tenants.

    with use_tenant(tenant):
        ...                                  # statements go to the tenant's schema, as the tenant's role

A QuerySet or a model instance must not leave the block that it was made in: hand out ids and plain values.
"""

from __future__ import annotations

import inspect
from types import TracebackType
from typing import Protocol, runtime_checkable
from uuid import UUID

from core.scope import OPERATOR, PLATFORM, UNSCOPED, Party, Scope, _current, current_scope

__all__ = ["OPERATOR", "PLATFORM", "UNSCOPED", "HasScope", "Scope", "ScopeError", "current_scope", "use_tenant"]

_GENERATORS = inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR


class ScopeError(RuntimeError):
    """The switch was used where it would leak a tenant into other code."""


@runtime_checkable
class HasScope(Protocol):
    @property
    def scope(self) -> Scope: ...


class use_tenant:  # noqa: N801  (reads as a verb at the call site)
    """Run a block in the scope of a tenant (anything with a ``scope``) or in a given scope.

    ``company_id`` acts for a buying company; ``party`` for the tenant itself or the operator. Blocks nest; leaving one
    restores the scope before it, whatever happened inside. Raises ScopeError inside a generator's frame, where the
    scope would stay with whoever consumes the generator, and when blocks are left in another order than entered.
    """

    def __init__(self, target: Scope | HasScope, *, company_id: UUID | None = None, party: Party | None = None) -> None:
        scope = target if isinstance(target, Scope) else target.scope
        if company_id is not None:
            scope = scope.as_company(company_id)
        elif party is not None:
            scope = scope.as_party(party)
        self._scope = scope

    def __enter__(self) -> Scope:
        frame = inspect.currentframe()
        if frame is not None and frame.f_back is not None and frame.f_back.f_code.co_flags & _GENERATORS:
            raise ScopeError("use_tenant() in a generator would leak the tenant into its consumer")
        self._token = _current.set(self._scope)
        return self._scope

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        intact = _current.get() is self._scope
        _current.reset(self._token)
        if not intact and error is None:
            raise ScopeError("tenant blocks were left in another order than they were entered")
